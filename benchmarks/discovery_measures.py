"""What archive and server say of each portal, against what it published: found, missed, wrong, named, asked for."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.discovery_runs import Traffic
from reports.model import AgencyKind
from reports.states import Evidence
from storage.coverage import coverage
from storage.database import Archive
from storage.models import Agency, Candidate, CaptureRow, Document, Listing, ReportRow, Run, Visit
from tests.portals import Content, Portal, PublishedReport, Quirk

YEARS = range(2000, 2031)
MANY = 10  # report years from which on a portal counts for frugality
_TODAY = date(2025, 6, 30)


@dataclass(slots=True)
class Result:
    """One healthy portal after the first crawl; ``published`` are the county's own reports by year."""

    portal: Portal
    published: dict[int, PublishedReport]
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def found(self) -> int:
        return len(self.published) - len(self.missed)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a portal's visit ended, in words, and how it had to."""

    portal: Portal
    expected: str
    got: str
    detail: str


def own_reports(portal: Portal) -> dict[int, PublishedReport]:
    """The county government's own reports that stand on the portal now."""
    own = [report for report in portal.published() if report.agency_kind is AgencyKind.GOVERNMENT]
    return {report.year: report for report in own}


def results(archive: Archive, portals: Iterable[Portal]) -> list[Result]:
    """What was found, missed and wrongly taken, portal by portal."""
    chosen = {portal.code: portal for portal in portals}
    rows = coverage(archive, list(chosen), YEARS, _TODAY)
    cells = {(row.code, cell.year): cell for row in rows for cell in row.cells}
    with archive.read() as session:
        kept = _kept(session)
    found = []
    for code, portal in chosen.items():
        result = Result(portal, own_reports(portal))
        held = kept.get(code, [])
        for year, report in result.published.items():
            cell = cells[code, year]
            there = any((county, of, url) == (code, year, report.url) for county, of, url in held)
            if cell.evidence not in good_evidence(portal, report) or not there:
                result.missed.append(f"{code} {portal.county} {year}: {cell.evidence} ({cell.detail})")
        true = {(code, year, report.url) for year, report in result.published.items()}
        result.wrong += [f"{code} {portal.county}: {one} kept as a government's" for one in held if one not in true]
        found.append(result)
    return found


def good_evidence(portal: Portal, report: PublishedReport) -> tuple[Evidence, ...]:
    """What a report that was archived as it is may be called."""
    if report.content is Content.HTML:
        return (Evidence.ARCHIVED,)
    if Quirk.IMAGE_REPORT in portal.quirks:
        return (Evidence.IMAGE_ONLY,)
    return (Evidence.ATTACHMENT_ONLY,) if Quirk.DOC_REPORT in portal.quirks else (Evidence.ARCHIVED,)


def _kept(session: Session) -> dict[str, list[tuple[str, int | None, str]]]:
    """(county, year, address) of everything that is kept as a county government's report, by portal."""
    query = (
        select(Document.portal_code, Agency.county_code, ReportRow.year, Document.url)
        .join(ReportRow, ReportRow.id == Document.report_id)
        .join(Agency, Agency.id == ReportRow.agency_id)
        .where(Agency.kind == AgencyKind.GOVERNMENT)
    )
    kept: dict[str, list[tuple[str, int | None, str]]] = defaultdict(list)
    for portal, county, year, url in session.execute(query):
        kept[portal].append((county, year, url))
    return kept


def endings(archive: Archive, portals: Iterable[Portal]) -> list[Ending]:
    """How each visit of the last crawl ended."""
    visits = _last_visits(archive)
    found = []
    for portal in portals:
        visit, expected = visits.get(portal.code), portal.expected
        got = _named(visit.outcome, visit.reason) if visit else "no visit"
        detail = visit.detail if visit else ""
        found.append(Ending(portal, _named(expected.outcome, expected.reason), got, detail))
    return found


def _named(outcome: str, reason: str | None) -> str:
    return f"{outcome}, {reason}" if reason else f"{outcome}"


def _last_visits(archive: Archive) -> dict[str, Visit]:
    with archive.read() as session:
        last = select(Run.id).order_by(Run.id.desc()).limit(1).scalar_subquery()
        return {visit.portal_code: visit for visit in session.scalars(select(Visit).where(Visit.run_id == last))}


# --- Frugality -----------------------------------------------------------------------------------------------------
def oracle(archive: Archive, result: Result, again: Traffic) -> int:
    """The requests of somebody who knows where the list is: its pages, each once, the reports and their files.

    The pages are those that the second crawl was given, without what stands past the end of the list and without pages
    that showed no link that had not been on one before.
    """
    asked = {(hit.method, hit.path) for hit in again.asked(result.portal) if hit.status in (200, 304)}
    files = sum(bool(report.attachment_url) + len(report.picture_urls) for report in result.published.values())
    return len(asked) - _repeats(archive, result.portal.code) + len(result.published) + files


def _repeats(archive: Archive, code: str) -> int:
    """How many pages of the list showed links, and none that had not been on a page before."""
    with archive.read() as session:
        query = (
            select(Listing.id, Candidate.url)
            .join(Candidate, Candidate.listing_id == Listing.id)
            .where(Listing.portal_code == code)
            .order_by(Listing.number)
        )
        pages: dict[int, set[str]] = defaultdict(set)
        for listing, url in session.execute(query):
            pages[listing].add(url)
    seen: set[str] = set()
    repeats = 0
    for urls in pages.values():
        repeats += urls <= seen
        seen |= urls
    return repeats


def excesses(archive: Archive, portals: Iterable[Portal], again: Traffic) -> list[str]:
    """What the second crawl asked beside one request for each list page, and what it asked unconditionally."""
    visits = _last_visits(archive)
    with archive.read() as session:
        first = select(Run.id).order_by(Run.id).limit(1).scalar_subquery()
        query = select(CaptureRow.url).where(CaptureRow.run_id == first, CaptureRow.status == 200)
        query = query.where(CaptureRow.etag.is_not(None) | CaptureRow.last_modified.is_not(None))
        validated = set(session.scalars(query))
    found = []
    for portal in portals:
        pages = visits[portal.code].list_pages if portal.code in visits else 0
        asked = [hit for hit in again.hits.get(portal.code, ()) if hit.path != "/robots.txt"]
        if Quirk.COOKIE_302 in portal.quirks:  # which hands out its cookie before it answers anything
            asked = [hit for hit in asked if hit.status != 302]
        if len(asked) != pages:
            paths = ", ".join(f"{hit.method} {hit.path} {hit.status}" for hit in asked)
            found.append(f"{portal.code} {portal.family}: {len(asked)} requests for {pages} list pages: {paths}")
        conditional = {"if-none-match", "if-modified-since"}
        for hit in asked:
            url = f"{hit.scheme}://{hit.host}:{portal.port}{hit.path}"
            if hit.method == "GET" and url in validated and not conditional & hit.headers.keys():
                found.append(f"{portal.code} {portal.family}: {url} was asked without its validator")
    return found


def strangers(archive: Archive, portals: Iterable[Portal]) -> list[str]:
    """What a visit asked of another portal's host, as the archive's own record of it says."""
    hosts = {portal.code: {portal.host, *portal.extra_hosts} for portal in portals}
    with archive.read() as session:
        asked = session.execute(select(CaptureRow.portal_code, CaptureRow.url))
        return [
            f"{code} asked {url}"
            for code, url in asked
            if code in hosts and url.split("/")[2].rpartition(":")[0] not in hosts[code]
        ]
