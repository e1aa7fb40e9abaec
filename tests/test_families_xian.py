"""The platform of Xi'an: lists numbered in their folder, with a pager or without, and crawls of its replica."""

from collections.abc import Iterator

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.families import FAMILIES, detect
from crawler.families.base import End, ListUnreadable
from tests.family_checks import Crawled, Site, crawl_variants
from tests.portals.families.xian import Xian as Replica

XIAN = FAMILIES["xian"]
FOLDER = "http://www.weiyang.test/zwgk/qzfxxgknb/"
COUNTIES = (("610112", "未央区"), ("610502", "临渭区"), ("610602", "宝塔区"))


def _rows(first: int, count: int = 10) -> str:
    rows = (
        f'<li><a href="5ed8710065cbd83eb77d{n:04x}.html">未央区某局第{n}号：2019年政府信息公开年报</a></li>'
        for n in range(first, first + count)
    )
    return f"<ul>{''.join(rows)}</ul>"


def _page(body: str, url: str = FOLDER) -> HtmlResponse:
    return HtmlResponse(url, body=f"<html><body>{body}</body></html>", encoding="utf-8", request=Request(url))


def _site(pages: dict[str, str]) -> Site:
    return Site(XIAN, lambda request: pages.get(request.url.removeprefix(FOLDER)))


def _asked(site: Site) -> list[str]:
    return [request.url.removeprefix(FOLDER) for request in site.asked]


@pytest.mark.parametrize("start", ["", "1.html"])
def test_a_list_without_a_pager_is_followed_by_number(start: str) -> None:
    site = _site({"2.html": _rows(10), "3.html": _rows(20, 4)})
    walked = site.walk(_page(_rows(0), FOLDER + start))
    assert _asked(site) == ["2.html", "3.html"]
    assert [page.end for page in walked] == [None, None, End.LAST_PAGE]


def test_a_full_last_page_costs_two_answers_with_nothing() -> None:
    site = _site({"2.html": _rows(10)})
    assert site.walk(_page(_rows(0)))[-1].end is End.NOTHING_NEW
    assert _asked(site) == ["2.html", "3.html", "4.html"]


def test_a_script_with_a_total_leads_to_it_and_no_further() -> None:
    script = "<script>var totalPages = 2;</script><a href='javascript:goPage(2)'>下一页</a>"
    site = _site({"2.html": _rows(10) + script})
    assert site.walk(_page(_rows(0) + script))[-1].end is End.TOTAL
    assert _asked(site) == ["2.html"]


def test_pages_that_are_declared_and_not_there_prove_nothing() -> None:
    with pytest.raises(ListUnreadable, match="1 of 3"):
        _site({}).walk(_page(_rows(0) + "共3页"))


@pytest.mark.parametrize(
    ("address", "family"),
    [
        ("/zwgk/nb/5ed8710065cbd83eb77d3e14.html", "xian"),
        ("/zwgk/nb/2017052662977646594.html", "xian"),
        ("/gongkai/channel_63b931497ac9facd5471ed1c/doc_63b02c79a117fcaf81c92156.html", "generic"),
        ("/zwgk/2026030215200519784/index.html", "generic"),
    ],
)
def test_articles_tell_the_family_by_their_names(address: str, family: str) -> None:
    assert detect(_page(f'<a href="{address}">2019年政府信息公开年报</a>')).family == family


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with crawl_variants("xian", Replica.variants, COUNTIES, tmp_path_factory.mktemp("xian")) as done:
        yield done


def test_every_variant_is_archived_and_visited_again_at_little_cost(crawled: Crawled) -> None:
    crawled.check(most=10, again=6)
