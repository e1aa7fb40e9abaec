"""The page ``/api``: what programs may ask, from the same table as the routes."""

from starlette.requests import Request
from starlette.responses import Response

from web.api.table import ENDPOINTS
from web.rendering import render


def page(request: Request) -> Response:
    return render(request, "api.html", endpoints=ENDPOINTS)
