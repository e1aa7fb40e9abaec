"""Epoint 国泰新点: lists come from an API that takes JSON by POST; some servers count its pages from 0, some from 1."""

import json
import re
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from scrapy import Request
from scrapy.http import HtmlResponse
from w3lib.html import remove_tags, replace_entities

from crawler.families.base import Declared, Entry, Fetch, ListUnreadable
from crawler.families.generic import Generic, is_report_entry, names_reports
from crawler.families.replies import objects_of, parse_json, text_of, whole, whole_characters
from crawler.outcomes import NotFetched
from crawler.pages import absolute, live_script
from reports.states import VisitOutcome

_ACTION = "/rest/lightfrontaction/getgovinfolist"
_SCRIPTS = re.compile(r"webBuilderCommon|ajaxReq", re.IGNORECASE)
_SITE = re.compile(r"""siteGuid["']?\s*[:=]\s*["']([0-9a-fA-F-]{32,36})["']""")
_PROJECT = re.compile(r"""projectName["']?\s*[:=]\s*["']([^"'\s]+)["']""")
_API = re.compile(rf"""["']([^"'\s]*){_ACTION}["']""", re.IGNORECASE)
_WRAPPED = re.compile(r"""["']?\bparams["']?\s*:""")
_CATEGORY = re.compile(r"""\bcategorynum["']?\s*[:=]\s*["'](\d{3,})["']""", re.IGNORECASE)
_TREE = re.compile(r"/(\d{6,})(?=/)")  # the folders of the tree of columns: /002005/002005003/
_PAGE_SIZE = re.compile(r"""\bpageSize["']?\s*[:=]\s*["']?(\d{1,9})""")
_PAGER = re.compile(r"""\.pagination\(\{[^}]{0,400}?\btotal["']?\s*:\s*["']?(\d{1,9})""")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_SIZE = 20  # rows, where the page does not say how many it asks for


class Epoint(Generic):
    """``open`` finds out how the API wants to be asked; the question then stands in the body of each request."""

    name: ClassVar[str] = "epoint"
    marks: ClassVar[dict[str, int]] = {
        r"webBuilderCommon\.js": 4,
        r"lightfrontaction/": 4,
        r"\bEWB[-_]\w+": 3,
        r"""categorynum["']?\s*[=:]""": 2,
        r"/00\d{4}/00\d{7}/": 2,
        r"/20\d{6}/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.html": 2,
    }

    async def open(self, page: HtmlResponse, fetch: Fetch) -> HtmlResponse:
        """Costs the site's script and two questions, the second to learn where the API begins to count."""
        if _is_reply(page):
            return page
        listed = any(is_report_entry(entry) for entry in self.entries(page))
        category = _category(page)
        if category is None or not (listed or names_reports(page)) or (listed and self._ends(page)):
            return await super().open(page, fetch)
        told = await _told(page, fetch)
        address, site = _address(page, told), _SITE.search(told)
        if address is None or site is None:
            return await super().open(page, fetch)
        size = _PAGE_SIZE.search(live_script(page))
        question = {
            "deptcode": "",
            "categorynum": category,
            "pageSize": int(size[1]) if size and int(size[1]) else _SIZE,
        }
        question["siteGuid"] = site[1]
        likely = bool(_WRAPPED.search(told))
        for wrapped in (likely, not likely):
            first = await self._first(_Api(address, page.url, fetch, wrapped), question)
            if first is not None:
                return first
        return page

    async def _first(self, api: "_Api", question: dict[str, Any]) -> HtmlResponse | None:
        """The first page, whatever its number is; None where the API does not take the question so.

        A server that counts from 1 answers 0 with an error, with nothing, or with the first page once more.
        """
        one = await api.ask(question, 1)
        rows = _rows(one)
        if rows and len(rows) >= (self.declared(one).records or len(rows) + 1):
            return one
        try:
            zero = await api.ask(question, 0)
        except NotFetched as failure:
            if failure.outcome is VisitOutcome.BLOCKED:
                raise
            return one if rows else None
        before = _rows(zero)
        if before and before != rows:
            return zero
        return one if rows else None

    def _ends(self, page: HtmlResponse) -> bool:
        """Whether a rendered list can be read to its end as it stands."""
        try:
            self.next_request(page, 1)
        except ListUnreadable:
            return False
        return True

    def entries(self, page: HtmlResponse) -> list[Entry]:
        if not _is_reply(page):
            return super().entries(page)
        found: dict[str, Entry] = {}
        for row in _list(page)[0]:
            address = text_of(row.get("infourl"))
            marked_up = text_of(row.get("realtitle")) or text_of(row.get("title"))
            title = whole_characters(replace_entities(remove_tags(marked_up)))  # &#xD83D; is half a character, too
            date = _DATE.match(text_of(row.get("infodate")))
            if address and (url := absolute(page, address if "://" in address or address[0] == "/" else f"/{address}")):
                found.setdefault(url, Entry(url, " ".join(title.split()), date[0] if date else None))
        return list(found.values())

    def next_request(self, page: HtmlResponse, number: int) -> Request | None:
        if not _is_reply(page):
            total = self.declared(page).records
            request = super().next_request(page, number)
            if request is None and number == 1 and total and total > len(self.entries(page)):
                raise ListUnreadable(f"{total} records, and no address of the next page")
            return request
        listed, total = _list(page)
        sent, question, rows = *_sent(page.request), len(listed)
        # A server may give fewer rows than it was asked for: the first page shows how many.
        size = min(question["pageSize"], rows or 1) if number == 1 else question["pageSize"]
        if rows == 0 and total and total - (number - 1) * size > size:
            raise ListUnreadable(f"{total} records, and page {number} has none of them")
        if rows == 0 or (total and number * size >= total and not (rows == size and number * size > total)):
            return None
        following = {**question, "pageIndex": question["pageIndex"] + 1, "pageSize": size}
        referer = page.request.headers.get("Referer") if page.request else None
        return _post(page.url, {"params": following} if "params" in sent else following, referer)

    def beyond(self, request: Request, gap: int) -> Request | None:
        if request.method != "POST":
            return super().beyond(request, gap)
        sent, asked = _sent(request)
        asked["pageIndex"] += gap
        return request.replace(body=_json(sent))

    def declared(self, page: HtmlResponse) -> Declared:
        if _is_reply(page):
            try:
                return Declared(records=_list(page)[1])
            except ListUnreadable:
                return Declared()
        match = _PAGER.search(live_script(page))
        return Declared(records=int(match[1])) if match else super().declared(page)


class _Api:
    """Where a portal's API is, and whether it wants its question wrapped."""

    def __init__(self, address: str, referer: str, fetch: Fetch, wrapped: bool) -> None:
        self.address = address
        self.referer = referer
        self.fetch = fetch
        self.wrapped = wrapped

    async def ask(self, question: dict[str, Any], index: int) -> HtmlResponse:
        whole = {**question, "pageIndex": index}
        return await self.fetch(_post(self.address, {"params": whole} if self.wrapped else whole, self.referer))


def _post(url: str, question: dict[str, Any], referer: str | bytes | None) -> Request:
    headers = {"Content-Type": "application/json; charset=UTF-8", "X-Requested-With": "XMLHttpRequest"}
    request = Request(url, method="POST", body=_json(question), headers=headers)
    if referer:
        request.headers["Referer"] = referer
    return request


def _json(question: dict[str, Any]) -> str:
    return json.dumps(question, ensure_ascii=False, separators=(",", ":"))


def _is_reply(page: HtmlResponse) -> bool:
    return urlsplit(page.url).path.lower().endswith(_ACTION)


def _list(page: HtmlResponse) -> tuple[list[dict[str, Any]], int | None]:
    """The rows of a reply, and how many the list has.

    Raises:
        ListUnreadable: the reply has neither.
    """
    custom = parse_json(page, "list").get("custom")
    if isinstance(custom, dict):
        rows, total = objects_of(custom.get("data")), whole(custom.get("total"))
        if rows is not None or total is not None:
            return rows or [], total
    raise ListUnreadable(f"no list in the answer of {page.url}")


def _rows(page: HtmlResponse) -> list[dict[str, Any]]:
    """The rows of what may be no reply at all: so a server answers an index that it does not count from."""
    try:
        return _list(page)[0]
    except ListUnreadable:
        return []


def _sent(request: Request | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """The body that was posted, and the question in it.

    Raises:
        ListUnreadable: there is none, as after a redirect, which turns a POST into a GET.
    """
    try:
        sent = json.loads(request.body) if request else None
    except ValueError:
        sent = None
    question = sent.get("params", sent) if isinstance(sent, dict) else None
    if isinstance(sent, dict) and isinstance(question, dict) and {"pageIndex", "pageSize"} <= question.keys():
        return sent, question
    raise ListUnreadable(f"the answer of {request.url if request else 'a list'} was not asked for with a question")


def _category(page: HtmlResponse) -> str | None:
    """The number of the column that the page stands for: in its address, its script, or its folder."""
    asked = parse_qs(urlsplit(page.url).query).get("categorynum")
    scripted = _CATEGORY.search(live_script(page))
    folders = _TREE.findall(urlsplit(page.url).path)
    return asked[0] if asked else scripted[1] if scripted else folders[-1] if folders else None


async def _told(page: HtmlResponse, fetch: Fetch) -> str:
    """What the page and its scripts say of the site, read until the API's address and the site's id are known."""
    told = live_script(page)
    for source in page.xpath("//script/@src").getall():
        if _SITE.search(told) and _address(page, told):
            break
        url = absolute(page, source)
        if url and _SCRIPTS.search(source):
            told += "\n" + (await fetch(Request(url, headers={"Referer": page.url}))).text
    return told


def _address(page: HtmlResponse, told: str) -> str | None:
    api, project = _API.search(told), _PROJECT.search(told)
    # The script builds the address as projectName + "/rest/…" where the project is not written into it.
    name = api[1] if api and api[1] else project[1] if project else None
    return page.urljoin(f"/{name.strip('/')}{_ACTION}") if name and "://" not in name else None
