"""Lonsun: from a shell to the fragment with its rows, page counts here and there, news columns, whole crawls."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.families import FAMILIES, detect
from crawler.families.base import End, ListUnreadable
from tests.family_checks import Site, crawl_variants
from tests.portals.families.lonsun import Lonsun as Replica

BASE = "http://www.jinan.test"
SHELL = BASE + "/public/column/6619001?type=4&catId=7234081&action=list"
LONSUN = FAMILIES["lonsun"]
NAMED = '<meta name="ColumnName" content="政府信息公开年报">'
EMPTY = '<div class="nolist">暂无相关信息</div>'


def _page(body: str, url: str = SHELL, head: str = NAMED, request: Request | None = None) -> HtmlResponse:
    text = f"<html><head>{head}</head><body>{body}</body></html>"
    return HtmlResponse(url, body=text, encoding="utf-8", request=request or Request(url))


def _row(year: int) -> str:
    title = f"金安区人民政府{year}年政府信息公开工作年度报告"
    return f'<li><a href="{BASE}/public/6619001/{year}.html" title="{title}">…</a><span>{year + 1}-01-29</span></li>'


def _rows(*years: int) -> str:
    return f'<ul class="clearfix xxgk_nav_list">{"".join(map(_row, years))}</ul>'


LITERAL = """$.get("/site/label/8888", {labelName: "publicCatalog", siteId: 1, organId: 2, file: "/xxgk/tree"});
var params = {IsAjax: 1, labelName: "publicInfoList", siteId: "6781961", pageSize: 10, pageIndex: pageIndex,
  organId: "6619001", type: 4, catId: "7234081", file: "/xxgk/publicInfoList_newest2020"};
$.ajax({type: "GET", url: "/site/label/8888", data: params});"""
QUERY = """load("/zwgk/site/label/8888?IsAjax=1&labelName=publicInfoList&siteId=6781961&pageSize=10&pageIndex=" + n +
"&organId=" + organ + "&type=4&catId=" + Ls.param("catId") + "&file=/xxgk/publicInfoList_newest2020");"""


@pytest.mark.parametrize(("script", "path"), [(LITERAL, "/site/label/8888"), (QUERY, "/zwgk/site/label/8888")])
def test_a_shell_opens_the_fragment_that_its_script_would_load(script: str, path: str) -> None:
    site = Site(LONSUN, lambda _: _rows(2020))
    opened = site.open(_page(f"<script>{script}</script>"))
    assert urlsplit(opened.url).path == path
    asked = parse_qs(urlsplit(opened.url).query)
    told = {"siteId": "6781961", "organId": "6619001", "catId": "7234081", "pageSize": "10", "pageIndex": "1"}
    told |= {"file": "/xxgk/publicInfoList_newest2020", "labelName": "publicInfoList", "IsAjax": "1", "type": "4"}
    assert {name: asked[name] for name in told} == {name: [value] for name, value in told.items()}
    assert site.asked[0].headers["Referer"] == SHELL.encode()
    assert detect(opened).family == "lonsun"


def test_the_menu_may_say_what_the_pages_tags_do_not() -> None:
    menu = f'<a href="{SHELL}">政府信息公开年报</a>'
    site = Site(LONSUN, lambda _: _rows(2020))
    assert site.open(_page(f"{menu}<script>{LITERAL}</script>", head="")).url != SHELL


@pytest.mark.parametrize(
    "page",
    [
        _page(f"<script>{LITERAL}</script>", head="<title>政府信息公开指南</title>"),
        _page(f"<script>{LITERAL.replace('file:', 'tpl:')}</script>"),
        _page(f"{_rows(2020)}<script>{LITERAL}</script>"),
    ],
)
def test_nothing_is_asked_without_need_or_with_half_a_question(page: HtmlResponse) -> None:
    site = Site(LONSUN, lambda _: None)
    assert site.open(page) is page
    assert not site.asked


LABEL = BASE + "/site/label/8888?labelName=publicInfoList&catId=7234081&pageIndex={}&file=%2Fxxgk%2Flist_2018"


def _reply(*years: int, count: str = "") -> HtmlResponse:
    request = Request(LABEL.format(1), headers={"Referer": SHELL, "X-Requested-With": "XMLHttpRequest"})
    return HtmlResponse(request.url, body=_rows(*years) + count, encoding="utf-8", request=request)


def test_replies_are_asked_for_up_to_the_count_that_they_carry() -> None:
    count = '<script>Ls.pagination("#page", {pageCount:3, pageIndex:1});</script>'
    notice = f'<ul class="xxgk_nav_list"><li><a href="{BASE}/public/6619001/9.html">县财政局简介</a></li></ul>'
    bodies = {LABEL.format(2): notice + count, LABEL.format(3): _rows(2018) + count}
    site = Site(LONSUN, lambda request: bodies.get(request.url))
    pages = site.walk(_reply(2020, 2019, count=count))
    assert [len(page.entries) for page in pages] == [2, 1, 1]
    assert [page.end for page in pages] == [None, None, End.TOTAL]
    assert {request.headers["Referer"] for request in site.asked} == {SHELL.encode()}
    entry = pages[0].entries[0]
    assert (entry.title, entry.date) == ("金安区人民政府2020年政府信息公开工作年度报告", "2021-01-29")


def test_without_a_count_the_list_ends_where_there_is_nothing_twice() -> None:
    bodies = {LABEL.format(2): _rows(2018)}
    site = Site(LONSUN, lambda request: bodies.get(request.url, EMPTY))
    pages = site.walk(_reply(2020, 2019))
    assert [page.end for page in pages] == [None, End.NOTHING_NEW]
    assert [request.url for request in site.asked] == [LABEL.format(2), LABEL.format(3), LABEL.format(4)]


def test_a_full_only_page_has_nothing_behind_it_if_the_portal_says_so() -> None:
    site = Site(LONSUN, lambda _: EMPTY)
    assert [page.end for page in site.walk(_reply(2020, 2019))] == [End.NOTHING_NEW]
    assert [request.url for request in site.asked] == [LABEL.format(2), LABEL.format(3)]
    with pytest.raises(ListUnreadable, match="cannot be had"):
        Site(LONSUN, lambda _: None).walk(_reply(2020, 2019))


def test_an_empty_page_amid_the_list_leaves_it_unread() -> None:
    bodies = {LABEL.format(2): _rows(2019), LABEL.format(3): EMPTY, LABEL.format(4): _rows(2018)}
    with pytest.raises(ListUnreadable, match="goes on after a page that cannot be had"):
        Site(LONSUN, lambda request: bodies.get(request.url)).walk(_reply(2020))


def test_an_empty_result_is_a_list_without_entries() -> None:
    site = Site(LONSUN, lambda _: None)
    (page,) = site.walk(HtmlResponse(LABEL.format(1), body=EMPTY, encoding="utf-8", request=Request(LABEL.format(1))))
    assert (page.entries, page.end) == ((), End.LAST_PAGE)


def test_a_news_column_is_paged_in_its_address_by_the_live_count() -> None:
    url = BASE + "/content/column/6791573"
    pager = "<script>/* Ls.pagination('#old', {pageCount: 9}); */ Ls.pagination('#page', {pageCount: 2});</script>"
    site = Site(LONSUN, lambda _: _rows(2018) + pager)
    pages = site.walk(_page(_rows(2020) + pager, url))
    assert [request.url for request in site.asked] == [url + "?pageIndex=2"]
    assert pages[-1].end is End.TOTAL


def test_a_count_on_a_page_of_unknown_paging_is_no_end() -> None:
    with pytest.raises(ListUnreadable, match="page 1 of 2"):
        LONSUN.next_request(_page(f"{_rows(2020)}<script>Ls.pagination({{pageCount: 2}})</script>", BASE + "/nb/"), 1)


@pytest.mark.parametrize(
    "body",
    [
        '<script>load("/site/label/8888?labelName=x")</script>',
        '<script>Ls.pagination("#page", {})</script>',
        '<div class="newscontnet j-fontContent"></div>',
        '<div class="xxgk_navli"></div>',
        '<a href="/public/column/6619001">政府信息公开</a>',
        '<a href="/content/column/6791573">要闻</a><a href="/content/article/2007330626">…</a>',
    ],
)
def test_its_marks_tell_the_family(body: str) -> None:
    assert detect(_page(body)).family == "lonsun"


def test_every_variant_is_crawled_to_its_end_and_again_from_its_fragment(tmp_path: Path) -> None:
    counties = (("341502", "金安区"), ("341522", "霍邱县"), ("341523", "舒城县"), ("621221", "成县"))
    with crawl_variants("lonsun", Replica.variants, counties, tmp_path) as crawled:
        # robots.txt, a random address, home, gateway, shell, the list, a stand-in, a file and its icon; then less.
        crawled.check(most=13, again=8)
        shells = [
            path for portal in crawled.portals for path in crawled.requests(portal)[1] if "/public/column/" in path
        ]
        assert not shells
