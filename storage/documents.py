"""Report documents in SQL: one transaction each, a new version only where the normalised content differs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from reports.model import ContentKind, Report
from storage.captures import CaptureIds, store_captures, store_portal
from storage.database import Archive
from storage.models import Agency, Attachment, CaptureRow, Division, Document, Reading, ReportRow, Version
from storage.readings import store_reading
from storage.records import AttachmentRecord, Capture, DocumentRecord, PortalRecord

UNREAD = (ContentKind.ATTACHMENT_ONLY, ContentKind.IMAGE_ONLY)


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
    with archive.write() as session:
        store_portal(session, portal)
        every = [*captures, record.page_capture, record.read_capture, *linked]
        ids = store_captures(session, run_id, every, portal.code)
        document = _document(session, portal, record, ids)
        versions = list(session.scalars(select(Version).where(Version.document_id == document.id)))
        current = max(versions, key=_recency, default=None)
        seen = record.page_capture.fetched_at
        version = _same_version(session, document, record)
        if version is None:
            outcome = SaveOutcome.AMENDED if _was_readable(session, document) else SaveOutcome.NEW
            version = Version(
                document_id=document.id,
                number=len(versions) + 1,
                fingerprint=record.report.fingerprint,
                content_sha256=_content_sha256(record.report),
                first_seen=seen,
                last_seen=seen,
            )
            session.add(version)
            session.flush()
        else:
            outcome = SaveOutcome.UNCHANGED if version is current else SaveOutcome.RETURNED
        _confirm(document, version, seen)
        if record.page_capture.status != 304:  # then what it confirmed remains the last answer
            document.last_capture_id = ids[record.page_capture]
        store_reading(session, version, record, ids)
        _store_attachments(session, version, record.attachments, ids)
        return outcome


def save_unchanged(
    archive: Archive, run_id: int, portal: PortalRecord, url: str, capture: Capture, captures: Sequence[Capture]
) -> bool:
    """Record that the server called a document unchanged (304); False if no document of this address is known."""
    with archive.write() as session:
        store_portal(session, portal)
        store_captures(session, run_id, [*captures, capture], portal.code)
        document = session.scalar(_at_address(portal, url).limit(1))
        if document is None:
            return False
        versions = session.scalars(select(Version).where(Version.document_id == document.id))
        _confirm(document, max(versions, key=_recency), capture.fetched_at)
        return True


def _document(session: Session, portal: PortalRecord, record: DocumentRecord, ids: CaptureIds) -> Document:
    """The document of this report at this address.

    An address may change its report: a page whose title was corrected, or that a better parser reads differently,
    moves with its versions; a page that carries another year's text (one address, every year) is another document.
    """
    report = _report_row(session, portal, record.report)
    same_address = session.scalars(_at_address(portal, record.url)).all()
    for document in same_address:
        if document.report_id == report.id:
            return document
    for document in same_address[:1]:
        if _same_text(session, document, record):
            document.report_id = report.id
            return document
    seen = record.page_capture.fetched_at
    document = Document(
        report_id=report.id,
        portal_code=portal.code,
        url=record.url,
        first_seen=seen,
        last_seen=seen,
        last_capture_id=ids[record.page_capture],
    )
    session.add(document)
    session.flush()
    return document


def _report_row(session: Session, portal: PortalRecord, report: Report) -> ReportRow:
    county = report.county_code
    if county is None or report.needs_review or session.get(Division, county) is None:
        county = portal.code  # a doubtful identity is looked at where it was found
    name = report.agency or ""
    same = (Agency.county_code == county, Agency.name == name, Agency.kind == report.agency_kind)
    agency = session.scalar(select(Agency).where(*same))
    if agency is None:
        agency = Agency(county_code=county, name=name, kind=report.agency_kind)
        session.add(agency)
        session.flush()
    # "IS NULL" for None: what has no year yet is collected in one row.
    row = session.scalar(select(ReportRow).where(ReportRow.agency_id == agency.id, ReportRow.year == report.year))
    if row is None:
        row = ReportRow(agency_id=agency.id, year=report.year)
        session.add(row)
        session.flush()
    return row


def _same_version(session: Session, document: Document, record: DocumentRecord) -> Version | None:
    """The version this is: its fingerprint by any parser, or the same bytes that this parser has not read yet."""
    readings = select(Version).join(Reading, Reading.version_id == Version.id).where(Version.document_id == document.id)
    known = session.scalar(readings.where(Reading.fingerprint == record.report.fingerprint).order_by(Version.id.desc()))
    return known or _same_bytes(session, document, record)


def _same_bytes(session: Session, document: Document, record: DocumentRecord) -> Version | None:
    held = (
        select(Version)
        .join(Reading, Reading.version_id == Version.id)
        .join(CaptureRow, CaptureRow.id == Reading.read_capture_id)
        .where(Version.document_id == document.id, CaptureRow.payload_sha256 == record.read_capture.payload_sha256)
        .order_by(Version.id.desc())
    )
    for version in session.scalars(held):
        read = select(Reading.id).where(Reading.version_id == version.id, Reading.parser == record.report.parser)
        if session.scalar(read) is None:
            return version
    return None


def _same_text(session: Session, document: Document, record: DocumentRecord) -> bool:
    content = _content_sha256(record.report)
    same = select(Version.id).where(Version.document_id == document.id, Version.content_sha256 == content)
    return session.scalar(same.limit(1)) is not None or _same_bytes(session, document, record) is not None


def _content_sha256(report: Report) -> str:
    return replace(report, agency=None, year=None).fingerprint


def _was_readable(session: Session, document: Document) -> bool:
    """Whether there was text to amend: an attachment that arrives late amends nothing."""
    readings = select(Reading.id).join(Version, Reading.version_id == Version.id)
    readable = readings.where(Version.document_id == document.id, Reading.content_kind.not_in(UNREAD))
    return session.scalar(readable.limit(1)) is not None


def _store_attachments(
    session: Session, version: Version, attachments: Sequence[AttachmentRecord], ids: CaptureIds
) -> None:
    held = session.scalars(select(Attachment).where(Attachment.version_id == version.id)).all()
    for record in attachments:
        rows = [row for row in held if row.url == record.url]
        missing = next((row for row in rows if row.capture is None), None)
        digest = None if record.capture is None else record.capture.payload_sha256
        if any(row.capture is not None and (digest is None or row.capture.payload_sha256 == digest) for row in rows):
            continue
        if missing is None:
            missing = Attachment(version_id=version.id, url=record.url, name=record.name, kind=record.kind)
            session.add(missing)
        missing.capture_id, missing.error = ids.of(record.capture), record.error


def _at_address(portal: PortalRecord, url: str) -> Select[Document]:
    same = select(Document).where(Document.portal_code == portal.code, Document.url == url)
    return same.order_by(Document.last_seen.desc(), Document.id.desc())


def _recency(version: Version) -> tuple[datetime, int]:
    return version.last_seen, version.number


def _confirm(document: Document, version: Version, seen: datetime) -> None:
    document.last_seen = max(document.last_seen, seen)
    version.last_seen = max(version.last_seen, seen)
