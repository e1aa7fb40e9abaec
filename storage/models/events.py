"""What people are told of: events that were noticed, and the scheduler's sign of life."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Code
from storage.records import EventKind


class EventRow(Base):
    """One thing that was noticed once; ``key`` is the same for as long as it lasts, and another when it comes back."""

    __tablename__ = "event"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[EventKind]
    key: Mapped[str] = mapped_column(unique=True)
    code: Mapped[str | None] = mapped_column(Code, ForeignKey("division.code"))  # of the county it is about
    year: Mapped[int | None]
    detail: Mapped[str]  # in words, for people
    noticed_at: Mapped[datetime]
    told_at: Mapped[datetime | None]  # None: nobody was told of it yet


class BeatRow(Base):
    """The last sign of life of a background job; one that stopped as it should has none."""

    __tablename__ = "beat"
    name: Mapped[str] = mapped_column(primary_key=True)
    host: Mapped[str]
    pid: Mapped[int]
    at: Mapped[datetime]
