"""Events: what was the matter, each thing noticed once and told once; when the next digest is due."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from storage.conditions import Condition, conditions
from storage.database import Archive
from storage.models import EventRow
from storage.records import URGENT, Event, EventKind

DIGEST_EVERY = timedelta(hours=23)  # a day, less the time until somebody looks: else it would come later each day


def notice(archive: Archive, now: datetime) -> list[Event]:
    """Record what is the matter and was not known yet; returns that. Several may ask at once."""
    found = {one.key: one for one in conditions(archive, now)}
    with archive.read() as session:
        fresh = _unknown(session, found)
    if not fresh:
        return []
    with archive.write() as session:
        if archive.engine.dialect.name == "postgresql":  # where a writing transaction alone keeps nobody out
            session.execute(text("LOCK TABLE event IN SHARE ROW EXCLUSIVE MODE"))
        events = [
            EventRow(kind=one.kind, key=one.key, code=one.code, year=one.year, detail=one.detail, noticed_at=now)
            for one in _unknown(session, {one.key: one for one in fresh})
        ]
        session.add_all(events)
        session.flush()
        return [_plain(event) for event in events]


def untold(archive: Archive, *, urgent_only: bool = False) -> list[Event]:
    """What nobody was told of yet, the oldest first; only what is to be told at once, where asked."""
    waiting = select(EventRow).where(EventRow.told_at.is_(None)).order_by(EventRow.id)
    with archive.read() as session:
        rows = session.scalars(waiting.where(EventRow.kind.in_(URGENT)) if urgent_only else waiting)
        return [_plain(row) for row in rows]


def mark_told(archive: Archive, ids: Collection[int], now: datetime) -> None:
    with archive.write() as session:
        session.execute(update(EventRow).where(EventRow.id.in_(ids)).values(told_at=now))


def digest_due(archive: Archive, now: datetime) -> bool:
    """Whether people were told of what can wait a day ago, or never. A digest in the future is a wrong clock's."""
    with archive.read() as session:
        last = session.scalar(select(func.max(EventRow.told_at)).where(EventRow.kind.not_in(URGENT)))
    return last is None or not timedelta(0) <= now - last < DIGEST_EVERY


def recent(archive: Archive, since: datetime, kinds: Collection[EventKind] = tuple(EventKind)) -> list[Event]:
    """What was noticed since then, the newest first."""
    query = select(EventRow).where(EventRow.noticed_at >= since, EventRow.kind.in_(kinds)).order_by(EventRow.id.desc())
    with archive.read() as session:
        return [_plain(row) for row in session.scalars(query)]


def _unknown(session: Session, found: dict[str, Condition]) -> list[Condition]:
    known = set(session.scalars(select(EventRow.key).where(EventRow.key.in_(found))))
    return [one for key, one in found.items() if key not in known]


def _plain(row: EventRow) -> Event:
    return Event(row.id, row.kind, row.key, row.code, row.year, row.detail, row.noticed_at, row.told_at)
