"""Ucap 开普云: static pages under a pager that counts from 1, or a search service that answers in JSON."""

import re
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from lxml.html import HtmlElement
from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.families.base import Declared, Entry, Fetch, ListUnreadable
from crawler.families.generic import COLUMN_NAME, OTHERS_COLUMN, Generic, is_report_entry, names_reports
from crawler.families.replies import objects_of, parse_json, text_of, whole
from crawler.pages import absolute, anchors, live_script

# (element, pages, current page, stem, suffix) and at times the number of records.
_CALL = re.compile(
    r"""createPageHTML\(\s*["'][\w-]+["']\s*,\s*(\d{1,9})\s*,\s*\d{1,9}\s*,\s*["']([\w./-]+)["']\s*,\s*["'](\w+)["']"""
)
_SERVICE = re.compile(r"/(common/search|searchList)/([0-9a-f]{32})?(?:\?([^\"'\s<>]*))?")
_CHANNEL = re.compile(r"[0-9a-f]{32}")
_QUESTION = {
    "_isAgg": "true",
    "_isJson": "true",
    "_pageSize": "20",
    "_template": "index",
    "_rangeTimeGte": "",
    "_channelName": "",
}
_CHILD = re.compile(r"/xxgk_list\.s?html$")
_QUOTED_CHILD = re.compile(r"""["']([^"'\s<>]*/xxgk_list\.s?html)["']""")
_TAG = re.compile(r"<[^<>]*>")
_DATE = re.compile(r"20\d\d-\d\d-\d\d")
_ROWS = "ucap_rows"  # in a request's meta: the most records that a page held, which may be fewer than asked for


class Ucap(Generic):
    """Page 1 is ``list.shtml``, page k ``list_{k}.shtml``; where a page lists nothing, its script asks the service."""

    name: ClassVar[str] = "ucap"
    marks: ClassVar[dict[str, int]] = {
        r"createPageHTML\(\s*[\"'][\w-]+[\"']\s*,\s*\d": 4,
        r"(?i)\bid=[\"']?UCAP-CONTENT|<ucapcontent": 4,
        r"/(common/search|searchList)/[0-9a-f]{32}": 4,
        r"(?i)<meta[^<>]{0,300}[\"']channelid[\"'][^<>]{0,300}(?<![0-9a-f])[0-9a-f]{32}": 3,
        r"/20\d{4}/[0-9a-f]{32}\.shtml|/20\d\d/\d{1,2}/\d{1,2}/[0-9a-f]{32}\.shtml": 3,
        r"/20\d{4}/c\d{2}_\d+\.shtml": 3,
        r"/content/(\w+/)?content_\d{19}\.s?html": 3,
        r"/xxgk_(lists?|navs)\.shtml": 3,
        r"\"publishedTimeStr\"": 9,  # the service's answer, whatever marks the articles inside it carry
    }

    async def open(self, page: HtmlResponse, fetch: Fetch) -> HtmlResponse:
        """An aggregator's list is that of a child column; a page that lists nothing itself has the service do it."""
        if self._lists(page) or not names_reports(page):
            return page
        if child := _child(page):
            page = await fetch(Request(child, headers={"Referer": page.url}))
            if self._lists(page):
                return page
        if question := _question(page):
            return await fetch(Request(question, headers={"Referer": page.url}))
        return await super().open(page, fetch)

    def _lists(self, page: HtmlResponse) -> bool:
        return any(is_report_entry(entry) for entry in self.entries(page))

    def entries(self, page: HtmlResponse) -> list[Entry]:
        reply = _reply(page)
        if reply is None:
            return super().entries(page)
        found: dict[str, Entry] = {}
        for record in reply["results"]:
            url = absolute(page, text_of(record.get("url")))
            title = " ".join(_TAG.sub("", text_of(record.get("title"))).split())
            if url and title:
                date = _DATE.match(text_of(record.get("publishedTimeStr")))
                found.setdefault(url, Entry(url, title, date[0] if date else None))
        return list(found.values())

    def next_request(self, page: HtmlResponse, number: int) -> Request | None:
        reply = _reply(page)
        if reply is not None:
            return _next_question(page, reply, number)
        call = _CALL.search(live_script(page))
        if call and number < int(call[1]):
            return Request(page.urljoin(f"{call[2]}_{number + 1}.{call[3]}"))
        return super().next_request(page, number)

    def declared(self, page: HtmlResponse) -> Declared:
        try:
            reply = _reply(page)
        except ListUnreadable:
            return Declared()
        if reply is not None:
            return Declared(records=whole(reply.get("total")))
        call = _CALL.search(live_script(page))
        return Declared(pages=int(call[1])) if call else super().declared(page)


def _child(page: HtmlResponse) -> str | None:
    """The child column with the government's own reports; None for a page that is no aggregator."""
    folder = page.url.partition("?")[0].rpartition("/")[0] + "/"
    linked = [(anchor.url, "".join(anchor.title.split())) for anchor in anchors(page)]
    quoted = [(url, "") for href in _QUOTED_CHILD.findall(live_script(page)) if (url := absolute(page, href))]
    best: tuple[tuple[bool, bool], str] | None = None
    named_for_others = {url for url, title in linked if OTHERS_COLUMN.search(title)}
    for url, title in linked + quoted:
        rank = (bool(COLUMN_NAME.search(title)), url.startswith(folder))
        own = _CHILD.search(url) and url != page.url and url not in named_for_others
        if own and any(rank) and (best is None or rank > best[0]):
            best = (rank, url)
    return best[1] if best else None


def _question(page: HtmlResponse) -> str | None:
    """What the page's script asks the service for the first page of the list; None where it asks nothing."""
    channel = next((found for meta in page.selector.root.iter("meta") if (found := _channel_in(meta))), None)
    asked = list(_SERVICE.finditer(live_script(page).replace("&amp;", "&")))
    # Beside the column's own list other boxes of the page may be filled by the service too.
    asked.sort(key=lambda match: (match[2] or channel) != channel)
    for match in asked:
        if number := match[2] or channel:
            query = _QUESTION | dict(parse_qsl(match[3] or "", keep_blank_values=True))
            query |= {"_isJson": "true", "page": "1"}
            return page.urljoin(f"/{match[1]}/{number}?{urlencode(query)}")
    return None


def _channel_in(meta: HtmlElement) -> str | None:
    content = meta.get("content") or ""
    return content if (meta.get("name") or "").lower() == "channelid" and _CHANNEL.fullmatch(content) else None


def _next_question(page: HtmlResponse, reply: dict[str, Any], number: int) -> Request | None:
    address, _, query = page.url.partition("?")
    fields = dict(parse_qsl(query, keep_blank_values=True))
    shown, total = len(reply["results"]), whole(reply.get("total"))
    asked = whole(fields.get("page")) or 1
    size = max(shown, page.request.meta.get(_ROWS, 0) if page.request else 0)
    if (asked - 1) * size + shown >= total if total is not None else not shown:
        return None
    if number > asked:
        raise ListUnreadable(f"page {number} is not to be had, of {total or 'untold'} records: {page.url}")
    following = f"{address}?{urlencode(fields | {'page': number + 1})}"
    return Request(following, headers=_referer(page), meta={_ROWS: size})


def _referer(page: HtmlResponse) -> dict[str, Any]:
    referer = page.request.headers.get("Referer") if page.request else None
    return {"Referer": referer} if referer else {}


def _reply(page: HtmlResponse) -> dict[str, Any] | None:
    """What the service answered; None for a page that is not the service's.

    Raises:
        ListUnreadable: it is the service's, and holds no results.
    """
    asked = _SERVICE.match(urlsplit(page.url).path)
    if not asked or not asked[2]:
        return None
    data = parse_json(page, "results").get("data")
    results = objects_of(data.get("results")) if isinstance(data, dict) else None
    if not isinstance(data, dict) or results is None:
        raise ListUnreadable(f"the search service answers with no results: {page.url}")
    return {**data, "results": results}
