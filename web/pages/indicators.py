"""The page /indicators."""

from starlette.requests import Request
from starlette.responses import Response

from web.rendering import render


def page(request: Request) -> Response:
    return render(request, "indicators.html")


def one(request: Request) -> Response:
    return render(request, "indicators.html")
