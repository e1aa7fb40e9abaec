"""As what archived bytes may be shown: a few media types that a browser draws without running anything."""

import codecs
from email.message import Message

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
_UNTOLD = ("", "application/octet-stream")
_SNIFFED = {"html": "text/html", "text": "text/plain"}


def may_be_shown(capture: Capture | None) -> bool:
    """Whether it is worth a frame, by what it was called; without a name the bytes will tell."""
    told = _told(capture).get_content_type() if capture is not None and capture.content_type else ""
    return capture is not None and (told in _SHOWN or told in _UNTOLD)


def media_type(capture: Capture, body: bytes) -> str | None:
    """The field Content-Type for a replay, with the charset as archived; None for what is not to be shown."""
    message = _told(capture)
    told = message.get_content_type() if capture.content_type else ""
    kind = _sniffed(body) if told in _UNTOLD else _SHOWN.get(told)
    if kind is None or not kind.startswith("text/"):
        return kind
    charset = message.get_content_charset("")
    try:
        # Without one that exists, the page's own <meta> is left to speak.
        return f"{kind}; charset={codecs.lookup(charset).name}" if charset.isascii() and charset else kind
    except (LookupError, ValueError):
        return kind


def _told(capture: Capture) -> Message:
    message = Message()
    message["Content-Type"] = " ".join((capture.content_type or "").split())
    return message


def _sniffed(body: bytes) -> str | None:
    try:
        return _SNIFFED.get(sniff(body))
    except Unreadable:
        return None
