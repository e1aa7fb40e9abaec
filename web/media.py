"""As what archived bytes may be shown: a few media types that a browser draws without running anything."""

import codecs
import re
from email.message import Message

from reports.charset import decode
from reports.model import Unreadable
from reports.sniff import sniff
from storage.records import Capture

# What a browser may show of a stranger; whatever else it is called is to be kept, not to be opened.
_SHOWN = {
    "text/html": "text/html",
    "application/xhtml+xml": "text/html",  # as XML it could bring a style sheet that is a program
    "text/plain": "text/plain",
    "image/png": "image/png",
    "image/jpeg": "image/jpeg",
    "image/gif": "image/gif",
    "image/webp": "image/webp",
    "image/bmp": "image/bmp",
}
_LOADING = re.compile(rb"<(link|iframe|frame|object|embed)(?=[\s/>])", re.IGNORECASE)
_WIDE = re.compile(r"charset=utf-(?:16|32)")  # in which "<link" is other bytes
_META, _PRESCANNED = b"charset", 4096  # bytes in which a page may name its own
_UNTOLD = ("", "application/octet-stream")
_SNIFFED = {"html": "text/html", "text": "text/plain"}


def may_be_shown(capture: Capture | None) -> bool:
    """Whether it is worth a frame, by what it was called; without a name the bytes will tell."""
    told = _told(capture).get_content_type() if capture is not None and capture.content_type else ""
    return capture is not None and (told in _SHOWN or told in _UNTOLD)


def media_type(capture: Capture, body: bytes) -> str | None:
    """The field Content-Type for a replay, with the charset as archived; None for what is not to be shown.

    Where neither the answer nor the page's own ``<meta>`` names one that exists, it is what the bytes look like, as the
    browsers took them for which such pages were made.
    """
    message = _told(capture)
    told = message.get_content_type() if capture.content_type else ""
    kind = _sniffed(body) if told in _UNTOLD else _SHOWN.get(told)
    if kind is None or not kind.startswith("text/"):
        return kind
    charset = message.get_content_charset("")
    try:
        if charset.isascii() and charset:
            return f"{kind}; charset={codecs.lookup(charset).name}"
    except (LookupError, ValueError):
        pass
    return kind if _META in body[:_PRESCANNED].lower() else f"{kind}; charset={decode(body)[1]}"


def harmless(kind: str, body: bytes) -> tuple[str, bytes]:
    """A replay without its links to resources and its frames, with the media type that goes with it.

    They have nothing to show here, since the policy of a replay loads nothing. But Chromium connects to the hosts that
    they name before it asks any policy (a frame that is about to load): somebody would hear that the page is read.
    """
    if not kind.startswith("text/html"):
        return kind, body
    if _WIDE.search(kind) or body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        charset = kind.partition("charset=")[2] if _WIDE.search(kind) else "utf-16"
        kind, body = "text/html; charset=utf-8", body.decode(charset, "replace").encode("utf-8", "replace")
    return kind, _LOADING.sub(rb"<x-\1", body)


def _told(capture: Capture) -> Message:
    message = Message()
    message["Content-Type"] = " ".join((capture.content_type or "").split())
    return message


def _sniffed(body: bytes) -> str | None:
    try:
        return _SNIFFED.get(sniff(body))
    except Unreadable:
        return None
