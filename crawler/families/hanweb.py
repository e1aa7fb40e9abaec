"""Hanweb 大汉 JCMS: the list stands in CDATA inside a script; what is past its first three pages comes on request."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode

from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.families.generic import MAX_LIST_PAGES, Entry, Fetch, Generic, ListPage, ListUnreadable
from crawler.pages import anchors, between

_NEXT_GROUP = re.compile(r"""<nextgroup>.{0,40}?href=["']([^"']+)["']""", re.DOTALL)
_TOTAL = re.compile(r"<totalrecord>\s*(\d+)|totalRecord\s*:\s*(\d+)", re.IGNORECASE)
_PER_PAGE = re.compile(r"perPage\s*:\s*(\d+)")
_PARAMETER = re.compile(
    r"""\b(columnid|unitid|webid|webname|appid|path|permissiontype|sourceContentType)\s*[=:]\s*'?([^,'&}"]*)"""
)
_WINDOW_PAGES = 3  # a reply carries three pages' worth, as the first page does


@dataclass(frozen=True, slots=True)
class _Pager:
    """What the column page says about its list: where to ask for more, and how much there is."""

    url: str
    parameters: dict[str, str]
    total: int
    per_page: int

    def window(self, start: int) -> Request:
        """Ask for the records from ``start`` (1-based) on."""
        end = min(start + _WINDOW_PAGES * self.per_page - 1, self.total)
        query = urlencode({"startrecord": start, "endrecord": end, "perpage": self.per_page})
        return Request(
            f"{self.url}?{query}",
            method="POST",
            body=urlencode(self.parameters),
            headers={
                "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
                "X-Requested-With": "XMLHttpRequest",
            },
        )

    def numbered(self, number: int) -> Request:
        """Ask for the ``number``-th page (1-based), for servers that ignore record numbers."""
        query = urlencode({"page": number, "perpage": self.per_page, **self.parameters})
        return Request(f"{self.url}?{query}", headers={"X-Requested-With": "XMLHttpRequest"})


class Hanweb(Generic):
    """A list is a conversation here: the column page first, then windows of records until all are seen."""

    name: ClassVar[str] = "hanweb"
    marks: ClassVar[dict[str, int]] = {
        r"<datastore>": 4,
        r"/art/\d{4}/\d{1,2}/\d{1,2}/art_\d+_\d+\.html": 3,
        r"/col/col\d+": 3,
        r"/module/(web|jslib|xxgk|download)?/?\w*jpage": 2,
        r"ZJEG_RSS": 2,
        r"(?i)i_columnid": 1,
    }

    async def pages(self, first: HtmlResponse, fetch: Fetch) -> AsyncIterator[ListPage]:
        records = _records(first)
        if not records:
            async for listed in super().pages(first, fetch):
                yield listed
            return
        entries = self.entries(first)
        seen = {entry.url for entry in entries}
        pager = _pager(first)
        more = pager is not None and len(records) < pager.total
        yield ListPage(first, tuple(entries), last=not more)
        if pager is None or not more:
            return
        count, number, by_number = len(records), 1, False
        asked = 0
        while count < pager.total:
            number, asked = number + 1, asked + 1
            if asked == MAX_LIST_PAGES:
                raise ListUnreadable(f"the list has no end within {MAX_LIST_PAGES} pages: {pager.total} records")
            page = await fetch(pager.numbered(number) if by_number else pager.window(count + 1))
            records = _records(page)
            entries = self.entries(page)
            new = {entry.url for entry in entries} - seen
            if not new and not by_number:
                # This server knows page numbers only; the first page's records are its first three pages.
                by_number, number = True, 1
                continue
            if not new and number > pager.total // pager.per_page + 1:
                raise ListUnreadable(f"{len(seen)} of {pager.total} records were to be had")
            seen |= new
            count = len(seen) if by_number else count + len(records)
            yield ListPage(page, tuple(entries), last=count >= pager.total)

    def entries(self, page: HtmlResponse) -> list[Entry]:
        records = _records(page)
        if not records:
            return super().entries(page)
        # An HTML parser takes the records for script text: they are parsed as a page of their own.
        fragment = HtmlResponse(page.url, body=f"<html><body>{''.join(records)}</body></html>", encoding="utf-8")
        found = {anchor.url: Entry(anchor.url, anchor.title, anchor.date) for anchor in anchors(fragment)}
        return list(found.values())


def _records(page: HtmlResponse) -> list[str]:
    """The list items in CDATA, as markup."""
    found = [next(between(record, "<![CDATA[", "]]>"), "") for record in between(page.text, "<record>", "</record>")]
    return [record for record in found if record]


def _pager(page: HtmlResponse) -> _Pager | None:
    text = page.text
    total, per_page = _TOTAL.search(text), _PER_PAGE.search(text)
    if not total or not per_page or int(per_page[1]) < 1:
        return None
    group = _NEXT_GROUP.search(text)
    address, _, query = (group[1] if group else "/module/web/jpage/dataproxy.jsp").replace("&amp;", "&").partition("?")
    parameters = {name: value for name, value in _PARAMETER.findall(query.replace("&", ",") or text) if value}
    if "columnid" in parameters:
        parameters["col"] = "1"
    return _Pager(page.urljoin(address), parameters, int(total[1] or total[2]), int(per_page[1]))
