"""Report documents in SQL: one transaction each, a new version only where the normalised content differs."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.model import Report
from storage.captures import CaptureIds, alone_with, store_captures, store_portal
from storage.database import Archive
from storage.inserting import insert_row
from storage.models import Attachment, Document, Gone, Version
from storage.owners import Owner, owner_of
from storage.readings import Rows, rows_of, store_reading
from storage.records import AttachmentRecord, Capture, DocumentRecord, GoneRecord, PortalRecord
from storage.search.index import index_first, made_of, reindex
from storage.search.present import Present
from storage.settled import unsettle
from storage.versions import (
    Reread,
    at_address,
    content_sha256,
    read_again,
    recency,
    same_text,
    same_version,
    was_readable,
)


class SaveOutcome(StrEnum):
    """What a fetched document was, against what the archive held."""

    NEW = "new"
    AMENDED = "amended"
    UNCHANGED = "unchanged"
    RETURNED = "returned"  # an earlier version stands there again


def save_document(
    archive: Archive, run_id: int, portal: PortalRecord, record: DocumentRecord, captures: Sequence[Capture]
) -> SaveOutcome:
    """Record a fetched and read document with its captures, attachments and reading."""
    linked = [a.capture for a in record.attachments if a.capture is not None]
    with archive.read() as session:
        there = bool(at_address(session, portal.code, record.url))
    reread = read_again(archive, portal.code, record) if there else None
    searched = None if there else made_of(archive, record.report)
    made = _Made(rows_of(record.report), content_sha256(record.report), searched)
    with archive.write() as session:
        store_portal(session, portal)
        every = [*captures, record.page_capture, record.read_capture, *linked]
        ids = store_captures(session, run_id, every, portal.code)
        owner = owner_of(session, portal.code, record.report)
        known = at_address(session, portal.code, record.url)
        document = _document(session, record, known, owner.report_id, reread)
        if document is None:
            _first(session, portal, record, owner, ids, made)
            return SaveOutcome.NEW
        outcome, version = _again(session, document, record, reread, made)
        seen = record.page_capture.fetched_at
        # What a 304 confirmed remains the last answer, and so does what is younger than a page that a person saved.
        if record.page_capture.status != 304 and seen >= document.last_seen:
            document.last_capture_id = ids[record.page_capture]
        _confirm(document, version, seen)
        store_reading(session, version.id, made.rows, ids[record.page_capture], ids[record.read_capture])
        held = session.scalars(select(Attachment).where(Attachment.version_id == version.id)).all()
        _store_attachments(session, version.id, record.attachments, ids, held)
        unsettle(session, portal.code)
        reindex(session, [document.id])
        return outcome


class _Made(NamedTuple):
    """What of a record is computed before its transaction, for which other writers wait."""

    rows: Rows
    content_sha256: str
    searched: Any  # what the index is to hold of it; None where the address is known


def _first(
    session: Session, portal: PortalRecord, record: DocumentRecord, owner: Owner, ids: CaptureIds, made: _Made
) -> None:
    """Store what was never seen at this address before: nothing has to be looked up, which is half the work."""
    seen = record.page_capture.fetched_at
    document = {
        "report_id": owner.report_id,
        "portal_code": portal.code,
        "url": record.url,
        "first_seen": seen,
        "last_seen": seen,
        "last_capture_id": ids[record.page_capture],
    }
    document_id = insert_row(session, Document, document)
    version_id = insert_row(session, Version, _version(document_id, record, made, 1))
    reading = store_reading(
        session, version_id, made.rows, ids[record.page_capture], ids[record.read_capture], first=True
    )
    _store_attachments(session, version_id, record.attachments, ids, ())
    unsettle(session, portal.code)
    if made.searched is None:
        reindex(session, [document_id])
    else:
        index_first(session, Present(document_id, reading, owner.county_code, record.report.year), made.searched)


def _again(
    session: Session, document: Document, record: DocumentRecord, reread: Reread | None, made: _Made
) -> tuple[SaveOutcome, Version]:
    """The version of a known document that a record repeats, or a new one."""
    versions = list(session.scalars(select(Version).where(Version.document_id == document.id)))
    version = same_version(session, document, record, reread)
    if version is not None:
        current = max(versions, key=recency)
        return SaveOutcome.UNCHANGED if version is current else SaveOutcome.RETURNED, version
    outcome = SaveOutcome.AMENDED if was_readable(session, document) else SaveOutcome.NEW
    version = Version(**_version(document.id, record, made, len(versions) + 1))
    session.add(version)
    session.flush()
    return outcome, version


def _version(document_id: int, record: DocumentRecord, made: _Made, number: int) -> dict[str, Any]:
    seen = record.page_capture.fetched_at
    return {
        "document_id": document_id,
        "number": number,
        "fingerprint": made.rows.reading["fingerprint"],
        "content_sha256": made.content_sha256,
        "first_seen": seen,
        "last_seen": seen,
    }


def save_unchanged(
    archive: Archive, run_id: int, portal: PortalRecord, url: str, capture: Capture, captures: Sequence[Capture]
) -> bool:
    """Record that the server called a document unchanged (304); False if no document of this address is known."""
    with archive.write() as session:
        store_portal(session, portal)
        store_captures(session, run_id, [*captures, capture], portal.code)
        unsettle(session, portal.code)
        there = at_address(session, portal.code, url)
        if not there:
            return False
        versions = session.scalars(select(Version).where(Version.document_id == there[0].id))
        _confirm(there[0], max(versions, key=recency), capture.fetched_at)
        return True


def save_gone(
    archive: Archive, run_id: int, portal: PortalRecord, record: GoneRecord, captures: Sequence[Capture]
) -> bool:
    """Record that nothing is at a document's address any more; False if no document of this address is known."""
    with archive.write() as session:
        store_portal(session, portal)
        ids = store_captures(session, run_id, [*captures, record.capture], portal.code)
        unsettle(session, portal.code)
        documents = at_address(session, portal.code, record.url)
        seen = record.capture.fetched_at
        for document in documents:
            told = select(Gone.id).where(Gone.document_id == document.id, Gone.capture_id == ids[record.capture])
            if session.scalar(told) is None:
                answer = Gone(
                    document_id=document.id, capture_id=ids[record.capture], reason=record.reason, seen_at=seen
                )
                session.add(answer)
        return bool(documents)


def _document(
    session: Session, record: DocumentRecord, known: Sequence[Document], report_id: int, reread: Reread | None
) -> Document | None:
    """The document of this report among those at its address; None where it is another one.

    An address may change its report: a page whose title was corrected, or that a better parser reads differently,
    moves with its versions; a page that carries another year's text (one address, every year) is another document.
    """
    for document in known:
        if document.report_id == report_id:
            return document
    for document in known[:1]:
        if same_text(session, document, record, reread):
            unsettle(session, document.portal_code)  # the county that it leaves, if it is another's now
            document.report_id = report_id
            return document
    return None


def settle_report(session: Session, document: Document, report: Report) -> str:
    """Give a document to the report that a new reading says it is; in words what was done, "" if nothing."""
    alone_with(session, document.portal_code)
    owner = owner_of(session, document.portal_code, report)
    if owner.report_id == document.report_id:
        return ""
    told = f"{report.agency or 'agency unknown'} {report.year or 'year unknown'}"
    same = select(Document.id).where(Document.portal_code == document.portal_code, Document.url == document.url)
    if session.scalar(same.where(Document.report_id == owner.report_id)) is not None:
        return f"another document of this address is {told} already; this one stays"
    document.report_id = owner.report_id
    return f"now {told}"


def _store_attachments(
    session: Session,
    version_id: int,
    attachments: Sequence[AttachmentRecord],
    ids: CaptureIds,
    held: Sequence[Attachment],
) -> None:
    for record in attachments:
        rows = [row for row in held if row.url == record.url]
        missing = next((row for row in rows if row.capture is None), None)
        digest = None if record.capture is None else record.capture.payload_sha256
        if any(row.capture is not None and (digest is None or row.capture.payload_sha256 == digest) for row in rows):
            continue
        if missing is None:
            missing = Attachment(version_id=version_id, url=record.url, name=record.name, kind=record.kind)
            session.add(missing)
        missing.capture_id, missing.error = ids.of(record.capture), record.error


def _confirm(document: Document, version: Version, seen: datetime) -> None:
    for row in (document, version):
        row.first_seen, row.last_seen = min(row.first_seen, seen), max(row.last_seen, seen)
