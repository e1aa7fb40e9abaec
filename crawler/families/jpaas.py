"""Hanweb JPAAS: a list's first page is static or loaded by a script, the others are units that the server builds."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from lxml.html import HtmlElement
from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.families.base import Declared, Entry, Fetch, ListUnreadable
from crawler.families.generic import Generic, check_columns, is_report_entry, names_reports
from crawler.families.replies import parse_json, whole
from crawler.pages import anchors, live_script

_API = "/api-gateway/jpaas-publish-server/front/page/build/unit"
# 'webId':'52', "pageId": "1638", tplSetId = 'x': in an attribute called queryData, or as variables or attributes.
_PAIR = re.compile(
    r"""\b(webId|pageId|tplSetId|tagId|parseType|pageType|editType)["']?\s*[:=]\s*["']([^"']+)["']""", re.IGNORECASE
)
_NAMES = {name.lower(): name for name in ("webId", "pageId", "tplSetId", "tagId", "parseType", "pageType", "editType")}
_NEEDED = {"webId", "pageId", "tplSetId"}
_DEFAULTS = {"parseType": "bulidstatic", "pageType": "column", "editType": "null"}  # spelled so by the server
_LIST_TAG = re.compile(r"列表|分页|list|当前栏目|内容", re.IGNORECASE)
_PAGE_SIZE = 15  # where nothing says how many links a page has
_MOST_UNITS = 3  # asked for on one page, until one of them is the list
_FIRST = "jpaas"  # the key in a request's meta: how many records the first page told of


@dataclass(frozen=True, slots=True)
class _Unit:
    """A part of a page that the server builds; a pager tells how many records its list has, and a page of it."""

    parameters: tuple[tuple[str, str], ...]
    records: int | None
    rows: int | None


class Jpaas(Generic):
    """Lists of plain links, page by number."""

    name: ClassVar[str] = "jpaas"
    marks: ClassVar[dict[str, int]] = {
        r"jpaas-publish-server": 4,
        r"\bart\\?/\d{4}\\?/art_[0-9a-f]{32}\.html": 4,
        r"jpaas-web-server": 3,
        r"unitbuild\.js": 3,
    }

    async def open(self, page: HtmlResponse, fetch: Fetch) -> HtmlResponse:
        """A column without a list has it built by a script; several scripts may build something."""
        if _is_reply(page) or any(map(is_report_entry, self.entries(page))) or not names_reports(page):
            return page
        for unit in _units(page)[:_MOST_UNITS]:
            reply = await fetch(_request(page, unit.parameters, 1, unit.rows or _PAGE_SIZE))
            try:
                if any(map(is_report_entry, self.entries(reply))):
                    return reply
            except ListUnreadable:
                continue  # this unit is none that can be asked for alone
        return await super().open(page, fetch)

    def entries(self, page: HtmlResponse) -> list[Entry]:
        if not _is_reply(page):
            return super().entries(page)
        links = {anchor.url: anchor for anchor in anchors(_built(page)) if anchor.title}
        return [Entry(anchor.url, anchor.title, anchor.date) for anchor in links.values()]

    def declared(self, page: HtmlResponse) -> Declared:
        if not _is_reply(page):
            units = _units(page)
            return Declared(records=units[0].records) if units else super().declared(page)
        try:
            told, _ = _pager(_built(page))
        except ListUnreadable:
            return Declared()
        first = _told_first(page, told)
        return Declared(records=None if first is None else first if told is None else told)

    def next_request(self, page: HtmlResponse, number: int) -> Request | None:
        listed = len(self.entries(page))
        if _is_reply(page):
            return _after(page, number, listed)
        units = _units(page)
        if not units:
            return super().next_request(page, number)
        check_columns(page, self.entries(page))
        unit, size = units[0], units[0].rows or listed or _PAGE_SIZE
        if unit.records is not None and unit.records <= size:
            return None
        return _request(page, unit.parameters, number + 1, size, first=unit.records)


def _after(reply: HtmlResponse, number: int, listed: int) -> Request | None:
    """The page after the ``number``-th. A server may know page sizes of its own: the first page shows what it does."""
    asked = dict(parse_qsl(urlsplit(reply.url).query))
    records, rows = _pager(_built(reply))
    size = (rows or listed or _PAGE_SIZE) if number == 1 else _asked_size(asked)
    # Where no number of records is told, a page that is not full is the last one; where one is, an empty page is none.
    if listed < size if records is None else number * size >= records:
        return None
    parameters = tuple((name, value) for name, value in asked.items() if name != "paramJson")
    return _request(reply, parameters, number + 1, size, first=_told_first(reply, records))


def _request(
    page: HtmlResponse, parameters: tuple[tuple[str, str], ...], number: int, size: int, *, first: int | None = None
) -> Request:
    """Ask for a page of a unit. Numbers outside paramJson are ignored; without Referer the request is refused."""
    told = json.dumps({"pageNo": number, "pageSize": size}, separators=(",", ":"))
    query = urlencode(_DEFAULTS | dict(parameters) | {"paramJson": told})
    meta = {_FIRST: first} if number > 1 else {}
    return Request(f"{page.urljoin(_API)}?{query}", headers={"Referer": _column_url(page)}, meta=meta)


def _told_first(reply: HtmlResponse, told: int | None) -> int | None:
    """How many records the list's first page told of; ``told`` where this reply is it."""
    first = reply.request.meta.get(_FIRST, told) if reply.request else told
    return first if isinstance(first, int) else None


def _asked_size(asked: dict[str, str]) -> int:
    match = re.search(r'"pageSize":\s*"?(\d{1,9})', asked.get("paramJson", ""))
    return int(match[1]) if match else _PAGE_SIZE


def _is_reply(page: HtmlResponse) -> bool:
    return urlsplit(page.url).path == _API


def _column_url(page: HtmlResponse) -> str:
    """The column's address: links in what was built for it are relative to that."""
    referer = page.request.headers.get("Referer") if page.request and _is_reply(page) else None
    return referer.decode("utf-8", "replace") if referer else page.url


def _built(reply: HtmlResponse) -> HtmlResponse:
    """The markup in a reply, as a page."""
    data = parse_json(reply, "unit").get("data")
    markup = data.get("html") if isinstance(data, dict) else data
    if not isinstance(markup, str):
        raise ListUnreadable(f"{reply.url} has no such unit")
    return HtmlResponse(_column_url(reply), body=f"<html><body>{markup}</body></html>", encoding="utf-8")


def _units(page: HtmlResponse) -> list[_Unit]:
    """The units a page names, the likeliest to be its list first: one with a pager, one called a list."""
    records, rows = _pager(page)
    found: dict[tuple[tuple[str, str], ...], _Unit] = {}
    for element in _with_query(page):
        parameters = _parameters(element.get("querydata"))
        if dict(parameters).keys() >= _NEEDED:
            own = _counts(element)
            if own != (None, None) or parameters not in found:
                found[parameters] = _Unit(parameters, *own)
    if not found:
        parameters = _parameters(live_script(page))
        if dict(parameters).keys() >= _NEEDED:
            return [_Unit(parameters, records, rows)]
    return sorted(found.values(), key=_fitness, reverse=True)


def _fitness(unit: _Unit) -> tuple[bool, bool]:
    return unit.records is not None, _LIST_TAG.search(dict(unit.parameters).get("tagId", "")) is not None


def _parameters(text: str) -> tuple[tuple[str, str], ...]:
    """The ids in an attribute or a script; of several the first."""
    found: dict[str, str] = {}
    for name, value in _PAIR.findall(text):
        found.setdefault(_NAMES[name.lower()], value)
    return tuple(sorted(found.items()))


def _with_query(page: HtmlResponse) -> Iterator[HtmlElement]:
    return (element for element in page.selector.root.iter() if element.get("querydata"))


def _pager(page: HtmlResponse) -> tuple[int | None, int | None]:
    """How many records a list has, and how many a page of it shows."""
    counts = (_counts(element) for element in page.selector.root.iter() if element.get("pageno"))
    return next((pair for pair in counts if pair[0] is not None), (None, None))


def _counts(element: HtmlElement) -> tuple[int | None, int | None]:
    return whole(element.get("count")), whole(element.get("rows")) or None
