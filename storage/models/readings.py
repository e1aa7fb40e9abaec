"""What was read: a reading per version and parser, with its sections, figures and findings."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reports.model import AgencyKind, CellState, ContentKind, Outcome
from storage.models.base import Base, Number, Sha256
from storage.models.crawls import CaptureRow


class Reading(Base):
    """One version as one parser read it: the fields of ``reports.model.Report`` and the bytes they came from.

    One parser may read it twice: as a cover that waits, and with a reader that is not always there (OCR).
    """

    __tablename__ = "reading"
    __table_args__ = (UniqueConstraint("version_id", "parser", "fingerprint"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    parser: Mapped[str]
    read_at: Mapped[datetime]
    page_capture_id: Mapped[int] = mapped_column(ForeignKey("capture.id"))
    read_capture_id: Mapped[int] = mapped_column(ForeignKey("capture.id"))
    fingerprint: Mapped[str] = mapped_column(Sha256)
    agency: Mapped[str | None]
    agency_kind: Mapped[AgencyKind]
    county_code: Mapped[str | None]
    year: Mapped[int | None]
    title: Mapped[str]
    content_kind: Mapped[ContentKind]
    published_at: Mapped[str | None]  # Beijing time as printed, with the precision it was printed in
    published_from: Mapped[str | None]
    index_number: Mapped[str | None]
    source: Mapped[str | None]
    site_id_code: Mapped[str | None]
    form: Mapped[str | None]
    charset: Mapped[str | None]
    needs_review: Mapped[bool]
    review: Mapped[list[str]]
    repairs: Mapped[dict[str, int]]
    failed_checks: Mapped[int]  # how many of its findings are FAIL, soft ones apart
    page_capture: Mapped[CaptureRow] = relationship(foreign_keys=page_capture_id)
    read_capture: Mapped[CaptureRow] = relationship(foreign_keys=read_capture_id)


class SectionRow(Base):
    """One section of a reading, in reading order."""

    __tablename__ = "section"
    reading_id: Mapped[int] = mapped_column(ForeignKey("reading.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    ordinal: Mapped[int]
    heading: Mapped[str]
    text: Mapped[str]


class Indicator(Base):
    """An official cell, or a narrative total: its code, its Chinese label and its unit."""

    __tablename__ = "indicator"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    label: Mapped[str]
    unit: Mapped[str]


class TableRow(Base):
    """A piece of an official table of a reading: ``reports.model.OfficialTable`` and ``reports.blocks.Source``."""

    __tablename__ = "official_table"
    reading_id: Mapped[int] = mapped_column(ForeignKey("reading.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    block: Mapped[int] = mapped_column(primary_key=True)
    form: Mapped[str | None]
    confidence: Mapped[float] = mapped_column(Number)  # of the whole table, the same for all of its pieces
    part: Mapped[str]
    page: Mapped[int | None]
    start_byte: Mapped[int | None]
    end_byte: Mapped[int | None]


class FigureRow(Base):
    """One figure of a reading; ``value`` is a number only where the state is number or zero.

    ``block``, ``grid_row``, ``grid_column`` and ``page`` are its ``reports.model.Origin``, None for what has none.
    """

    __tablename__ = "figure"
    # Ten million rows of a few bytes each: without the hidden rowid the table is its own index.
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy reads it as it is
    reading_id: Mapped[int] = mapped_column(ForeignKey("reading.id"), primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"), primary_key=True)
    value: Mapped[float | None] = mapped_column(Number)
    raw: Mapped[str]
    state: Mapped[CellState]
    note: Mapped[str | None]
    block: Mapped[int | None]
    grid_row: Mapped[int | None]
    grid_column: Mapped[int | None]
    page: Mapped[int | None]
    confidence: Mapped[float | None] = mapped_column(Number)  # None: not recognised in a picture


class FindingRow(Base):
    """The outcome of one check."""

    __tablename__ = "finding"
    reading_id: Mapped[int] = mapped_column(ForeignKey("reading.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    check_code: Mapped[str]
    subject: Mapped[str]
    outcome: Mapped[Outcome]
    detail: Mapped[str]
    soft: Mapped[bool]
    fingerprint: Mapped[str | None] = mapped_column(String(16))  # None: found by a parser that gave none
