"""Which reading of each document is in the search index, and under whose name; the index itself is no table of ours."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Code


class SearchEntry(Base):
    """A document as it was indexed; ``reading_id`` is None where a person said that it is no report."""

    __tablename__ = "search_entry"
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True, autoincrement=False)
    reading_id: Mapped[int | None] = mapped_column(ForeignKey("reading.id"))
    county_code: Mapped[str] = mapped_column(Code, ForeignKey("division.code"))
    year: Mapped[int | None]
    rules: Mapped[int]  # ``reports.grams.GRAMS_VERSION``
