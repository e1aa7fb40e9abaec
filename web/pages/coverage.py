"""The page ``/coverage``."""

from starlette.requests import Request
from starlette.responses import Response

from web.rendering import render


def country(request: Request) -> Response:
    return render(request, "home.html")


def area(request: Request) -> Response:
    return render(request, "home.html")
