"""What the archive holds on counties and years, gathered with a fixed number of queries however many they are."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from reports.calendar import BEIJING
from reports.model import WAITING, AgencyKind, ContentKind
from reports.states import CandidateVerdict, VisitOutcome
from storage.decisions import latest_decisions
from storage.models import (
    Agency,
    Candidate,
    Decision,
    Division,
    Document,
    Listing,
    Portal,
    Reading,
    ReportRow,
    Version,
    Visit,
)
from storage.models.base import among
from storage.records import Verdict
from storage.withdrawals import Withdrawal, withdrawals

NO_VERDICT = (
    VisitOutcome.INTERRUPTED,  # our own troubles say nothing of the portal
    VisitOutcome.FAILED,
    VisitOutcome.PROBED,  # nor does a look at its first list page say what is not on it
)


@dataclass(slots=True)
class Held:
    """A document as it stands: its report, and the newest reading of its present version."""

    county_code: str
    portal_code: str
    kind: AgencyKind
    year: int | None
    document_id: int
    url: str
    last_seen: datetime  # at its address
    reading_id: int
    title: str
    published_at: str | None
    content_kind: ContentKind
    needs_review: bool
    review: list[str]
    failed: int  # checks
    withdrawn: Withdrawal | None = None
    decision: Decision | None = None  # of a person, on the version that stands there now
    versions: int = 0  # with text that could be read: what came in late as an attachment amended nothing


@dataclass(frozen=True, slots=True)
class Link:
    """A link that a current list page shows as the county's report of a year."""

    url: str
    title: str


@dataclass(frozen=True, slots=True)
class LastVisit:
    """A visit's outcome; ``id`` leads to its evidence."""

    id: int
    run_id: int
    outcome: VisitOutcome
    detail: str
    finished_at: datetime

    @property
    def day(self) -> date:
        """On which it ended, in Beijing."""
        return self.finished_at.astimezone(BEIJING).date()


@dataclass(slots=True)
class Evidences:
    """Everything that decides the cells of a matrix, by county code (and year)."""

    counties: dict[str, str] = field(default_factory=dict)  # code: name
    homes: dict[str, str | None] = field(default_factory=dict)
    reports: dict[tuple[str, int | None], list[Held]] = field(default_factory=lambda: defaultdict(list))
    by_url: dict[tuple[str, str], list[Held]] = field(default_factory=lambda: defaultdict(list))  # (portal, url)
    links: dict[tuple[str, int], list[Link]] = field(default_factory=lambda: defaultdict(list))
    visits: dict[str, LastVisit] = field(default_factory=dict)  # the last one that says something of the portal
    whole: dict[str, LastVisit] = field(default_factory=dict)  # the last one that read the list to its end
    newest: dict[str, LastVisit] = field(default_factory=dict)  # the last one of all
    oldest: dict[str, int] = field(default_factory=dict)  # the first year of which a report is held or listed


def gather(session: Session, codes: Sequence[str] | None) -> Evidences:
    """All evidence on these counties, or on all."""
    found = Evidences()
    chosen = among(Division.code, codes)
    counties = select(Division.code, Division.name).where(Division.level == "county", chosen).order_by(Division.code)
    found.counties = {code: name for code, name in session.execute(counties)}  # noqa: C416 - rows are no pairs to mypy
    homes = select(Portal.code, Portal.home).where(among(Portal.code, codes))
    found.homes = {code: home for code, home in session.execute(homes)}  # noqa: C416
    _add_documents(session, found, codes)
    _add_visits(session, found, codes)
    _add_links(session, found, codes)
    for code, year in (*found.reports, *found.links):
        if year is not None:
            found.oldest[code] = min(year, found.oldest.get(code, year))
    return found


def _add_documents(session: Session, found: Evidences, codes: Sequence[str] | None) -> None:
    joined = (
        select(
            Agency.county_code,
            Document.portal_code,
            Agency.kind,
            ReportRow.year,
            Document.id,
            Document.url,
            Document.last_seen,
            Reading.id,
            Reading.title,
            Reading.published_at,
            Reading.content_kind,
            Reading.needs_review,
            Reading.review,
            Reading.failed_checks,
            Version.id,
            Reading.fingerprint,
        )
        .join(Version, Version.id == Reading.version_id)
        .join(Document, Document.id == Version.document_id)
        .join(ReportRow, ReportRow.id == Document.report_id)
        .join(Agency, Agency.id == ReportRow.agency_id)
        .where(_ours(codes))
        # The last row of a document is the reading that counts of its present version: one that is a cover alone and
        # waits for a reader counts only where there is no other.
        .order_by(Document.id, Version.last_seen, Version.number, Reading.content_kind.not_in(WAITING), Reading.id)
    )
    held: dict[int, Held] = {}
    # Versions that today's parser reads alike were told apart by an older one alone: no amendment.
    readable: dict[int, dict[int, str]] = defaultdict(dict)
    present: dict[int, int] = {}  # document: version
    for *values, version_id, fingerprint in session.execute(joined):
        document = Held(*values)
        held[document.document_id] = document
        present[document.document_id] = version_id
        if document.content_kind not in WAITING:
            readable[document.document_id][version_id] = fingerprint
    taken_down = withdrawals(session, codes)
    decided = latest_decisions(session)
    for document in held.values():
        decision, seen = decided.get(document.document_id, (None, None))
        if decision is not None and seen == present[document.document_id]:
            _obey(document, decision)
        document.withdrawn = taken_down.get(document.document_id)
        document.versions = len(set(readable[document.document_id].values()))
        found.by_url[document.portal_code, document.url].append(document)
        if document.decision is None or document.decision.verdict is not Verdict.REJECT:
            found.reports[document.county_code, document.year].append(document)


def _obey(document: Held, decision: Decision) -> None:
    """What a person said goes before the reading, in all that is asked of the archive."""
    document.decision = decision
    document.needs_review, document.review = False, []
    document.county_code = decision.county_code or document.county_code
    document.kind = decision.agency_kind or document.kind
    document.year = decision.year or document.year


def _ours(codes: Sequence[str] | None) -> ColumnElement[bool]:
    """Documents about these counties, by a person's word too, and those found on their portals: OR uses no index."""
    if codes is None:
        return true()
    about = select(Document.id).join(ReportRow).join(Agency).where(Agency.county_code.in_(codes))
    found = select(Document.id).where(Document.portal_code.in_(codes))
    corrected = select(Decision.document_id).where(Decision.county_code.in_(codes))
    return Document.id.in_(about.union(found, corrected))


def _add_visits(session: Session, found: Evidences, codes: Sequence[str] | None) -> None:
    columns = select(Visit.portal_code, Visit.id, Visit.run_id, Visit.outcome, Visit.detail, Visit.finished_at)
    kinds: list[tuple[dict[str, LastVisit], ColumnElement[bool]]] = [
        (found.visits, Visit.outcome.not_in(NO_VERDICT)),
        (found.whole, Visit.outcome == VisitOutcome.COMPLETE),
        (found.newest, true()),
    ]
    for last, kind in kinds:
        ids = select(func.max(Visit.id)).where(among(Visit.portal_code, codes), kind).group_by(Visit.portal_code)
        for row in session.execute(columns.where(Visit.id.in_(ids))):
            last[row.portal_code] = LastVisit(row.id, row.run_id, row.outcome, row.detail, row.finished_at)


def _add_links(session: Session, found: Evidences, codes: Sequence[str] | None) -> None:
    """The links of the list pages as they are shown now, and as the last whole reading of the list found them.

    A whole reading overrules what older ones saw. A broken one after it adds links and takes none away.
    """
    ours = among(Listing.portal_code, codes)
    newest = select(func.max(Listing.id)).where(ours).group_by(Listing.portal_code, Listing.url)
    complete = (Visit.outcome == VisitOutcome.COMPLETE, among(Visit.portal_code, codes))
    ids = select(func.max(Visit.id)).where(*complete).group_by(Visit.portal_code)
    whole = select(Visit.portal_code, Visit.run_id).where(Visit.id.in_(ids)).subquery()
    since = or_(whole.c.run_id.is_(None), Listing.last_run_id >= whole.c.run_id)
    shown = (
        select(Listing.portal_code, Candidate.year, Candidate.url, Candidate.title)
        .join(Listing, Listing.id == Candidate.listing_id)
        .join(whole, whole.c.portal_code == Listing.portal_code, isouter=True)
        .where(Candidate.verdict == CandidateVerdict.REPORT, Candidate.year.is_not(None), ours)
        .where(since, or_(Listing.id.in_(newest), Listing.first_run_id <= whole.c.run_id))
        .order_by(Listing.id, Candidate.position)
    )
    for code, year, url, title in session.execute(shown):
        if year is not None:
            found.links[code, year].append(Link(url, title))
