"""What a fetched document is against what is held of its address: the version it repeats, or none.

Content decides, as a parser reads it, so two parsers must not be compared with one another: what one misses and the
next one reads would look like an amendment. Hence three ways in which a version is recognised: its fingerprint by any
parser; the same bytes, which today's parser has not read yet; or, where the bytes differ too (a counter, a new
template), the bytes of the present version read anew by today's parser. Where those are lost or unreadable, nothing
can be compared, and the document becomes a version of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from reports import normalize
from reports.model import WAITING, Report, Unreadable
from storage.captures import full_captures
from storage.database import Archive
from storage.errors import ArchiveError
from storage.models import Attachment, CaptureRow, Document, Reading, Version
from storage.records import AttachmentKind, Capture, DocumentRecord
from storage.warc import read_content


@dataclass(frozen=True, slots=True)
class Reread:
    """A version that only older parsers had read, and what today's makes of its bytes."""

    version_id: int
    report: Report


def read_again(archive: Archive, portal_code: str, record: DocumentRecord) -> Reread | None:
    """The address's present version read by today's parser, if only that can tell whether ``record`` repeats it.

    Not part of the transaction that stores the record: a PDF may take seconds, and other writers would have to wait.
    """
    with archive.read() as session:
        there = at_address(session, portal_code, record.url)
        if not there:
            return None
        document = there[0]
        version = max(session.scalars(select(Version).where(Version.document_id == document.id)), key=recency)
        readings = session.scalars(select(Reading).where(Reading.version_id == version.id).order_by(Reading.id)).all()
        fresh = record.report
        if any(fresh.parser == reading.parser or fresh.fingerprint == reading.fingerprint for reading in readings):
            return None
        last = readings[-1]
        row = last.page_capture if record.read_capture == record.page_capture else last.read_capture
        capture = full_captures(session, {row.payload_sha256}).get(row.payload_sha256)
        if capture is None or capture.payload_sha256 == record.read_capture.payload_sha256:
            return None
        further = _further(session, version)
    try:
        body = read_content(archive.shelf, capture)
        report = normalize(
            body,
            url=row.url,
            content_type=capture.content_type,
            title_hint=last.title,
            county_code=portal_code,
            further=[read_content(archive.shelf, part) for part in further],
        )
        return Reread(version.id, report)
    except (ArchiveError, Unreadable):
        return None


def _further(session: Session, version: Version) -> list[Capture]:
    """The later pages of an article that the portal cuts into several, in order."""
    pages = (
        select(CaptureRow)
        .join(Attachment, Attachment.capture_id == CaptureRow.id)
        .where(Attachment.version_id == version.id, Attachment.kind == AttachmentKind.PAGE)
        .order_by(Attachment.id)
    )
    rows = list(session.scalars(pages))
    full = full_captures(session, {row.payload_sha256 for row in rows})
    return [full[row.payload_sha256] for row in rows if row.payload_sha256 in full]


def same_version(session: Session, document: Document, record: DocumentRecord, reread: Reread | None) -> Version | None:
    """The version of ``document`` that the record repeats."""
    readings = select(Version).join(Reading, Reading.version_id == Version.id).where(Version.document_id == document.id)
    known = session.scalar(readings.where(Reading.fingerprint == record.report.fingerprint).order_by(Version.id.desc()))
    if known is None and reread is not None and reread.report.fingerprint == record.report.fingerprint:
        known = session.get(Version, reread.version_id)
        known = known if known is not None and known.document_id == document.id else None
    return known or _same_bytes(session, document, record)


def same_text(session: Session, document: Document, record: DocumentRecord, reread: Reread | None) -> bool:
    """Whether the record is this document's text, be it under another title: of another agency or year."""
    content = content_sha256(record.report)
    same = select(Version.id).where(Version.document_id == document.id, Version.content_sha256 == content)
    return (
        session.scalar(same.limit(1)) is not None
        or (reread is not None and content_sha256(reread.report) == content)
        or _same_bytes(session, document, record) is not None
    )


def _same_bytes(session: Session, document: Document, record: DocumentRecord) -> Version | None:
    if any(part.kind is AttachmentKind.PAGE for part in record.attachments):
        return None  # the first page alone is not the text
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


def content_sha256(report: Report) -> str:
    """The fingerprint without agency and year."""
    return replace(report, agency=None, year=None).fingerprint


def was_readable(session: Session, document: Document) -> bool:
    """Whether there was text to amend: an attachment that arrives late amends nothing."""
    readings = select(Reading.id).join(Version, Reading.version_id == Version.id)
    readable = readings.where(Version.document_id == document.id, Reading.content_kind.not_in(WAITING))
    return session.scalar(readable.limit(1)) is not None


_AT_ADDRESS = (
    select(Document)
    .where(Document.portal_code == bindparam("portal"), Document.url == bindparam("url"))
    .order_by(Document.last_seen.desc(), Document.id.desc())
)


def at_address(session: Session, portal_code: str, url: str) -> Sequence[Document]:
    """The documents at an address; the first one is what stands there now."""
    return session.scalars(_AT_ADDRESS, {"portal": portal_code, "url": url}).all()


def recency(version: Version) -> tuple[datetime, int]:
    """What the present version of a document has the greatest of."""
    return version.last_seen, version.number
