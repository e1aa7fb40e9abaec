"""Archived bytes as they came: replayed in a sandbox, or to be kept."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response


def replay(_request: Request) -> Response:
    raise HTTPException(404)


def original(_request: Request) -> Response:
    raise HTTPException(404)
