"""Who publishes: divisions, their portals, the agencies that issue reports, and what the operator chose to watch."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from reports.model import AgencyKind
from storage.models.base import Base, Code


class Division(Base):
    """An administrative division by its present code (GB/T 2260); ``level`` is province, prefecture or county."""

    __tablename__ = "division"
    code: Mapped[str] = mapped_column(Code, primary_key=True)
    name: Mapped[str]
    level: Mapped[str]
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("division.code"))


class Portal(Base):
    """A division's portal as the last crawl used it, and what was learnt about it."""

    __tablename__ = "portal"
    code: Mapped[str] = mapped_column(ForeignKey("division.code"), primary_key=True)
    home: Mapped[str | None]
    notes: Mapped[str] = mapped_column(default="")
    family: Mapped[str | None]
    family_score: Mapped[int | None]
    family_evidence: Mapped[str | None]
    column_url: Mapped[str | None]
    list_start: Mapped[dict[str, Any] | None]  # the request that a list begins with, see ``storage.records.ListStart``
    site_id_code: Mapped[str | None]


class Agency(Base):
    """Who issued reports; ``name`` is "" while nobody could tell.

    A county has one government, under one name, however its reports print it (with its city, or without).
    """

    __tablename__ = "agency"
    __table_args__ = (
        UniqueConstraint("county_code", "kind", "name"),
        Index(
            "uq_agency_county_code_of_governments",
            "county_code",
            unique=True,
            sqlite_where=text("kind = 'government'"),
            postgresql_where=text("kind = 'government'"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    county_code: Mapped[str] = mapped_column(ForeignKey("division.code"))
    name: Mapped[str]
    kind: Mapped[AgencyKind]


class Watch(Base):
    """A choice of the operator: a county's code, the leading digits of a prefecture or province, or ``all``."""

    __tablename__ = "watch"
    prefix: Mapped[str] = mapped_column(Code, primary_key=True)
    since: Mapped[datetime]
