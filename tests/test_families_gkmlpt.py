"""gkmlpt: the tree's category of annual reports, its API page by page, and whole crawls of its practice portals."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse
from sqlalchemy import select

from crawler.families import FAMILIES, detect
from crawler.families.base import End, ListPage, ListUnreadable
from crawler.families.walk import list_pages
from crawler.outcomes import NotFetched
from storage.models import Document
from tests.crawling import Practice, practice
from tests.portals import Country, Portal, Quirk
from tests.portals.client import fetch, governments
from tests.portals.families.gkmlpt import Gkmlpt as Replica

HOST = "http://www.heping.test"
SHELL = f"{HOST}/gkmlpt/index"
API = f"{HOST}/gkmlpt/api/all/721?page=1&sid=755041"
GKMLPT = FAMILIES["gkmlpt"]


def _node(number: int, name: str, *children: dict[str, Any], **more: object) -> dict[str, Any]:
    return {"id": number, "name": name, "children": list(children), "jump_url": "", "post_count": 9, **more}


def _shell(*tree: dict[str, Any], url: str = SHELL, asked: str = "") -> HtmlResponse:
    config = f"window._CONFIG = {{SITE_NAME: '和平县', SID: '755041', TREE: {json.dumps(tree)}, SERVICE_AREA_ID: 4}};"
    body = f"<html><body><script>{config}</script></body></html>"
    return HtmlResponse(url, body=body, encoding="utf-8", request=Request(asked or url))


def _reply(*years: int, total: int | None, **more: object) -> str:
    articles = [
        {
            "id": year,
            "title": f"和平县{year}年政府信息公开工作年度报告",
            "url": f"https://www.heping.test/gkmlpt/content/0/{year}/post_{year}.html",
            "display_publish_time": f"{year + 1}-01-31 09:30:00",
            **more,
        }
        for year in years
    ]
    return json.dumps({"classify": {"id": 721, "post_count": total}, "articles": articles})


class _Site:
    """Addresses to bodies; anything else is not there."""

    def __init__(self, *replies: str) -> None:
        self.pages = {API.replace("page=1", f"page={number}"): reply for number, reply in enumerate(replies, 1)}
        self.asked: list[Request] = []

    async def fetch(self, request: Request) -> HtmlResponse:
        self.asked.append(request)
        if request.url not in self.pages:
            raise NotFetched(f"HTTP 404 at {request.url}")
        return HtmlResponse(request.url, body=self.pages[request.url], encoding="utf-8", request=request)

    def open(self, page: HtmlResponse) -> HtmlResponse:
        return asyncio.run(GKMLPT.open(page, self.fetch))

    def walk(self) -> list[ListPage]:
        async def walk() -> list[ListPage]:
            first = await self.fetch(Request(API, headers={"Referer": SHELL}))
            self.asked.clear()
            return [page async for page in list_pages(GKMLPT, first, self.fetch)]

        return asyncio.run(walk())


# --- The tree ------------------------------------------------------------------------------------------------------

OWN, DEPARTMENTS = _node(721, "政府信息公开年报"), _node(720, "部门信息公开年报")
TREES = [
    (_node(1, "机构职能"), _node(2, "信息公开年报", DEPARTMENTS, OWN, _node(722, "镇街信息公开年报"))),
    (_node(1, "政府网站年度报表"), _node(3, "部门", _node(4, "政府信息公开年报")), _node(721, "年度报告")),
    (_node(5, "政府信息公开年报", post_count=0), OWN),
]


@pytest.mark.parametrize("tree", TREES)
def test_the_governments_own_category_is_asked_for(tree: tuple[dict[str, Any], ...]) -> None:
    site = _Site(_reply(2020, total=1))
    shell = _shell(*tree)
    assert detect(shell).family == "gkmlpt"
    opened = site.open(shell)
    assert (opened.url, len(site.asked)) == (API, 1)
    assert site.asked[0].headers["Referer"] == SHELL.encode()
    assert detect(opened).family == "gkmlpt"


def test_the_number_in_the_address_goes_before_names() -> None:
    site = _Site(_reply(2020, total=1))
    shell = _shell(_node(5, "政府信息公开年报"), _node(721, "年度工作"), asked=f"{SHELL}#721")
    assert site.open(shell).url == API


def test_a_catalogue_below_a_folder_has_its_api_there() -> None:
    site = _Site()
    with pytest.raises(NotFetched):
        site.open(_shell(OWN, url=f"{HOST}/hyhphsz/gkmlpt/index"))
    assert [request.url for request in site.asked] == [f"{HOST}/hyhphsz/gkmlpt/api/all/721?page=1&sid=755041"]


@pytest.mark.parametrize("jump", ["/zwgk/xxgknb/index.html", "https://www.heping.test/zwgk/xxgknb/index.html"])
def test_a_category_elsewhere_is_gone_after(jump: str) -> None:
    site = _Site()
    url = f"{HOST}/zwgk/xxgknb/index.html"
    site.pages[url] = '<ul><li><a href="content/post_1.html">和平县2020年政府信息公开年度报告</a></li></ul>'
    opened = site.open(_shell(_node(721, "政府信息公开年报", jump_url=jump, post_count=0)))
    assert opened.url == url
    assert [entry.url for entry in GKMLPT.entries(opened)] == [f"{HOST}/zwgk/xxgknb/content/post_1.html"]


@pytest.mark.parametrize(
    "page",
    [
        _shell(_node(1, "机构职能"), DEPARTMENTS),
        HtmlResponse(SHELL, body="<script>window._CONFIG = {TREE: [{broken</script>", encoding="utf-8"),
        HtmlResponse(SHELL, body="<script>window._CONFIG = {TREE: [" + "[" * 100_000, encoding="utf-8"),
        HtmlResponse(API, body=_reply(2020, total=1), encoding="utf-8"),
    ],
)
def test_a_page_without_such_a_category_costs_nothing(page: HtmlResponse) -> None:
    site = _Site()
    assert site.open(page) is page
    assert not site.asked


# --- The API -------------------------------------------------------------------------------------------------------


def test_the_api_is_asked_page_by_page_up_to_its_count() -> None:
    site = _Site(_reply(2020, 2019, total=5), _reply(2018, 2017, total=5), _reply(2016, total=5))
    pages = site.walk()
    assert [page.end for page in pages] == [None, None, End.TOTAL]
    assert [request.url for request in site.asked] == [API.replace("page=1", f"page={n}") for n in (2, 3)]
    assert {request.headers["Referer"] for request in site.asked} == {SHELL.encode()}


def test_addresses_are_taken_as_the_page_was_reached() -> None:
    (entry,) = _Site(_reply(2020, total=1)).walk()[0].entries
    assert entry.url == f"{HOST}/gkmlpt/content/0/2020/post_2020.html"
    assert (entry.title, entry.date) == ("和平县2020年政府信息公开工作年度报告", "2021-01-31")


@pytest.mark.parametrize(
    ("fields", "date"),
    [
        ({"display_publish_time": 1612022400}, "2021-01-31"),  # midnight in Beijing
        ({"display_publish_time": None, "date": "2021-02-01"}, "2021-02-01"),
        ({"display_publish_time": "", "created_at": "2021-02-02 01:00:00"}, "2021-02-02"),
        ({"display_publish_time": "soon"}, None),
    ],
)
def test_dates_come_as_text_or_in_seconds(fields: dict[str, object], date: str | None) -> None:
    assert _Site(_reply(2020, total=1, **fields)).walk()[0].entries[0].date == date


def test_a_second_page_that_is_refused_leaves_the_end_unproven_and_the_first_page_good() -> None:
    site = _Site(_reply(2020, 2019, total=5))
    walked: list[ListPage] = []

    async def walk() -> None:
        first = await site.fetch(Request(API))
        async for page in list_pages(GKMLPT, first, site.fetch):
            walked.append(page)  # noqa: PERF401 - what was walked before the error counts

    with pytest.raises(ListUnreadable, match="page 2 is not to be had, of 5 records"):
        asyncio.run(walk())
    assert [len(page.entries) for page in walked] == [2]
    assert len(site.asked) == 2


@pytest.mark.parametrize("body", ["<html>出错了</html>", '{"code": 500}', "[]", '{"articles": 7}'])
def test_an_answer_without_articles_is_no_empty_list(body: str) -> None:
    with pytest.raises(ListUnreadable, match="no articles"):
        _Site(_reply(2020, 2019, total=5), body).walk()


@pytest.mark.parametrize("total", [1, None])
def test_a_count_too_small_does_not_hold_against_full_pages(total: int | None) -> None:
    site = _Site(_reply(2020, 2019, total=total), _reply(2018, 2017, total=total), _reply(2016, total=total))
    assert [len(page.entries) for page in site.walk()] == [2, 2, 1]


def test_a_count_too_large_ends_after_two_answers_with_nothing() -> None:
    site = _Site(_reply(2020, 2019, total=9), _reply(total=9), _reply(total=9))
    assert site.walk()[-1].end is End.NOTHING_NEW


# --- Practice portals ----------------------------------------------------------------------------------------------

COUNTIES = (
    ("441624", "和平县"),
    ("440305", "南山区"),
    ("441802", "清城区"),
    ("440515", "澄海区"),
    ("440304", "福田区"),
)
STUBBORN = ("441204", "高要区")  # its API answers 404 for the second page
YEARS = tuple(range(2014, 2025))


def _portal(code: str, county: str, quirks: frozenset[Quirk]) -> Portal:
    return Portal(
        code,
        county,
        f"www.county{code}.test",
        "gkmlpt",
        YEARS,
        quirks=quirks,
        departments=("财政局", "民政局", "审计局"),
        townships=("阳明镇", "大坝镇"),
        stray=2,
        charts=(2019, 2022),
        site_statistics=(2020,),
        pdf_years=frozenset({2024}),
    )


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """One portal of each variant, and one that cannot be read to its end, after one crawl; its tests only read."""
    portals = [_portal(*county, quirks) for county, quirks in zip(COUNTIES, Replica.variants, strict=True)]
    portals.append(_portal(*STUBBORN, frozenset({Quirk.GKMLPT_ONE_PAGE, Quirk.GKMLPT_SMALL_PAGES})))
    with practice(Country(tuple(portals)), tmp_path_factory.mktemp("gkmlpt")) as site:
        ended = site.crawl(",".join(portal.code for portal in portals))
        assert ended.code == 0, ended.err
        yield site


@pytest.mark.parametrize("code", [code for code, _ in COUNTIES])
def test_pages_of_the_replica_are_known_for_what_they_are(crawled: Practice, code: str) -> None:
    portal = crawled.country.portal(code)
    urls = (f"{portal.base}/", portal.base + portal.pages.list_address(), governments(portal)[2020].url)
    pages = (HtmlResponse(url, body=fetch(crawled.server, url).text, encoding="utf-8") for url in urls)
    column = "nfcms" if Quirk.GKMLPT_JUMP in portal.quirks else "gkmlpt"
    assert [detect(page).family for page in pages] == ["nfcms", column, column]


def test_every_report_of_every_variant_is_archived(crawled: Practice) -> None:
    states = {key: state for key, state in crawled.states("2014-2024").items() if key[0] != STUBBORN[0]}
    assert states == {(code, year): "archived" for code, _ in COUNTIES for year in YEARS}


def test_what_the_first_page_lists_is_archived_where_the_second_is_not_to_be_had(crawled: Practice) -> None:
    portal = crawled.country.portal(STUBBORN[0])
    listed = [document.title for document in portal.pages.listed("reports")[:20]]
    expected = {
        (portal.code, year): "archived" if report.title in listed else "list-unreadable"
        for year, report in governments(portal).items()
    }
    assert set(expected.values()) == {"archived", "list-unreadable"}
    assert {key: state for key, state in crawled.states("2014-2024").items() if key[0] == portal.code} == expected


def test_what_is_archived_is_the_countys_own(crawled: Practice) -> None:
    with crawled.archive() as archive, archive.read() as session:
        kept = set(session.scalars(select(Document.url)))
    published = {report.url for portal in crawled.country.portals for report in governments(portal).values()}
    assert kept <= published
    assert {url for url in published if f"county{STUBBORN[0]}" not in url} <= kept


def test_a_visit_costs_little_beside_reports_and_lists(crawled: Practice) -> None:
    for portal in crawled.country.portals:
        hits = [hit for hit in crawled.server.hits if hit.host == portal.host and "user-agent" in hit.headers]
        # Beside the reports: robots.txt, a random address, home, catalogue, five list pages, an attachment.
        assert len(hits) <= len(YEARS) + 10, [hit.path for hit in hits]
