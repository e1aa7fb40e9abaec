"""Ucap: its pager from 1, its search service in JSON, shells around both, and whole crawls of its practice portals."""

import asyncio
import json
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse
from sqlalchemy import select

from crawler.families import FAMILIES, detect
from crawler.families.base import Declared, End, ListPage, ListUnreadable
from crawler.families.walk import list_pages
from crawler.outcomes import NotFetched
from storage.models import Document
from tests.crawling import Practice, practice
from tests.portals import Country, Portal, Quirk
from tests.portals.client import fetch, governments
from tests.portals.families.ucap import Ucap as Replica

BASE = "http://www.lanxi.test/lxx/c100100/"
CHANNEL, OTHER = "ab" * 16, "cd" * 16
UCAP = FAMILIES["ucap"]
NAMED = '<meta name="ColumnName" content="政府信息公开年报"><meta name="ColumnType" content="信息公开年报">'


def _page(body: str, url: str = BASE + "list.shtml", head: str = "", request: Request | None = None) -> HtmlResponse:
    text = f"<html><head>{head}</head><body>{body}</body></html>"
    return HtmlResponse(url, body=text, encoding="utf-8", request=request or Request(url))


def _rows(*years: int) -> str:
    row = '<li><a href="/lxx/c100100/{0}01/{1:032x}.shtml">兰西县人民政府{1}年政府信息公开工作年度报告</a></li>'
    return f"<ul>{''.join(row.format(year + 1, year) for year in years)}</ul>"


class _Site:
    """Addresses to bodies; anything else is not there."""

    def __init__(self, pages: dict[str, str]) -> None:
        self.pages = pages
        self.asked: list[Request] = []

    async def fetch(self, request: Request) -> HtmlResponse:
        self.asked.append(request)
        if request.url not in self.pages:
            raise NotFetched(f"HTTP 404 at {request.url}")
        return HtmlResponse(request.url, body=self.pages[request.url], encoding="utf-8", request=request)

    def walk(self, first: HtmlResponse) -> list[ListPage]:
        async def walk() -> list[ListPage]:
            return [page async for page in list_pages(UCAP, first, self.fetch)]

        return asyncio.run(walk())

    def open(self, page: HtmlResponse) -> HtmlResponse:
        return asyncio.run(UCAP.open(page, self.fetch))


# --- Static lists --------------------------------------------------------------------------------------------------


def _call(total: int, current: int, stem: str = "list", element: str = "page_div") -> str:
    return f"<script>createPageHTML('{element}',{total}, {current},'{stem}','shtml',118);</script>"


@pytest.mark.parametrize(("stem", "element"), [("list", "page_div"), ("list", "page-div"), ("xxgk_list", "page_div")])
def test_page_k_is_named_by_its_number(stem: str, element: str) -> None:
    site = _Site({f"{BASE}{stem}_{n}.shtml": _rows(2021 - n) + _call(3, n, stem, element) for n in (2, 3)})
    first = _page(_rows(2020) + _call(3, 1, stem, element), f"{BASE}{stem}.shtml")
    pages = site.walk(first)
    assert [request.url for request in site.asked] == [f"{BASE}{stem}_2.shtml", f"{BASE}{stem}_3.shtml"]
    assert [page.entries[0].title[7:11] for page in pages] == ["2020", "2019", "2018"]
    assert [page.end for page in pages] == [None, None, End.TOTAL]


def test_a_pager_in_a_comment_is_dead() -> None:
    page = _page(
        f"{_rows(2020)}<!-- {_call(9, 1)} --><script>\n//createPageHTML('page_div',9, 1,'list','shtml');</script>"
    )
    assert UCAP.next_request(page, 1) is None
    assert UCAP.declared(page) == Declared()


def test_a_total_that_is_too_small_does_not_hold_against_a_link() -> None:
    page = _page(f'{_rows(2020)}{_call(1, 1)}<a href="list_2.shtml">下一页</a>')
    request = UCAP.next_request(page, 1)
    assert request
    assert request.url == BASE + "list_2.shtml"


# --- The search service --------------------------------------------------------------------------------------------


def _reply(years: tuple[int, ...], total: int) -> str:
    results = [
        {
            "title": f"兰西县人民政府{year}年政府<em>信息公开</em>工作年度报告",
            "url": f"//www.lanxi.test/lxx/c100100/{year + 1}01/c01_{year}.shtml",
            "publishedTimeStr": f"{year + 1}-01-31 09:30:00",
            "contentHtml": "<div class='TRS_Editor'><a href='/t20210131_5.html'>x</a></div>",
        }
        for year in years
    ]
    return json.dumps({"data": {"total": total, "results": results}}, ensure_ascii=False)


SERVICE = f"http://www.lanxi.test/common/search/{CHANNEL}?_isJson=true&_pageSize=2&page="


def _replies(total: int, *pages: tuple[int, ...]) -> tuple[_Site, HtmlResponse]:
    site = _Site({f"{SERVICE}{n}": _reply(years, total) for n, years in enumerate(pages, 1)})
    first = HtmlResponse(
        SERVICE + "1",
        body=site.pages[SERVICE + "1"],
        encoding="utf-8",
        request=Request(SERVICE + "1", headers={"Referer": BASE}),
    )
    return site, first


def test_the_service_is_asked_page_by_page_up_to_its_total() -> None:
    site, first = _replies(5, (2020, 2019), (2018, 2017), (2016,))
    assert detect(first).family == "ucap"
    pages = site.walk(first)
    assert [request.url for request in site.asked] == [SERVICE + "2", SERVICE + "3"]
    assert {request.headers["Referer"] for request in site.asked} == {BASE.encode()}
    assert [page.end for page in pages] == [None, None, End.TOTAL]
    entry = pages[0].entries[0]
    assert entry.url == "http://www.lanxi.test/lxx/c100100/202101/c01_2020.shtml"
    assert (entry.title, entry.date) == ("兰西县人民政府2020年政府信息公开工作年度报告", "2021-01-31")


def test_a_page_that_the_service_refuses_leaves_the_end_unproven() -> None:
    site, first = _replies(5, (2020, 2019))
    with pytest.raises(ListUnreadable, match="page 2 is not to be had, of 5 records"):
        site.walk(first)
    assert len(site.asked) == 1


def test_an_error_page_of_the_service_is_no_empty_list() -> None:
    site, first = _replies(5, (2020, 2019))
    site.pages[SERVICE + "2"] = "<html><body>系统繁忙</body></html>"
    with pytest.raises(ListUnreadable, match="no results"):
        site.walk(first)


def test_a_total_too_large_ends_after_two_answers_with_nothing() -> None:
    site, first = _replies(7, (2020, 2019), (), ())
    assert site.walk(first)[-1].end is End.NOTHING_NEW


# --- Shells --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "address", "size"),
    [
        (f'get("/common/search/{CHANNEL}?_isAgg=true&_pageSize=15&page=" + page)', f"/common/search/{CHANNEL}", "15"),
        (f'get("/common/search/{OTHER}?page=1"); get("/common/search/{CHANNEL}")', f"/common/search/{CHANNEL}", "20"),
        (f'get("/common/search/{OTHER}"); get("/common/search/" + channel)', f"/common/search/{CHANNEL}", "20"),
        (f'\n//get("/common/search/{CHANNEL}")\nget("/searchList/{CHANNEL}?page=3")', f"/searchList/{CHANNEL}", "20"),
    ],
)
def test_a_shell_opens_the_services_answer_for_its_own_channel(script: str, address: str, size: str) -> None:
    shell = _page(f"<script>{script}</script>", head=f'{NAMED}<meta name="channelid" content="{CHANNEL}">')
    url = f"http://www.lanxi.test{address}?"
    site = _Site({})
    with pytest.raises(NotFetched):
        site.open(shell)
    (request,) = site.asked
    assert request.url.startswith(url)
    query = parse_qs(urlsplit(request.url).query)
    assert (query["_isJson"], query["_pageSize"], query["page"]) == (["true"], [size], ["1"])
    assert request.headers["Referer"] == shell.url.encode()


AGGREGATOR = BASE + "xxgk_lists.shtml"


@pytest.mark.parametrize(
    ("links", "child"),
    [
        (
            '<a href="bm/xxgk_list.shtml">部门信息公开年报</a><a href="xzf/xxgk_list.shtml">县政府信息公开年报</a>',
            "xzf",
        ),
        ('<a href="/lxx/zn/xxgk_list.shtml">信息公开指南</a><a href="./bj/xxgk_list.shtml">本级</a>', "bj"),
        ('<script>load("bj/xxgk_list.shtml")</script><a href="/lxx/xxgk_list.shtml">制度</a>', "bj"),
    ],
)
def test_an_aggregator_opens_the_governments_child_column(links: str, child: str) -> None:
    url = f"{BASE}{child}/xxgk_list.shtml"
    site = _Site({url: _rows(2020, 2019)})
    opened = site.open(_page(links, AGGREGATOR, NAMED))
    assert (opened.url, len(site.asked)) == (url, 1)


def test_a_child_column_may_have_the_service_fill_it() -> None:
    child = f"{BASE}bj/xxgk_list.shtml"
    script = f"<script>load('/common/search/{CHANNEL}?_isJson=true&_pageSize=2')</script>"
    site = _Site({child: script})
    with pytest.raises(NotFetched, match="/common/search/"):
        site.open(_page(f'<a href="{child}">本级</a>', AGGREGATOR, NAMED))
    assert site.asked[0].url == child


@pytest.mark.parametrize(
    "page",
    [
        _page(f"{_rows(2020)}<script>hot('/common/search/{CHANNEL}')</script>", head=NAMED),
        _page(f"<script>news('/common/search/{CHANNEL}')</script>", head="<title>首页</title>"),
        _page('<a href="bm/xxgk_list.shtml">部门信息公开年报</a>', AGGREGATOR, NAMED),
    ],
)
def test_a_list_and_a_page_without_a_list_behind_it_cost_nothing(page: HtmlResponse) -> None:
    site = _Site({})
    assert site.open(page) is page
    assert not site.asked


@pytest.mark.parametrize(
    "body",
    [
        '<a href="/c1/202104/ce0a1d79f76f4917bac768c866307bfb.shtml">x</a>',
        '<a href="/nb/2023/1/12/d50f6e1cf0384e63bbfeef3d0374b6a0.shtml">x</a>',
        '<a href="/c112289c/202602/c01_1108994.shtml">x</a>',
        '<a href="/nb/pc/content/12/content_1788470572178847057.html">x</a>',
        "<ucapcontent>x</ucapcontent>",
        '<div id="UCAP-CONTENT">x</div>',
        '<a href="/lxx/xxgk_navs.shtml?code=2">x</a>',
        f'<meta name="channelid" content="{CHANNEL}">',
    ],
)
def test_each_mark_alone_tells_the_family(body: str) -> None:
    assert detect(_page(body)).family == "ucap"


# --- Practice portals ----------------------------------------------------------------------------------------------

COUNTIES = (
    ("231222", "兰西县"),
    ("360734", "寻乌县"),
    ("230184", "五常市"),
    ("230102", "道里区"),
    ("431229", "靖州苗族侗族自治县"),
    ("360302", "安源区"),
    ("540302", "卡若区"),
)
YEARS = tuple(range(2014, 2025))


def _portal(code: str, county: str, quirks: frozenset[Quirk]) -> Portal:
    return Portal(
        code,
        county,
        f"www.county{code}.test",
        "ucap",
        YEARS,
        quirks=quirks,
        departments=("财政局", "民政局", "审计局"),
        townships=("城关镇", "河口镇"),
        stray=2,
        charts=(2019, 2022),
        site_statistics=(2020,),
        pdf_years=frozenset({2021}),
    )


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """One portal of each variant after one crawl; tests of this fixture only read."""
    country = Country(
        tuple(_portal(*county, quirks) for county, quirks in zip(COUNTIES, Replica.variants, strict=True))
    )
    with practice(country, tmp_path_factory.mktemp("ucap")) as site:
        ended = site.crawl(",".join(code for code, _ in COUNTIES))
        assert ended.code == 0, ended.err
        yield site


@pytest.mark.parametrize("code", [code for code, _ in COUNTIES])
def test_pages_of_the_replica_are_known_as_ucap(crawled: Practice, code: str) -> None:
    portal = crawled.country.portal(code)
    urls = (f"{portal.base}/", portal.base + portal.pages.list_address(), governments(portal)[2020].url)
    pages = (HtmlResponse(url, body=fetch(crawled.server, url).text, encoding="utf-8") for url in urls)
    assert [detect(page).family for page in pages] == ["ucap"] * 3


def test_every_report_of_every_variant_is_archived(crawled: Practice) -> None:
    assert crawled.states("2014-2024") == {(code, year): "archived" for code, _ in COUNTIES for year in YEARS}


def test_what_is_archived_is_the_countys_own(crawled: Practice) -> None:
    with crawled.archive() as archive, archive.read() as session:
        kept = set(session.scalars(select(Document.url)))
    portals = [crawled.country.portal(code) for code, _ in COUNTIES]
    assert kept == {report.url for portal in portals for report in governments(portal).values()}


def test_a_visit_costs_little_beside_reports_and_lists(crawled: Practice) -> None:
    for code, _ in COUNTIES:
        portal = crawled.country.portal(code)
        hits = [hit for hit in crawled.server.hits if hit.host == portal.host and "user-agent" in hit.headers]
        # Beside the reports: robots.txt, a random address, home, gateway, two shells, five list pages, an attachment.
        assert len(hits) <= len(YEARS) + 12, [hit.path for hit in hits]
