"""Archived bytes: the page around them, the replay in a sandbox, and the bytes themselves to be kept."""

import hashlib

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from reports.divisions import by_code
from storage.captures import capture_at, carried
from storage.errors import ArchiveError
from storage.records import Capture
from storage.warc import read_content, read_payload
from web.asked import whole
from web.filenames import disposition
from web.language import chosen, words
from web.media import harmless, may_be_shown, media_type
from web.opening import archive_of
from web.rendering import environment, render
from web.security import REPLAYED

_KEPT = {"Cache-Control": "private, max-age=3600"}  # what a capture holds never changes


def page(request: Request) -> Response:
    """What is known of a capture, around its replay."""
    number, capture, full = _capture(request)
    code, documents = carried(archive_of(request), number)
    return render(
        request,
        "capture.html",
        number=number,
        capture=capture,
        full=full,
        replayed=full is None or may_be_shown(full),
        county=by_code(code or ""),
        documents=documents,
    )


def replay(request: Request) -> Response:
    """The bytes as a browser would have got them, with their charset; they run nothing and load nothing."""
    _, _, full = _capture(request)
    tag = f'"{full.payload_sha256}"' if full else ""
    if tag and request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag, **_KEPT})
    try:
        body = read_content(archive_of(request).shelf, _found(full))
    except ArchiveError:
        return _damaged(request)
    kind = media_type(_found(full), body)
    if kind is None:
        return _damaged(request, "capture.not_shown", 200)
    kind, body = harmless(kind, body)
    headers = {"Content-Type": kind, "Content-Security-Policy": REPLAYED, "ETag": tag, **_KEPT}
    return Response(body, headers=headers)


def original(request: Request) -> Response:
    """The bytes as they came over the wire, to be kept under a harmless name; compressed ones stay so."""
    _, _, full = _capture(request)
    try:
        body = read_payload(archive_of(request).shelf, _found(full))
    except ArchiveError:
        return _damaged(request)
    packed = body.startswith(b"\x1f\x8b") and not _found(full).url.lower().endswith((".gz", ".tgz"))
    name = disposition(_found(full).url, ".gz" if packed else "")
    headers = {"Content-Disposition": name, "Content-Security-Policy": REPLAYED, "ETag": f'"{_sha256(body)}"', **_KEPT}
    return Response(body, media_type="application/octet-stream", headers=headers)


def _capture(request: Request) -> tuple[int, Capture, Capture | None]:
    number = whole(request.path_params["capture"])
    found = capture_at(archive_of(request), number)
    if found is None:
        raise HTTPException(404)
    return number, *found


def _found(full: Capture | None) -> Capture:
    if full is None:
        raise ArchiveError("no full record of this payload is in the archive")
    return full


def _damaged(request: Request, told: str = "capture.damaged", status: int = 503) -> Response:
    """In the frame stands a page of ours that says why it is empty; it needs nothing that the sandbox withholds."""
    t = words(chosen(request))
    body = environment().get_template("damaged.html").render(t=t, told=t(told))
    return HTMLResponse(body, status, {"Content-Security-Policy": REPLAYED, "Cache-Control": "no-store"})


def _sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
