"""What people decided about a document that was in doubt: beside its reading, never over it."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from reports.model import AgencyKind
from storage.models.base import Base, Code
from storage.records import Verdict


class Decision(Base):
    """One person's word on one document; the latest counts, for as long as the version they saw stands there.

    ``county_code``, ``agency_kind`` and ``year`` are what a correction says instead of the reading; None: as read.
    """

    __tablename__ = "decision"
    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    reading_id: Mapped[int] = mapped_column(ForeignKey("reading.id"))  # what they saw
    verdict: Mapped[Verdict]
    decided_by: Mapped[str]
    reason: Mapped[str]
    decided_at: Mapped[datetime]
    county_code: Mapped[str | None] = mapped_column(Code, ForeignKey("division.code"))
    agency_kind: Mapped[AgencyKind | None]
    year: Mapped[int | None]
