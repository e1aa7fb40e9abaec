"""What was done: runs, visits, captures, and the list pages with every link that stood on them."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reports.model import AgencyKind
from reports.states import CandidateVerdict, Reason, VisitOutcome
from storage.models.base import Base, Sha256
from storage.records import RecordType, RunOutcome


class Run(Base):
    """One crawl process. ``outcome`` is None while it runs; a run that was killed becomes ``interrupted`` later."""

    __tablename__ = "run"
    id: Mapped[int] = mapped_column(primary_key=True)
    trigger: Mapped[str]
    arguments: Mapped[dict[str, str]]
    software: Mapped[str]
    host: Mapped[str]
    pid: Mapped[int]
    vantage: Mapped[str | None]  # where it ran: what cannot be reached from here may answer elsewhere
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[RunOutcome | None]


class Visit(Base):
    """How one portal's visit in one run ended."""

    __tablename__ = "visit"
    __table_args__ = (UniqueConstraint("run_id", "portal_code"), Index(None, "portal_code", "outcome"))
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    portal_code: Mapped[str] = mapped_column(ForeignKey("portal.code"))
    outcome: Mapped[VisitOutcome]
    detail: Mapped[str]
    reason: Mapped[Reason | None]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime]
    requests: Mapped[int]
    list_pages: Mapped[int]
    family: Mapped[str | None]
    family_score: Mapped[int | None]
    family_evidence: Mapped[str | None]
    column_url: Mapped[str | None]
    list_start: Mapped[dict[str, Any] | None]
    transport: Mapped[str | None]
    site_id_code: Mapped[str | None]
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("capture.id"))


class CaptureRow(Base):
    """One fetch in a WARC file: the archive's proof of what an address answered, see ``storage.records.Capture``."""

    __tablename__ = "capture"
    __table_args__ = (UniqueConstraint("warc_file", "warc_offset"), Index(None, "portal_code", "url"))
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id"))
    portal_code: Mapped[str | None] = mapped_column(ForeignKey("portal.code"))
    url: Mapped[str]
    status: Mapped[int]
    fetched_at: Mapped[datetime]
    record_type: Mapped[RecordType]
    warc_file: Mapped[str]
    warc_offset: Mapped[int] = mapped_column(BigInteger)
    warc_length: Mapped[int] = mapped_column(BigInteger)
    payload_sha256: Mapped[str] = mapped_column(Sha256, index=True)
    payload_bytes: Mapped[int] = mapped_column(BigInteger)
    content_type: Mapped[str | None]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    ip: Mapped[str | None]


class Listing(Base):
    """One page of a report column with the links on it, from the first capture that showed them to the last."""

    __tablename__ = "listing"
    __table_args__ = (Index(None, "portal_code", "url"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    portal_code: Mapped[str] = mapped_column(ForeignKey("portal.code"))
    url: Mapped[str]
    number: Mapped[int]
    column_name: Mapped[str]
    last: Mapped[bool]
    end_proof: Mapped[str | None]  # how the list's end was proven on it
    content_sha256: Mapped[str] = mapped_column(Sha256)  # of the links and verdicts: equal means nothing changed
    first_capture_id: Mapped[int] = mapped_column(ForeignKey("capture.id"))
    last_capture_id: Mapped[int] = mapped_column(ForeignKey("capture.id"))
    first_run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    last_run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]
    last_capture: Mapped[CaptureRow] = relationship(foreign_keys=last_capture_id)


class Candidate(Base):
    """One link of a list page and what it was taken for."""

    __tablename__ = "candidate"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy reads it as it is
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str]
    title: Mapped[str]
    listed_date: Mapped[str | None]
    verdict: Mapped[CandidateVerdict]
    year: Mapped[int | None]
    agency_kind: Mapped[AgencyKind | None]
    reason: Mapped[str | None]
