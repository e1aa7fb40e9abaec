"""Pages as the families read them: Scrapy's HtmlResponse with the charset that the bytes have, not the one declared."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import wraps
from itertools import islice
from typing import TypeVar
from urllib.parse import urljoin, urlsplit
from weakref import WeakKeyDictionary

from lxml.html import HtmlElement
from scrapy.http import HtmlResponse, Response
from w3lib.url import safe_url_string

from reports.charset import decode
from reports.readers.metas import meta_claims

MAX_LINKS = 10_000  # on one page; the longest honest list page seen has some hundreds
_DATE = re.compile(r"(20\d\d)\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})")
_ROW_TAGS = frozenset({"li", "tr", "dd", "dl", "p", "div"})
_HIDING = re.compile(r"(<script\b[^<>]*>\s*)<!--", re.IGNORECASE)
_PLAIN = re.compile(r"https?://[a-z0-9.:-]+/[\w./&=~-]*(\?[\w./?&=~-]+)?", re.ASCII)  # nothing in it has to be escaped
_T = TypeVar("_T")
_LINE_COMMENT = re.compile(r"(?:^|(?<=[\s;{}]))//[^\n]*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link as a reader sees it: absolute address, the fuller of text and title, and the date printed in its row."""

    url: str
    title: str
    date: str | None  # YYYY-MM-DD
    element: HtmlElement


def as_page(response: Response, body: bytes | None = None) -> HtmlResponse:
    """The response decoded by what its bytes are: headers and meta tags lie. ``body`` stands in for that of a 304."""
    content = response.body if body is None else body
    content_type = (response.headers.get("Content-Type") or b"").decode("latin-1") or None
    _, charset = decode(content, content_type)
    return HtmlResponse(response.url, body=content, encoding=charset, request=response.request, status=200)


def live_script(page: HtmlResponse) -> str:
    """The page's text without what is commented out in markup or script: a pager's dead twin often stands there."""
    text = _HIDING.sub(r"\1", page.text)  # <script><!-- hid a live script from browsers that knew none
    for start, end in (("<!--", "-->"), ("/*", "*/")):
        text = _without(text, start, end)
    return _LINE_COMMENT.sub("", text)


def between(text: str, start: str, end: str) -> Iterator[str]:
    """What stands between each ``start`` and the next ``end``; linear, however often either is repeated."""
    pieces = text.split(start)[1:]
    return (piece[: piece.index(end)] for piece in pieces if end in piece)


def is_home(url: str) -> bool:
    """Whether this is a host's home page, to which many send whoever asks for what is not there."""
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query


def absolute(page: HtmlResponse, href: str | None) -> str | None:
    """The web address that a link leads to, escaped as it will be sent; None for scripts, anchors and nonsense."""
    href = (href or "").strip()
    try:
        url = urljoin(page.url, href)
        parts = urlsplit(url)
        sound = parts.hostname and parts.port != 0 and parts.username is None
        if not href or parts.scheme.lower() not in ("http", "https") or not sound:
            return None
        return url if _PLAIN.fullmatch(url) else safe_url_string(url).partition("#")[0]
    except ValueError:  # "http://[…", "http://h:端口/" and the like
        return None


def once(function: Callable[[HtmlResponse], _T]) -> Callable[[HtmlResponse], _T]:
    """Work out once what is asked of a page several times; forgotten with the page."""
    found: WeakKeyDictionary[HtmlResponse, _T] = WeakKeyDictionary()

    @wraps(function)
    def remembered(page: HtmlResponse) -> _T:
        if page not in found:
            found[page] = function(page)
        return found[page]

    return remembered


@once
def anchors(page: HtmlResponse) -> Sequence[Anchor]:
    """Every link of the page that leads somewhere, in document order."""
    return tuple(_anchors(page))


def _anchors(page: HtmlResponse) -> Iterator[Anchor]:
    for element in page.selector.root.iter("a", "area"):
        if (element.get("href") or "#").strip().startswith("#"):
            continue
        if url := absolute(page, element.get("href")):
            yield Anchor(url, _title(element), _row_date(element), element)


def _title(element: HtmlElement) -> str:
    text = " ".join("".join(element.itertext()).split())
    pictured = [element, *element.iter("img")]  # a link that is a picture is called by its alternative text
    title = " ".join((element.get("title") or "").split())
    if not text and not title:
        return " ".join(" ".join(one.get("alt") or "" for one in pictured).split())
    cut = text.rstrip(".…")
    # A list cuts long titles ("眉县人民政府2020年政府信…"); its title attribute has them whole.
    return title if not text or (len(title) > len(text) and title.startswith(cut[:8])) else text


def _row_date(element: HtmlElement) -> str | None:
    row = next((ancestor for ancestor in element.iterancestors() if ancestor.tag in _ROW_TAGS), None)
    if row is None or next(islice(row.iter("a"), 1, None), None) is not None:
        return None
    own = "".join(element.itertext())
    match = _DATE.search("".join(row.itertext()).replace(own, " ", 1))
    return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}" if match else None


def claims_of(page: HtmlResponse) -> dict[str, str]:
    """The national meta tags of the page by field: column, column_type, site_name, site_id_code and more."""
    claims, site_id_code = meta_claims(page.selector.root)
    found = {name: value for (name, _), value in claims.items()}
    return found | ({"site_id_code": site_id_code} if site_id_code else {})


def _without(text: str, start: str, end: str) -> str:
    kept, *rest = text.split(start)
    # A comment that is never closed swallows nothing: browsers would, but then there would be no page either.
    return kept + "".join(piece.partition(end)[2] if end in piece else start + piece for piece in rest)
