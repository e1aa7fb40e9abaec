"""What the families read off list pages: which family, which links, where the next page is."""

import asyncio
from collections.abc import Callable

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.families import FAMILIES, detect
from crawler.families.base import End, ListPage, ListUnreadable
from crawler.families.walk import list_pages

BASE = "http://www.meixian.test/nb/"
REPORT = '<li><a href="{0}">眉县人民政府{1}年政府信息公开工作年度报告</a><span>[{2}-1-31]</span></li>'


def _page(body: str, url: str = BASE, request: Request | None = None) -> HtmlResponse:
    return HtmlResponse(url, body=f"<html><body>{body}</body></html>", encoding="utf-8", request=request)


def _row(year: int) -> str:
    return REPORT.format(f"./{year + 1}01/t{year + 1}0131_5{year}.html", year, year + 1)


def _walk(family: str, first: HtmlResponse, answer: Callable[[Request], str]) -> list[ListPage]:
    async def fetch(request: Request) -> HtmlResponse:
        return _page(answer(request), request.url, request)

    async def walk() -> list[ListPage]:
        return [page async for page in list_pages(FAMILIES[family], first, fetch)]

    return asyncio.run(walk())


def test_trs_is_known_by_its_marks() -> None:
    first = _page(f'<ul>{_row(2020)}</ul><script>createPageHTML(2, 0, "index", "html");</script>')
    assert detect(first).family == "trs"
    (entry,) = FAMILIES["trs"].entries(first)
    assert entry.url == BASE + "202101/t20210131_52020.html"
    assert (entry.title, entry.date) == ("眉县人民政府2020年政府信息公开工作年度报告", "2021-01-31")


@pytest.mark.parametrize(
    ("href", "following"),
    [("list2.html", BASE + "list2.html"), ("#", None), ("javascript:void(0)", None), ("", None), (BASE, None)],
)
def test_a_rendered_next_link_is_followed(href: str, following: str | None) -> None:
    page = _page(f'<ul>{_row(2020)}</ul><a href="{href}">下一页&gt;</a>')
    request = FAMILIES["generic"].next_request(page, 1)
    assert (request.url if request else None) == following


def test_a_next_page_behind_a_script_is_no_end() -> None:
    with pytest.raises(ListUnreadable, match="only a script"):
        FAMILIES["generic"].next_request(_page(f'<ul>{_row(2020)}</ul><a href="javascript:go(2)">下一页</a>'), 1)


def test_a_repeated_last_page_ends_the_list() -> None:
    body = f'<ul>{_row(2020)}</ul><a href="more.html">下一页</a>'
    pages = _walk("generic", _page(body), lambda _: body.replace("more", "still-more"))
    assert [page.end for page in pages] == [None, None, End.NOTHING_NEW]


def test_the_end_of_a_list_that_shows_what_it_showed_is_not_proven_anew() -> None:
    body = f'<ul>{_row(2020)}{_row(2019)}</ul><a href="more.html">下一页</a>'
    asked: list[str] = []

    def walk(body: str, ended: frozenset[str]) -> End | None:
        async def fetch(request: Request) -> HtmlResponse:
            asked.append(request.url)
            return _page(body.replace("more", "still-more"), request.url, request)

        async def last() -> End | None:
            return [page.end async for page in list_pages(FAMILIES["trs"], _page(body), fetch, {BASE: ended})][-1]

        return asyncio.run(last())

    links = frozenset(entry.url for entry in FAMILIES["trs"].entries(_page(body)))
    assert walk(body, links) is End.NOTHING_NEW
    assert asked == []
    assert walk(body.replace(_row(2019), _row(2018)), links) is End.NOTHING_NEW
    assert asked  # another link
    asked.clear()
    oldest_first = body.replace(_row(2020), "").replace(_row(2019), _row(2019) + _row(2020))
    assert walk(oldest_first, links) is End.NOTHING_NEW
    assert asked  # a new one would stand at the end


def test_a_link_to_a_neighbour_does_not_tell_a_portals_family() -> None:
    row = REPORT.format("http://www.fufeng.test/nb/202101/t20210131_52020.html", 2020, 2021)
    assert detect(_page(f"<ul>{row}</ul>")).family == "generic"
    assert detect(_page(f"<ul>{row}{_row(2020)}</ul>")).family == "trs"


def test_a_list_without_end_is_unreadable() -> None:
    years = iter(range(10**6))

    def more(_: Request) -> str:
        number = next(years)
        return (
            f'<ul><li><a href="{number}.html">某县2020年政府信息公开年度报告</a></li></ul><a href="p{number}">下页</a>'
        )

    with pytest.raises(ListUnreadable, match="no end"):
        _walk("generic", _page(f'<ul>{_row(2020)}</ul><a href="p">下一页</a>'), more)


def test_menus_are_no_lists_and_year_columns_are_marked() -> None:
    menu = '<div class="menu"><a href="/zwgk/">政务公开</a><a href="/bm/">部门年报</a></div>'
    years = '<ul class="years"><li><a href="./2019/">2019年</a></li></ul>'
    entries = FAMILIES["generic"].entries(_page(f"{menu}{years}<ul class='list'>{_row(2020)}</ul>"))
    assert {(entry.title[:4], entry.column) for entry in entries} == {("2019", True), ("眉县人民", False)}


def test_a_cut_title_is_taken_whole_from_its_attribute() -> None:
    whole = "眉县人民政府2020年政府信息公开工作年度报告"
    body = f'<ul><li><a href="a.html" title="{whole}">{whole[:11]}…</a></li></ul>'
    (entry,) = FAMILIES["generic"].entries(_page(body))
    assert entry.title == whole
