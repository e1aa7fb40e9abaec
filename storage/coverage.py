"""The matrix county × year: one named state of evidence in every cell, and beside it the legal clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from reports.calendar import clock
from reports.model import AgencyKind, ContentKind
from reports.states import Clock, Evidence, VisitOutcome
from storage.database import Archive
from storage.evidence import Evidences, Held, LastVisit, gather

BEIJING = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Cell:
    """What the archive can say of one county's own report of one year; ``failed`` counts the checks that failed."""

    code: str
    county: str
    year: int
    evidence: Evidence
    clock: Clock
    title: str | None
    published_at: str | None  # Beijing time as printed
    detail: str
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One county's cells, in the order of the years asked for."""

    code: str
    county: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """The evidence of one cell with its reason, and the document it rests on, if it rests on one."""

    evidence: Evidence
    detail: str
    document: Held | None = None


def coverage(archive: Archive, codes: Iterable[str] | None, years: range, today: date) -> list[Row]:
    """The matrix of these counties (None: all), in the order of their codes; ``today`` sets the legal clock."""
    chosen = None if codes is None else list(codes)
    with archive.read() as session:
        found = gather(session, chosen)
    return [
        Row(code, name, tuple(_cell(found, code, year, today) for year in years))
        for code, name in found.counties.items()
    ]


def _cell(found: Evidences, code: str, year: int, today: date) -> Cell:
    standing = stand(found, code, year)
    document = standing.document
    published = None if document is None else document.published_at
    stands = clock(year, today, archived=document is not None, published_at=published)
    if stands is Clock.OVERDUE and standing.evidence is not Evidence.NOT_LISTED:
        stands = Clock.UNKNOWN  # what could not be looked at may well have been published
    return Cell(
        code=code,
        county=found.counties[code],
        year=year,
        evidence=standing.evidence,
        clock=stands,
        title=None if document is None else document.title,
        published_at=published,
        detail=standing.detail,
        failed=0 if document is None else found.failed.get(document.reading_id, 0),
    )


def stand(found: Evidences, code: str, year: int) -> Standing:
    """The state of one cell: what is held decides, then what is listed, then how the last visit ended."""
    there = found.reports.get((code, year), [])
    own = [document for document in there if document.kind is AgencyKind.GOVERNMENT]
    doubtful = [document for document in there if document.kind is AgencyKind.OTHER and document.needs_review]
    standing = (_held(max(own or doubtful, key=_merit)) if own or doubtful else _listed(found, code, year)) or _missing(
        found, code
    )
    others = sorted({document.kind for document in there} - {AgencyKind.GOVERNMENT, AgencyKind.OTHER})
    if others:
        also = f"also held: {', '.join(others)} reports"
        return Standing(standing.evidence, "; ".join(filter(None, (standing.detail, also))), standing.document)
    return standing


def _merit(document: Held) -> tuple[bool, bool, int]:
    unread = document.content_kind in (ContentKind.ATTACHMENT_ONLY, ContentKind.IMAGE_ONLY)
    return not document.needs_review, not unread, -document.document_id


def _held(document: Held) -> Standing:
    if document.needs_review:
        return Standing(Evidence.NEEDS_REVIEW, "; ".join(document.review), document)
    if document.content_kind is ContentKind.ATTACHMENT_ONLY:
        return Standing(Evidence.ATTACHMENT_ONLY, "the page names an attachment and holds no text", document)
    if document.content_kind is ContentKind.IMAGE_ONLY:
        return Standing(Evidence.IMAGE_ONLY, "the page holds pictures and no text", document)
    if document.versions > 1:
        return Standing(Evidence.AMENDED, f"{document.versions} versions", document)
    return Standing(Evidence.ARCHIVED, "", document)


def _listed(found: Evidences, code: str, year: int) -> Standing | None:
    """A link that was not fetched, or led to something doubtful; None where all of them led to other reports."""
    doubtful: Held | None = None
    for link in found.links.get((code, year), []):
        documents = found.by_url.get((code, link.url), [])
        if not documents:
            return Standing(Evidence.LISTED_NOT_FETCHED, f"listed as {link.title} ({link.url}), but not in the archive")
        doubtful = doubtful or next((document for document in documents if document.needs_review), None)
    if doubtful is None:
        return None
    return Standing(Evidence.NEEDS_REVIEW, "; ".join(doubtful.review), doubtful)


def _missing(found: Evidences, code: str) -> Standing:
    visit, newest = found.visits.get(code), found.newest.get(code)
    since = "" if newest is None or newest == visit else f"; {_told(newest)}"
    if visit is None:
        if code in found.homes and found.homes[code] is None:
            return Standing(Evidence.NO_PORTAL, "the registry knows no address" + since)
        return Standing(Evidence.NEVER_TRIED, since.removeprefix("; ") or "no visit yet")
    if visit.outcome is VisitOutcome.COMPLETE:
        return Standing(Evidence.NOT_LISTED, f"the list was read to its end on {_day(visit)}{since}")
    return Standing(Evidence(visit.outcome.value), _told(visit) + since)


def _told(visit: LastVisit) -> str:
    return f"visit of {_day(visit)}: {visit.outcome}" + (f", {visit.detail}" if visit.detail else "")


def _day(visit: LastVisit) -> str:
    return visit.finished_at.astimezone(BEIJING).date().isoformat()
