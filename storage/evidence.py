"""What the archive holds on counties and years, gathered with a fixed number of queries however many they are."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from reports.model import AgencyKind, ContentKind, Outcome
from reports.states import CandidateVerdict, VisitOutcome
from storage.documents import UNREAD
from storage.models import (
    Agency,
    Candidate,
    Division,
    Document,
    FindingRow,
    Listing,
    Portal,
    Reading,
    ReportRow,
    Version,
    Visit,
)

_NO_VERDICT = (VisitOutcome.INTERRUPTED, VisitOutcome.FAILED)  # our own troubles say nothing of the portal


@dataclass(slots=True)
class Held:
    """A document as it stands: its report, and the newest reading of its present version."""

    county_code: str
    portal_code: str
    kind: AgencyKind
    agency: str
    year: int | None
    document_id: int
    url: str
    reading_id: int
    title: str
    published_at: str | None
    content_kind: ContentKind
    needs_review: bool
    review: list[str]
    versions: int = 0  # with text that could be read: what came in late as an attachment amended nothing


@dataclass(frozen=True, slots=True)
class Link:
    """A link that a current list page shows as the county's report of a year."""

    url: str
    title: str
    listing_id: int
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class LastVisit:
    """A visit's outcome; ``id`` leads to its evidence."""

    id: int
    run_id: int
    outcome: VisitOutcome
    detail: str
    finished_at: datetime


@dataclass(slots=True)
class Evidences:
    """Everything that decides the cells of a matrix, by county code (and year)."""

    counties: dict[str, str] = field(default_factory=dict)  # code: name
    homes: dict[str, str | None] = field(default_factory=dict)
    reports: dict[tuple[str, int | None], list[Held]] = field(default_factory=lambda: defaultdict(list))
    by_url: dict[tuple[str, str], list[Held]] = field(default_factory=lambda: defaultdict(list))  # (portal, url)
    links: dict[tuple[str, int], list[Link]] = field(default_factory=lambda: defaultdict(list))
    visits: dict[str, LastVisit] = field(default_factory=dict)  # the last one that says something of the portal
    newest: dict[str, LastVisit] = field(default_factory=dict)  # the last one of all
    failed: dict[int, int] = field(default_factory=dict)  # reading: checks that failed


def gather(session: Session, codes: Sequence[str] | None) -> Evidences:
    """All evidence on these counties, or on all."""
    found = Evidences()
    chosen = _among(Division.code, codes)
    counties = select(Division.code, Division.name).where(Division.level == "county", chosen).order_by(Division.code)
    found.counties = {code: name for code, name in session.execute(counties)}  # noqa: C416 - rows are no pairs to mypy
    homes = select(Portal.code, Portal.home).where(_among(Portal.code, codes))
    found.homes = {code: home for code, home in session.execute(homes)}  # noqa: C416
    _add_documents(session, found, codes)
    _add_visits(session, found, codes)
    _add_links(session, found, codes)
    return found


def _among(column: Any, codes: Sequence[str] | None) -> ColumnElement[bool]:
    return true() if codes is None else column.in_(codes)


def _add_documents(session: Session, found: Evidences, codes: Sequence[str] | None) -> None:
    ours = or_(_among(Agency.county_code, codes), _among(Document.portal_code, codes))
    joined = (
        select(
            *(Agency.county_code, Document.portal_code, Agency.kind, Agency.name, ReportRow.year),
            *(Document.id, Document.url, Reading.id, Reading.title, Reading.published_at, Reading.content_kind),
            *(Reading.needs_review, Reading.review, Version.id),
        )
        .join(Version, Version.id == Reading.version_id)
        .join(Document, Document.id == Version.document_id)
        .join(ReportRow, ReportRow.id == Document.report_id)
        .join(Agency, Agency.id == ReportRow.agency_id)
        .where(ours)
        # The last row of a document is the newest reading of its present version.
        .order_by(Document.id, Version.last_seen, Version.number, Reading.id)
    )
    held: dict[int, Held] = {}
    readable: dict[int, set[int]] = defaultdict(set)
    for *values, version_id in session.execute(joined):
        document = Held(*values)
        held[document.document_id] = document
        if document.content_kind not in UNREAD:
            readable[document.document_id].add(version_id)
    for document in held.values():
        document.versions = len(readable[document.document_id])
        found.reports[document.county_code, document.year].append(document)
        found.by_url[document.portal_code, document.url].append(document)
    failed = (
        select(FindingRow.reading_id, func.count())
        .join(Reading, Reading.id == FindingRow.reading_id)
        .join(Version, Version.id == Reading.version_id)
        .join(Document, Document.id == Version.document_id)
        .join(ReportRow, ReportRow.id == Document.report_id)
        .join(Agency, Agency.id == ReportRow.agency_id)
        .where(FindingRow.outcome == Outcome.FAIL, ours)
        .group_by(FindingRow.reading_id)
    )
    found.failed = {reading_id: count for reading_id, count in session.execute(failed)}  # noqa: C416


def _add_visits(session: Session, found: Evidences, codes: Sequence[str] | None) -> None:
    columns = select(Visit.portal_code, Visit.id, Visit.run_id, Visit.outcome, Visit.detail, Visit.finished_at)
    ours = _among(Visit.portal_code, codes)
    telling = select(func.max(Visit.id)).where(ours, Visit.outcome.not_in(_NO_VERDICT)).group_by(Visit.portal_code)
    newest = select(func.max(Visit.id)).where(ours).group_by(Visit.portal_code)
    for row in session.execute(columns.where(Visit.id.in_(telling))):
        found.visits[row.portal_code] = LastVisit(row.id, row.run_id, row.outcome, row.detail, row.finished_at)
    for row in session.execute(columns.where(Visit.id.in_(newest))):
        found.newest[row.portal_code] = LastVisit(row.id, row.run_id, row.outcome, row.detail, row.finished_at)


def _add_links(session: Session, found: Evidences, codes: Sequence[str] | None) -> None:
    """The links of the list pages that are still shown: a whole later reading of the list overrules older pages."""
    whole = (
        select(Visit.portal_code, func.max(Visit.run_id))
        .where(Visit.outcome == VisitOutcome.COMPLETE, _among(Visit.portal_code, codes))
        .group_by(Visit.portal_code)
    )
    last_whole: dict[str, int] = {code: run for code, run in session.execute(whole)}  # noqa: C416
    ours = _among(Listing.portal_code, codes)
    newest = select(func.max(Listing.id)).where(ours).group_by(Listing.portal_code, Listing.url)
    shown = (
        select(
            *(Listing.portal_code, Candidate.year, Listing.last_run_id),
            *(Candidate.url, Candidate.title, Listing.id, Listing.last_seen),
        )
        .join(Listing, Listing.id == Candidate.listing_id)
        .where(Candidate.verdict == CandidateVerdict.REPORT, Candidate.year.is_not(None), Listing.id.in_(newest))
        .where(ours)
        .order_by(Listing.id, Candidate.position)
    )
    for row in session.execute(shown):
        if row.year is not None and row.last_run_id >= last_whole.get(row.portal_code, 0):
            found.links[row.portal_code, row.year].append(Link(row.url, row.title, row.id, row.last_seen))
