"""What the families read off list pages: which family, which links, where the next page is."""

import asyncio
from collections.abc import Callable

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.families import FAMILIES, detect
from crawler.families.generic import ListPage, ListUnreadable

BASE = "http://www.meixian.test/nb/"
REPORT = '<li><a href="{0}">眉县人民政府{1}年政府信息公开工作年度报告</a><span>[{2}-1-31]</span></li>'


def _page(body: str, url: str = BASE) -> HtmlResponse:
    return HtmlResponse(url, body=f"<html><body>{body}</body></html>", encoding="utf-8")


def _row(year: int) -> str:
    return REPORT.format(f"./{year + 1}01/t{year + 1}0131_5{year}.html", year, year + 1)


def _walk(family: str, first: HtmlResponse, answer: Callable[[Request], str]) -> list[ListPage]:
    async def fetch(request: Request) -> HtmlResponse:
        return _page(answer(request), request.url)

    async def walk() -> list[ListPage]:
        return [page async for page in FAMILIES[family].pages(first, fetch)]

    return asyncio.run(walk())


def test_trs_is_known_by_its_marks_and_counts_pages_from_zero() -> None:
    first = _page(f'<ul>{_row(2020)}</ul><script>createPageHTML(2, 0, "index", "html");</script>')
    assert detect(first).family == "trs"
    asked: list[str] = []

    def second(request: Request) -> str:
        asked.append(request.url)
        return f'<ul>{_row(2019)}</ul><script>createPageHTML(2, 1, "index", "html");</script>'

    pages = _walk("trs", first, second)
    assert asked == [BASE + "index_1.html"]
    assert [page.last for page in pages] == [False, True]
    entry = pages[0].entries[0]
    assert entry.url == BASE + "202101/t20210131_52020.html"
    assert (entry.title, entry.date) == ("眉县人民政府2020年政府信息公开工作年度报告", "2021-01-31")


def test_trs_believes_the_live_pager_not_the_one_commented_out() -> None:
    script = """var currentPage = 0;//所在页从0开始
    var countPage = 1//共多少页
    //createPageHTML(9, 0, "index", "html");"""
    (page,) = _walk("trs", _page(f"<ul>{_row(2020)}</ul><script>{script}</script>"), lambda _: "")
    assert page.last


@pytest.mark.parametrize(
    ("href", "following"),
    [("list2.html", BASE + "list2.html"), ("#", None), ("javascript:void(0)", None), ("", None), (BASE, None)],
)
def test_a_rendered_next_link_is_followed(href: str, following: str | None) -> None:
    page = _page(f'<ul>{_row(2020)}</ul><a href="{href}">下一页&gt;</a>')
    request = FAMILIES["generic"].next_request(page, 1)
    assert (request.url if request else None) == following


def test_a_next_page_behind_a_script_is_no_end() -> None:
    with pytest.raises(ListUnreadable, match="no address"):
        FAMILIES["generic"].next_request(_page(f'<ul>{_row(2020)}</ul><a href="javascript:go(2)">下一页</a>'), 1)


def test_a_repeated_last_page_ends_the_list() -> None:
    body = f'<ul>{_row(2020)}</ul><a href="more.html">下一页</a>'
    pages = _walk("generic", _page(body), lambda _: body.replace("more", "still-more"))
    assert [page.last for page in pages] == [False, True]


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


# --- Hanweb --------------------------------------------------------------------------------------------------------


def _record(year: int) -> str:
    href = f"/art/{year + 1}/1/31/art_33718_{year}.html"
    return f"<record><![CDATA[<li><a href='{href}' title='萧山区{year}年政府信息公开年度报告'>…</a></li>]]></record>"


def _column(years: range, total: int) -> HtmlResponse:
    records = "".join(map(_record, years))
    return _page(
        '<div id="2128"><script type="text/xml"><datastore><nextgroup><![CDATA[<a href="/module/web/jpage/'
        'dataproxy.jsp?page=1&appid=1&webid=1&path=/&columnid=33718&unitid=2128&webname=x&permissiontype=0"></a>]]>'
        f"</nextgroup><recordset>{records}</recordset></datastore></script></div>"
        f"<script>$('#2128').jpage({{totalRecord:{total},perPage:2}});</script>"
    )


def _store(years: range) -> str:
    return f"<datastore>{''.join(map(_record, years))}</datastore>"


def test_hanweb_asks_for_windows_of_records() -> None:
    first = _column(range(2015, 2021), total=9)
    assert detect(first).family == "hanweb"
    asked: list[Request] = []

    def window(request: Request) -> str:
        asked.append(request)
        return _store(range(2012, 2015))

    pages = _walk("hanweb", first, window)
    assert [len(page.entries) for page in pages] == [6, 3]
    assert [page.last for page in pages] == [False, True]
    assert asked[0].url.endswith("/module/web/jpage/dataproxy.jsp?startrecord=7&endrecord=9&perpage=2")
    assert b"columnid=33718" in asked[0].body
    assert b"unitid=2128" in asked[0].body


def test_hanweb_turns_to_page_numbers_where_record_numbers_are_ignored() -> None:
    def stubborn(request: Request) -> str:
        number = int(request.url.partition("page=")[2][0]) if "?page=" in request.url else 1
        newest = 2020 - 2 * (number - 1)
        return _store(range(newest - 1, newest + 1))

    pages = _walk("hanweb", _column(range(2015, 2021), total=9), stubborn)
    assert {entry.title[3:7] for page in pages for entry in page.entries} >= {"2012", "2013", "2014", "2015", "2020"}
    assert pages[-1].last


def test_hanweb_admits_an_empty_reply() -> None:
    with pytest.raises(ListUnreadable, match="6 of 9"):
        _walk("hanweb", _column(range(2015, 2021), total=9), lambda _: "<datastore></datastore>")
