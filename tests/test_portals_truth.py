"""What a practice portal claims to publish stands on its pages; its sums hold unless they are meant not to."""

import io
import re
from collections.abc import Iterator
from urllib.parse import urljoin

import pdfplumber
import pytest
from hypothesis import given
from hypothesis import strategies as st
from parsel import Selector

from tests.portals import Content, Facts, PortalServer, demo_country, serve
from tests.portals.client import fetch, governments, squeezed
from tests.portals.figures import Source, draw, prose_numbers
from tests.portals.tables import applicant_kinds, grids, result_rows, review_blocks


@pytest.fixture(scope="module")
def server() -> Iterator[PortalServer]:
    """The demo country; tests that use it change nothing in it."""
    with serve(demo_country()) as running:
        yield running


def cells_in_page(page: Selector, form: str) -> dict[str, str]:
    """The text of every figure's cell, by the place its code has in the form."""
    tables = [table for table in page.xpath("//table[not(.//table)]") if len(table.xpath(".//tr")) > 3]
    found: dict[str, str] = {}
    for grid, table in zip(grids(form), tables[-len(grids(form)) :], strict=True):
        for printed, row in zip(grid, table.xpath(".//tr"), strict=True):
            assert [int(cell.attrib.get("rowspan", 1)) for cell in row.xpath("td")] == [
                cell.rowspan for cell in printed
            ]
            for cell, text in zip(printed, map(squeezed, row.xpath("td")), strict=True):
                assert cell.code or text == cell.label
                found |= {cell.code: text} if cell.code else {}
    return found


def value(code: str, text: str) -> float | None:
    if text in ("", "/"):
        return None
    if code.endswith("amount_yuan"):
        return round(float(text.removesuffix("元").removesuffix("万")) * (10_000 if "万" in text else 1), 2)
    return float(text)


@pytest.mark.parametrize("code", ["610326", "330109", "130427", "231222"])
def test_every_report_carries_the_figures_that_the_portal_claims(server: PortalServer, code: str) -> None:
    charset = "gb18030" if code == "130427" else "utf-8"
    for report in governments(server.country.portal(code)).values():
        answer = fetch(server, report.url)
        assert answer.status == 200
        if report.content is Content.PDF:
            continue
        page = answer.page(charset)
        cells = cells_in_page(page, report.form)
        assert {code: value(code, text) for code, text in cells.items()} == report.figures
        text = squeezed(page)
        assert report.agency + f"{report.year}年政府信息公开工作年度报告" in text
        assert f"公开各类政府信息{report.narrative['narrative.published_total']}条" in text
        assert f"收到政府信息公开申请{report.narrative['narrative.applications_received']}件" in text


def test_the_2020_report_of_mei_county_has_the_numbers_it_is_known_for(server: PortalServer) -> None:
    report = governments(server.country.portal("610326"))[2020]
    assert report.url.endswith("/col14875/col14972/col14973/202102/t20210219_518175.html")
    page = fetch(server, report.url).text
    text = squeezed(Selector(page))
    for number in ("11759条", "2758条", "981条", "1777条", "3016条", "5985条", "22人次", "11场次", "24个", "175件"):
        assert number in text
    assert "发布时间: 2021-01-31 17:45:13" in page
    assert "网站标识码：6103260004" in page
    assert report.figures["applications.new.total"] == 5
    assert re.search(r"眉县人民政府<br>\s*2020年政府信息公开工作年度报告", page)
    assert 40_000 < len(page.encode()) < 70_000


def test_a_label_and_its_number_are_those_of_the_official_form(server: PortalServer) -> None:
    report = governments(server.country.portal("610326"))[2024]
    rows = fetch(server, report.url).page().xpath("//tr")
    texts = [[squeezed(cell) for cell in row.xpath("td")] for row in rows]
    row = next(row for row in texts if "5.属于三类内部事务信息" in row)
    assert int(row[-1]) == report.figures["applications.refused.internal.total"]


def test_the_years_of_mei_county_are_those_published(server: PortalServer) -> None:
    reports = governments(server.country.portal("610326"))
    assert sorted(reports) == [2015, 2016, 2017, 2018, 2019, 2020, 2021, 2023, 2024]
    forms = {"v2014": (2015, 2018), "v2019": (2019, 2020), "v2021": (2021, 2024)}
    assert all(first <= year <= last for year, report in reports.items() for first, last in [forms[report.form]])


@pytest.mark.parametrize(("code", "year"), [("610326", 2018), ("330109", 2021)])
def test_a_pdf_report_has_extractable_text_and_tables(server: PortalServer, code: str, year: int) -> None:
    report = governments(server.country.portal(code))[year]
    page = fetch(server, report.url).page()
    links = [urljoin(report.url, link) for link in page.xpath("//a/@href").getall() if ".pdf" in link]
    assert links == [report.attachment_url]
    answer = fetch(server, links[0])
    assert answer.headers["content-type"] == "application/pdf"
    with pdfplumber.open(io.BytesIO(answer.body)) as pdf:
        text = "".join(page.extract_text() for page in pdf.pages)
        rows = [row for page in pdf.pages for table in page.extract_tables() for row in table]
    assert report.title in text
    cells = [cell for row in rows for cell in row if cell and re.fullmatch(r"\d+(\.\d+)?", cell)]
    assert [float(cell) for cell in cells] == list(report.figures.values())


def test_pictures_in_a_body_can_be_fetched(server: PortalServer) -> None:
    report = governments(server.country.portal("610326"))[2023]
    page = fetch(server, report.url).page()
    sources = page.xpath("//div[contains(@class,'TRS_UEDITOR')]//img/@src").getall()
    assert [urljoin(report.url, source) for source in sources] == list(report.picture_urls)
    assert len(sources) == 2
    assert fetch(server, report.picture_urls[0]).body.startswith(b"\x89PNG")


def broken_sums(figures: dict[str, float | None], form: str) -> set[str]:
    """The identities that do not hold, e.g. ``C1 reconsideration``; v2014 has none of them."""
    if form == "v2014":
        return set()

    def number(code: str) -> float:
        return figures[code] or 0

    found = set()
    rows = (*result_rows(form), "new", "carried_in", "handled_total", "carried_over")
    for row in rows:
        kinds = sum(number(f"applications.{row}.{kind}") for kind in applicant_kinds())
        if kinds != number(f"applications.{row}.total"):
            found.add(f"B1 {row}")
    for kind in (*applicant_kinds(), "total"):
        column = {row: number(f"applications.{row}.{kind}") for row in rows}
        if sum(column[row] for row in result_rows(form)) != column["handled_total"]:
            found.add(f"B2 {kind}")
        if column["new"] + column["carried_in"] != column["handled_total"] + column["carried_over"]:
            found.add(f"B3 {kind}")
    for block in review_blocks():
        parts = sum(number(f"review.{block}.{name}") for name in ("upheld", "corrected", "other", "pending"))
        if parts != number(f"review.{block}.total"):
            found.add(f"C1 {block}")
    return found


def test_one_sum_alone_of_the_demo_country_is_broken(server: PortalServer) -> None:
    broken = {
        (portal.code, report.year, identity)
        for portal in server.country.portals
        for report in portal.published()
        for identity in broken_sums(dict(report.figures), report.form)
    }
    assert broken == {("610326", 2021, "C1 reconsideration")}


@given(seed=st.text(max_size=5), year=st.integers(2019, 2030), large=st.booleans())
def test_drawn_figures_satisfy_every_identity(seed: str, year: int, large: bool) -> None:
    source = Source(seed, large, {2022: Facts(new_applications=(3, 0, 1, 0, 0, 0))})
    for form in ("v2019", "v2021"):
        figures = draw(source, year, form)
        assert not broken_sums({code: float(cell) for code, cell in figures.items() if cell is not None}, form)
        previous = draw(source, year - 1, form)
        assert previous["applications.carried_over.total"] == figures["applications.carried_in.total"]
    numbers = prose_numbers(source, year)
    assert numbers["total"] == numbers["affairs"] + numbers["news"] + numbers["social"] + numbers["elsewhere"]
