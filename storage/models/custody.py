"""How the archive is kept: the manifest of its WARC files, and what each verification found."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Sha256
from storage.records import DamageKind


class WarcFile(Base):
    """A finished WARC file as it was when it was sealed; ``chain`` ties it to all files sealed before it."""

    __tablename__ = "warc_file"
    __table_args__ = (UniqueConstraint("name"),)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 1 for the first
    name: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)  # bytes
    sha256: Mapped[str] = mapped_column(Sha256)
    chain: Mapped[str] = mapped_column(Sha256)  # see ``storage.manifest.link``
    sealed_at: Mapped[datetime]


class Verification(Base):
    """One pass over the whole archive; ``finished_at`` is None while it runs, and where it was stopped."""

    __tablename__ = "verification"
    id: Mapped[int] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    records: Mapped[int]  # WARC records read so far
    size: Mapped[int] = mapped_column(BigInteger)  # bytes of WARC files read so far


class VerifiedFile(Base):
    """A WARC file that a verification is done with: one that was stopped goes on behind it."""

    __tablename__ = "verified_file"
    verification_id: Mapped[int] = mapped_column(ForeignKey("verification.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)


class DamageRow(Base):
    """Something that a verification found damaged, missing or orphaned, see ``storage.records.Damage``."""

    __tablename__ = "damage"
    id: Mapped[int] = mapped_column(primary_key=True)
    verification_id: Mapped[int] = mapped_column(ForeignKey("verification.id"), index=True)
    kind: Mapped[DamageKind]
    warc_file: Mapped[str | None]
    warc_offset: Mapped[int | None] = mapped_column(BigInteger)
    url: Mapped[str | None]
    detail: Mapped[str]
    concerns: Mapped[list[str]]  # what rests on it, in words
