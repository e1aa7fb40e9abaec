"""What a page renders of its pager: the next page's address, numbers, totals, and what only a script knows."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml.html import HtmlElement
from scrapy.http import HtmlResponse

from crawler.families.base import Declared, ListUnreadable
from crawler.pages import absolute, live_script

_NEXT = re.compile(r"[\s\[<《]*(下一?页|后一?页|下一?頁|next(\s*page)?)[\s\]>》»›→]*", re.IGNORECASE)
_SIGNS = ("›", ">", "→", "»", ">>")  # the double ones last: beside a single one they lead to the last page
_NOWHERE = re.compile(r"|#.*|javascript:\s*(void\b.*|;?)", re.IGNORECASE)
# "共3页", "第1页/共3页", "1/3页", and what pagers call it in script.
_PAGES = re.compile(
    r"共\s*(\d{1,4})\s*页|\b\d{1,4}\s*/\s*(\d{1,4})\s*页|\b(?:totalPages?|pageCount|countPage)\s*[=:]\s*[\"']?(\d+)",
    re.IGNORECASE,
)
_RECORDS = re.compile(
    r"共\s*有?\s*(\d{1,6})\s*条|\b(?:totalRecords?|totalCount|recordCount)\s*[=:]\s*[\"']?(\d+)", re.IGNORECASE
)
_CURRENT = re.compile(r"第\s*(\d{1,4})\s*页|\b(\d{1,4})\s*/\s*\d{1,4}\s*页")
_PLACE = re.compile(r"第\s*\d{1,4}\s*页|\d{1,4}\s*/\s*\d{1,4}|共\s*\d{1,4}\s*页|«|‹|<<|上一?页")
_NUMBER = re.compile(r"[\s\[第]*(\d{1,4})[\s\]页]*")
_MAX_NUMBERS = 20  # a pager shows fewer; a calendar more
# Where an address has the number of its page: ?page=2, page_2.html, index_2.html, /2.html, list-2/
_ORDINAL = re.compile(
    r"(?:(?<=[?&]page=)|(?<=[?&]p=)|(?<=[?&]pn=)|(?<=pageno=)|(?<=pagenum=)|(?<=pageindex=)|(?<=currentpage=)|(?<=currpage=))"
    r"\d{1,4}(?=&|$)|(?<=[/_-])\d{1,4}(?=(?:\.s?html?|\.jspx?|\.php|\.aspx?)?/?$)",
    re.IGNORECASE,
)


def declared_in(page: HtmlResponse) -> Declared:
    """The pages and records that a page's live text or script speaks of."""
    text = live_script(page)
    pages, records = _PAGES.search(text), _RECORDS.search(text)
    return Declared(_first(pages), _first(records))


def current_in(page: HtmlResponse) -> int:
    """The page that this one says to be, 1 where it says nothing."""
    return _first(_CURRENT.search(page.text)) or 1


def next_address(page: HtmlResponse, number: int) -> tuple[str | None, bool]:
    """(The rendered address of the page after the ``number``-th, whether only a script would go there).

    Words go before numbers, numbers before signs: ``»`` is the next page in one pager and the last one in another.
    """
    worded, numbered, signed, scripted = [], [], [], False
    for element in page.selector.root.iter("a"):
        sign = _sign(element)
        if _NEXT.fullmatch(sign):
            worded.append(element)
        elif (match := _NUMBER.fullmatch(sign)) and int(match[1]) == number + 1:
            numbered.append(element)
        elif sign in _SIGNS:
            signed.append(element)
    numbered = [element for element in numbered if _among_numbers(element, number)]
    signed = sorted((element for element in signed if _in_pager(element)), key=lambda e: _SIGNS.index(_sign(e)))
    for group in (worded, numbered, signed[:1]):
        for element in group:
            href = (element.get("href") or "").strip()
            url = absolute(page, href)
            if _NOWHERE.fullmatch(href) or url is None:
                scripted = scripted or _moves(element, href)
            elif url != page.url and urlsplit(url).hostname == urlsplit(page.url).hostname:
                return url, False
            else:
                return None, False  # the next page of the last one is itself
    return _optioned(page, number), scripted


def incremented(url: str, by: int) -> str | None:
    """The address ``by`` pages further on, where the number of its page stands in it."""
    *_, last = [None, *_ORDINAL.finditer(url)]
    return f"{url[: last.start()]}{int(last[0]) + by}{url[last.end() :]}" if last else None


def check_end(page: HtmlResponse, number: int, listed: int, *, scripted: bool) -> str | None:
    """Where no next page is rendered: None if the list ends with this page, or an address that must follow.

    Raises:
        ListUnreadable: there is more, or there may be, and nothing tells its address.
    """
    declared = declared_in(page)
    if declared.pages:
        if declared.pages <= max(number, current_in(page)):
            return None
        following = incremented(page.url, 1) if number > 1 else None
        if following is None:
            raise ListUnreadable(
                f"page {number} of {declared.pages} leads no further: only a script knows the next address"
            )
        return following
    if scripted:
        raise ListUnreadable(f"only a script knows the address of the page after {page.url}")
    if declared.records and number == 1 and declared.records > listed:
        raise ListUnreadable(f"{declared.records} records are declared, {listed} are listed, and nothing leads further")
    return None


def _sign(element: HtmlElement) -> str:
    """What a link says: its text, else its title or its picture's."""
    text = "".join(element.itertext()).strip()
    pictured = (picture.get("alt") or picture.get("title") or "" for picture in element.iter("img"))
    return text or (element.get("title") or "").strip() or next(pictured, "").strip()


def _moves(element: HtmlElement, href: str) -> bool:
    """Whether a link without an address goes anywhere at all; a disabled one does not."""
    return bool(element.get("onclick")) or not _NOWHERE.fullmatch(href)


def _containers(element: HtmlElement) -> Iterator[HtmlElement]:
    for ancestor in list(element.iterancestors())[:3]:
        if ancestor.tag not in ("body", "html"):
            yield ancestor


def _among_numbers(element: HtmlElement, number: int) -> bool:
    """Whether the link stands in a row of page numbers that has the present page's too."""
    for container in _containers(element):
        texts = ["".join(text.split()) for text in container.itertext()]
        numbers = [int(match[1]) for text in texts if (match := _NUMBER.fullmatch(text))]
        if number in numbers:
            return numbers.index(number) < _MAX_NUMBERS and len(numbers) <= _MAX_NUMBERS
    return False


def _in_pager(element: HtmlElement) -> bool:
    """Whether a sign stands beside page numbers, a total or its counterpart: no menu, no path, no "more"."""
    for container in _containers(element):
        texts = ["".join(text.split()) for text in container.itertext()]
        numbered = sum(bool(_NUMBER.fullmatch(text)) for text in texts)
        if 0 < numbered <= _MAX_NUMBERS or _PLACE.search(" ".join(texts)):
            return True
    return False


def _optioned(page: HtmlResponse, number: int) -> str | None:
    """The address in a box to choose the page from."""
    for box in page.selector.root.iter("select"):
        options = list(box.iter("option"))
        told = [_NUMBER.fullmatch("".join("".join(option.itertext()).split())) for option in options]
        if len(options) > number and all(match and int(match[1]) == n for n, match in enumerate(told, 1)):
            value = (options[number].get("value") or "").strip()
            if re.search(r"[./?]", value):
                return absolute(page, value)
    return None


def _first(match: re.Match[str] | None) -> int | None:
    return int(next(filter(None, match.groups()))) if match else None
