"""TRS: how its pagers are read, whatever they count from, and whole crawls of its practice portals."""

import asyncio
from collections.abc import Callable, Iterator

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse
from sqlalchemy import select

from crawler.families import FAMILIES, detect
from crawler.families.base import End, ListPage
from crawler.families.walk import list_pages
from crawler.outcomes import NotFetched
from storage.figures import figures
from storage.models import Document
from tests.crawling import Practice, practice
from tests.portals import Country, Portal, Quirk, serve
from tests.portals.client import fetch, governments
from tests.portals.families.trs import PER_PAGE
from tests.portals.families.trs import Trs as Replica

BASE = "http://www.meixian.test/nb/"
TRS = FAMILIES["trs"]


def _page(body: str, url: str = BASE, request: Request | None = None) -> HtmlResponse:
    return HtmlResponse(url, body=f"<html><body>{body}</body></html>", encoding="utf-8", request=request)


def _rows(*years: int, suffix: str = "html") -> str:
    row = '<li><a href="./{0}01/t{0}0131_5{1}.{2}">眉县人民政府{1}年政府信息公开工作年度报告</a></li>'
    return f"<ul>{''.join(row.format(year + 1, year, suffix) for year in years)}</ul>"


def _call(total: int, current: int, more: str = "", stem: str = "index", suffix: str = "html") -> str:
    return f'<script>createPageHTML({total}, {current}, "{stem}", "{suffix}"{more});</script>'


class _Folder:
    """A list's folder: file names to pages; "" is the folder itself. Anything else is not there."""

    def __init__(self, pages: dict[str, str]) -> None:
        self.pages = pages
        self.asked: list[str] = []

    async def fetch(self, request: Request) -> HtmlResponse:
        file = request.url.removeprefix(BASE)
        self.asked.append(file)
        if file not in self.pages:
            raise NotFetched(f"HTTP 404 at {request.url}")
        return _page(self.pages[file], request.url, request)

    def walk(self) -> list[ListPage]:
        async def walk() -> list[ListPage]:
            first = _page(self.pages[""], request=Request(BASE))
            return [page async for page in list_pages(TRS, first, self.fetch)]

        return asyncio.run(walk())

    def years(self) -> list[int]:
        """The years listed, in order of appearance; the walk has to prove its end by the total."""
        pages = self.walk()
        assert [page.end for page in pages] == [*[None] * (len(pages) - 1), End.TOTAL]
        return [int(year) for year in dict.fromkeys(entry.title[6:10] for page in pages for entry in page.entries)]


# --- Pagers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stem", "suffix"), [("index", "html"), ("index", "htm"), ("index", "shtml"), ("zfxxgk-nb", "html")]
)
def test_pages_named_from_zero_cost_one_request_each(stem: str, suffix: str) -> None:
    rows = {number: _rows(2020 - number) + _call(3, number, stem=stem, suffix=suffix) for number in range(3)}
    folder = _Folder({"": rows[0], f"{stem}_1.{suffix}": rows[1], f"{stem}_2.{suffix}": rows[2]})
    assert folder.years() == [2020, 2019, 2018]
    assert folder.asked == [f"{stem}_1.{suffix}", f"{stem}_2.{suffix}"]


INLINE = "var currentPage = {0};//所在页从0开始\nvar countPage = {1}//共多少页\n"


def test_a_call_in_a_comment_is_dead_and_the_code_counts() -> None:
    code = "<script>" + INLINE + '//createPageHTML(9, 0, "index", "html");\n</script>'
    folder = _Folder({"": _rows(2020) + code.format(0, 2), "index_1.html": _rows(2019) + code.format(1, 2)})
    assert folder.years() == [2020, 2019]


@pytest.mark.parametrize(
    "script",
    [
        '<script>//var countPage = 17//共多少页\n//var i = 0;\ncreatePageHTML(2, {0}, "index", "html");</script>',
        '<script>/* var countPage = 17 */createPageHTML(2, {0}, "index", "html");</script>',
        '<script><!--\ncreatePageHTML(2, {0}, "index", "html");\n//--></script><!-- createPageHTML(9, 0, "a", "b") -->',
    ],
)
def test_code_in_a_comment_is_dead_and_the_call_counts(script: str) -> None:
    folder = _Folder({"": _rows(2020) + script.format(0), "index_1.html": _rows(2019) + script.format(1)})
    assert folder.years() == [2020, 2019]


def test_where_index_1_is_missing_the_second_page_is_index_2() -> None:
    pages = {number: _rows(2021 - number, suffix="shtml") + "<script>countPage = 3</script>" for number in (1, 2, 3)}
    folder = _Folder({"": pages[1], "index_2.shtml": pages[2], "index_3.shtml": pages[3]})
    assert folder.years() == [2020, 2019, 2018]
    assert folder.asked == ["index_1.shtml", "index_2.shtml", "index_3.shtml"]


@pytest.mark.parametrize("first", [0, 1])
def test_where_index_1_is_the_first_page_again_the_second_is_index_2(first: int) -> None:
    pages = {number: _rows(2021 - number) + _call(3, number - 1 + first) for number in (1, 2, 3)}
    folder = _Folder({"": pages[1], "index_1.html": pages[1], "index_2.html": pages[2], "index_3.html": pages[3]})
    assert folder.years() == [2020, 2019, 2018]


LIKELY_FROM_ONE = [
    _call,
    lambda total, page: _call(total, page - 1, ', "black2", 3'),
    lambda total, page: f'<script>var countPage = {total}; var dataCount = "3";</script>',
]


@pytest.mark.parametrize("pager", LIKELY_FROM_ONE)
def test_a_pager_that_counts_from_1_or_counts_records_saves_a_question(pager: Callable[[int, int], str]) -> None:
    pages = {number: _rows(2021 - number) + pager(3, number) for number in (1, 2, 3)}
    folder = _Folder({"": pages[1], "index_2.html": pages[2], "index_3.html": pages[3]})
    assert folder.years() == [2020, 2019, 2018]
    assert folder.asked == ["index_2.html", "index_3.html"]


@pytest.mark.parametrize("pager", LIKELY_FROM_ONE)
@pytest.mark.parametrize("total", [2, 3, 4])
def test_a_page_left_out_by_that_guess_is_read_all_the_same(total: int, pager: Callable[[int, int], str]) -> None:
    pages = {number: _rows(2020 - number) + pager(total, number + 1) for number in range(total)}
    folder = _Folder({"": pages[0], **{f"index_{number}.html": pages[number] for number in range(1, total)}})
    assert sorted(folder.years()) == list(range(2021 - total, 2021))


def test_a_rendered_number_tells_the_next_name() -> None:
    def numbered(current: int) -> str:
        names = {1: "index.shtml", 2: "index_2.shtml", 3: "index_3.shtml"}
        links = "".join(f"<b>{n}</b>" if n == current else f'<a href="{names[n]}">{n}</a>' for n in names)
        script = '<script>if(isNaN(ele.value) || ele.value>3){ alert("页码错误") }</script>'
        return f'{_rows(2021 - current)}<div>{links}<a href="javascript:turn()">下一页</a></div>{script}'

    folder = _Folder({"": numbered(1), "index_2.shtml": numbered(2), "index_3.shtml": numbered(3)})
    assert folder.years() == [2020, 2019, 2018]
    assert folder.asked == ["index_2.shtml", "index_3.shtml"]


def test_a_total_that_is_too_small_does_not_hold_against_a_link() -> None:
    first = f'{_rows(2020)}<a href="index_1.html">下一页</a>{_call(1, 0)}'
    folder = _Folder({"": first, "index_1.html": _rows(2019) + _call(1, 1)})
    assert folder.years() == [2020, 2019]


def test_a_total_too_large_by_one_ends_after_two_names_without_a_page() -> None:
    folder = _Folder({"": _rows(2020) + _call(3, 0), "index_1.html": _rows(2019) + _call(3, 1)})
    assert [page.end for page in folder.walk()] == [None, End.NOTHING_NEW]
    assert folder.asked == ["index_1.html", "index_2.html", "index_3.html"]


def test_folders_called_col_are_trs_not_hanweb() -> None:
    url = "http://www.meixian.test/col14875/col14972/col14973/"
    page = _page('<a href="/col8264/">要闻</a><a href="./201801/t20180116_518154.html">2017年</a>', url)
    assert detect(page).family == "trs"


# --- Entries and articles ------------------------------------------------------------------------------------------


def test_a_mobile_twin_is_the_article_itself() -> None:
    rows = _rows(2020)
    (both,) = TRS.entries(_page(rows.replace(".html", "_wap.html") + rows))
    assert both.url == BASE + "202101/t20210131_52020.html"
    assert TRS.canonical(BASE + "t457929_wap.shtml") == BASE + "t457929.shtml"


@pytest.mark.parametrize("title", ["2021年", "2021年政府信息公开年报", "2021年年报", "2021年度报告"])
def test_a_folder_called_by_a_year_is_a_column(title: str) -> None:
    (entry,) = TRS.entries(_page(f'<ul><li><a href="./2021n_5714/">{title}</a></li></ul>'))
    assert (entry.url, entry.column) == (BASE + "2021n_5714/", True)


@pytest.mark.parametrize(
    "pager", [INLINE.format(0, 3), 'createPageHTML(3, 0, "t20210131_52020", "html");', '</script><a href="{}">3</a>']
)
def test_the_further_pages_of_an_article_are_named(pager: str) -> None:
    names = [f"t20210131_52020_{number}.html" for number in (1, 2)]
    links = "".join(f'<a href="{name}">x</a>' for name in names)
    body = f"<script>{pager}</script>" if "{}" not in pager else links
    article = _page(body, BASE + "202101/t20210131_52020.html")
    assert TRS.further_pages(article) == [f"{BASE}202101/{name}" for name in names]


def test_a_list_or_a_whole_article_has_no_further_pages() -> None:
    assert TRS.further_pages(_page(_rows(2020) + _call(3, 0))) == []
    assert TRS.further_pages(_page(_call(3, 0), BASE + "202101/t20210131_52020.html")) == []


# --- Practice portals ----------------------------------------------------------------------------------------------

COUNTIES = (
    ("500229", "城口县"),
    ("610303", "金台区"),
    ("520103", "云岩区"),
    ("140105", "小店区"),
    ("360222", "浮梁县"),
    ("530102", "五华区"),
    ("350102", "鼓楼区"),
    ("450102", "兴宁区"),
    ("320508", "姑苏区"),
    ("320211", "滨湖区"),
)
VARIANTS = dict(zip(COUNTIES, (*Replica.variants, Replica.variants[4]), strict=True))  # both ways of counting from 1
YEARS = tuple(range(2010, 2025))


def _portal(code: str, county: str, quirks: frozenset[Quirk]) -> Portal:
    return Portal(
        code,
        county,
        f"www.county{code}.test",
        "trs",
        YEARS,
        quirks=quirks | {Quirk.LAST_MODIFIED},
        departments=("财政局", "民政局", "审计局"),
        townships=("城关镇", "横渠镇"),
        stray=3,
        charts=(2019, 2022),
        site_statistics=(2020,),
        pdf_years=frozenset({2021}),
    )


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """One portal of each variant after one crawl; tests of this fixture only read."""
    country = Country(tuple(_portal(*county, quirks) for county, quirks in VARIANTS.items()))
    with practice(country, tmp_path_factory.mktemp("trs")) as site:
        ended = site.crawl(",".join(code for code, _ in COUNTIES))
        assert ended.code == 0, ended.err
        yield site


@pytest.mark.parametrize("code", [code for code, _ in COUNTIES])
def test_pages_of_the_replica_are_known_as_trs(crawled: Practice, code: str) -> None:
    portal = crawled.country.portal(code)
    report = governments(portal)[2020]
    families = [
        detect(_page(fetch(crawled.server, url).text, url)).family
        for url in (f"{portal.base}/", portal.base + portal.pages.list_address(), report.url)
    ]
    assert families == ["trs", "trs", "trs"]


def test_every_report_of_every_variant_is_archived(crawled: Practice) -> None:
    assert crawled.states("2010-2024") == {(code, year): "archived" for code, _ in COUNTIES for year in YEARS}


def test_what_is_archived_is_the_countys_own(crawled: Practice) -> None:
    with crawled.archive() as archive, archive.read() as session:
        kept = set(session.scalars(select(Document.url)))
    portals = [crawled.country.portal(code) for code, _ in COUNTIES]
    assert kept == {report.url for portal in portals for report in governments(portal).values()}


def test_a_report_cut_into_pages_is_read_whole(crawled: Practice) -> None:
    with crawled.archive() as archive:
        read = figures(archive, "320508", 2023)
    published = governments(crawled.country.portal("320508"))[2023].figures
    official = {name: figure.value for name, figure in read.items() if not name.startswith("narrative.")}
    assert official == published


def test_the_attachment_is_had_at_the_address_that_lives(crawled: Practice) -> None:
    had = {f"http://{hit.host}:{crawled.server.port}{hit.path}" for hit in crawled.server.hits if hit.status == 200}
    for code, _ in COUNTIES:
        assert governments(crawled.country.portal(code))[2021].attachment_url in had, code


def test_a_visit_costs_no_more_than_the_way_the_list_and_the_reports(crawled: Practice) -> None:
    for code, _ in COUNTIES:
        portal = crawled.country.portal(code)
        hits = [hit for hit in crawled.server.hits if hit.host == portal.host and "user-agent" in hit.headers]
        listed = len([document for document in portal.documents() if document.column == "reports"])
        folders = len(YEARS) + 1 if Quirk.YEAR_FOLDERS in portal.quirks else 0
        pages = folders or -(-listed // PER_PAGE)
        way = 4  # robots.txt, an address that is not there, the home page, the page of the column's link
        files = 2 if Quirk.OLDSRC_ALIVE in portal.quirks else 1
        again = Quirk.FROM_TWO_REPEATED in portal.quirks and code == "360222"  # nothing tells that index_1 is page 1
        parts = 2 * len(YEARS) if Quirk.CUT_ARTICLES in portal.quirks else 0
        assert len(hits) <= way + pages + again + len(YEARS) + parts + files, code


def test_the_pages_of_a_cut_article_hold_the_whole_report() -> None:
    portal = _portal("500229", "城口县", frozenset({Quirk.CUT_ARTICLES}))
    with serve(Country((portal,))) as server:
        url = governments(portal)[2020].url
        first = _page(fetch(server, url).text, url)
        addresses = TRS.further_pages(first)
        whole = first.text + "".join(fetch(server, address).text for address in addresses)
    assert len(addresses) == 2
    assert "存在的主要问题" not in first.text.partition("TRS_UEDITOR")[2]
    assert "存在的主要问题" in whole
