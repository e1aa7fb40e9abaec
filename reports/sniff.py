"""Tells what bytes are by looking at them, never by their name: HTML, plain text, PDF, or nothing that can be read."""

import re

from reports.model import Unreadable

LARGEST = 50_000_000  # bytes; the largest report seen has 4 MB
_MAGIC = (
    (b"\x89PNG\r\n", "PNG picture"),
    (b"\xff\xd8\xff", "JPEG picture"),
    (b"GIF8", "GIF picture"),
    (b"BM", "BMP picture"),
    (b"II*\x00", "TIFF picture"),
    (b"MM\x00*", "TIFF picture"),
    (b"PK\x03\x04", "ZIP archive (docx, xlsx, ofd or zip)"),
    (b"\xd0\xcf\x11\xe0", "OLE file (doc, xls or wps)"),
    (b"\x1f\x8b", "gzip data"),
    (b"Rar!", "RAR archive"),
    (b"7z\xbc\xaf", "7z archive"),
    (b"SQLite format 3", "SQLite database"),
    (b"\x7fELF", "program"),
    (b"MZ", "program"),
)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_MARKUP = re.compile(
    rb"<(?:!doctype|html|head|body|meta|title|table|div|span|p|script|h\d|ul|br|a|!--)\b|<!--", re.IGNORECASE
)
_CONTROL = bytes(byte for byte in range(32) if byte not in b"\t\n\v\f\r\x1b")
_SAMPLE = 65_536


def sniff(body: bytes) -> str:
    """Return "html", "text" or "pdf".

    Raises:
        Unreadable: the bytes are empty, too many, or of a kind that holds no text; the message says which.
    """
    if len(body) > LARGEST:
        raise Unreadable(f"too large: {len(body):,} bytes, the limit is {LARGEST:,}")
    if not body:
        raise Unreadable("empty: 0 bytes")
    if not body.strip(b"\x00 \t\r\n\v\f"):
        what = "NUL bytes" if b"\x00" in body else "white space"
        raise Unreadable(f"empty: {len(body):,} bytes of {what} only")
    if b"%PDF-" in body[:1024]:
        return "pdf"
    for magic, name in _MAGIC:
        if body.startswith(magic) and not (len(magic) == 2 and _is_texty(body)):
            raise Unreadable(f"not readable: {name}")
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
    tail = body[-2_000:].rstrip()
    if tail.rfind(b"<") > tail.rfind(b">"):
        return True
    lower = body.lower()
    return b"<body" in lower and b"</body" not in lower and b"</html" not in lower
