"""Hanweb JCMS: what is read off its datastores and catalogue, and whole crawls of its practice portals."""

from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.families import FAMILIES, detect
from crawler.families.base import Declared, End, ListUnreadable
from tests.family_checks import Crawled, Site, crawl_variants
from tests.portals import Portal, Quirk
from tests.portals.families.hanweb import Hanweb as Replica
from tests.portals.messages import Request as Asked

HOST = "http://www.xiaoshan.test"
COLUMN = f"{HOST}/col/col33718/index.html"
PROXY = "/module/web/jpage/dataproxy.jsp"
HANWEB = FAMILIES["hanweb"]


def _page(body: str, url: str = COLUMN, title: str = "") -> HtmlResponse:
    text = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    return HtmlResponse(url, body=text, encoding="utf-8", request=Request(url))


def _record(year: int, column: int = 33718, words: str = "年政府信息公开年度报告") -> str:
    href = f"/art/{year + 1}/1/31/art_{column}_{year}.html"
    return f"<li><a href='{href}' title='萧山区{year}{words}'>萧山区…</a><span>{year + 1}-1-31</span></li>"


def _recordset(records: list[str]) -> str:
    return "".join(f"<record><![CDATA[{record}]]></record>" for record in records)


def _store(
    years: range, *, total: int, unit: str = "2128", column: str = "33718", proxy: str = PROXY, per_page: int = 2
) -> str:
    query = f"page=1&amp;appid=1&amp;webid=1&amp;path=/&amp;columnid={column}&amp;unitid={unit}&amp;webname=萧山区"
    return (
        f'<div id="{unit}"><script type="text/xml"><datastore><nextgroup><![CDATA[<a href="{proxy}?{query}"></a>]]>'
        f"</nextgroup><recordset>{_recordset([_record(year, int(column)) for year in years])}</recordset>"
        f"</datastore></script></div><script>$('#{unit}').jpage({{totalRecord:{total},perPage:{per_page}}});</script>"
    )


def _down(first: int, last: int) -> range:
    return range(first, last - 1, -1)


def _reply(years: range | list[int], total: int) -> str:
    records = _recordset([_record(year) for year in years])
    return f"<datastore><totalrecord>{total}</totalrecord><recordset>{records}</recordset></datastore>"


def _asked(request: Request) -> dict[str, str]:
    """All that a server is told; it makes no difference between query and body."""
    return dict(parse_qsl(urlsplit(request.url).query) + parse_qsl(request.body.decode()))


def _windows(newest: int, total: int) -> Callable[[Request], str]:
    """A server that honours record numbers."""

    def answer(request: Request) -> str:
        asked = _asked(request)
        start, end = int(asked["startrecord"]), int(asked["endrecord"])
        return _reply([newest + 1 - number for number in range(start, min(end, total) + 1)], total)

    return answer


def _numbered(newest: int, total: int) -> Callable[[Request], str]:
    """A server that goes by page and perpage alone."""

    def answer(request: Request) -> str:
        page, size = (int(_asked(request)[name]) for name in ("page", "perpage"))
        return _reply([newest + 1 - n for n in range((page - 1) * size + 1, min(page * size, total) + 1)], total)

    return answer


def _years(site: Site, first: HtmlResponse, end: End = End.TOTAL) -> list[int]:
    """The years listed, in order; the walk has to prove its end."""
    pages = site.walk(first)
    assert [page.end for page in pages] == [*[None] * (len(pages) - 1), end]
    return [int(entry.title[3:7]) for page in pages for entry in page.entries]


# --- Datastores ----------------------------------------------------------------------------------------------------


def test_records_in_a_script_are_the_list_and_windows_follow() -> None:
    first = _page(_store(_down(2020, 2015), total=14))
    assert detect(first).family == "hanweb"
    assert HANWEB.declared(first) == Declared(records=14)
    site = Site(HANWEB, _windows(2020, 14))
    assert _years(site, first) == list(_down(2020, 2007))
    assert [request.url.partition("?")[2] for request in site.asked] == [
        "startrecord=7&endrecord=12&perpage=2&page=4",
        "startrecord=13&endrecord=14&perpage=2&page=7",
    ]
    asked, headers = _asked(site.asked[-1]), site.asked[-1].headers
    assert {
        "col": "1",
        "columnid": "33718",
        "unitid": "2128",
        "webname": "萧山区",
        "path": "/",
    }.items() <= asked.items()
    assert headers["Referer"] == COLUMN.encode()
    assert headers["X-Requested-With"] == b"XMLHttpRequest"


def test_a_server_that_ignores_record_numbers_is_read_page_by_page() -> None:
    site = Site(HANWEB, _numbered(2020, 11))
    assert _years(site, _page(_store(_down(2020, 2015), total=11))) == list(_down(2020, 2010))
    assert [_asked(request)["page"] for request in site.asked] == ["4", "5", "6"]


def test_pages_of_more_than_a_hundred_are_never_asked_for() -> None:
    site = Site(HANWEB, _windows(2099, 350))
    _years(site, _page(_store(_down(2099, 1800), total=350, per_page=200)))
    assert [(_asked(request)["startrecord"], _asked(request)["perpage"]) for request in site.asked] == [("301", "100")]


def test_where_no_page_size_is_told_the_first_records_are_three_pages() -> None:
    site = Site(HANWEB, _numbered(2020, 8))
    text = _store(_down(2020, 2015), total=8).replace(",perPage:2", "")
    assert _years(site, _page(text)) == list(_down(2020, 2013))


@pytest.mark.parametrize(
    "proxy",
    [
        "/module/web/jpage/dataproxy.jsp",
        "/module/jpage/dataproxy.jsp",
        "/module/jslib/jquery/jpage/dataproxy.jsp",
        "/module/jpage/morecolumndataproxy.jsp",
    ],
)
def test_the_proxy_is_asked_where_the_page_says(proxy: str) -> None:
    site = Site(HANWEB, _windows(2020, 8))
    _years(site, _page(_store(_down(2020, 2015), total=8, proxy=proxy)))
    assert [urlsplit(request.url).path for request in site.asked] == [proxy]


def test_without_a_next_group_the_script_tells_what_to_ask() -> None:
    records = _recordset([_record(year) for year in _down(2020, 2015)])
    first = _page(
        f'<div id="2128"><script type="text/xml"><datastore>{records}</datastore></script></div><script>'
        "var param_2128={appid:1,webid:1,path:'/',columnid:33718,unitid:'2128'};"
        "$('#2128').jpage({totalRecord:8,perPage:2,proxyUrl:'/module/jpage/dataproxy.jsp'});</script>"
    )
    site = Site(HANWEB, _windows(2020, 8))
    assert _years(site, first) == list(_down(2020, 2013))
    assert urlsplit(site.asked[0].url).path == "/module/jpage/dataproxy.jsp"
    assert {"columnid": "33718", "unitid": "2128", "webid": "1"}.items() <= _asked(site.asked[0]).items()


def test_an_old_server_answers_with_an_array() -> None:
    def answer(_: Request) -> str:
        records = [_record(2014).replace("'", r"\'"), _record(2013).replace("'", r"\'").replace("/", r"\/")]
        return "[" + ",".join(f"'{record}'" for record in records) + "]"

    assert _years(Site(HANWEB, answer), _page(_store(_down(2020, 2015), total=8))) == list(_down(2020, 2013))


def test_an_empty_reply_leaves_the_list_unproven() -> None:
    site = Site(HANWEB, lambda _: '<?xml version="1.0" encoding="UTF-8"?><datastore/>')
    with pytest.raises(ListUnreadable, match=r"truncated.*7 on of 9"):
        site.walk(_page(_store(_down(2020, 2015), total=9)))


def test_a_server_that_knows_the_first_records_alone_leaves_the_list_unproven() -> None:
    site = Site(HANWEB, lambda _: _reply(_down(2020, 2015), 20))
    with pytest.raises(ListUnreadable, match=r"truncated.*repeats"):
        site.walk(_page(_store(_down(2020, 2015), total=20)))
    assert len(site.asked) == 1


def test_hidden_records_leave_no_gap() -> None:
    whole = _windows(2020, 14)

    def answer(request: Request) -> str:
        return whole(request).replace(f"<record><![CDATA[{_record(2013)}]]></record>", "")

    years = _years(Site(HANWEB, answer), _page(_store(_down(2020, 2015), total=14)))
    assert set(years) == set(_down(2020, 2007)) - {2013}


def test_a_list_that_grows_while_it_is_read_is_read_again() -> None:
    first = _page(_store(_down(2020, 2015), total=8))
    changed = _windows(2021, 9)

    def answer(request: Request) -> str:
        return changed(request) if "dataproxy" in request.url else _store(_down(2021, 2016), total=9)

    site = Site(HANWEB, answer)
    pages = site.walk(first)
    assert {int(entry.title[3:7]) for page in pages for entry in page.entries} == set(_down(2021, 2013))
    assert pages[-1].end is End.TOTAL


def test_the_rendered_link_to_the_next_page_leads_nowhere() -> None:
    first = _page(_store(_down(2020, 2015), total=6) + '<a href="index.html?pageNum=2">下一页</a>')
    site = Site(HANWEB, lambda _: None)
    assert _years(site, first) == list(_down(2020, 2015))
    assert not site.asked


def test_titles_are_whole_whatever_debris_is_around_them() -> None:
    told = "萧山区2020年政府信息公开年度报告"
    records = [
        f'<li style=<br/><a title="{told}" href="/art/2021/9/1/art_33718_1.html">萧山区20…</a><b>2021-9-1</b>',
        f"<li><a href='/art/2021/9/1/art_33718_2.html' title='{told}<br/>'><li style=<br/>萧山区2020…</a>",
        f'<li><a href="/art/2021/9/1/art_33718_3.html" title="">{told}</a>[2021-09-01]</li>',
    ]
    text = f"<script type='text/xml'><datastore>{_recordset(records)}</datastore></script>"
    entries = HANWEB.entries(_page(text))
    assert [entry.title for entry in entries] == [told] * 3
    assert [entry.date for entry in entries] == ["2021-09-01", None, "2021-09-01"]
    assert [entry.url.rpartition("_")[2] for entry in entries] == ["1.html", "2.html", "3.html"]


def _news(total: int) -> str:
    """A datastore of news, with one that could be taken for a report."""
    news = _store(range(3), total=total, unit="99", column="555")
    for number, title in enumerate(("会议召开", "桥梁通车", "2020年政府信息公开年度报告")):
        news = news.replace(f"萧山区{number}年政府信息公开年度报告", title)
    return news


def test_other_datastores_beside_the_list_are_not_walked() -> None:
    site = Site(HANWEB, _windows(2020, 8))
    years = _years(site, _page(_news(4000) + _store(_down(2020, 2015), total=8)))
    assert years == list(_down(2020, 2013))
    assert [_asked(request)["unitid"] for request in site.asked] == ["2128"]


def test_reports_in_plain_links_are_the_list_where_the_datastore_holds_news() -> None:
    links = f"<ul>{_record(2020)}{_record(2019)}</ul>"
    site = Site(HANWEB, lambda _: None)
    assert _years(site, _page(_news(4000) + links), End.LAST_PAGE) == [2020, 2019]


def test_several_lists_of_reports_on_one_page_are_all_walked() -> None:
    newer = _store(_down(2020, 2015), total=8, unit="1", column="33718")
    older = _store(_down(2012, 2007), total=9, unit="2", column="33719")

    def answer(request: Request) -> str:
        return _windows(2020, 8)(request) if _asked(request)["unitid"] == "1" else _windows(2012, 9)(request)

    first = _page(newer + older)
    assert HANWEB.declared(first) == Declared(records=17)
    assert sorted(_years(Site(HANWEB, answer), first)) == list(range(2004, 2021))


def test_records_of_another_column_in_the_datastore_are_listed() -> None:
    text = _store(_down(2020, 2019), total=2).replace("art_33718_2019", "art_44_2019")
    assert [entry.url.rpartition("/")[2] for entry in HANWEB.entries(_page(text))] == [
        "art_33718_2020.html",
        "art_44_2019.html",
    ]


def test_columns_of_years_beside_the_datastore_are_entries_too() -> None:
    years = '<div class="years"><a href="/col/col9/index.html">2014年</a></div>'
    entries = HANWEB.entries(_page(_store(_down(2020, 2019), total=2) + years))
    assert [(entry.title[:4], entry.column) for entry in entries][-1] == ("2014", True)


# --- The catalogue -------------------------------------------------------------------------------------------------

TREE = "/module/xxgk/tree.jsp?area=11330109&amp;divid=div1256283&amp;jdid=149"
SHELL = f'<iframe src="{TREE}"></iframe><script>load("/module/xxgk/search.jsp",{{infotypeId:id}})</script>'
NODES = (
    r"""d.add('7','1','<a onclick="funclick(\'A0201\',\'\')">部门信息公开年报</a>');"""
    r"""d.add('8','1','<a onclick="funclick(\'A0203\',\'\')">政府信息公开年报</a>');"""
)


def _table(rows: list[tuple[int, int]], pages: int) -> str:
    """A page of search.jsp's table: (year, column) of its rows."""
    cells = "".join(
        f'<tr class="tr_main_value_{"odd" if year % 2 else "even"}"><td>1</td><td>'
        f'<a href="/art/{year + 1}/1/31/art_{column}_{year}.html" title="萧山区{year}年政府信息公开年度报告">…</a></td>'
        f"<td>{year + 1}-01-31</td></tr>"
        for year, column in rows
    )
    pager = f'<td align="right">&nbsp;&nbsp;共{pages}页&nbsp;<a href="javascript:go()">下一页</a></td>'
    return f"<table>{cells}</table><table><tr>{pager}</tr></table><a href='/x.html'>2014年政府信息公开年度报告</a>"


def _searched(request: Request) -> str:
    if "tree.jsp" in request.url:
        return f"<script>{NODES}</script>"
    if request.method != "POST":
        return ""
    asked = _asked(request)
    own = [(year, 33718) for year in _down(2020, 2017)]
    every = own if asked.get("infotypeId") == "A0203" else [*own[:2], (2020, 44), (2019, 44), *own[2:], (2018, 44)]
    number = int(asked["currpage"])
    return _table(every[(number - 1) * 3 : number * 3], -(-len(every) // 3))


@pytest.mark.parametrize(
    ("url", "shell", "asked"),
    [
        (COLUMN, SHELL, ["tree.jsp", "search.jsp", "search.jsp"]),
        (COLUMN, f"{SHELL}<script>{NODES}</script>", ["search.jsp", "search.jsp"]),
        (COLUMN, SHELL.replace(":id", ":'A0203'"), ["search.jsp", "search.jsp"]),
        (f"{COLUMN}?number=A0203", SHELL, ["search.jsp", "search.jsp"]),
    ],
)
def test_the_catalogue_is_asked_for_the_category_of_reports(url: str, shell: str, asked: list[str]) -> None:
    site = Site(HANWEB, _searched)
    first = site.open(_page(shell, url, "政府信息公开年报"))
    assert _years(site, first) == [2020, 2019, 2018, 2017]
    assert [urlsplit(request.url).path.rpartition("/")[2] for request in site.asked] == asked
    told = {"infotypeId": "A0203", "area": "11330109", "divid": "div1256283", "jdid": "149", "currpage": "2"}
    assert told.items() <= _asked(site.asked[-1]).items()
    assert site.asked[-1].headers["Referer"] == url.encode()


def test_without_a_category_the_columns_own_documents_are_told_by_their_addresses() -> None:
    site = Site(HANWEB, lambda request: None if "tree.jsp" in request.url else _searched(request))
    first = site.open(_page(SHELL, title="政府信息公开年报"))
    assert _asked(site.asked[-1]).get("infotypeId") is None
    pages = site.walk(first)
    assert [entry.url.rpartition("/")[2] for page in pages for entry in page.entries] == [
        f"art_33718_{year}.html" for year in _down(2020, 2017)
    ]
    assert [page.end for page in pages] == [None, None, End.TOTAL]


def test_a_list_of_the_catalogue_is_walked_from_its_first_request_alone() -> None:
    site = Site(HANWEB, _searched)
    start = site.open(_page(SHELL, title="政府信息公开年报")).request
    assert start
    again = Request(start.url, method=start.method, body=start.body, headers=start.headers)
    first = HtmlResponse(again.url, body=_searched(again), encoding="utf-8", request=again)
    assert _years(site, first) == [2020, 2019, 2018, 2017]


@pytest.mark.parametrize(("url", "title"), [(COLUMN, "机构职能"), (f"{COLUMN}?number=B01", "机构职能")])
def test_a_shell_of_another_category_is_not_searched(url: str, title: str) -> None:
    site = Site(HANWEB, lambda _: "")
    page = _page(SHELL, url, title)
    assert site.open(page) is page
    assert not any("search.jsp" in request.url for request in site.asked)


# --- Practice portals ----------------------------------------------------------------------------------------------

COUNTIES = (
    ("330111", "富阳区"),
    ("370112", "历城区"),
    ("620102", "城关区"),
    ("370785", "高密市"),
    ("360902", "袁州区"),
    ("620602", "凉州区"),
    ("330782", "义乌市"),
)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with crawl_variants("hanweb", Replica.variants, COUNTIES, tmp_path_factory.mktemp("hanweb")) as found:
        yield found


def test_every_variant_is_read_whole_and_cheaply(crawled: Crawled) -> None:
    # robots.txt, a random address, home, gateway, column, an attachment; the catalogue's tree and its four pages
    crawled.check(most=11, again=6)


def test_no_list_is_asked_for_by_page_number(crawled: Crawled) -> None:
    assert not any(
        "pageNum" in path for portal in crawled.portals for crawl in crawled.requests(portal) for path in crawl
    )


def test_a_list_that_is_cut_off_by_encrypted_ids_keeps_what_it_shows() -> None:
    quirks = frozenset({Quirk.ENCRYPTED_UNITS})
    portal = Portal("330111", "富阳区", "www.fuyang.test", "hanweb", tuple(range(1960, 2025)), quirks=quirks)

    def answer(request: Request) -> str | None:
        target = request.url.removeprefix(portal.base)
        found = portal.pages.answer(Asked(request.method, target, {}, request.body))
        return found.body.decode() if found else None

    site = Site(HANWEB, answer)
    url = portal.base + portal.pages.list_address()
    first = HtmlResponse(url, body=answer(Request(url)) or "", encoding="utf-8", request=Request(url))
    assert len(HANWEB.entries(first)) == 45
    with pytest.raises(ListUnreadable, match="truncated"):
        site.walk(first)
