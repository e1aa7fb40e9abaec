"""What earlier crawls learnt, for the start of the next: addresses with their last answers, documents, payloads."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from storage.captures import full_captures, to_capture
from storage.database import Archive
from storage.models import Agency, Attachment, CaptureRow, Document, Listing, Portal, Reading, ReportRow, Version
from storage.records import Capture, KnownDocument, KnownPortal, KnownUrl

_AT_ONCE = 500  # portals a query


def known(archive: Archive, codes: Iterable[str]) -> dict[str, KnownPortal]:
    """What the archive holds of each portal that was ever crawled.

    ``urls`` are the addresses of which the last answer has been *read*: list pages, documents with their attachments
    and pictures, the home page. A document that was received but not recorded as read (the crawl was killed in
    between) is not among them, so that it is asked for again. Their captures are full records, wherever the payload
    was first seen, with the validators (ETag, Last-Modified) of the address's own last answer.
    """
    found: dict[str, KnownPortal] = {}
    wanted = list(codes)
    with archive.read() as session:
        for start in range(0, len(wanted), _AT_ONCE):
            found |= _known(session, wanted[start : start + _AT_ONCE])
    return found


def known_payloads(archive: Archive, codes: Iterable[str]) -> dict[str, Capture]:
    """The full records of successful answers of these portals by the sha256 of their payloads (empty ones left out)."""
    found: dict[str, Capture] = {}
    wanted = list(codes)
    with archive.read() as session:
        for start in range(0, len(wanted), _AT_ONCE):
            own = or_(CaptureRow.portal_code.in_(wanted[start : start + _AT_ONCE]), CaptureRow.portal_code.is_(None))
            full = (CaptureRow.record_type == "response", CaptureRow.status == 200, CaptureRow.payload_bytes > 0)
            for row in session.scalars(select(CaptureRow).where(own, *full).order_by(CaptureRow.id)):
                found.setdefault(row.payload_sha256, to_capture(row))
    return found


def _known(session: Session, codes: Sequence[str]) -> dict[str, KnownPortal]:
    portals = {row.code: row for row in session.scalars(select(Portal).where(Portal.code.in_(codes)))}
    answers: dict[tuple[str, str], CaptureRow] = {}
    _add_navigation(session, portals, answers)
    documents = _add_documents(session, codes, answers)
    full = full_captures(session, {row.payload_sha256 for row in answers.values()})
    asked = _last_asked(session, codes)
    urls: dict[str, dict[str, KnownUrl]] = defaultdict(dict)
    for (code, url), row in answers.items():
        first = full.get(row.payload_sha256)
        if first is not None and first.status == 200:
            checked = max(asked.get((code, url), row.fetched_at), row.fetched_at)
            urls[code][url] = KnownUrl(_with_validators(first, row), checked)
    return {code: KnownPortal(row.family, row.column_url, urls[code], documents[code]) for code, row in portals.items()}


def _with_validators(full: Capture, row: CaptureRow) -> Capture:
    """The full record with the validators of the address's own answer; a 304 need not repeat those it confirms."""
    etag, modified = row.etag, row.last_modified
    if row.status == 304 and full.url == row.url:
        etag, modified = etag or full.etag, modified or full.last_modified
    return replace(full, etag=etag, last_modified=modified)


def _add_navigation(session: Session, portals: dict[str, Portal], answers: dict[tuple[str, str], CaptureRow]) -> None:
    """Home and list pages only lead on: their last good answer will do, read or not."""
    urls = {(row.code, url) for row in portals.values() for url in (row.home, row.column_url) if url}
    pages = select(Listing.portal_code, Listing.url).where(Listing.portal_code.in_(portals)).distinct()
    urls |= {(code, url) for code, url in session.execute(pages)}
    newest = (
        select(func.max(CaptureRow.id))
        .where(CaptureRow.portal_code.in_(portals), CaptureRow.status == 200)
        .group_by(CaptureRow.portal_code, CaptureRow.url)
    )
    for row in session.scalars(select(CaptureRow).where(CaptureRow.id.in_(newest))):
        if row.portal_code is not None and (row.portal_code, row.url) in urls:
            answers[row.portal_code, row.url] = row


def _add_documents(
    session: Session, codes: Sequence[str], answers: dict[tuple[str, str], CaptureRow]
) -> dict[str, dict[str, KnownDocument]]:
    documents: dict[str, dict[str, KnownDocument]] = defaultdict(dict)
    rows = session.execute(
        select(Document, ReportRow.year, Agency.kind)
        .join(ReportRow, ReportRow.id == Document.report_id)
        .join(Agency, Agency.id == ReportRow.agency_id)
        .where(Document.portal_code.in_(codes))
        .order_by(Document.last_seen, Document.id)
    ).all()
    pages = _captures(session, {document.last_capture_id for document, _, _ in rows})
    held = _held(session, codes)
    for document, year, kind in rows:  # the last one at an address is what stands there now
        urls = [document.url]
        for url, capture in held.get(document.id, ()):
            urls.append(url)
            if capture is not None:
                answers[document.portal_code, url] = capture
        answers[document.portal_code, document.url] = pages[document.last_capture_id]
        documents[document.portal_code][document.url] = KnownDocument(
            document.url, year, kind, document.last_seen, tuple(dict.fromkeys(urls))
        )
    return documents


def _held(session: Session, codes: Sequence[str]) -> dict[int, list[tuple[str, CaptureRow | None]]]:
    """What belongs to each document's present version: what its figures were read from, attachments and pictures.

    One that could not be fetched is named too, without a capture: it is worth another try.
    """
    current: dict[int, tuple[datetime, int, int]] = {}
    versions = select(Version.document_id, Version.last_seen, Version.number, Version.id).join(Document)
    for document_id, *recency in session.execute(versions.where(Document.portal_code.in_(codes))):
        current[document_id] = max(current.get(document_id, tuple(recency)), tuple(recency))  # type: ignore[assignment]
    owner = {recency[2]: document_id for document_id, recency in current.items()}
    held: dict[int, list[tuple[str, CaptureRow | None]]] = defaultdict(list)
    of_portals = Document.portal_code.in_(codes)
    read = (
        select(Reading.version_id, CaptureRow)
        .join(CaptureRow, CaptureRow.id == Reading.read_capture_id)
        .join(Version, Version.id == Reading.version_id)
        .join(Document, Document.id == Version.document_id)
        .where(of_portals, Reading.read_capture_id != Reading.page_capture_id)
    )
    for version_id, row in session.execute(read):
        if version_id in owner:
            held[owner[version_id]].append((row.url, row))
    linked = (
        select(Attachment.version_id, Attachment.url, CaptureRow)
        .join(CaptureRow, CaptureRow.id == Attachment.capture_id, isouter=True)
        .join(Version, Version.id == Attachment.version_id)
        .join(Document, Document.id == Version.document_id)
        .where(of_portals)
        .order_by(Attachment.id)
    )
    for version_id, url, capture in session.execute(linked):
        if version_id in owner:
            held[owner[version_id]].append((url, capture))
    return held


def _captures(session: Session, ids: set[int]) -> dict[int, CaptureRow]:
    wanted = sorted(ids)
    found: dict[int, CaptureRow] = {}
    for start in range(0, len(wanted), 10_000):
        rows = session.scalars(select(CaptureRow).where(CaptureRow.id.in_(wanted[start : start + 10_000])))
        found.update((row.id, row) for row in rows)
    return found


def _last_asked(session: Session, codes: Sequence[str]) -> dict[tuple[str, str], datetime]:
    rows = session.execute(
        select(CaptureRow.portal_code, CaptureRow.url, func.max(CaptureRow.fetched_at))
        .where(CaptureRow.portal_code.in_(codes), CaptureRow.status.in_((200, 304)))
        .group_by(CaptureRow.portal_code, CaptureRow.url)
    )
    return {(code, url): at for code, url, at in rows if code is not None}
