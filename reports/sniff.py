"""Tells what bytes are by looking at them, never by their name: HTML, plain text, PDF, or nothing that can be read."""

import re

from reports.model import ContentKind, Unreadable

LARGEST = 50_000_000  # bytes; the largest report seen has 4 MB
# How the bytes begin, what that is called, and as what a report in them waits for a reader.
_MAGIC = (
    (b"\x89PNG\r\n", "PNG picture", ContentKind.IMAGE_ONLY),
    (b"\xff\xd8\xff", "JPEG picture", ContentKind.IMAGE_ONLY),
    (b"GIF8", "GIF picture", ContentKind.IMAGE_ONLY),
    (b"BM", "BMP picture", ContentKind.IMAGE_ONLY),
    (b"II*\x00", "TIFF picture", ContentKind.IMAGE_ONLY),
    (b"MM\x00*", "TIFF picture", ContentKind.IMAGE_ONLY),
    (b"PK\x03\x04", "ZIP archive (docx, xlsx, ofd or zip)", ContentKind.ATTACHMENT_ONLY),
    (b"\xd0\xcf\x11\xe0", "OLE file (doc, xls or wps)", ContentKind.ATTACHMENT_ONLY),
    (b"Rar!", "RAR archive", ContentKind.ATTACHMENT_ONLY),
    (b"7z\xbc\xaf", "7z archive", ContentKind.ATTACHMENT_ONLY),
    (b"\x1f\x8b", "gzip data", None),
    (b"SQLite format 3", "SQLite database", None),
    (b"\x7fELF", "program", None),
    (b"MZ", "program", None),
)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_MARKUP = re.compile(
    rb"<(?:!doctype|html|head|body|meta|title|table|div|span|p|script|h\d|ul|br|a|!--)\b|<!--", re.IGNORECASE
)
_OPENED = re.compile(rb"<(?:html|head|body)\b", re.IGNORECASE)
_CONTROL = bytes(byte for byte in range(32) if byte not in b"\t\n\v\f\r\x1b")
_TAG_START = re.compile(rb"<(?:[a-z/!]|$)", re.IGNORECASE)
_SAMPLE = 65_536


def sniff(body: bytes) -> str:
    """Return "html", "text" or "pdf".

    Raises:
        Unreadable: the bytes are empty, too many, or of a kind that holds no text; the message says which.
    """
    if len(body) > LARGEST:
        raise Unreadable(f"too large: more than {LARGEST // 1_000_000} MB")
    if not body:
        raise Unreadable("empty: 0 bytes")
    if not body.strip(b"\x00 \t\r\n\v\f"):
        what = "NUL bytes" if b"\x00" in body else "white space"
        raise Unreadable(f"empty: {len(body):,} bytes of {what} only")
    if b"%PDF-" in body[:1024]:
        return "pdf"
    for magic, name, waits_for in _MAGIC:
        if body.startswith(magic) and not (len(magic) == 2 and _is_texty(body)):
            raise Unreadable(f"not readable: {name}", waits_for)
    if not body.startswith(_UTF16) and not _is_texty(body):
        raise Unreadable("not readable: binary data")
    head = body[:_SAMPLE].replace(b"\x00", b"") if body.startswith(_UTF16) else body[:_SAMPLE]
    return "html" if _MARKUP.search(head) else "text"


def _is_texty(body: bytes) -> bool:
    """Whether hardly any control characters are among the first bytes."""
    sample = body[:_SAMPLE]
    return len(sample) - len(sample.translate(None, _CONTROL)) <= len(sample) // 200


def is_cut_off(body: bytes) -> bool:
    """Whether an HTML document ends before it closes: inside a tag, or without the end tag of its body."""
    return is_cut_in_tag(body) or (_OPENED.search(body) is not None and not _is_closed(body))


def is_cut_in_tag(body: bytes) -> bool:
    """Whether an HTML document ends inside a tag: proof that it broke off, where a missing end tag is none."""
    tail = body[-2_000:].rstrip()
    start = tail.rfind(b"<")
    return start > tail.rfind(b">") and _TAG_START.match(tail, start) is not None and not _is_closed(body)


def _is_closed(body: bytes) -> bool:
    lower = body.lower()
    return b"</body" in lower or b"</html" in lower
