"""Events: what was the matter, each thing noticed once and told once; when the next digest is due."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from storage.conditions import Condition, conditions
from storage.database import Archive
from storage.models import Event
from storage.records import URGENT, EventKind

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
            Event(kind=one.kind, key=one.key, code=one.code, year=one.year, detail=one.detail, noticed_at=now)
            for one in _unknown(session, {one.key: one for one in fresh})
        ]
        session.add_all(events)
        return events


def untold(archive: Archive, *, urgent_only: bool = False) -> Sequence[Event]:
    """What nobody was told of yet, the oldest first; only what is to be told at once, where asked."""
    waiting = select(Event).where(Event.told_at.is_(None)).order_by(Event.id)
    with archive.read() as session:
        return session.scalars(waiting.where(Event.kind.in_(URGENT)) if urgent_only else waiting).all()


def mark_told(archive: Archive, ids: Collection[int], now: datetime) -> None:
    with archive.write() as session:
        session.execute(update(Event).where(Event.id.in_(ids)).values(told_at=now))


def digest_due(archive: Archive, now: datetime) -> bool:
    """Whether people were told of what can wait a day ago, or never. A digest in the future is a wrong clock's."""
    with archive.read() as session:
        last = session.scalar(select(func.max(Event.told_at)).where(Event.kind.not_in(URGENT)))
    return last is None or not timedelta(0) <= now - last < DIGEST_EVERY


def recent(archive: Archive, since: datetime, kinds: Collection[EventKind] = tuple(EventKind)) -> Sequence[Event]:
    """What was noticed since then, the newest first."""
    query = select(Event).where(Event.noticed_at >= since, Event.kind.in_(kinds)).order_by(Event.id.desc())
    with archive.read() as session:
        return session.scalars(query).all()


def _unknown(session: Session, found: dict[str, Condition]) -> list[Condition]:
    known = set(session.scalars(select(Event.key).where(Event.key.in_(found))))
    return [one for key, one in found.items() if key not in known]
