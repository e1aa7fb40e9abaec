"""Boda VSB: backward page numbers in every form its pagers take, articles as they are linked, crawls of its replica."""

from pathlib import Path

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.families import FAMILIES, detect
from crawler.families.base import Declared, End, ListUnreadable
from tests.family_checks import Site, crawl_variants
from tests.portals.families.vsb import Vsb as Replica

ROOT = "http://www.ruili.test/zfxxgk/"
FIRST = ROOT + "zfxxgknb.htm"
VSB = FAMILIES["vsb"]


def _page(body: str, url: str = FIRST) -> HtmlResponse:
    return HtmlResponse(url, body=f"<html><body>{body}</body></html>", encoding="utf-8", request=Request(url))


def _row(year: int, href: str = "../info/1677/{}.htm") -> str:
    title = f"瑞丽市人民政府{year}年政府信息公开工作年度报告"
    date = f"<span>{year + 1}年01月29日</span>"
    return f'<ul><li id="line_u13_0"><a href="{href.format(year)}" title="{title}">{title}</a>{date}</li></ul>'


def _goto(total: int, kind: int = 2) -> str:
    return f'<a href="javascript:;" onclick="_simple_list_gotopage_fun({total},\'u13_goto\',{kind})">跳转</a>'


def _span(name: str, text: str, href: str) -> str:
    link = f'<a href="{href}">{text}</a>' if href else text
    return f'<span class="p_{name}{" p_fun" if href else "_d"}">{link}</span>'


def test_the_rendered_link_is_followed_and_addresses_are_a_folder_deeper_from_page_two_on() -> None:
    deeper = "../../info/1677/{}.htm"
    pages = {
        ROOT + "zfxxgknb/2.htm": _row(2019, deeper) + _span("next", "下页", "1.htm") + f"共3页{_goto(3, 1)}",
        ROOT + "zfxxgknb/1.htm": _row(2018, deeper) + _span("next", "下页", "") + f"共3页{_goto(3, 1)}",
    }
    links = _span("next", "下页", "zfxxgknb/2.htm") + _span("last", "尾页", "zfxxgknb/1.htm")
    walked = Site(VSB, lambda request: pages.get(request.url)).walk(_page(f"{_row(2020)}{links}共3页{_goto(3)}"))
    assert [page.end for page in walked] == [None, None, End.TOTAL]
    addresses = [f"http://www.ruili.test/info/1677/{year}.htm" for year in (2020, 2019, 2018)]
    assert [entry.url for page in walked for entry in page.entries] == addresses
    assert walked[0].entries[0].date == "2021-01-29"


def test_in_the_older_pager_the_link_to_the_last_page_has_the_same_class() -> None:
    pager = """<td>共31条&nbsp;&nbsp;
    1/3&nbsp;</td><td><span class="PrevDisabled">上页</span>&nbsp;<a href="zfxxgknb/1.htm" class="Next">尾页</a>
    <a href="zfxxgknb/2.htm" class="Next">下页</a></td>"""
    page = _page(f"{_row(2020)}<table><tr>{pager}</tr></table>")
    request = VSB.next_request(page, 1)
    assert request
    assert request.url == ROOT + "zfxxgknb/2.htm"
    assert VSB.declared(page) == Declared(pages=3, records=31)


@pytest.mark.parametrize(
    ("first", "folder"), [(FIRST, ROOT + "zfxxgknb/"), (ROOT, ROOT + "index/"), (ROOT + "2020.htm", ROOT + "2020/")]
)
def test_without_a_link_the_total_gives_the_addresses(first: str, folder: str) -> None:
    bodies = {f"{folder}{number}.htm": _row(2016 + number) + _goto(4, 1) for number in (3, 2, 1)}
    site = Site(VSB, lambda request: bodies.get(request.url))
    walked = site.walk(_page(_row(2020) + _goto(4), first))
    assert [request.url for request in site.asked] == [f"{folder}{number}.htm" for number in (3, 2, 1)]
    assert [page.end for page in walked] == [None, None, None, End.TOTAL]


def test_a_missing_page_is_not_passed_over() -> None:
    bodies = {ROOT + "zfxxgknb/1.htm": _row(2018) + _goto(3, 1)}
    with pytest.raises(ListUnreadable, match=r"cannot be had: .*zfxxgknb/2\.htm"):
        Site(VSB, lambda request: bodies.get(request.url)).walk(_page(_row(2020) + _goto(3)))


def test_a_dynamic_list_without_a_link_is_unreadable() -> None:
    url = "http://www.ruili.test/list.jsp?urltype=tree.TreeTempUrl&wbtreeid=1677"
    with pytest.raises(ListUnreadable, match="only a script knows"):
        VSB.next_request(_page(f"{_row(2020)}共3页{_goto(3)}", url), 1)


def test_a_jump_field_in_a_comment_counts_for_nothing() -> None:
    page = _page(f"{_row(2020)}<!-- {_goto(9)} -->")
    assert VSB.next_request(page, 1) is None
    assert VSB.declared(page) == Declared()


def test_an_article_that_has_no_static_page_keeps_its_dynamic_address() -> None:
    dynamic = "/content.jsp?urltype=news.NewsContentUrl&amp;wbtreeid=1677&amp;wbnewsid={}"
    (entry,) = VSB.entries(_page(_row(2020, dynamic)))
    assert entry.url == "http://www.ruili.test" + dynamic.format(2020).replace("&amp;", "&")


@pytest.mark.parametrize(
    "body",
    [
        "<!--Announced by Visual SiteBuilder 9-->",
        "<!-- CustomerNO:77656262657232307265747b -->",
        '<script src="/_sitegray/_sitegray.js"></script>',
        '<div id="vsb_content_502"></div>',
        _goto(3),
        "<script src='/system/resource/js/counter.js'></script><script>_jsq_(1045,'/neirongye.jsp',7471,116)</script>",
        """<script src="/system/resource/js/counter.js"></script>
        <a href="../info/egovinfo/1007/overt_centent/115323260151757350-/2022-0302002.htm">x</a>""",
    ],
)
def test_its_marks_tell_the_family(body: str) -> None:
    assert detect(_page(body)).family == "vsb"


def test_every_variant_is_crawled_to_its_end_and_again_after_its_pages_have_moved(tmp_path: Path) -> None:
    counties = (
        ("533102", "瑞丽市"),
        ("533122", "梁河县"),
        ("620521", "清水县"),
        ("620522", "秦安县"),
        ("371323", "沂水县"),
    )
    with crawl_variants("vsb", Replica.variants, counties, tmp_path) as crawled:
        # robots.txt, a random address, home, gateway, the list, a stand-in, an attachment; then less.
        crawled.check(most=11, again=6)
        portal = crawled.portals[0]
        first, second = ({path for path in paths if ".htm" in path} for paths in crawled.requests(portal))
        assert portal.pages.list_address() in first & second
