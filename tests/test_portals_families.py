"""The lists of the practice portals: each family's paging, markup and faults."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
from parsel import Selector

from tests.portals import Country, Portal, PortalServer, Quirk, demo_country, serve
from tests.portals.client import fetch, governments


@pytest.fixture(scope="module")
def server() -> Iterator[PortalServer]:
    """The demo country; tests that use it change nothing in it."""
    with serve(demo_country()) as running:
        yield running


def test_trs_column_is_found_from_the_home_page_and_has_two_pages(server: PortalServer) -> None:
    portal = server.country.portal("610326")
    home = fetch(server, f"{portal.base}/").page()
    opened = urljoin(f"{portal.base}/", home.xpath("//a[text()='政府信息公开']/@href").get(""))
    menu = fetch(server, opened).page()
    column = urljoin(opened, menu.xpath("//a[text()='政府信息公开年报']/@href").get(""))
    first = fetch(server, column)
    assert re.search(r'createPageHTML\(2, 0, "index", "html"\)', first.text)
    assert first.body == fetch(server, f"{column}index.html").body
    second = fetch(server, f"{column}index_1.html")
    assert fetch(server, f"{column}index_2.html").status == 404
    rows = [row for answer in (first, second) for row in answer.page().xpath("//ul[@class='list']/li/a")]
    titles = [row.attrib["title"] for row in rows]
    links = {urljoin(column, row.attrib["href"]) for row in rows}
    assert links > {report.url for report in governments(portal).values()}
    for decoy in ("财政局", "镇人民政府", "政府网站工作年度报表", "图解", "人民政府办公室"):
        assert any(decoy in title for title in titles), decoy
    assert any("www.816969.test" in link for link in links)


def records(xml: str) -> list[str]:
    """The addresses in a datastore's records."""
    found = re.findall(r"<record><!\[CDATA\[(.*?)\]\]></record>", xml, re.DOTALL)
    return [re.findall(r"""href=["']([^"']+)""", record)[0] for record in found]


def test_hanweb_older_years_come_from_the_dataproxy_alone(server: PortalServer) -> None:
    portal = server.country.portal("330109")
    url = f"{portal.base}/col/col1229709821/index.html"
    page = fetch(server, url).text
    assert not Selector(page).xpath("//a[contains(@href, '/art/')]")
    proxy = urljoin(url, re.findall(r'<nextgroup><!\[CDATA\[<a href="([^"?]+)', page)[0])
    query = "col=1&appid=1&webid=3090&path=/&columnid=1229709821&unitid=7380136&permissiontype=0"
    found = list(records(page))
    assert len(found) == 45
    for start in (46, 91, 136):
        window = f"startrecord={start}&endrecord={start + 44}&perpage=15"
        by_get = fetch(server, f"{proxy}?{query}&{window}").text
        by_post = fetch(server, proxy, "POST", f"{query}&{window}").text
        assert by_get == by_post
        found += records(by_get)
    reports = {report.url for report in governments(portal).values()}
    assert {urljoin(url, address) for address in found} >= reports
    assert {urljoin(url, address) for address in found[:45]} & reports < reports
    assert int(re.findall(r"<totalrecord>(\d+)<", by_get)[0]) == len(found) == len(set(found))


def test_hanweb_quirk_of_honouring_page_alone() -> None:
    portal = Portal(
        "330110", "余杭区", "www.yuhang.test", "hanweb", tuple(range(2000, 2024)), quirks=frozenset({Quirk.PAGE_ONLY})
    )
    with serve(Country((portal,))) as server:
        column = portal.pages.places["reports"]
        proxy = f"{portal.base}/module/web/jpage/dataproxy.jsp?columnid={column}&perpage=10"
        pages = [
            records(fetch(server, f"{proxy}&startrecord=1&endrecord=30&page={number}").text) for number in (1, 2, 3)
        ]
    assert [len(page) for page in pages] == [10, 10, 4]
    assert len({address for page in pages for address in page}) == 24


def test_generic_list_is_walked_by_next_links_and_one_year_stands_apart(server: PortalServer) -> None:
    portal = server.country.portal("130427")
    url = portal.base + portal.pages.list_address()
    found: set[str] = set()
    apart: list[str] = []
    following: str | None = url
    pages = 0
    while following:
        page = fetch(server, following).page("gb18030")
        found |= {urljoin(url, link) for link in page.xpath("//table[@class='tb']//a/@href").getall()}
        apart += page.xpath("//a[text()='2019年']/@href").getall()
        link = page.xpath("//a[text()='下一页']/@href").get()
        following = urljoin(url, link) if link else None
        pages += 1
    reports = {report.url: report.year for report in governments(portal).values()}
    assert pages == 3
    assert {year for address, year in reports.items() if address not in found} == {2019}
    column = fetch(server, urljoin(url, apart[0])).page("gb18030")
    standing_apart = {urljoin(url, link) for link in column.xpath("//table[@class='tb']//a/@href").getall()}
    assert {year for address, year in reports.items() if address in standing_apart} == {2019}


def test_generic_pages_are_gbk_under_a_false_header_and_count_their_visits(server: PortalServer) -> None:
    portal = server.country.portal("130427")
    first, second = (fetch(server, governments(portal)[2024].url) for _ in range(2))
    assert "磁县人民政府".encode("gbk") in first.body
    assert first.headers["content-type"] == "text/html; charset=ISO-8859-1"
    assert b"charset=gb2312" in first.body
    assert b'<meta name="' not in first.body
    assert first.body != second.body
    assert len(first.body) == len(second.body)
    assert not {"etag", "last-modified"} & set(first.headers)


def test_commented_pager_is_written_out_in_code() -> None:
    portal = Portal(
        "610303",
        "金台区",
        "www.jintai.test",
        "trs",
        tuple(range(2000, 2024)),
        quirks=frozenset({Quirk.COMMENTED_PAGER}),
    )
    with serve(Country((portal,))) as server:
        page = fetch(server, portal.base + portal.pages.list_address()).text
    assert re.search(r"^//createPageHTML\(9,", page, re.MULTILINE)
    assert "var countPage = 2//" in page
    assert "function createPageHTML" not in page


def test_meta_tags_have_their_faults(server: PortalServer) -> None:
    pages = [fetch(server, report.url).text for report in server.country.portal("610326").published()]
    heads = [page.partition("</head>")[0] for page in pages]
    assert any('<meta name="PubDate" content="2' in head for head in heads)
    assert any(re.search(r"<meta content='[^']+' name='pubdate' />", head) for head in heads)
    assert any('content="时间：' in head and 'content="来源：' in head for head in heads)
    assert any('name="SiteName" content="网站名称"' in head for head in heads)
