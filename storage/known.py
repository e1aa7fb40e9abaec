"""What earlier crawls learnt about a portal, for its next visit: last answers, documents, payloads."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from reports.states import VisitOutcome
from storage.captures import CAPTURE_COLUMNS, full_captures
from storage.database import Archive
from storage.models import Attachment, Candidate, CaptureRow, Document, Gone, Listing, Portal, Reading, Version, Visit
from storage.records import Capture, KnownDocument, KnownPortal, KnownUrl, ListStart, RecordType

PAST_END = "nothing-new"  # the proof of a list's end that costs requests: answers past it show nothing new
_FULL = (CaptureRow.record_type == RecordType.RESPONSE, CaptureRow.status == 200, CaptureRow.payload_bytes > 0)


def known(archive: Archive, codes: Iterable[str]) -> dict[str, KnownPortal]:
    """What the archive holds of each of these portals that was ever crawled.

    ``urls`` are the addresses of which the last answer has been *read*: list pages, documents with their attachments
    and pictures, the home page. A document that was received but not recorded as read (the crawl was killed in
    between) is not among them, so that it is asked for again. Their captures are full records, wherever the payload
    was first seen, with the validators (ETag, Last-Modified) of the address's own last answer.
    """
    with archive.read() as session:
        portals = {code: session.get(Portal, code) for code in codes}
        return {code: _known(session, portal) for code, portal in portals.items() if portal is not None}


def known_payloads(archive: Archive, codes: Iterable[str | None]) -> dict[str, Capture]:
    """The full records of successful answers of these portals by the sha256 of their payloads (empty ones left out).

    None stands for what belongs to no portal: robots.txt, and what was salvaged from a killed crawl.
    """
    found: dict[str, Capture] = {}
    with archive.read() as session:
        for code in codes:
            first = (
                select(func.min(CaptureRow.id))
                .where(CaptureRow.portal_code == code, *_FULL)
                .group_by(CaptureRow.payload_sha256)
            )
            for row in session.execute(select(*CAPTURE_COLUMNS).where(CaptureRow.id.in_(first))):
                capture = Capture(*row)
                found.setdefault(capture.payload_sha256, capture)
    return found


def _known(session: Session, portal: Portal) -> KnownPortal:
    answers = _navigation(session, portal)
    documents = _add_documents(session, portal.code, answers)
    full = full_captures(session, {row.payload_sha256 for row in answers.values()})
    urls: dict[str, KnownUrl] = {}
    for url, row in answers.items():
        first = full.get(row.payload_sha256)
        if first is not None and first.status == 200:
            urls[url] = KnownUrl(_with_validators(first, row))
    return KnownPortal(portal.column_url, _start(portal), portal.family, urls, documents, _ended(session, portal.code))


def _start(portal: Portal) -> ListStart | None:
    told = portal.list_start
    if not told:
        return None
    headers = tuple((name, value) for name, value in told["headers"])
    return ListStart(told["url"], told["method"], told["body"], headers)


def _ended(session: Session, code: str) -> dict[str, frozenset[str]]:
    """The lists that the last visit read whole and whose end it had to prove by asking past it, with their links."""
    last = select(Visit.run_id, Visit.outcome).where(Visit.portal_code == code).order_by(Visit.id.desc()).limit(1)
    visit = session.execute(last).one_or_none()
    if visit is None or visit.outcome is not VisitOutcome.COMPLETE:
        return {}
    pages = select(Listing).where(Listing.portal_code == code, Listing.last_run_id == visit.run_id)
    found: dict[str, frozenset[str]] = {}
    begun: list[Listing] = []  # the pages of the list under way
    for page in session.scalars(pages.order_by(Listing.number)):
        begun.append(page)
        if page.end_proof == PAST_END:
            listings = [one.id for one in begun]
            links = session.scalars(select(Candidate.url).where(Candidate.listing_id.in_(listings)))
            found[begun[0].url] = frozenset(links)
        if page.end_proof is not None:
            begun = []
    return found


def _with_validators(full: Capture, row: CaptureRow) -> Capture:
    """The full record with the validators of the address's own answer; a 304 need not repeat those it confirms."""
    etag, modified = row.etag, row.last_modified
    if row.status == 304 and full.url == row.url:
        etag, modified = etag or full.etag, modified or full.last_modified
    return replace(full, etag=etag, last_modified=modified)


def _navigation(session: Session, portal: Portal) -> dict[str, CaptureRow]:
    """Home and list pages only lead on: their last good answer will do, read or not."""
    pages = select(Listing.url).where(Listing.portal_code == portal.code)
    entries = [url for url in (portal.home, portal.column_url) if url]
    newest = (
        select(func.max(CaptureRow.id))
        .where(CaptureRow.portal_code == portal.code, CaptureRow.status == 200)
        .where(or_(CaptureRow.url.in_(pages), CaptureRow.url.in_(entries)))
        .group_by(CaptureRow.url)
    )
    return {row.url: row for row in session.scalars(select(CaptureRow).where(CaptureRow.id.in_(newest)))}


def _add_documents(session: Session, code: str, answers: dict[str, CaptureRow]) -> dict[str, KnownDocument]:
    """The documents by address; the answers that were read are added to ``answers``."""
    documents: dict[str, KnownDocument] = {}
    title = (
        select(Reading.title)
        .join(Version, Version.id == Reading.version_id)
        .where(Version.document_id == Document.id)
        .order_by(Reading.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    gone = select(func.max(Gone.seen_at)).where(Gone.document_id == Document.id).scalar_subquery()
    rows = (
        select(Document, CaptureRow, title, gone)
        .join(CaptureRow, CaptureRow.id == Document.last_capture_id)
        .where(Document.portal_code == code)
        .order_by(Document.last_seen, Document.id)
    )
    held = _held(session, code)
    for document, page, called, gone_at in session.execute(rows):  # the last one at an address stands there now
        belongings = held.get(document.id, [])
        answers.update((url, capture) for url, capture in belongings if capture is not None)
        answers[document.url] = page
        urls = dict.fromkeys([document.url, *(url for url, _ in belongings)])
        checked = max(document.last_seen, gone_at or document.last_seen)
        documents[document.url] = KnownDocument(document.url, called or "", checked, tuple(urls))
    return documents


def _held(session: Session, code: str) -> dict[int, list[tuple[str, CaptureRow | None]]]:
    """What belongs to each document's present version: what its figures were read from, attachments and pictures.

    One that could not be fetched is named too, without a capture: it is worth another try.
    """
    versions = (
        select(Version.document_id, Version.id)
        .join(Document, Document.id == Version.document_id)
        .where(Document.portal_code == code)
        .order_by(Version.last_seen, Version.number)
    )
    current: dict[int, int] = {document: version for document, version in session.execute(versions)}  # noqa: C416
    owner = {version: document for document, version in current.items()}
    held: dict[int, list[tuple[str, CaptureRow | None]]] = defaultdict(list)
    read = (
        select(Reading.version_id, CaptureRow)
        .join(CaptureRow, CaptureRow.id == Reading.read_capture_id)
        .where(Reading.version_id.in_(owner), Reading.read_capture_id != Reading.page_capture_id)
        .order_by(Reading.id)
    )
    for version, capture in session.execute(read):
        held[owner[version]].append((capture.url, capture))
    linked = (
        select(Attachment.version_id, Attachment.url, CaptureRow)
        .join(CaptureRow, CaptureRow.id == Attachment.capture_id, isouter=True)
        .where(Attachment.version_id.in_(owner))
        .order_by(Attachment.id)
    )
    for version, url, attached in session.execute(linked):
        held[owner[version]].append((url, attached))
    return held
