"""What the operator chose to watch, and which of it is due for a visit."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from reports.divisions.selection import select_counties
from reports.states import VisitOutcome
from storage.database import Archive
from storage.errors import ArchiveError
from storage.models import Visit, Watch

A_DAY = timedelta(days=1)


def watch(archive: Archive, *chosen: str) -> int:
    """Watch counties (code or name), prefectures or provinces (prefix) or ``all``; returns how many counties that adds.

    All or nothing: raises ``reports.divisions.selection.SelectionError`` if one of them names no county.
    """
    prefixes = [_prefix(choice) for choice in chosen]
    before = set(watched(archive))
    with archive.write() as session:
        for prefix in prefixes:
            if session.get(Watch, prefix) is None:
                session.add(Watch(prefix=prefix, since=datetime.now(UTC)))
    return len(set(watched(archive)) - before)


def unwatch(archive: Archive, *chosen: str) -> None:
    """Take choices back, as they were made. All or nothing: raises ``ArchiveError`` if one of them was not."""
    with archive.write() as session:
        for choice, prefix in [(choice, _prefix(choice)) for choice in chosen]:
            row = session.get(Watch, prefix)
            if row is None:
                made = ", ".join(session.scalars(select(Watch.prefix).order_by(Watch.prefix)))
                told = f"watched are {made}" if made else "nothing is watched"
                raise ArchiveError(f"{choice} was not chosen as such: {told}")
            session.delete(row)


def watched(archive: Archive) -> list[str]:
    """The codes of all counties watched, in order."""
    with archive.read() as session:
        prefixes = session.scalars(select(Watch.prefix)).all()
    return [county.code for county in select_counties(",".join(prefixes))] if prefixes else []


def due(archive: Archive, now: datetime, every: timedelta) -> list[tuple[str, str]]:
    """The watched counties whose portals are to be visited, with the reason, in the order of their codes.

    A visit counts for ``every`` from its end; an interrupted one is taken up at once, one that failed by our own fault
    after a day. An end in the future is a clock that was wrong: it counts for nothing.
    """
    with archive.read() as session:
        newest = select(func.max(Visit.id)).group_by(Visit.portal_code)
        visits = select(Visit.portal_code, Visit.outcome, Visit.finished_at).where(Visit.id.in_(newest))
        last = {code: (outcome, finished) for code, outcome, finished in session.execute(visits)}
    reasons: list[tuple[str, str]] = []
    for code in watched(archive):
        outcome, finished = last.get(code, (None, None))
        if finished is None:
            reasons.append((code, "never visited"))
        elif outcome is VisitOutcome.INTERRUPTED:
            reasons.append((code, "the last visit was interrupted"))
        elif not timedelta(0) <= now - finished < (min(every, A_DAY) if outcome is VisitOutcome.FAILED else every):
            reasons.append((code, f"the last visit was more than {_days(every)} ago"))
    return reasons


def _prefix(chosen: str) -> str:
    """The choice as it is remembered: 610300 as 6103, a name as its code."""
    counties = select_counties(chosen)
    if chosen == "all":
        return chosen
    if not (chosen.isascii() and chosen.isdigit()):
        if len(counties) > 1:
            raise ArchiveError(f"{chosen}: choose one at a time")
        return counties[0].code
    while len(chosen) > 2 and chosen.endswith("00"):
        chosen = chosen[:-2]
    return chosen


def _days(every: timedelta) -> str:
    days = every / timedelta(days=1)
    return f"{days:g} day" + ("" if days == 1 else "s")
