"""Epoint: how the API wants to be asked, the base of its page numbers included, is found out once; whole crawls."""

import asyncio
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.discovery import look
from crawler.families import FAMILIES, detect
from crawler.families.base import Declared, End, ListUnreadable
from crawler.fetch import Fetcher
from crawler.outcomes import NotFetched
from reports.states import VisitOutcome
from tests.family_checks import Site, crawl_variants
from tests.portals.families.epoint import Epoint as Replica

BASE = "http://www.peixian.test"
COLUMN = BASE + "/003002/govInfoPub.html?categorynum=003002005"
GUID = "7eb5f7f1-9041-43ad-8e13-8fcb82ea831a"
ACTION = "/rest/lightfrontaction/getgovinfolist"
EPOINT = FAMILIES["epoint"]
NAMED = '<meta name="ColumnName" content="政府信息公开年报">'
COMMON = f'var siteInfo = {{"siteGuid": "{GUID}", "projectName": "/EWB-FRONT"}};'
WRAPPING = f"""$.ajax({{url: "/EWB_YK_Mid{ACTION}", data: JSON.stringify({{"params": param}})}});
var param = {{"siteGuid":"{GUID}","pageIndex":pageIndex}};"""
SCRIPTS = '<script src="/js/jquery.js"></script><script src="/js/webBuilderCommon.js?v=2"></script>'


def _page(body: str, url: str = COLUMN, head: str = NAMED) -> HtmlResponse:
    text = f"<html><head>{head}</head><body>{body}</body></html>"
    return HtmlResponse(url, body=text, encoding="utf-8", request=Request(url))


def _title(year: int) -> str:
    return f"沛县人民政府{year}年政府信息公开工作年度报告"


def _rendered(*years: int) -> str:
    items = (f'<li><a href="/003002/003002005/{y + 1}0129/{y}.html">{_title(y)}</a></li>' for y in years)
    return f"<ul>{''.join(items)}</ul>"


class _Api:
    """A server with so many rows; ``zero`` is what page 0 gets where pages count from 1."""

    def __init__(self, rows: int, *, base: int = 1, zero: str = "error", cap: int = 99, wrapped: bool = False) -> None:
        self.years = [2024 - row for row in range(rows)]
        self.base, self.zero, self.cap, self.wrapped = base, zero, cap, wrapped
        self.site = Site(EPOINT, self.answer)
        self.total = True

    def answer(self, request: Request) -> str | None:
        if request.method != "POST":
            return WRAPPING if self.wrapped else COMMON
        sent = json.loads(request.body)
        if self.wrapped != ("params" in sent):
            return json.dumps({"custom": {}, "status": {"code": 0}})
        asked = sent["params"] if self.wrapped else sent
        if asked["categorynum"] != "003002005" or asked["siteGuid"] != GUID:
            return self.reply([])
        index = asked["pageIndex"] - self.base
        if index < 0 and self.zero == "500":
            raise NotFetched("HTTP 500", VisitOutcome.UNREACHABLE)
        if index < 0 and self.zero == "error":
            return json.dumps({"custom": "", "status": {"code": 0}})
        start, size = max(0, index) * min(self.cap, asked["pageSize"]), min(self.cap, asked["pageSize"])
        return self.reply(self.years[start : start + size])

    def reply(self, years: list[int]) -> str:
        data = [
            {
                "infourl": f"/003002/003002005/{year + 1}0129/{year:08d}-9041-43ad-8e13-8fcb82ea831a.html",
                "title": f"<font color='red'>{_title(year)[:9]}…</font>",
                "realtitle": _title(year),
                "infodate": f"{year + 1}-01-29 10:00:00",
            }
            for year in years
        ]
        custom: dict[str, Any] = {"data": data} | ({"total": len(self.years)} if self.total else {})
        return json.dumps({"custom": custom}, ensure_ascii=False)

    @property
    def questions(self) -> list[dict[str, Any]]:
        bodies = [json.loads(request.body) for request in self.site.asked if request.method == "POST"]
        return [body.get("params", body) for body in bodies]


SHELL = _page(f'{SCRIPTS}<script>$("#pager").pagination({{pageIndex: 0, pageSize: 3}});</script>')


@pytest.mark.parametrize(
    ("api", "asked", "pages"),
    [
        (_Api(7), [1, 0, 2, 3], 3),
        (_Api(7, zero="first"), [1, 0, 2, 3], 3),
        (_Api(7, zero="500"), [1, 0, 2, 3], 3),
        (_Api(7, base=0), [1, 0, 1, 2], 3),
        (_Api(3), [1], 1),
        (_Api(3, base=0), [1, 0], 1),
        (_Api(7, base=0, wrapped=True), [1, 0, 1, 2], 3),
        (_Api(5, cap=2), [1, 0, 2, 3], 3),
    ],
)
def test_the_base_is_found_by_comparing_and_every_row_is_read_once(api: _Api, asked: list[int], pages: int) -> None:
    walked = api.site.walk(api.site.open(SHELL))
    assert [question["pageIndex"] for question in api.questions] == asked
    assert [page.end for page in walked] == [None] * (pages - 1) + [End.TOTAL]
    titles = [entry.title for page in walked for entry in page.entries]
    assert titles == [_title(year) for year in api.years]
    posts = [request for request in api.site.asked if request.method == "POST"]
    assert {request.headers["Content-Type"] for request in posts} == {b"application/json; charset=UTF-8"}
    assert {request.headers["Referer"] for request in posts} == {COLUMN.encode()}


def test_a_row_that_leads_to_another_familys_portal_changes_nothing() -> None:
    api = _Api(3)

    def answer(request: Request) -> str | None:
        ours = "/003002/003002005/20230129/00002022-9041-43ad-8e13-8fcb82ea831a"
        theirs = "http://www.fengxian.test/nb_4968/2022n_8351/202301/t20230129_4711"
        return (api.answer(request) or "").replace(ours, theirs)

    fetch = cast("Fetcher", SimpleNamespace(page=Site(EPOINT, answer).fetch))
    column = asyncio.run(look(SHELL, fetch, None, sure=True))
    assert column
    assert column.detection.family == "epoint"
    assert len(EPOINT.entries(column.first)) == 3


def test_a_row_has_its_whole_title_its_day_and_its_address_from_the_root() -> None:
    api = _Api(1)
    first = api.site.open(SHELL)
    (entry,) = EPOINT.entries(first)
    address = BASE + "/003002/003002005/20250129/00002024-9041-43ad-8e13-8fcb82ea831a.html"
    assert (entry.url, entry.title, entry.date) == (address, _title(2024), "2025-01-29")
    assert EPOINT.declared(first) == Declared(records=1)
    assert detect(first).family == "epoint"


def test_without_a_total_the_list_ends_where_there_is_nothing_twice() -> None:
    api = _Api(5)
    api.total = False
    walked = api.site.walk(api.site.open(SHELL))
    assert [page.end for page in walked] == [None, End.NOTHING_NEW]
    assert [question["pageIndex"] for question in api.questions] == [1, 0, 2, 3, 4]


@pytest.mark.parametrize(("promised", "end"), [(8, End.TOTAL), (20, None)])
def test_a_total_may_be_too_large_by_a_page_and_no_more(promised: int, end: End | None) -> None:
    api = _Api(6, cap=3)
    first = api.site.open(SHELL)
    answer = api.site.answer
    api.site.answer = lambda request: (answer(request) or "").replace('"total": 6', f'"total": {promised}')
    first = asyncio.run(api.site.fetch(first.request or Request(first.url)))
    if end is None:
        with pytest.raises(ListUnreadable, match="20 records, and page 3 has none"):
            api.site.walk(first)
    else:
        assert api.site.walk(first)[-1].end is end


@pytest.mark.parametrize(
    "scripts",
    [f"<script>{COMMON}</script>", f"<script>{WRAPPING.replace(str({}), '')}</script>", SCRIPTS],
    ids=["in the page", "in the page with the address", "in the site's script"],
)
@pytest.mark.parametrize("url", [COLUMN, BASE + "/003002/003002005/subpage.html"])
def test_site_project_and_column_are_found_where_they_stand(scripts: str, url: str) -> None:
    api = _Api(2)
    opened = api.site.open(_page(scripts, url))
    assert opened.url.endswith(ACTION)
    assert [request.method for request in api.site.asked] == ["GET"] * (scripts is SCRIPTS) + ["POST"] * len(
        api.questions
    )


PAGER = "<script>$('#pager').pagination({pageIndex: 0, pageSize: 2, total: 5});</script>"


def test_a_rendered_first_page_that_leads_no_further_is_read_from_the_api() -> None:
    api = _Api(5)
    opened = api.site.open(_page(_rendered(2024, 2023) + PAGER + SCRIPTS))
    assert opened.url.endswith(ACTION)


@pytest.mark.parametrize(
    ("body", "head"),
    [
        (_rendered(2024, 2023) + SCRIPTS, NAMED),
        (_rendered(2024, 2023) + PAGER + SCRIPTS + '<a href="2.html">下一页</a>', NAMED),
        (SCRIPTS, "<title>政府信息公开指南</title>"),
        ("<p>…</p>", NAMED),
    ],
)
def test_a_list_that_is_whole_and_a_page_without_one_cost_nothing(body: str, head: str) -> None:
    site = Site(EPOINT, lambda _: None)
    page = _page(body, head=head)
    assert site.open(page) is page
    assert not site.asked


def test_more_records_than_are_rendered_and_no_way_to_them_is_no_end() -> None:
    with pytest.raises(ListUnreadable, match="5 records"):
        EPOINT.next_request(_page(_rendered(2024, 2023) + PAGER), 1)


def test_an_error_page_of_the_api_is_no_empty_list() -> None:
    request = Request(f"{BASE}/EWB-FRONT{ACTION}", method="POST", body="{}")
    page = HtmlResponse(request.url, body="<html>系统繁忙</html>", encoding="utf-8", request=request)
    with pytest.raises(ListUnreadable, match="no list in the answer"):
        EPOINT.entries(page)


@pytest.mark.parametrize(
    "body",
    [
        '<script src="/js/webBuilderCommon.js"></script>',
        f'<script>post("/x{ACTION}")</script>',
        '<div class="EWB-FRONT"></div>',
        '<a href="/002005/002005003/20230112/7eb5f7f1-9041-43ad-8e13-8fcb82ea831a.html">x</a>',
        '<a href="/002005/002005003/?categorynum=002005003">x</a>',
    ],
)
def test_its_marks_tell_the_family(body: str) -> None:
    assert detect(_page(body)).family == "epoint"


def test_every_variant_is_crawled_to_its_end_and_again_from_its_api(tmp_path: Path) -> None:
    counties = (
        ("320302", "鼓楼区"),
        ("320321", "丰县"),
        ("320322", "沛县"),
        ("210321", "台安县"),
        ("210381", "海城市"),
    )
    with crawl_variants("epoint", Replica.variants, counties, tmp_path) as crawled:
        # robots.txt, a random address, home, gateway, shell, two scripts, two questions, the list, an attachment; then
        # the list alone.
        crawled.check(most=15, again=7)
        asked = [path for portal in crawled.portals for path in crawled.requests(portal)[1] if "/js/" in path]
        assert not asked
