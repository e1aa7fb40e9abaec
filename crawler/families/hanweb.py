"""Hanweb 大汉 JCMS: a list's first records stand in CDATA inside a script, the others come from dataproxy.jsp."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode

from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.families import hanweb_catalogue as catalogue
from crawler.families.base import Declared, Entry, Fetch, ListUnreadable
from crawler.families.generic import Generic, check_columns, is_report_entry
from crawler.families.hanweb_store import TOTAL, WINDOW_PAGES, Store, number_in, records_of, stores_of, without_pagers
from crawler.pages import Anchor, anchors

_COLUMN = re.compile(r"/col/col(\d+)")
_TAG = re.compile(r"<[^<>]*>?")
_ASKED = "hanweb"  # the key in a request's meta


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a request asked for, kept with it: replies say little of themselves."""

    store: Store
    page: int  # of the list, counted from 1, that the answer begins with
    others: tuple[Store, ...]  # lists of the same column page, to be read after this one
    total: int | None  # records of all the lists
    before: str  # the first record of the answer before this one


class Hanweb(Generic):
    """Records of a datastore, then windows of further ones; or the rows of the module's catalogue."""

    name: ClassVar[str] = "hanweb"
    marks: ClassVar[dict[str, int]] = {
        r"<datastore>": 4,
        r"/module/xxgk/(search|tree)\.jsp": 4,
        r"/art/\d{4}/\d{1,2}/\d{1,2}/art_\d+_\d+\.html": 3,
        r"/col/col\d+": 3,
        r"/module/(?:\w{1,40}/){0,5}\w{0,40}jpage": 2,
        r"ZJEG_RSS": 2,
        r"(?i)i_columnid": 1,
    }

    async def open(self, page: HtmlResponse, fetch: Fetch) -> HtmlResponse:
        """A page of the catalogue holds no list: its script asks for it, by the number of a category."""
        if stores_of(page) or not catalogue.is_shell(page):
            return await super().open(page, fetch)
        if any(is_report_entry(entry) for entry in super().entries(page)):
            return page
        return await catalogue.open_list(page, fetch)

    def entries(self, page: HtmlResponse) -> list[Entry]:
        if catalogue.is_reply(page):
            return _entries(catalogue.rows(page))
        if _asked(page):
            return _entries(_linked(page, records_of(page)))
        linked = super().entries(page)
        lists = _lists(page, linked)
        if not lists:
            return linked
        found = _entries(_linked(page, (record for store in lists for record in store.records)))
        urls = {entry.url for entry in found}
        return found + [entry for entry in linked if entry.column and entry.url not in urls]

    def declared(self, page: HtmlResponse) -> Declared:
        if asked := _asked(page):
            live = number_in(TOTAL, page.text) if records_of(page) else None
            if asked.total is None or live is None or asked.store.total is None:
                return Declared(records=asked.total)
            return Declared(records=asked.total - asked.store.total + live)
        lists = () if catalogue.is_reply(page) else self._lists(page)
        return Declared(records=_sum(lists)) if lists else super().declared(without_pagers(page))

    def next_request(self, page: HtmlResponse, number: int) -> Request | None:
        if catalogue.is_reply(page):
            return catalogue.next_request(page, number, self.declared(page).pages)
        if asked := _asked(page):
            return _after(page, asked)
        lists = self._lists(page)
        if not lists:
            return super().next_request(without_pagers(page), number)
        # What a list renders for the next page (?pageNum=2) leads to the first one again: only the proxy is asked.
        check_columns(page, self.entries(page))
        if any(store.more and store.total is None for store in lists):
            raise ListUnreadable(f"a datastore has more records, and does not say how many: {page.url}")
        return _first_of(page, lists, _sum(lists))

    def _lists(self, page: HtmlResponse) -> tuple[Store, ...]:
        return _lists(page, super().entries(page))


# --- What a page says of its lists -----------------------------------------------------------------------------------
def _lists(page: HtmlResponse, linked: list[Entry]) -> tuple[Store, ...]:
    """The datastores that are this column's list; none where they hold news, and the list is among the ``linked``."""
    stores = [store for store in stores_of(page) if store.records]
    column = _COLUMN.search(page.url)
    reports = [sum(map(is_report_entry, _entries(_linked(page, store.records)))) for store in stores]
    own = [
        store
        for store, count in zip(stores, reports, strict=True)
        if 2 * count >= len(store.records) or (column and column[1] in store.columns)
    ]
    if own or not stores or any(map(is_report_entry, linked)):
        return tuple(own)
    return (max(zip(reports, stores, strict=True), key=lambda pair: (pair[0], pair[1].total or 0))[1],)


def _linked(page: HtmlResponse, records: Iterable[str]) -> Sequence[Anchor]:
    """The links in records. An HTML parser takes these for script text: they are parsed as a page of their own."""
    return anchors(HtmlResponse(page.url, body=f"<html><body>{''.join(records)}</body></html>", encoding="utf-8"))


def _entries(links: Iterable[Anchor]) -> list[Entry]:
    found: dict[str, Entry] = {}
    for link in links:
        # The text is often cut or has debris of markup in it; the title attribute has the title.
        shown, told = (" ".join(_TAG.sub("", text).split()) for text in (link.title, link.element.get("title") or ""))
        found.setdefault(link.url, Entry(link.url, shown if shown.startswith(told) else told, link.date))
    return list(found.values())


# --- Asking for more -------------------------------------------------------------------------------------------------
def _asked(page: HtmlResponse) -> _Asked | None:
    asked = page.request.meta.get(_ASKED) if page.request else None
    return asked if isinstance(asked, _Asked) else None


def _after(reply: HtmlResponse, asked: _Asked) -> Request | None:
    """The window after a reply, of the same list or the next one."""
    records, size = records_of(reply), asked.store.per_page
    had = f"records from {(asked.page - 1) * size + 1} on of {asked.store.total}"
    if not records:
        raise ListUnreadable(f"truncated: {reply.url} has no {had}")
    if records[0] == asked.before:
        raise ListUnreadable(f"truncated: {reply.url} repeats itself instead of the {had}")
    # A server that goes by the page answers with one; where some of a window are missing, nothing may be passed over.
    whole = len(records) >= min(WINDOW_PAGES * size, (asked.store.total or 0) - (asked.page - 1) * size)
    pages = WINDOW_PAGES if whole else max(1, len(records) // size)
    following = _window(reply, asked.store, asked.page + pages, asked.others, asked.total, records[0])
    return following or _first_of(reply, asked.others, asked.total)


def _first_of(page: HtmlResponse, lists: tuple[Store, ...], total: int | None) -> Request | None:
    """The first window past what stands on the column page, of the first list that has more."""
    for index, store in enumerate(lists):
        whole, had = len(store.records) // store.per_page, len(store.records)
        if store.total and had < store.total:
            before = store.records[0] if whole else ""
            return _window(page, store, whole + 1, lists[index + 1 :], total, before)
    return None


def _window(
    page: HtmlResponse, store: Store, number: int, others: tuple[Store, ...], total: int | None, before: str
) -> Request | None:
    """Ask for the records from page ``number`` on, None past the end.

    Servers that know no record numbers go by the page, and answer with that page alone; the others with three.
    """
    start, size = (number - 1) * store.per_page, store.per_page
    if store.total is None or start >= store.total:
        return None
    end = min(start + WINDOW_PAGES * size, store.total)
    query = urlencode({"startrecord": start + 1, "endrecord": end, "perpage": size, "page": number})
    referer = page.request.headers.get("Referer") if page.request and _asked(page) else None
    return Request(
        f"{store.url}?{query}",
        method="POST",
        body=urlencode(store.parameters),
        headers={
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "X-Requested-With": "XMLHttpRequest",
            "Referer": referer or page.url,
        },
        meta={_ASKED: _Asked(store, number, others, total, before)},
    )


def _sum(lists: tuple[Store, ...]) -> int | None:
    totals = [store.total for store in lists]
    return None if None in totals else sum(filter(None, totals))
