"""What the archive can say of each county and year, kept so that the whole matrix is one short query."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from reports.states import Clock, Evidence
from storage.models.base import Base, Code


class StandingRow(Base):
    """The state of one cell by ``storage.standing``; what is missing or of older rules is made when it is asked for."""

    __tablename__ = "standing"
    __table_args__ = (
        # All that the matrix shows, so that it is read without the words.
        Index("ix_standing_marks", "county_code", "year", "rules", "evidence", "clock", "failed", "document_id"),
        # All that a figure has to be joined with, see ``storage.counting``.
        Index("ix_standing_counted", "reading_id", "year", "county_code", "evidence", "document_id"),
        {"sqlite_with_rowid": False},
    )
    county_code: Mapped[str] = mapped_column(Code, ForeignKey("division.code"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    evidence: Mapped[Evidence]
    clock: Mapped[Clock]  # as it stands once the legal date has passed
    failed: Mapped[int]  # checks of the document that counts
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))  # the one that counts
    reading_id: Mapped[int | None] = mapped_column(ForeignKey("reading.id"))  # of that document, the one that counts
    title: Mapped[str | None]
    published_at: Mapped[str | None]
    detail: Mapped[str]
    rules: Mapped[int]  # ``storage.settled.RULES``


class Settlement(Base):
    """One row: how often states were made. Sums over them are right for as long as the number stays."""

    __tablename__ = "settlement"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
