"""Why a cell says what it says: the chain from the portal to the figures and checks, each link with its proof."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reports.model import Outcome
from storage.captures import full_captures, to_capture
from storage.coverage import BEIJING, stand
from storage.database import Archive
from storage.evidence import Evidences, Held, gather
from storage.models import Candidate, CaptureRow, FigureRow, FindingRow, Listing, Portal, Reading, Version, Visit
from storage.records import Capture


@dataclass(frozen=True, slots=True)
class Step:
    """One link of the chain.

    ``kind`` is portal, visit, listing, link, version, capture, reading, check, and at last state (held) or gap.
    ``capture`` is the full record of the proof: ``read_payload`` gives its bytes. ``revisit`` is the later answer that
    repeated or confirmed it.
    """

    kind: str
    text: str
    url: str | None = None
    capture: Capture | None = None
    revisit: Capture | None = None


def why(archive: Archive, code: str, year: int) -> list[Step]:
    """The chain for a county's own report of a year, or for its absence; empty for what is no county's code."""
    with archive.read() as session:
        found = gather(session, [code])
        if code not in found.counties:
            return []
        return list(_chain(session, found, code, year))


def _chain(session: Session, found: Evidences, code: str, year: int) -> Iterator[Step]:
    standing = stand(found, code, year)
    portal = session.get(Portal, code)
    if portal is not None:
        family = f"family {portal.family}" if portal.family else "family not known"
        known_by = f" ({portal.family_evidence})" if portal.family_evidence else ""
        yield Step("portal", f"{found.counties[code]}, {family}{known_by}", portal.home)
    yield from _visits(session, found, code)
    document = standing.document
    urls = [document.url] if document is not None else [link.url for link in found.links.get((code, year), [])]
    yield from _links(session, code, urls)
    if document is not None:
        yield from _document(session, document)
    elif not urls:
        yield from _last_pages(session, found, code)
    words = f"{year}: {standing.evidence}" + (f" ({standing.detail})" if standing.detail else "")
    yield Step("gap" if document is None else "state", words, None if document is None else document.url)


def _visits(session: Session, found: Evidences, code: str) -> Iterator[Step]:
    """The visit that counts and, where it came to nothing, the one after it."""
    last = {visit.id for visit in (found.visits.get(code), found.newest.get(code)) if visit is not None}
    for visit in session.scalars(select(Visit).where(Visit.id.in_(last)).order_by(Visit.id)):
        detail = f", {visit.detail}" if visit.detail else ""
        counts = f"{visit.requests} requests, {visit.list_pages} list pages"
        text = f"run {visit.run_id}, {_time(visit.finished_at)}: {visit.outcome}{detail} ({counts})"
        evidence = None if visit.evidence_id is None else session.get(CaptureRow, visit.evidence_id)
        yield _proved(session, "visit", text, visit.column_url, evidence)


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
        yield Step("link", text + (f" of {candidate.year}" if candidate.year else ""), url)


def _last_pages(session: Session, found: Evidences, code: str) -> Iterator[Step]:
    """The proof of an absence: the pages of the list as the visit that counts read them, the report on none."""
    visit = found.visits.get(code)
    if visit is None:
        return
    newest = (
        select(func.max(Listing.id))
        .where(Listing.portal_code == code, Listing.last_run_id >= visit.run_id)
        .group_by(Listing.url)
    )
    for listing in session.scalars(select(Listing).where(Listing.id.in_(newest)).order_by(Listing.number, Listing.id)):
        yield _listing(session, listing)


def _listing(session: Session, listing: Listing) -> Step:
    count = session.scalar(select(func.count()).where(Candidate.listing_id == listing.id))
    end = ", the last" if listing.last else ""
    seen = f"seen so from {_time(listing.first_seen)} to {_time(listing.last_seen)}"
    text = f"{listing.column_name}, page {listing.number}{end}, {count} links, {seen}"
    return _proved(session, "listing", text, listing.url, listing.last_capture)


def _document(session: Session, document: Held) -> Iterator[Step]:
    versions = select(Version).where(Version.document_id == document.document_id).order_by(Version.number)
    for version in session.scalars(versions):
        span = f"{_time(version.first_seen)} to {_time(version.last_seen)}"
        yield Step(
            "version", f"version {version.number}, seen {span}, content {version.fingerprint[:12]}", document.url
        )
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
            yield Step("check", f"{check.check} on {check.subject} failed: {check.detail}")


def _proved(session: Session, kind: str, text: str, url: str | None, row: CaptureRow | None) -> Step:
    if row is None:
        return Step(kind, text, url)
    capture = to_capture(row)
    if capture.record_type == "response":
        return Step(kind, text, url, capture)
    full = full_captures(session, {capture.payload_sha256}).get(capture.payload_sha256)
    return Step(kind, text, url, full, capture)


def _time(moment: datetime) -> str:
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
