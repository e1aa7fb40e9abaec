"""Pages as the families read them: Scrapy's HtmlResponse with the charset that the bytes have, not the one declared."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement
from scrapy.http import HtmlResponse, Response

from reports.charset import decode

_DATE = re.compile(r"(20\d\d)\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})")
_ROW_TAGS = frozenset({"li", "tr", "dd", "dl", "p", "div"})
_COMMENT = re.compile(r"/\*.*?\*/|<!--.*?-->|(?m:(?:^|(?<=[\s;{}]))//[^\n]*)", re.DOTALL)


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
    return _COMMENT.sub("", page.text)


def anchors(page: HtmlResponse) -> Iterator[Anchor]:
    """Every link of the page that leads somewhere, in document order."""
    for element in page.selector.root.iter("a"):
        href = (element.get("href") or "").strip()
        if not href or href.startswith(("#", "javascript:", "mailto:")):
            continue
        try:
            url = page.urljoin(href).split("#")[0]
        except ValueError:  # "http://[…" and the like
            continue
        yield Anchor(url, _title(element), _row_date(element), element)


def _title(element: HtmlElement) -> str:
    text = " ".join("".join(element.itertext()).split())
    title = " ".join((element.get("title") or "").split())
    cut = text.rstrip(".…")
    # A list cuts long titles ("眉县人民政府2020年政府信…"); its title attribute has them whole.
    return title if not text or (len(title) > len(text) and title.startswith(cut[:8])) else text


def _row_date(element: HtmlElement) -> str | None:
    row = next((ancestor for ancestor in element.iterancestors() if ancestor.tag in _ROW_TAGS), None)
    if row is None or len(list(row.iter("a"))) > 1:
        return None
    own = "".join(element.itertext())
    match = _DATE.search("".join(row.itertext()).replace(own, " ", 1))
    return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}" if match else None


def meta(page: HtmlResponse, name: str) -> str:
    """The content of a national meta tag (Guideline for government websites, 2017), "" if absent or not filled in.

    Names come in any case; a template's placeholder is as good as absent.
    """
    wanted = name.lower()
    for element in page.selector.root.iter("meta"):
        if (element.get("name") or "").lower() == wanted:
            content = (element.get("content") or "").strip()
            if content and not content.startswith("<") and content not in ("网站名称", "政府网站标识码", "栏目名称"):
                return content
    return ""
