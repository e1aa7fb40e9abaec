"""What was published: reports, the documents (addresses) they stand in, versions and attachments."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reports.states import Reason
from storage.models.base import Base, Sha256
from storage.models.crawls import CaptureRow
from storage.records import AttachmentKind


class ReportRow(Base):
    """A report is (agency, year); ``year`` is None for what still waits for somebody to tell its year."""

    __tablename__ = "report"
    # NULL differs from NULL in a unique constraint: without the index every doubtful page could open a row of its own.
    __table_args__ = (
        UniqueConstraint("agency_id", "year"),
        Index(
            "uq_report_agency_id_without_year",
            "agency_id",
            unique=True,
            sqlite_where=text("year IS NULL"),
            postgresql_where=text("year IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    year: Mapped[int | None]


class Document(Base):
    """An address at which a report is published."""

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("portal_code", "url", "report_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    portal_code: Mapped[str] = mapped_column(ForeignKey("portal.code"))
    url: Mapped[str]
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]  # when it was last fetched or confirmed as unchanged (304)
    # The last answer that was read, not merely received: what a conditional request may refer to.
    last_capture_id: Mapped[int] = mapped_column(ForeignKey("capture.id"))


class Version(Base):
    """A document's content while it stayed the same; the one with the latest ``last_seen`` is what stands there now.

    ``content_sha256`` is the fingerprint without agency and year: it recognises a text whose title was corrected.
    """

    __tablename__ = "version"
    __table_args__ = (UniqueConstraint("document_id", "fingerprint"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    number: Mapped[int]  # 1 for the first
    fingerprint: Mapped[str] = mapped_column(Sha256)
    content_sha256: Mapped[str] = mapped_column(Sha256)
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]


class Gone(Base):
    """An answer that nothing is at a document's address; seen again later, the document is back."""

    __tablename__ = "gone"
    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    capture_id: Mapped[int] = mapped_column(ForeignKey("capture.id"))
    reason: Mapped[Reason]
    seen_at: Mapped[datetime]
    capture: Mapped[CaptureRow] = relationship()


class Attachment(Base):
    """An attachment or body picture of a version; where there is no capture, ``error`` says why."""

    __tablename__ = "attachment"
    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"), index=True)
    url: Mapped[str]
    name: Mapped[str]
    kind: Mapped[AttachmentKind]
    error: Mapped[str | None]
    capture_id: Mapped[int | None] = mapped_column(ForeignKey("capture.id"))
    capture: Mapped[CaptureRow | None] = relationship()
