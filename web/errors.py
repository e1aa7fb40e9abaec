"""What is shown where there is nothing to show: pages that say what to do, without paths, secrets or tracebacks."""

import logging
from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from storage.errors import ArchiveError, NoArchive
from web.api.problems import problem
from web.language import words
from web.rendering import render
from web.security import HEADERS

_log = logging.getLogger(__name__)
_KNOWN = (400, 404)


def http_error(request: Request, error: Exception) -> Response:
    """An address that does not exist, or a question that cannot be answered."""
    status = error.status_code if isinstance(error, HTTPException) else 400
    return _page(request, status, str(status) if status in _KNOWN else "other")


def no_archive(request: Request, _error: Exception) -> Response:
    """There is nothing to read yet; the first page is still an answer."""
    return _page(request, 200 if request.url.path == "/" else 503, "no_archive")


def archive_error(request: Request, error: Exception) -> Response:
    """The archive is there and cannot be read; what is wrong is for the operator, not for the reader."""
    _log.error("%s: %s", request.url.path, error)
    return _page(request, 503, "archive")


def broken(request: Request, _error: Exception) -> Response:
    """Our own mistake; Starlette logs it. It is answered outside of the guard, so that headers are added here."""
    answer = _page(request, 500, "broken")
    answer.headers.update(HEADERS)
    return answer


def _page(request: Request, status: int, name: str) -> Response:
    if request.url.path.startswith("/api/"):
        return problem(status, words("en")(f"errors.{name}.text"))
    return render(request, "error.html", status=status, name=name)


HANDLERS: Mapping[Any, Any] = {
    HTTPException: http_error,
    NoArchive: no_archive,
    ArchiveError: archive_error,
    Exception: broken,
}
