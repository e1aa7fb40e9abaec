"""Lonsun 龙讯: a column of the disclosure platform is a shell; its rows come from ``/site/label/8888``."""

import re
from typing import ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

from scrapy import Request
from scrapy.http import HtmlResponse
from w3lib.url import add_or_replace_parameter

from crawler.families.base import Declared, Entry, Fetch
from crawler.families.generic import COLUMN_NAME, Generic, check_columns, is_report_entry, names_reports
from crawler.families.replies import whole
from crawler.pages import anchors, live_script

_ADDRESS = re.compile(r"((?:/[\w-]{1,40}){0,4}/site/label/8888)\b")
_LABEL = re.compile(r"\blabelName\b")
_LIST_LABEL = re.compile(r"""labelName["']?\s*[:=]\s*["']?publicInfoList\b""")
_PAGE_COUNT = re.compile(r"""\bpageCount["']?\s*[:=]\s*["']?(\d{1,9})""")
_ORGAN = re.compile(r"/public/column/(\d+)")
_NEWS_COLUMN = re.compile(r"/content/column/\d+$")
_EMPTY = "暂无相关信息"
# What the platform's own script asks; the empty ones are filled from the page.
_QUESTION = {
    "IsAjax": "1",
    "dataType": "html",
    "labelName": "publicInfoList",
    "siteId": "",
    "pageSize": "15",
    "pageIndex": "1",
    "action": "list",
    "fuzzySearch": "false",
    "fromCode": "title",
    "keyWords": "",
    "sortType": "1",
    "isDate": "true",
    "dateFormat": "yyyy-MM-dd",
    "length": "80",
    "organId": "",
    "type": "4",
    "catIds": "",
    "cId": "",
    "catId": "",
    "result": _EMPTY,
    "file": "",
}


class Lonsun(Generic):
    """A list of the platform is asked for with what the shell's script says; news columns are pages of their own."""

    name: ClassVar[str] = "lonsun"
    marks: ClassVar[dict[str, int]] = {
        r"/site/label/8888": 4,
        r"\bLs\.pagination\(": 4,
        r"\bj-fontContent\b": 3,
        r"\bxxgk_nav(?:_list|li)\b": 3,
        r"/public/column/\d+": 3,
        r"/content/column/\d+": 2,
        r"/public/\d+/\d+\.html|/content/article/\d+": 2,
        r"/group\d+/M00/": 1,
    }

    async def open(self, page: HtmlResponse, fetch: Fetch) -> HtmlResponse:
        if not any(is_report_entry(entry) for entry in self.entries(page)) and _is_report_column(page):
            request = _list_request(page)
            if request is not None:
                return await fetch(request)
        return await super().open(page, fetch)

    def entries(self, page: HtmlResponse) -> list[Entry]:
        if not _is_reply(page):
            return super().entries(page)
        # All of a reply is the list, whether or not a report is on this page of it.
        found = {anchor.url: Entry(anchor.url, anchor.title, anchor.date) for anchor in anchors(page) if anchor.title}
        return list(found.values())

    def next_request(self, page: HtmlResponse, number: int) -> Request | None:
        pages, reply = self.declared(page).pages, _is_reply(page)
        if not reply and (pages is None or not _NEWS_COLUMN.search(urlsplit(page.url).path)):
            return super().next_request(page, number)
        if not reply:
            check_columns(page, self.entries(page))
        index = _index(page.url)
        # A reply that counts no pages is followed until the portal says that there is nothing.
        more = index < pages if pages is not None else _EMPTY not in page.text
        return _turned(page, index + 1) if more else None

    def beyond(self, request: Request, gap: int) -> Request | None:
        if "pageIndex=" not in request.url:
            return super().beyond(request, gap)
        # The name of a template may end in a number too.
        return request.replace(url=add_or_replace_parameter(request.url, "pageIndex", str(_index(request.url) + gap)))

    def says_nothing(self, page: HtmlResponse) -> bool:
        return _is_reply(page) and _EMPTY in page.text

    def declared(self, page: HtmlResponse) -> Declared:
        match = _PAGE_COUNT.search(live_script(page))
        return Declared(pages=int(match[1])) if match else super().declared(page)


def _is_reply(page: HtmlResponse) -> bool:
    return urlsplit(page.url).path.endswith("/site/label/8888")


def _is_report_column(page: HtmlResponse) -> bool:
    """Whether the page's own tags or its menu call it the column of annual reports."""
    category = _category(page.url)
    if names_reports(page):
        return True
    return bool(category) and any(
        COLUMN_NAME.search(anchor.title) and _category(anchor.url) == category for anchor in anchors(page)
    )


def _category(url: str) -> str:
    return parse_qs(urlsplit(url).query).get("catId", [""])[0]


def _index(url: str) -> int:
    index = parse_qs(urlsplit(url).query).get("pageIndex", ["1"])[0]
    return whole(index) or 1


def _list_request(page: HtmlResponse) -> Request | None:
    """The first page of the list behind a shell; None where the page does not say all that the portal wants to know."""
    script = live_script(page)
    label, address = _LIST_LABEL.search(script), _ADDRESS.search(script)
    if not label or not address:
        return None
    # A page asks several labels: what stands around this one's name, up to the next one's, belongs to it.
    before, after = script[: label.start()], script[label.end() :]
    around = (_LABEL.split(after)[0], _LABEL.split(before)[-1])

    def told(name: str, value: str = r"\d{1,19}", places: tuple[str, ...] = around) -> str:
        pattern = rf"""\b{name}["']?\s*[:=]\s*["']?({value})"""
        return next((match[1] for place in places if (match := re.search(pattern, place))), "")

    organ = _ORGAN.search(urlsplit(page.url).path)
    filled = {
        "siteId": told("siteId", places=(*around, script)),
        "organId": told("organId") or (organ[1] if organ else ""),
        "catId": _category(page.url) or told("catId"),
        "file": told("file", r"[\w./-]+"),
    }
    if not all(filled.values()):
        return None
    filled["pageSize"] = told("pageSize") or _QUESTION["pageSize"]
    query = urlencode(_QUESTION | filled)
    headers = {"Referer": page.url, "X-Requested-With": "XMLHttpRequest"}
    return Request(f"{page.urljoin(address[1])}?{query}", headers=headers)


def _turned(page: HtmlResponse, number: int) -> Request:
    """The same question for another page."""
    sent = page.request.headers if page.request else {}
    headers = {name: sent[name] for name in ("Referer", "X-Requested-With") if name in sent}
    return Request(add_or_replace_parameter(page.url, "pageIndex", str(number)), headers=headers)
