"""Whole crawls of the long tail: each quirk of addresses, pagers, columns and totals, and reports on a city's host."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from scrapy.http import HtmlResponse
from sqlalchemy import select

from crawler.families import detect
from reports.divisions import counties
from reports.model import AgencyKind
from storage.models import Document
from tests.crawling import Practice, practice
from tests.portals import Country, Portal, Quirk
from tests.portals.client import fetch, governments
from tests.portals.families.cityhosted import CityHosted
from tests.portals.families.longtail import PER_PAGE, Longtail

YEARS = tuple(range(2022, 2025))
PDF_YEAR = 2023
# Beside reports and pages of the list: robots.txt, a random path, home page, gateway, and the file of one report.
COMMON = 5
MORE = {
    Quirk.SUBMENU: 1,
    Quirk.FRAMED_LIST: 1,
    Quirk.LAST_PAGE_REPEATS: 2,
    Quirk.BEYOND_IS_200: 2,
    Quirk.TOTAL_TOO_LARGE: 2,
    Quirk.LIST_GROWS: 2,  # the first page once more, and the one at which the change was seen
    Quirk.LIST_SHRINKS: 3,  # and the report that is gone
    Quirk.IMAGE_REPORT: 2,  # three pictures instead of a file
}
UNREADABLE = frozenset({Quirk.PAGER_SCRIPT})


@dataclass(frozen=True, slots=True)
class Crawled:
    practice: Practice
    states: dict[tuple[str, int], str]


def _portal(number: int, family: str, quirks: frozenset[Quirk]) -> Portal:
    county = [one for one in counties() if one.code[:2] in ("41", "43") and one.city][7 * number]
    city = (f"www.city{number}.test",) if family == "cityhosted" else ()
    return Portal(
        county.code,
        county.name,
        f"www.county{county.code}.test",
        family,
        YEARS,
        quirks=quirks,
        departments=("财政局", "教育局", "民政局", "人民政府机关" if Quirk.C_ADDRESSES in quirks else "审计局"),
        townships=("城关镇",),
        charts=(2022, 2023),
        site_statistics=(2022,),
        pdf_years=frozenset({PDF_YEAR}),
        extra_hosts=city,
        hosted_by=f"{county.code[:4]}00" if city else "",
    )


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    kinds = [("longtail", quirks) for quirks in (*Longtail.variants, UNREADABLE)]
    kinds += [("cityhosted", quirks) for quirks in CityHosted.variants]
    portals = tuple(_portal(number, *kind) for number, kind in enumerate(kinds))
    with practice(Country(portals), tmp_path_factory.mktemp("longtail")) as site:
        ended = site.crawl(",".join(portal.code for portal in portals))
        assert ended.code == 0, ended.err
        yield Crawled(site, site.states(f"{YEARS[0] - 1}-{YEARS[-1]}"))


def _kept(crawled: Crawled, portal: Portal) -> set[str]:
    with crawled.practice.archive() as archive, archive.read() as session:
        urls = set(session.scalars(select(Document.url)))
    return {url for url in urls if url.startswith((f"{portal.base}/", f"{portal.pages.origin()}/"))}


def _of(crawled: Crawled, family: str, quirks: frozenset[Quirk]) -> Portal:
    found = crawled.practice.country.portals
    return next(portal for portal in found if portal.family == family and portal.quirks == quirks)


VARIANTS = [("longtail", quirks) for quirks in Longtail.variants]
VARIANTS += [("cityhosted", quirks) for quirks in CityHosted.variants]


@pytest.mark.parametrize(("family", "quirks"), VARIANTS)
def test_every_report_of_the_county_is_archived_and_no_other(
    crawled: Crawled, family: str, quirks: frozenset[Quirk]
) -> None:
    portal = _of(crawled, family, quirks)
    states = {year: state for (code, year), state in crawled.states.items() if code == portal.code}
    expected = dict.fromkeys(YEARS, "archived")
    if Quirk.DOC_REPORT in quirks:
        expected[PDF_YEAR] = "attachment-only"
    if Quirk.IMAGE_REPORT in quirks:
        expected[PDF_YEAR] = "image-only"
    if Quirk.LIST_SHRINKS in quirks:
        expected[YEARS[-1]] = "listed-not-fetched"  # it was on the first answer, and is gone
    assert states == {YEARS[0] - 1: "not-listed", **expected}  # the end of the list was proven
    organs = {report.url for report in portal.published() if report.agency.endswith("机关")}
    if Quirk.LIST_SHRINKS in quirks:  # the office's report stands in for the one that is gone
        office = (report for report in portal.published() if report.agency_kind is AgencyKind.OFFICE)
        organs |= {report.url for report in office if report.year == YEARS[-1]}
    assert _kept(crawled, portal) - organs == {report.url for report in governments(portal).values()}


@pytest.mark.parametrize("quirks", Longtail.variants)
def test_it_costs_little_more_than_the_reports_and_the_list(crawled: Crawled, quirks: frozenset[Quirk]) -> None:
    portal = _of(crawled, "longtail", quirks)
    hits = [hit.path for hit in crawled.practice.server.hits if hit.host == portal.host]
    listed = portal.pages.listed("reports")
    years = {document.published.year for document in listed}
    lists = len(years) + 1 if Quirk.YEAR_COLUMNS in quirks else -(-len(listed) // PER_PAGE)
    more = sum(number for quirk, number in MORE.items() if quirk in quirks)
    assert len(hits) <= len(_kept(crawled, portal)) + lists + COMMON + more, hits


def test_a_list_that_only_a_script_turns_is_not_taken_for_whole(crawled: Crawled) -> None:
    portal = _of(crawled, "longtail", UNREADABLE)
    assert crawled.states[portal.code, YEARS[0] - 1] == "list-unreadable"
    assert crawled.states[portal.code, YEARS[-1]] == "archived"


def test_no_page_of_the_long_tail_looks_like_another_familys(crawled: Crawled) -> None:
    for portal in crawled.practice.country.portals:
        charset = "gb18030" if Quirk.GBK in portal.quirks else "utf-8"
        urls = [f"{portal.base}/", *(report.url for report in portal.published()[:2])]
        bodies = [fetch(crawled.practice.server, url).body for url in urls]
        found = {detect(HtmlResponse("http://any.test/", body=body, encoding=charset)).family for body in bodies}
        assert found == {"generic"}, sorted(portal.quirks)
