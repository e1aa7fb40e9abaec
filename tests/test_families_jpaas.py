"""Hanweb JPAAS: the units that a page names, what is asked of their gateway, and whole crawls of practice portals."""

import json
from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.families import FAMILIES, detect
from crawler.families.base import Declared, End, ListUnreadable
from tests.family_checks import Crawled, Site, crawl_variants
from tests.portals.families.jpaas import Jpaas as Replica

COLUMN = "http://www.linxia.test/lxx/zwgk/zfxxgkzd/xxgknb/index.html"
API = "http://www.linxia.test/api-gateway/jpaas-publish-server/front/page/build/unit"
IDS = {"webId": "52", "tplSetId": "MsPkwMwlYqOxItyOUpt7Y", "tagId": "信息列表", "pageId": "1638"}
JPAAS = FAMILIES["jpaas"]


def _page(body: str, title: str = "") -> HtmlResponse:
    text = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    return HtmlResponse(COLUMN, body=text, encoding="utf-8", request=Request(COLUMN))


def _rows(years: range) -> str:
    row = (
        '<li><a href="art/{1}/art_{0:032x}.html" title="临夏县{0}年政府信息公开工作年度报告"><i></i>临夏县…</a>'
        "<span>{1}-01-31</span></li>"
    )
    return f"<ul>{''.join(row.format(year, year + 1) for year in years)}</ul>"


def _query(**ids: str) -> str:
    return "{" + ",".join(f"'{name}':'{value}'" for name, value in (IDS | ids).items()) + "}"


def _pager(count: int, rows: int = 2, number: int = 1) -> str:
    return f'<div class="page" queryData="{_query()}" rows="{rows}" count="{count}" pageNo="{number}">下一页</div>'


def _script(**ids: str) -> str:
    return f'<script src="/script/unitbuild.js" url="{urlsplit(API).path}" queryData="{_query(**ids)}"></script>'


def _json(markup: str) -> str:
    return json.dumps({"success": True, "data": {"html": markup}})


def _asked(request: Request) -> tuple[int, int]:
    told = json.loads(dict(parse_qsl(urlsplit(request.url).query))["paramJson"])
    return told["pageNo"], told["pageSize"]


def _unit(newest: int, total: int, *, counted: bool = True, size: int | None = None) -> Callable[[Request], str]:
    """The gateway; ``size`` where it knows a page size of its own, ``counted`` where it tells the number of records."""

    def answer(request: Request) -> str:
        number, asked = _asked(request)
        rows = size or asked
        first, last = newest - (number - 1) * rows, max(newest - number * rows, newest - total)
        return _json(_rows(range(first, last, -1)) + (_pager(total, rows, number) if counted else ""))

    return answer


def _years(site: Site, first: HtmlResponse, end: End = End.TOTAL) -> list[int]:
    """The years listed, in order; the walk has to prove its end."""
    pages = site.walk(first)
    assert [page.end for page in pages] == [*[None] * (len(pages) - 1), end]
    return [int(entry.title[3:7]) for page in pages for entry in page.entries]


def test_pages_after_a_static_one_are_built_by_the_gateway() -> None:
    first = _page(_rows(range(2020, 2018, -1)) + _pager(5))
    assert detect(first).family == "jpaas"
    assert JPAAS.declared(first) == Declared(records=5)
    site = Site(JPAAS, _unit(2020, 5))
    assert _years(site, first) == [2020, 2019, 2018, 2017, 2016]
    assert [_asked(request) for request in site.asked] == [(2, 2), (3, 2)]
    assert {request.url.partition("?")[0] for request in site.asked} == {API}
    assert {request.headers["Referer"] for request in site.asked} == {COLUMN.encode()}
    told = {**IDS, "parseType": "bulidstatic", "pageType": "column", "editType": "null"}
    assert told.items() <= dict(parse_qsl(urlsplit(site.asked[1].url).query)).items()


def test_links_in_a_unit_are_relative_to_the_column() -> None:
    site = Site(JPAAS, _unit(2020, 3))
    pages = site.walk(_page(_rows(range(2020, 2018, -1)) + _pager(3)))
    (entry,) = pages[1].entries
    assert entry.url == COLUMN.replace("index.html", f"art/2019/art_{2018:032x}.html")
    assert entry.date == "2019-01-31"


@pytest.mark.parametrize(
    "ids",
    [
        "<script>" + "".join(f'var {name} = "{value}";' for name, value in IDS.items()) + "</script>",
        "<script>build({" + ",".join(f'"{name}":"{value}"' for name, value in IDS.items()) + "})</script>",
        "<div class='list' " + " ".join(f"{name}='{value}'" for name, value in IDS.items()) + "></div>",
    ],
)
def test_ids_stand_in_scripts_or_attributes(ids: str) -> None:
    site = Site(JPAAS, _unit(2020, 5, counted=False))
    assert _years(site, _page(_rows(range(2020, 2018, -1)) + ids), End.LAST_PAGE) == [2020, 2019, 2018, 2017, 2016]
    assert IDS.items() <= dict(parse_qsl(urlsplit(site.asked[0].url).query)).items()


def test_where_no_number_is_told_a_full_last_page_is_no_end() -> None:
    ids = "<script>" + "".join(f'var {name} = "{value}";' for name, value in IDS.items()) + "</script>"
    site = Site(JPAAS, _unit(2020, 4, counted=False))
    assert _years(site, _page(_rows(range(2020, 2018, -1)) + ids), End.NOTHING_NEW) == [2020, 2019, 2018, 2017]
    assert [_asked(request)[0] for request in site.asked] == [2, 3, 4]


def test_where_no_number_is_told_a_full_only_page_is_no_end_either() -> None:
    ids = "<script>" + "".join(f'var {name} = "{value}";' for name, value in IDS.items()) + "</script>"
    site = Site(JPAAS, _unit(2020, 2, counted=False))
    assert _years(site, _page(_rows(range(2020, 2018, -1)) + ids), End.NOTHING_NEW) == [2020, 2019]
    assert [_asked(request)[0] for request in site.asked] == [2, 3]


def test_a_page_without_links_is_no_end_where_records_are_left() -> None:
    answers = {2: "", 3: _rows(range(2016, 2014, -1))}
    site = Site(JPAAS, lambda request: _json(answers[_asked(request)[0]] + _pager(6)))
    assert _years(site, _page(_rows(range(2020, 2018, -1)) + _pager(6))) == [2020, 2019, 2016, 2015]
    assert [_asked(request)[0] for request in site.asked] == [2, 3]


def test_an_empty_shell_is_filled_from_the_unit_called_a_list() -> None:
    shell = _page(_script(tagId="导航", pageId="1") + _script(), "政府信息公开年报")
    site = Site(JPAAS, _unit(2020, 34))
    first = site.open(shell)
    assert first.url.startswith(API)
    assert [dict(parse_qsl(urlsplit(request.url).query))["pageId"] for request in site.asked] == ["1638"]
    assert _years(site, first) == list(range(2020, 1986, -1))
    assert [_asked(request) for request in site.asked] == [(1, 15), (2, 15), (3, 15)]


def test_units_that_are_no_list_are_passed_over() -> None:
    units = {"1": "", "2": '{"success":false,"data":null}', "3": _json(_rows(range(2020, 2018, -1)))}
    shell = _page("".join(_script(tagId="列表", pageId=name) for name in units), "政府信息公开年报")
    site = Site(JPAAS, lambda request: units[dict(parse_qsl(urlsplit(request.url).query))["pageId"]])
    assert len(JPAAS.entries(site.open(shell))) == 2
    assert len(site.asked) == 3


def test_a_gateway_with_a_page_size_of_its_own_leaves_no_gap() -> None:
    site = Site(JPAAS, _unit(2020, 24, size=10))
    first = site.open(_page(_script(), "政府信息公开年报"))
    assert _years(site, first) == list(range(2020, 1996, -1))
    assert [_asked(request) for request in site.asked] == [(1, 15), (2, 10), (3, 10)]


def test_a_shell_without_sign_of_reports_costs_nothing() -> None:
    site = Site(JPAAS, lambda _: "")
    page = _page(_script(), "机构职能")
    assert site.open(page) is page
    assert not site.asked


@pytest.mark.parametrize(
    "answer", ['{"success":false,"data":null}', "<html>error</html>", '{"success":false,"data":{"html":""}}', "[]"]
)
def test_an_answer_that_is_no_unit_leaves_the_list_unproven(answer: str) -> None:
    with pytest.raises(ListUnreadable):
        Site(JPAAS, lambda _: answer).walk(_page(_rows(range(2020, 2018, -1)) + _pager(5)))


def test_a_list_of_the_gateway_is_walked_from_its_first_request_alone() -> None:
    site = Site(JPAAS, _unit(2020, 20))
    start = site.open(_page(_script(), "政府信息公开年报")).request
    assert start
    again = Request(start.url, headers=start.headers)
    first = HtmlResponse(again.url, body=_unit(2020, 20)(again), encoding="utf-8", request=again)
    assert _years(site, first) == list(range(2020, 2000, -1))


# --- Practice portals ----------------------------------------------------------------------------------------------

COUNTIES = (("622921", "临夏县"), ("321283", "泰兴市"), ("360829", "安福县"), ("210921", "阜新蒙古族自治县"))


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with crawl_variants("jpaas", Replica.variants, COUNTIES, tmp_path_factory.mktemp("jpaas")) as found:
        yield found


def test_every_variant_is_read_whole_and_cheaply(crawled: Crawled) -> None:
    # robots.txt, a random address, home, gateway, column, an attachment, four pages of the list
    crawled.check(most=10, again=6)
