"""NFCMS: lists whose pager may know its last page alone, mobile twins, and whole crawls of its practice portals."""

from collections.abc import Iterator

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse
from sqlalchemy import select

from crawler.families import FAMILIES, detect
from crawler.families.base import ListUnreadable
from storage.models import Attachment, Document
from tests.crawling import Practice, practice
from tests.portals import Country, Portal, Quirk
from tests.portals.client import fetch, governments
from tests.portals.families.nfcms import Nfcms as Replica

BASE = "http://www.suixi.test/zwgk/xxgknb/"
NFCMS = FAMILIES["nfcms"]
ROWS = '<ul><li><a href="./content/post_2147681.html">遂溪县2020年政府信息公开工作年度报告</a></li></ul>'
LAST = '<a href="index.html">首页</a><span>{0}</span><a href="{1}index_3.html">尾页</a>'


def _page(body: str, url: str = BASE + "index.html") -> HtmlResponse:
    text = f"<html><body>{body}</body></html>"
    return HtmlResponse(url, body=text, encoding="utf-8", request=Request(url))


@pytest.mark.parametrize("base", ["", BASE, "/zwgk/xxgknb/"])
def test_the_number_behind_the_last_page_names_those_before_it(base: str) -> None:
    following = [NFCMS.next_request(_page(ROWS + LAST.format(n, base)), n) for n in (1, 2, 3)]
    assert [request.url if request else None for request in following] == [
        BASE + "index_2.html",
        BASE + "index_3.html",
        None,
    ]


@pytest.mark.parametrize(
    "last", ['<a href="javascript:;">尾页</a>', '<a href="index.html">尾页</a>', "<b>尾页</b>", ""]
)
def test_without_such_a_number_the_rendered_link_counts(last: str) -> None:
    assert NFCMS.next_request(_page(ROWS + last), 1) is None
    request = NFCMS.next_request(_page(f'{ROWS}<a href="index_2.html">下一页</a>{last}'), 1)
    assert request
    assert request.url == BASE + "index_2.html"


def test_a_years_column_behind_a_script_leaves_the_list_unread() -> None:
    with pytest.raises(ListUnreadable, match="column of 2019"):
        NFCMS.next_request(_page(f'{ROWS}<a href="javascript:show(2019)">2019年</a>{LAST.format(1, "")}'), 1)


def test_a_mobile_twin_is_the_article_itself() -> None:
    (both,) = NFCMS.entries(_page(ROWS.replace("post_", "mpost_") + ROWS))
    assert both.url == BASE + "content/post_2147681.html"


@pytest.mark.parametrize(
    "body",
    [
        '<a href="/zwgk/xxgknb/content/post_2147681.html">x</a>',
        '<a href="/zwgk/xxgknb/content/mpost_2147681.html">x</a>',
        "<script>var NFCMS_SITE_ID = '755041';</script>",
        '<script src="//statistics.gd.test/visit/"></script>',
        '<a class="nfw-cms-attachment" href="/a.pdf">x</a>',
    ],
)
def test_each_mark_alone_tells_the_family(body: str) -> None:
    assert detect(_page(body)).family == "nfcms"


# --- Practice portals ----------------------------------------------------------------------------------------------

COUNTIES = (("440823", "遂溪县"), ("440117", "从化区"), ("440515", "澄海区"), ("441625", "东源县"))
YEARS = tuple(range(2014, 2025))


def _portal(code: str, county: str, quirks: frozenset[Quirk]) -> Portal:
    return Portal(
        code,
        county,
        f"www.county{code}.test",
        "nfcms",
        YEARS,
        quirks=quirks,
        departments=("财政局", "民政局", "审计局"),
        townships=("附城镇", "河头镇"),
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
    with practice(country, tmp_path_factory.mktemp("nfcms")) as site:
        ended = site.crawl(",".join(code for code, _ in COUNTIES))
        assert ended.code == 0, ended.err
        yield site


@pytest.mark.parametrize("code", [code for code, _ in COUNTIES])
def test_pages_of_the_replica_are_known_as_nfcms(crawled: Practice, code: str) -> None:
    portal = crawled.country.portal(code)
    urls = (f"{portal.base}/", portal.base + portal.pages.list_address(), governments(portal)[2020].url)
    pages = (HtmlResponse(url, body=fetch(crawled.server, url).text, encoding="utf-8") for url in urls)
    assert [detect(page).family for page in pages] == ["nfcms"] * 3


def test_every_report_of_every_variant_is_archived(crawled: Practice) -> None:
    assert crawled.states("2014-2024") == {(code, year): "archived" for code, _ in COUNTIES for year in YEARS}


def test_what_is_archived_is_the_countys_own_and_no_twin(crawled: Practice) -> None:
    with crawled.archive() as archive, archive.read() as session:
        kept = set(session.scalars(select(Document.url)))
    portals = [crawled.country.portal(code) for code, _ in COUNTIES]
    assert kept == {report.url for portal in portals for report in governments(portal).values()}


def test_an_attachment_has_the_name_that_its_link_hides(crawled: Practice) -> None:
    portal = crawled.country.portal("440823")
    report = governments(portal)[2021]
    assert ">点击下载</a>" in fetch(crawled.server, report.url).text
    assert any(url == report.attachment_url for url, _ in crawled.payloads(portal.host))
    with crawled.archive() as archive, archive.read() as session:
        names = set(session.scalars(select(Attachment.name)))
    assert f"{report.title}.pdf" in names


def test_a_visit_costs_little_beside_reports_and_lists(crawled: Practice) -> None:
    for code, _ in COUNTIES:
        portal = crawled.country.portal(code)
        hits = [hit for hit in crawled.server.hits if hit.host == portal.host and "user-agent" in hit.headers]
        # Beside the reports: robots.txt, a random address, home, gateway, five list pages, an attachment.
        assert len(hits) <= len(YEARS) + 10, [hit.path for hit in hits]
