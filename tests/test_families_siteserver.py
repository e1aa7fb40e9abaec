"""SiteServer: channels numbered by page, pagers as links, boxes and scripts, and crawls of its practice portals."""

from collections.abc import Iterator

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.families import FAMILIES, detect
from crawler.families.base import End, ListUnreadable
from tests.family_checks import Crawled, Site, crawl_variants
from tests.portals.families.siteserver import SiteServer as Replica

SITESERVER = FAMILIES["siteserver"]
BASE = "http://www.ruzhou.test"
COUNTIES = (("410482", "汝州市"), ("410422", "叶县"), ("410421", "宝丰县"))


def _rows(year: int) -> str:
    return f'<ul><li><a href="/contents/37/{year}.html">汝州市人民政府{year}年政府信息公开年度报告</a></li></ul>'


def _page(body: str, path: str = "/channels/37.html") -> HtmlResponse:
    url = BASE + path
    return HtmlResponse(url, body=f"<html><body>{body}</body></html>", encoding="utf-8", request=Request(url))


def _site(pages: dict[str, str]) -> Site:
    return Site(SITESERVER, lambda request: pages.get(request.url.removeprefix(BASE)))


@pytest.mark.parametrize("channel", ["/channels/37", "/channel/list/37"])
@pytest.mark.parametrize(
    "pager",
    [
        '<a href="{}_2.html">下一页</a>',
        '<select onchange="go(this)"><option value="{0}.html">1</option><option value="{0}_2.html">2</option></select>',
        '<a href="javascript:;" onclick="turn(2)">下一页</a> 1/2页',
    ],
)
def test_the_second_page_is_found_by_link_box_or_number(channel: str, pager: str) -> None:
    site = _site({f"{channel}_2.html": _rows(2019) + "<a>下一页</a> 2/2页"})
    walked = site.walk(_page(_rows(2020) + pager.format(channel) + "1/2页", f"{channel}.html"))
    assert [request.url for request in site.asked] == [f"{BASE}{channel}_2.html"]
    assert walked[-1].end is End.TOTAL


def test_a_script_without_a_total_is_followed_until_nothing_comes() -> None:
    pager = '<a href="javascript:turn()">下一页</a>'
    site = _site({"/channels/37_2.html": _rows(2019) + pager})
    assert site.walk(_page(_rows(2020) + pager))[-1].end is End.NOTHING_NEW
    assert [request.url[-9:] for request in site.asked] == ["37_2.html", "37_3.html", "37_4.html"]


def test_a_script_on_an_address_of_another_shape_hides_the_next_page() -> None:
    with pytest.raises(ListUnreadable, match="script"):
        _site({}).walk(_page(_rows(2020) + '<a href="javascript:turn()">下一页</a>', "/nb/"))


@pytest.mark.parametrize("address", ["/contents/37/2.html", "/channels/37_4.html", "/channel/list/37.html"])
def test_addresses_tell_the_family(address: str) -> None:
    assert detect(_page(f'<a href="{address}">年报</a>')).family == "siteserver"


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with crawl_variants("siteserver", Replica.variants, COUNTIES, tmp_path_factory.mktemp("siteserver")) as done:
        yield done


def test_every_variant_is_archived_and_visited_again_at_little_cost(crawled: Crawled) -> None:
    crawled.check(most=11, again=6)
