"""Bytes of a page to text: byte order mark, strict UTF-8, then detection; headers and meta tags are not believed.

Portals declare gb2312 over UTF-8 bodies and the other way round, so only the bytes are asked. GB2312 and GBK are read
as GB18030, their superset: with GB2312 the rarer characters of personal and place names (镕, 喆, 堃) would be lost.
"""

import codecs
import re

from resiliparse.parse.encoding import detect_encoding

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What no text may hold (XML 1.0, 2.2), and noncharacters: a page could forge a reader's own marks with them.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
SAMPLE = 131_072  # bytes shown to the detector


def decode(body: bytes, content_type: str | None = None) -> tuple[str, str]:
    """Decode ``body`` into (text, Python codec name); never raises, undecodable bytes become U+FFFD.

    ``content_type`` is asked last: only where the bytes are neither UTF-8 nor anything Chinese.
    """
    for mark, name in BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace"), name
    try:
        # Not final: a page cut off inside a character is still UTF-8.
        return codecs.getincrementaldecoder("utf-8")("strict").decode(body), "utf-8"
    except UnicodeDecodeError:
        pass
    name = _chinese(detect_encoding(body, max_len=SAMPLE), body, content_type)
    return body.decode(name, "replace"), name


def _chinese(detected: str | None, body: bytes, content_type: str | None) -> str:
    if detected == "utf-8":
        # The detector's fallback answer too: believe it only if few sequences are broken.
        broken = body[:SAMPLE].decode("utf-8", "replace").count("\ufffd")
        return "utf-8" if broken * 50 < len(body[:SAMPLE]) else "gb18030"
    if detected in ("big5", "big5-hkscs"):
        return "big5hkscs"
    if detected in ("gb2312", "gbk", "gb18030", "hz-gb-2312"):
        return "gb18030"
    try:
        # Short or tag-heavy GBK is often taken for a Western or Korean code page.
        codecs.getincrementaldecoder("gb18030")("strict").decode(body)
    except UnicodeDecodeError:
        return _declared(content_type) or "gb18030"
    return "gb18030"


def _declared(content_type: str | None) -> str | None:
    name = (content_type or "").lower().partition("charset=")[2].strip(" \"';")
    try:
        found = codecs.lookup(name).name if name else None
    except (LookupError, ValueError):
        return None
    return found if found in ("big5", "big5hkscs", "utf-16", "utf-16-le", "utf-16-be") else None
