"""What is wrong in no single WARC file: repetitions without a first record, and what the database says of itself."""

from dataclasses import replace

from sqlalchemy import exists, select, text
from sqlalchemy.orm import Session, aliased

from storage.concerns import concerns
from storage.models import CaptureRow
from storage.records import Damage, DamageKind, RecordType

_MOST_LOST = 1_000  # named one by one


def lost_payloads(session: Session) -> list[Damage]:
    """Repetitions of a payload of which no full record is known."""
    full = aliased(CaptureRow)
    held = exists().where(full.payload_sha256 == CaptureRow.payload_sha256, full.record_type != RecordType.REVISIT)
    lost = (
        select(CaptureRow.warc_file, CaptureRow.warc_offset, CaptureRow.url, CaptureRow.payload_sha256)
        .where(CaptureRow.record_type == RecordType.REVISIT, ~held)
        .order_by(CaptureRow.id)
        .limit(_MOST_LOST)
    )
    found = (
        Damage(DamageKind.PAYLOAD_LOST, f"no full record of sha256 {sha256} is known", file, offset, url)
        for file, offset, url, sha256 in session.execute(lost).all()
    )
    return [replace(damage, concerns=concerns(session, damage)) for damage in found]


def database_damages(session: Session) -> list[Damage]:
    """What the database says of itself; SQLite's own checks, PostgreSQL has none to ask."""
    if session.get_bind().dialect.name != "sqlite":
        return []
    lines = [str(row[0]) for row in session.execute(text("PRAGMA integrity_check(20)")) if row[0] != "ok"]
    lines += [f"{row[0]} {row[1]} points to no {row[2]}" for row in session.execute(text("PRAGMA foreign_key_check"))]
    return [Damage(DamageKind.DATABASE_DAMAGED, line) for line in lines[:_MOST_LOST]]
