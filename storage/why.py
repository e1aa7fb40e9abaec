"""Why a cell says what it says: the chain from the portal to the figures and checks, each link with its proof."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reports.calendar import due_date
from reports.checks import across_years
from reports.copies import Likeness, compare
from reports.model import WAITING, AgencyKind, Outcome
from reports.states import CandidateVerdict, Clock
from storage.captures import full_captures, to_capture
from storage.coverage import Standing, legal_clock, stand
from storage.database import Archive
from storage.evidence import BEIJING, Evidences, Held, gather
from storage.figures import figures_of, text_of
from storage.models import Candidate, CaptureRow, FigureRow, FindingRow, Listing, Portal, Reading, Version, Visit
from storage.records import Capture, RecordType

_PROOFS = {
    "total": "as many as the list declares",
    "last-page": "no further page is offered",
    "nothing-new": "two answers past it showed nothing new",
}
_LIKENESS = {
    Likeness.COPY: "a copy of the same report",
    Likeness.EDITION: "another edition of the same report",
    Likeness.OTHER: "another text of the same agency and year",
}
_NAMED = 5  # figures that differ


@dataclass(frozen=True, slots=True)
class Step:
    """One link of the chain.

    ``kind`` is portal, visit, listing, link, version, capture, reading, check, copy, clock, and at last state (held) or
    gap. ``capture`` is the full record of the proof: ``read_payload`` gives its bytes. ``revisit`` is the later answer
    that repeated or confirmed it.
    """

    kind: str
    text: str
    url: str | None = None
    capture: Capture | None = None
    revisit: Capture | None = None


def why(archive: Archive, code: str, year: int, today: date | None = None) -> list[Step]:
    """The chain for a county's own report of a year, or for its absence; empty for what is no county's code.

    ``today`` sets the legal clock (default: today in Beijing).
    """
    with archive.read() as session:
        found = gather(session, [code])
        if code not in found.counties:
            return []
        return list(_chain(session, found, code, year, today or datetime.now(BEIJING).date()))


def _chain(session: Session, found: Evidences, code: str, year: int, today: date) -> Iterator[Step]:
    standing = stand(found, code, year)
    document = standing.document
    portal = session.get(Portal, code)
    if portal is not None:
        family = f"family {portal.family}" if portal.family else "family not known"
        known_by = f" ({portal.family_evidence})" if portal.family_evidence else ""
        yield Step("portal", f"{found.counties[code]}, {family}{known_by}", portal.home)
    yield from _visits(session, found, code, standing)
    links = [link.url for link in found.links.get((code, year), [])]
    yield from _links(session, code, links if document is None else [document.url])
    if document is not None:
        yield from _document(session, document)
        yield from _copies(session, found, code, year, document)
        yield from _neighbours(session, found, code, year, document)
    yield Step("clock", _clock(standing, year, today))
    words = f"{year}: {standing.evidence}" + (f" ({standing.detail})" if standing.detail else "")
    yield Step("gap" if document is None else "state", words, None if document is None else document.url)


def _visits(session: Session, found: Evidences, code: str, standing: Standing) -> Iterator[Step]:
    """The visit that counts, for an absence with the list pages that prove it, and those that came to less since."""
    counts = standing.visit or found.visits.get(code)
    later = {visit.id for visit in (found.visits.get(code), found.newest.get(code)) if visit is not None}
    if counts is not None:
        yield _visit(session, session.get_one(Visit, counts.id))
        if standing.visit is not None:
            yield from _pages(session, code, counts.run_id)
        later.discard(counts.id)
    for visit in session.scalars(select(Visit).where(Visit.id.in_(later)).order_by(Visit.id)):
        yield _visit(session, visit)


def _visit(session: Session, visit: Visit) -> Step:
    detail = f", {visit.detail}" if visit.detail else ""
    counts = f"{visit.requests} requests, {visit.list_pages} list pages"
    named = f"{visit.outcome} ({visit.reason})" if visit.reason else visit.outcome
    over = f", reached by {visit.transport}" if visit.transport else ""
    text = f"run {visit.run_id}, {_time(visit.finished_at)} Beijing time: {named}{detail} ({counts}){over}"
    evidence = None if visit.evidence_id is None else session.get(CaptureRow, visit.evidence_id)
    return _proved(session, "visit", text, visit.column_url, evidence)


def _links(session: Session, code: str, urls: list[str]) -> Iterator[Step]:
    """The newest list page that shows the address, and the link on it."""
    for url in urls:
        place = select(Listing, Candidate).join(Candidate, Candidate.listing_id == Listing.id)
        here = place.where(Listing.portal_code == code, Candidate.url == url).order_by(Listing.id.desc()).limit(1)
        row = session.execute(here).first()
        if row is None:
            yield Step("listing", "no list page in the archive shows this address", url)
            continue
        listing, candidate = row
        yield _listing(session, listing)
        dated = f", dated {candidate.listed_date}" if candidate.listed_date else ""
        text = f"{candidate.title}{dated}: taken for {candidate.verdict}"
        reason = f": {candidate.reason}" if candidate.reason else ""
        yield Step("link", text + (f" of {candidate.year}" if candidate.year else "") + reason, url)


def _pages(session: Session, code: str, run_id: int) -> Iterator[Step]:
    """The pages of the list as a run read them."""
    newest = (
        select(func.max(Listing.id))
        .where(Listing.portal_code == code, Listing.first_run_id <= run_id, Listing.last_run_id >= run_id)
        .group_by(Listing.url)
    )
    for listing in session.scalars(select(Listing).where(Listing.id.in_(newest)).order_by(Listing.number, Listing.id)):
        yield _listing(session, listing)


def _listing(session: Session, listing: Listing) -> Step:
    links = select(Candidate.verdict, Candidate.year).where(Candidate.listing_id == listing.id)
    rows = session.execute(links).all()
    years = sorted({row.year for row in rows if row.verdict is CandidateVerdict.REPORT and row.year}, reverse=True)
    lists = f"lists reports of {', '.join(map(str, years))}" if years else "lists no report of the county's own"
    proof = f" ({_PROOFS.get(listing.end_proof, listing.end_proof)})" if listing.end_proof else ""
    end = f", the last{proof}" if listing.last else ""
    seen = f"seen so {_span(listing.first_seen, listing.last_seen)}"
    text = f"{listing.column_name}, page {listing.number}{end}, {len(rows)} links, {lists}; {seen}"
    return _proved(session, "listing", text, listing.url, listing.last_capture)


def _document(session: Session, document: Held) -> Iterator[Step]:
    versions = select(Version).where(Version.document_id == document.document_id).order_by(Version.number)
    for version in session.scalars(versions):
        seen = f"seen {_span(version.first_seen, version.last_seen)}"
        yield Step("version", f"version {version.number}, {seen}, content {version.fingerprint[:12]}", document.url)
        readings = session.scalars(select(Reading).where(Reading.version_id == version.id).order_by(Reading.id)).all()
        if not readings:
            continue
        reading = readings[-1]
        yield _proved(session, "capture", "the page", reading.page_capture.url, reading.page_capture)
        if reading.read_capture_id != reading.page_capture_id:
            text = "what the figures were read from"
            yield _proved(session, "capture", text, reading.read_capture.url, reading.read_capture)
        yield from _reading(session, reading)


def _reading(session: Session, reading: Reading) -> Iterator[Step]:
    figures = session.scalar(select(func.count()).where(FigureRow.reading_id == reading.id))
    review = f"; to be reviewed: {'; '.join(reading.review)}" if reading.needs_review else ""
    who = f"{reading.agency or 'agency not known'}, {reading.year or 'year not known'}"
    form = f"form {reading.form}" if reading.form else "no official form"
    yield Step("reading", f"{who}, parser {reading.parser}, {form}, {figures} figures{review}")
    checks = session.scalars(
        select(FindingRow).where(FindingRow.reading_id == reading.id).order_by(FindingRow.position)
    ).all()
    counts = Counter(check.outcome for check in checks)
    told = ", ".join(f"{counts[outcome]} {outcome}" for outcome in Outcome if counts[outcome]) or "none"
    yield Step("check", f"checks: {told}")
    for check in checks:
        if check.outcome is Outcome.FAIL:
            failed = "does not hold, which may be right" if check.soft else "failed"
            yield Step("check", f"{check.check_code} on {check.subject} {failed}: {check.detail}")


def _copies(session: Session, found: Evidences, code: str, year: int, document: Held) -> Iterator[Step]:
    """What the other documents of the same agency and year are to the one that counts."""
    text, figures = text_of(session, document.reading_id), figures_of(session, document.reading_id)
    for other in found.reports[code, year]:
        if (
            other.document_id == document.document_id
            or other.kind is not document.kind
            or other.content_kind in WAITING
        ):
            continue
        compared = compare(text, figures, text_of(session, other.reading_id), figures_of(session, other.reading_id))
        codes = ", ".join(compared.differing[:_NAMED]) + (" …" if len(compared.differing) > _NAMED else "")
        differ = f"figures that differ: {len(compared.differing)} ({codes})" if codes else "no figure differs"
        shared = f", {compared.shared:.0%} of the text is the same" if compared.shared else ""
        yield Step("copy", f"{_LIKENESS[compared.likeness]} ({other.content_kind}): {differ}{shared}", other.url)


def _neighbours(session: Session, found: Evidences, code: str, year: int, document: Held) -> Iterator[Step]:
    """What the reports of the years before and after say of this one, where they are held."""
    for earlier, later in ((year - 1, year), (year, year + 1)):
        other = stand(found, code, earlier + later - year).document
        if other is None:
            continue
        readings = {year: document.reading_id, earlier + later - year: other.reading_id}
        for check in across_years(*(figures_of(session, readings[one]) for one in (earlier, later))):
            if check.outcome is Outcome.FAIL:
                yield Step("check", f"{check.check}, {earlier} against {later}, does not hold: {check.detail}")


def _proved(session: Session, kind: str, text: str, url: str | None, row: CaptureRow | None) -> Step:
    if row is None:
        return Step(kind, text, url)
    capture = to_capture(row)
    if capture.record_type is RecordType.RESPONSE:
        return Step(kind, text, url, capture)
    full = full_captures(session, {capture.payload_sha256}).get(capture.payload_sha256)
    return Step(kind, text, url, full, capture)


def _clock(standing: Standing, year: int, today: date) -> str:
    stands = legal_clock(standing, year, today)
    if standing.document is not None:
        printed = standing.document.published_at
        dated = f"dated {printed}: {stands}" if printed else f"no date of publication is printed: {stands}"
    elif stands is Clock.UNKNOWN:
        dated = f"no list was read to its end after that day: {stands}"
    else:
        dated = f"on {today}: {stands}"
    return f"due by law on {due_date(year, AgencyKind.GOVERNMENT)}; {dated}"


def _span(first: datetime, last: datetime) -> str:
    return f"from {_time(first)} to {_time(last)} Beijing time"


def _time(moment: datetime) -> str:
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
