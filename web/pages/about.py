"""The page ``/about``: what the archive is, what its states mean, what may be done with it, as docs/legal.md has it."""

from starlette.requests import Request
from starlette.responses import Response

from web.rendering import render


def page(request: Request) -> Response:
    return render(request, "about.html")
