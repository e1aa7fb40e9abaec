"""Tells what bytes are by looking at them, never by their name: HTML, plain text, PDF, or nothing that can be read."""

import html
import re
from collections.abc import Sequence

from reports.model import ContentKind, Unreadable
from reports.readers.package import open_package

LARGEST = 50_000_000  # bytes; the largest report seen has 4 MB
# How the bytes begin, what that is called, and as what a report in them waits for a reader.
_MAGIC = (
    (b"\x89PNG\r\n", "PNG picture", ContentKind.IMAGE_ONLY),
    (b"\xff\xd8\xff", "JPEG picture", ContentKind.IMAGE_ONLY),
    (b"GIF8", "GIF picture", ContentKind.IMAGE_ONLY),
    (b"BM", "BMP picture", ContentKind.IMAGE_ONLY),
    (b"II*\x00", "TIFF picture", ContentKind.IMAGE_ONLY),
    (b"MM\x00*", "TIFF picture", ContentKind.IMAGE_ONLY),
    (b"Rar!", "RAR archive; no reader for it exists yet", ContentKind.ATTACHMENT_ONLY),
    (b"7z\xbc\xaf", "7z archive", ContentKind.ATTACHMENT_ONLY),
    (b"\x1f\x8b", "gzip data", None),
    (b"SQLite format 3", "SQLite database", None),
    (b"\x7fELF", "program", None),
    (b"MZ", "program", None),
)
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_MARKUP = re.compile(
    rb"<(?:!doctype|html|head|body|meta|title|table|div|span|p|script|h\d|ul|br|a|!--)\b|<!--", re.IGNORECASE
)
_OPENED = re.compile(rb"<(?:html|head|body)\b", re.IGNORECASE)
_CONTROL = bytes(byte for byte in range(32) if byte not in b"\t\n\v\f\r\x1b")
_TAG_START = re.compile(rb"<(?:[a-z/!]|$)", re.IGNORECASE)
_SAMPLE = 65_536
# What is never closed reaches to the end: else each start of it would be searched for its end anew.
_NO_TEXT = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL)
_LINE_ENDS = re.compile(
    r"</?(?:p|div|td|th|tr|table|li|ul|h\d|br|hr|center|section|footer|dd|dt)\b[^>]*(?:>|\Z)", re.IGNORECASE
)
_TAG = re.compile(r"<[^>]*(?:>|\Z)")
# Only a footer's own form counts: a report too may speak of visits to a site, or of who held a meeting.
_FOOTER = re.compile(
    r"版权所有|ICP备|公安网备|公网安备|网站标识码|网站地图"
    r"|(?:^|[\s|])(?:主\s*办|承\s*办|协\s*办|技术支持|维护)(?:单位)?\s*[:：]"
    r"|第\s*\d*\s*位(?:访客|访问者|来访者)|(?:^|[\s|])(?:总|本站|今日|累计|网站)?(?:访问|浏览)量\s*[:：]"
)


def sniff(body: bytes, *, ocr: bool = False) -> str:
    """Return "html", "text", "pdf", "docx", "sheet", "doc" or "zip"; with ``ocr`` also "picture".

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
    if body.startswith(_ZIP):  # before PDF: one that is stored in an archive shows its own first bytes
        return _in_zip(body)
    if b"%PDF-" in body[:1024]:
        return "pdf"
    if body.startswith(_OLE):
        return _in_ole(body)
    unread = _by_magic(body)
    if unread and ocr and unread.waits_for is ContentKind.IMAGE_ONLY:
        return "picture"
    if unread:
        raise unread
    if not body.startswith(_UTF16) and not _is_texty(body):
        raise Unreadable("not readable: binary data")
    head = body[:_SAMPLE].replace(b"\x00", b"") if body.startswith(_UTF16) else body[:_SAMPLE]
    return "html" if _MARKUP.search(head) else "text"


def _by_magic(body: bytes) -> Unreadable | None:
    """What is said of a document that begins as one of a kind without text does."""
    for magic, name, waits_for in _MAGIC:
        if body.startswith(magic) and not (len(magic) == 2 and _is_texty(body)):
            return Unreadable(f"not readable: {name}", waits_for)
    return None


def _in_zip(body: bytes) -> str:
    """What a ZIP archive is by the names in its directory."""
    names = set(open_package(body).namelist())
    if "word/document.xml" in names:
        return "docx"
    if names & {"xl/workbook.xml", "xl/workbook.bin"}:
        return "sheet"
    if "OFD.xml" in names:
        raise Unreadable("not readable: OFD document", ContentKind.ATTACHMENT_ONLY)
    return "zip"


def _in_ole(body: bytes) -> str:
    """What an OLE file is by the names of its streams ([MS-CFB] 2.6.1: UTF-16)."""
    if "WordDocument".encode("utf-16-le") in body:
        return "doc"
    if any(name.encode("utf-16-le") in body for name in ("Workbook", "Book")):
        return "sheet"
    if "EncryptedPackage".encode("utf-16-le") in body:
        raise Unreadable("encrypted document: it asks for a password")
    raise Unreadable("not readable: OLE file (neither Word nor Excel)", ContentKind.ATTACHMENT_ONLY)


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


def ends_in_footer(text: str, anchors: Sequence[str]) -> bool:
    """Whether a page's footer stands behind the last of these passages: then its end arrived, closed or not.

    ``anchors`` are the report's headings or a sentence of it, as printed in ``text``, the page's markup. What stands
    above the report (a counter, a link to the site's map) proves nothing, and nothing does where no anchor is found.
    """
    shown = " ".join(_NO_TEXT.sub(" ", text).split())
    lines = [html.unescape(line) for line in _TAG.sub("", _LINE_ENDS.sub("\n", shown)).split("\n")]
    wanted = {"".join(anchor.split()) for anchor in anchors} - {""}
    last = 0
    for number, line in enumerate(lines, 1):
        bare = "".join(line.split())
        if any(anchor in bare for anchor in wanted):
            last = number
    return last > 0 and any(_FOOTER.search(line) for line in lines[last - 1 :])


def _is_closed(body: bytes) -> bool:
    lower = body.lower()
    return b"</body" in lower or b"</html" in lower
