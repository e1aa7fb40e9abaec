"""The generic family: which links are a list, what leads to the next page, and how an end is proven or not."""

import time

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.families import FAMILIES, pagers
from crawler.families.base import End, Entry, ListUnreadable
from tests.family_checks import Site

GENERIC = FAMILIES["generic"]
BASE = "http://www.cixian.test/nb/"
NAMED = '<meta name="ColumnType" content="信息公开年报">'
NEXT = '<a href="list_{}.html">下一页</a>'
TITLE = "磁县人民政府{}年政府信息公开工作年度报告"


def _page(body: str, url: str = BASE, head: str = "") -> HtmlResponse:
    text = f"<html><head>{head}</head><body>{body}</body></html>"
    return HtmlResponse(url, body=text, encoding="utf-8", request=Request(url))


def _rows(*years: int) -> str:
    rows = (f'<li><a href="{year}.html">{TITLE.format(year)}</a><span>[{year + 1}-1-31]</span></li>' for year in years)
    return f'<ul class="list">{"".join(rows)}</ul>'


def _next(body: str, number: int = 1, url: str = BASE) -> str | None:
    request = GENERIC.next_request(_page(_rows(2020) + body, url), number)
    return request.url.removeprefix(BASE) if request else None


def _site(pages: dict[str, str]) -> Site:
    return Site(GENERIC, lambda request: pages.get(request.url.removeprefix(BASE)))


def _entries(body: str) -> dict[str, Entry]:
    return {entry.url.removeprefix(BASE): entry for entry in GENERIC.entries(_page(body))}


# --- Lists ---------------------------------------------------------------------------------------------------------


def test_an_entry_has_address_whole_title_and_date() -> None:
    whole = TITLE.format(2020)
    body = f'<ul><li><a href="./a.html" title="{whole}">{whole[:11]}…</a><span>2021-1-31</span></li></ul>'
    assert _entries(body) == {"a.html": Entry(f"{BASE}a.html", whole, "2021-01-31")}


def test_menus_are_no_lists() -> None:
    menu = '<div class="menu"><a href="/zwgk/">政务公开</a><a href="/bm/">部门年报</a></div>'
    assert list(_entries(menu + _rows(2020))) == ["2020.html"]


def test_a_list_keeps_what_is_no_report() -> None:
    row = '<li><a href="zn.html">政府信息公开指南</a><span>2021-1-1</span></li>'
    assert list(_entries(_rows(2020).replace("</ul>", f"{row}</ul>"))) == ["2020.html", "zn.html"]


@pytest.mark.parametrize(
    ("title", "address", "column"),
    [
        ("2021年", "./x/", True),
        ("· 2021年度", "t/714.html", True),
        ("2021年政府信息公开年报", "./nb_2021n/", True),
        ("2021年度政府信息公开工作年度报告", "a2021.htm", True),
        ("2021年政府信息公开年报", "2021_504392/index.html", True),
        ("2021年政府信息公开年报", "2026030215200519784/index.html", False),
        ("2021年政府信息公开年报", "717055/index.html", False),
        ("磁县人民政府2021年政府信息公开年报", "2021n/", False),
    ],
)
def test_years_columns_are_told_from_articles(title: str, address: str, column: bool) -> None:
    (entry,) = _entries(f'<ul><li><a href="{address}">{title}</a></li></ul>').values()
    assert entry.column == column


def test_a_dated_row_is_an_article_whatever_its_address() -> None:
    body = '<ul><li><a href="2021n/">2021年政府信息公开年报</a><span>2022-01-20</span></li></ul>'
    assert not _entries(body)["2021n/"].column


REPORT = "<h1>{}</h1><p>一、总体情况</p><p>二、主动公开政府信息情况</p><p>三、收到和处理政府信息公开申请情况</p>"


def test_a_column_that_shows_a_report_lists_itself() -> None:
    head = '<meta name="PubDate" content="2025-01-20 10:00">'
    page = _page(REPORT.format(TITLE.format(2024)), head=head)
    assert GENERIC.entries(page) == [Entry(BASE, TITLE.format(2024), "2025-01-20")]
    assert GENERIC.next_request(page, 1) is None


def test_reports_of_other_years_below_it_are_listed_too() -> None:
    assert list(_entries(REPORT.format(TITLE.format(2024)) + _rows(2023, 2022))) == ["", "2023.html", "2022.html"]


@pytest.mark.parametrize("body", ["<h1>政府信息公开年报</h1>" + REPORT, f"<h1>{TITLE.format(2024)}</h1><p>见附件</p>"])
def test_a_page_that_is_not_called_or_not_built_like_a_report_is_none(body: str) -> None:
    assert GENERIC.entries(_page(body.replace("<h1>{}</h1>", ""))) == []


CALENDAR = "".join(f"<td><a href='/day/{day}'>{day}</a></td>" for day in range(1, 31))


# --- The next page -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["下一页", "下一页&gt;", "[下一页]", "下页", "后一页", "下一頁", "Next »", '<img src="n.gif" alt="下一页">']
)
def test_a_link_in_words_is_followed(text: str) -> None:
    assert _next(f'<div><a href="index_2.html">{text}</a></div>') == "index_2.html"


@pytest.mark.parametrize(
    ("pager", "following"),
    [
        ('<span>1</span><a href="p2">2</a><a href="p3">3</a>', "p2"),
        ('<b>1/3</b> <a href="p2">»</a>', "p2"),
        ('<b>1/3</b> <a href="p2">›</a> <a href="p3">»</a>', "p2"),
        ('<span>1</span><a href="p2">2</a><a href="p9">»</a>', "p2"),
        ('<a>«</a> <a href="?pageNo=2">&gt;</a>', "?pageNo=2"),
        ('<select><option value="p1">第1页</option><option value="/nb/p2">第2页</option></select>', "p2"),
        ('<a href="javascript:;">下一页</a></div><div><a href="p2">下一页</a>', "p2"),  # a gallery's stands first
    ],
)
def test_numbers_signs_and_boxes_lead_on(pager: str, following: str) -> None:
    assert _next(f'<div class="pager">{pager}</div>') == following


@pytest.mark.parametrize(
    "other",
    [
        '<ul class="nav"><li><a href="/map/">»</a></li></ul>',
        '<div>首页 » <a href="/zwgk/">公开</a> <a href="/more/">&gt;</a></div>',
        '<div><a href="/news/">更多»</a></div>',
        f"<table><tr>{CALENDAR}</tr></table>",
        "<select><option value='2.html'>2年</option><option value='3.html'>3年</option></select>",
        '<a href="#" class="next disabled">下一页</a>',
        '<a href="javascript:;" class="layui-laypage-next layui-disabled" data-page="2">下一页</a>',
        '<li class="unable"><a href="#" class="next">下一页</a></li>',
        '<div>1/1 <a href="#" class="next">下一页</a></div>',
        '<p>第1页/共1页 <a href="javascript:;" onclick="go()">下一页</a></p>',
        '<a href="#" onclick="alert(\'已经是最后一页\')">下一页</a>',
        "<button disabled>下一页</button>",
        '<div><a href="/more/">查看更多</a></div>',
        '<ul><li><a href="javascript:;">1</a></li><li><a href="javascript:;">2</a></li></ul>',  # a gallery
        '<a href="">下一页</a>',
        '<a href="#">下一页</a>',
        '<a href="javascript:void(0)">下一页</a>',
        f'<a href="{BASE}">下一页</a>',
        "<span>下一页</span>",
    ],
)
def test_what_only_looks_like_a_way_on_ends_the_list(other: str) -> None:
    assert _next(other) is None


@pytest.mark.parametrize(
    "pager",
    [
        '<a href="javascript:goPage(2)">下一页</a>',
        '<a href="#" onclick="goPage(2)">下一页</a>',
        '第1页/共3页 <input size="2"><a href="javascript:jump()">GO</a>',
        "<script>var totalPages = 3;</script>",
        "共 25 条记录",
        '<a href="http://www.elsewhere.test/">下一页</a>',
        '<a href="#" class="next">下一页</a>',
        '<a href="javascript:;" class="layui-laypage-next" data-page="2">下一页</a>',
        '<a href="javascript:void(goPage(2))">下一页</a>',
        f'<a href="{BASE}" onclick="return goPage(2)">下一页</a>',
        '<span>1</span><a href="#">2</a><a href="#">下一页</a>',
        '<span>1/3</span><a href="javascript:void(0)">下一页</a>',
        '<button onclick="go(2)">下一页</button>',
        '<span onclick="go(2)">下一页</span>',
        '<ul><li onclick="go(2)">下一页</li></ul>',
        '<form><input type="submit" value="下一页"></form>',
        '<input type="button" value="下一页">',
        '<p class="more">加载更多</p>',
        '<a href="javascript:;">查看更多</a>',
        '<i class="more" onclick="load()">点击加载</i>',
        "共<em>3</em>页",
        "共<span>45</span>条",
        "总页数：3",
        "总记录数：45",
        "页次：1/3",
        '<script>var totalPage = 1;</script><a href="javascript:go(2)">下一页</a>',
        "<p>共1页</p><p>第1页 共3页</p>",
    ],
)
def test_more_that_only_a_script_can_reach_is_no_end(pager: str) -> None:
    with pytest.raises(ListUnreadable):
        _next(f"<div>{pager}</div>")


@pytest.mark.parametrize("href", ["#", "javascript:void(0)"])
def test_a_dead_link_below_many_rows_is_no_end(href: str) -> None:
    page = _page(_rows(*range(2008, 2018)) + f'<a href="{href}">下一页</a>')
    with pytest.raises(ListUnreadable):
        GENERIC.next_request(page, 1)
    declared = _page(_rows(*range(2008, 2018)) + f'共10条 <a href="{href}">下一页</a>')
    assert GENERIC.next_request(declared, 1) is None


def test_a_dead_link_beside_the_address_of_the_page_before_ends_the_list() -> None:
    assert _next('<a href="list_1.html">上一页</a> <a href="#" class="next">下一页</a>', 2) is None


def test_the_next_page_may_be_on_the_twin_of_the_host() -> None:
    assert _next('<a href="http://cixian.test/nb/2.html">下一页</a>') == "http://cixian.test/nb/2.html"
    assert _next('<a href="https://cixian.test/nb/">下一页</a>') is None  # the page itself


@pytest.mark.parametrize(
    "piece",
    [
        "共",
        "共 ",
        "共 有 ",
        "1",
        "1 ",
        "1/",
        "第1页",
        "页次：",
        "条 1",
        "总页数 ",
        "加载更多 ",
        '<a href="#">下一页</a>',
    ],
)
def test_a_hostile_text_is_read_at_once(piece: str) -> None:
    for text in (piece * (300_000 // len(piece)), piece + " " * 300_000):
        page = _page(text)
        started = time.process_time()
        GENERIC.declared(page)
        pagers.next_address(page, 1)
        assert time.process_time() - started < 1


def test_a_total_that_is_reached_ends_even_a_scripts_list() -> None:
    assert _next('<a href="javascript:goPage(4)">下一页</a> 共3页', 3) is None


def test_a_numbered_page_tells_the_address_that_its_pager_hides() -> None:
    assert _next("2/3页", 2, f"{BASE}index_2.html") == "index_3.html"


def test_the_column_of_a_year_behind_a_script_is_no_absence() -> None:
    with pytest.raises(ListUnreadable, match="2019"):
        _next('<a href="javascript:year(2019)">2019年</a>')
    assert _next('<a href="javascript:year(2020)">2020年</a>') is None


@pytest.mark.parametrize(
    "row",
    [
        f'<a href="javascript:show(7)">{TITLE.format(2019)}</a>',
        f'<a href="#" onclick="show(7)">{TITLE.format(2019)}</a>',
        f'<li onclick="show(7)">{TITLE.format(2019)}<span>2020-01-31</span></li>',
    ],
)
def test_a_report_behind_a_script_is_not_dropped(row: str) -> None:
    with pytest.raises(ListUnreadable, match="2019"):
        _next(f"<ul>{row}</ul>")
    assert _next(f"<ul>{row}</ul>".replace("2019", "2020")) is None  # followed by its other link
    assert _next(f"<ul>{row}</ul>".replace("磁县人民政府", "磁县财政局")) is None


# --- The end -------------------------------------------------------------------------------------------------------


def test_the_last_page_without_a_link_is_the_end() -> None:
    walked = _site({"list_2.html": _rows(2019)}).walk(_page(_rows(2020) + NEXT.format(2)))
    assert [page.end for page in walked] == [None, End.LAST_PAGE]


def test_a_last_page_that_repeats_for_ever_is_left() -> None:
    site = Site(GENERIC, lambda request: _rows(2019) + NEXT.format(int(request.url[-6]) + 1))
    walked = site.walk(_page(_rows(2020) + NEXT.format(2)))
    assert walked[-1].end is End.NOTHING_NEW
    assert len(site.asked) == 3


@pytest.mark.parametrize("beyond", [None, "<p>您访问的页面不存在</p>"])
def test_a_link_past_the_last_page_is_tried_twice(beyond: str | None) -> None:
    pages = {"list_2.html": _rows(2019) + NEXT.format(3)}
    pages |= {f"list_{n}.html": beyond for n in (3, 4) if beyond}
    site = _site(pages)
    assert site.walk(_page(_rows(2020) + NEXT.format(2)))[-1].end is End.NOTHING_NEW
    assert [request.url[-6] for request in site.asked] == ["2", "3", "4"]


def test_one_answer_past_a_total_is_enough() -> None:
    site = _site({"list_2.html": _rows(2019) + NEXT.format(3) + "共2页"})
    assert site.walk(_page(_rows(2020) + NEXT.format(2) + "共2页"))[-1].end is End.TOTAL
    assert len(site.asked) == 2


def test_a_total_that_is_too_small_does_not_hold_against_a_link() -> None:
    walked = _site({"list_2.html": _rows(2019) + "共1页"}).walk(_page(_rows(2020) + NEXT.format(2) + "共1页"))
    assert [len(page.entries) for page in walked] == [1, 1]


def test_a_total_too_large_by_one_is_known_for_what_it_is() -> None:
    pages = {"list_2.html": _rows(2019) + NEXT.format(3) + "共3页"}
    assert _site(pages).walk(_page(_rows(2020) + NEXT.format(2) + "共3页"))[-1].end is End.NOTHING_NEW


def test_missing_pages_prove_nothing() -> None:
    with pytest.raises(ListUnreadable, match="cannot be had"):  # the first page alone
        _site({}).walk(_page(_rows(2020) + NEXT.format(2)))
    pages = {"list_2.html": _rows(2019) + NEXT.format(3) + "共5页"}
    with pytest.raises(ListUnreadable, match="2 of 5"):
        _site(pages).walk(_page(_rows(2020) + NEXT.format(2) + "共5页"))


def test_a_page_that_fails_amid_the_list_is_no_end() -> None:
    pages = {"list_2.html": _rows(2019) + NEXT.format(3), "list_3.html": "系统繁忙", "list_4.html": _rows(2017)}
    with pytest.raises(ListUnreadable, match="list_3"):
        _site(pages).walk(_page(_rows(2020) + NEXT.format(2)))


def test_a_list_that_changes_while_it_is_read_is_read_once_more() -> None:
    records = iter((2, 3, 3, 3))  # a report is published after the first answer

    def answer(request: Request) -> str:
        rows = _rows(2020) + NEXT.format(2) if request.url == BASE else _rows(2019, 2018)
        return f"{rows} 共{next(records)}条"

    site = Site(GENERIC, answer)
    walked = site.walk(_page(answer(Request(BASE))))
    assert [request.url.removeprefix(BASE) for request in site.asked] == ["list_2.html", "", "list_2.html"]
    assert walked[-1].end is End.TOTAL


def test_a_list_that_never_rests_is_unreadable() -> None:
    records = iter(range(2, 99))
    site = Site(GENERIC, lambda _: f"{_rows(2019)}{NEXT.format(2)} 共{next(records)}条")
    with pytest.raises(ListUnreadable, match="changes"):
        site.walk(_page(f"{_rows(2020)}{NEXT.format(2)} 共1条"))


def test_a_list_without_end_is_left() -> None:
    numbers = iter(range(2, 999))

    def more(_: Request) -> str:
        number = next(numbers)
        return _rows(2020).replace("2020.html", f"r{number}.html") + f'<a href="p{number}">下页</a>'

    with pytest.raises(ListUnreadable, match="no end"):
        Site(GENERIC, more).walk(_page(_rows(2020) + NEXT.format(2)))


# --- Frames --------------------------------------------------------------------------------------------------------


def test_a_shell_opens_the_frame_with_the_list_alone() -> None:
    frames = ("/js/tree.jsp?a=1", "/visitcount.html", "http://www.elsewhere.test/l.html", "gone.html", "l.html")
    site = _site({"l.html": _rows(2020)})
    shell = _page("".join(f'<iframe src="{frame}"></iframe>' for frame in frames), head=NAMED)
    assert site.open(shell).url == f"{BASE}l.html"
    assert [request.url.removeprefix(BASE) for request in site.asked] == ["gone.html", "l.html"]
    assert site.asked[-1].headers["Referer"] == BASE.encode()


@pytest.mark.parametrize("page", [_page(_rows(2020) + '<iframe src="l.html"></iframe>', head=NAMED), _page("<iframe>")])
def test_a_list_and_an_unnamed_page_cost_no_request(page: HtmlResponse) -> None:
    assert _site({}).open(page) is page
