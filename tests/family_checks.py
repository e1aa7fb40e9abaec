"""What the tests of a family share: a portal of scripted answers, and whole crawls of a replica in all its variants."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scrapy import Request
from scrapy.http import HtmlResponse
from sqlalchemy import select

from crawler.families import detect
from crawler.families.base import Family, ListPage
from crawler.families.walk import list_pages
from crawler.outcomes import NotFetched
from reports.model import AgencyKind
from storage.models import Document
from tests.crawling import Practice, practice
from tests.portals import Country, Portal, Quirk
from tests.portals.client import fetch, governments

YEARS = tuple(range(2013, 2025))
LATE = YEARS[-1]  # published between the two crawls


class Site:
    """Answers by a function of the request; None is a page that is not there. ``asked`` keeps what was asked."""

    def __init__(self, family: Family, answer: Callable[[Request], str | None]) -> None:
        self.family = family
        self.answer = answer
        self.asked: list[Request] = []

    async def fetch(self, request: Request) -> HtmlResponse:
        self.asked.append(request)
        body = self.answer(request)
        if body is None:
            raise NotFetched(f"HTTP 404 at {request.url}")
        return HtmlResponse(request.url, body=body, encoding="utf-8", request=request)

    def open(self, page: HtmlResponse) -> HtmlResponse:
        return asyncio.run(self.family.open(page, self.fetch))

    def walk(self, first: HtmlResponse) -> list[ListPage]:
        async def walk() -> list[ListPage]:
            return [page async for page in list_pages(self.family, first, self.fetch)]

        return asyncio.run(walk())


@dataclass(frozen=True, slots=True)
class Crawled:
    """A portal of each variant after two crawls; the last year was published between them."""

    practice: Practice
    family: str
    states: dict[tuple[str, int], str]  # after the first crawl
    hits: int  # of the first crawl

    @property
    def portals(self) -> tuple[Portal, ...]:
        return self.practice.country.portals

    def requests(self, portal: Portal) -> tuple[list[str], list[str]]:
        """What each of the crawls asked a portal for; tests ask without saying who they are."""
        own = [
            (number, hit.path)
            for number, hit in enumerate(self.practice.server.hits)
            if hit.host == portal.host and "user-agent" in hit.headers
        ]
        first = [path for number, path in own if number < self.hits]
        return first, [path for _, path in own[len(first) :]]

    def kept(self) -> set[str]:
        with self.practice.archive() as archive, archive.read() as session:
            return set(session.scalars(select(Document.url)))

    def truth(self) -> set[str]:
        return {report.url for portal in self.portals for report in governments(portal).values()}

    def stand_ins(self) -> set[str]:
        """The offices' reports of the year that the governments' were late."""
        found = (report for portal in self.portals for report in portal.published() if report.year == LATE)
        return {report.url for report in found if report.agency_kind is AgencyKind.OFFICE}

    def families(self, portal: Portal) -> list[str]:
        """What the home page, the report column and an article are taken for."""
        urls = (f"{portal.base}/", portal.base + portal.pages.list_address(), governments(portal)[2020].url)
        texts = (fetch(self.practice.server, url).text for url in urls)
        return [detect(HtmlResponse("http://any.test/", body=text, encoding="utf-8")).family for text in texts]

    def check(self, *, most: int, again: int) -> None:
        """Everything that holds for every family; ``most`` requests beside the reports, ``again`` at the next visit."""
        codes = [portal.code for portal in self.portals]
        assert {portal.code: self.families(portal) for portal in self.portals} == {c: [self.family] * 3 for c in codes}
        expected = {(code, year): "not-listed" if year == LATE else "archived" for code in codes for year in YEARS}
        assert self.states == expected
        assert self.practice.states(f"{YEARS[0]}-{LATE}") == dict.fromkeys(expected, "archived")
        kept, truth = self.kept(), self.truth()
        assert truth <= kept
        assert kept - truth <= self.stand_ins(), "something else was archived as the county's"
        for portal in self.portals:
            first, second = self.requests(portal)
            assert len(first) <= len(YEARS) - 1 + most, first
            assert len(second) <= again, second
            assert "/" not in second


@contextmanager
def crawl_variants(
    family: str, variants: tuple[frozenset[Quirk], ...], counties: tuple[tuple[str, str], ...], folder: Path
) -> Iterator[Crawled]:
    """Crawl one portal of each variant, publish a year, and crawl again."""
    portals = [_portal(family, *county, quirks) for county, quirks in zip(counties, variants, strict=True)]
    country = Country(tuple(portals))
    codes = ",".join(code for code, _ in counties)
    with practice(country, folder) as site:
        ended = site.crawl(codes)
        assert ended.code == 0, ended.err
        states, hits = site.states(f"{YEARS[0]}-{LATE}"), len(site.server.hits)
        for portal in country.portals:
            portal.publish(LATE)
        ended = site.crawl(codes, recheck="30")
        assert ended.code == 0, ended.err
        yield Crawled(site, family, states, hits)


def _portal(family: str, code: str, county: str, quirks: frozenset[Quirk]) -> Portal:
    return Portal(
        code,
        county,
        f"www.county{code}.test",
        family,
        YEARS,
        withheld=frozenset({LATE}),
        quirks=quirks | {Quirk.FAULTY_META},
        departments=("财政局", "民政局", "审计局"),
        townships=("城关镇", "河口镇"),
        stray=3,
        charts=(2019, 2022),
        site_statistics=(2020,),
        pdf_years=frozenset({2021}),
    )
