"""What a monitor wants to know of the archive again and again: numbers that take well under a second to get."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from reports.calendar import BEIJING
from storage.coverage import matrix
from storage.database import Archive
from storage.duties import duties
from storage.models import EventRow, Run, Visit, WarcFile
from storage.status import OVERDUE_AFTER, last_beat
from storage.verify import last_verification
from storage.watching import watched

_SIZES = {
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    "postgresql": "SELECT pg_database_size(current_database())",
}


@dataclass(frozen=True, slots=True)
class Measures:
    """Counts by name, instants and sizes in bytes; portals and states are those of watched counties."""

    portals: dict[str, int]  # by how their last visit ended, "never" among it
    year: int  # the last that is over
    states: dict[str, int]  # of its reports
    due: int  # visits
    overdue: int
    runs: dict[str, int]  # by outcome
    running: int
    beat_at: datetime | None
    verified_at: datetime | None  # when the last verification ended
    damages: int
    events: dict[str, int]  # by kind
    untold: int
    database: int
    warc: int  # finished files


def measure(archive: Archive, now: datetime, every: timedelta) -> Measures:
    """Measure the archive; ``every`` is the time between two visits where nothing is expected."""
    codes = watched(archive)
    visits = duties(archive, codes, now, every)
    year = now.astimezone(BEIJING).year - 1
    marks = matrix(archive, codes, range(year, year + 1), now.astimezone(BEIJING).date())
    beat, verified = last_beat(archive), last_verification(archive)
    with archive.read() as session:
        last = _last_outcomes(session)
        runs = session.execute(select(Run.outcome, func.count()).group_by(Run.outcome)).all()
        events = session.execute(select(EventRow.kind, func.count()).group_by(EventRow.kind)).all()
        return Measures(
            portals=Counter(last.get(code, "never") for code in codes),
            year=year,
            states=Counter(str(cells[0].evidence) for cells in marks.values()),
            due=sum(visit.at <= now for visit in visits),
            overdue=sum(visit.at <= now - OVERDUE_AFTER for visit in visits),
            runs={str(outcome): count for outcome, count in runs if outcome is not None},
            running=sum(count for outcome, count in runs if outcome is None),
            beat_at=beat.at if beat else None,
            verified_at=verified[1] if verified else None,
            damages=verified[2] if verified else 0,
            events={str(kind): count for kind, count in events},
            untold=session.scalar(select(func.count()).where(EventRow.told_at.is_(None))) or 0,
            database=_database(session),
            warc=_warc(session),
        )


def sizes(archive: Archive) -> tuple[int, int]:
    """The bytes of the database, and of the finished WARC files."""
    with archive.read() as session:
        return _database(session), _warc(session)


def _database(session: Session) -> int:
    return session.scalar(text(_SIZES[session.get_bind().dialect.name])) or 0


def _warc(session: Session) -> int:
    return int(session.scalar(select(func.sum(WarcFile.size))) or 0)


def _last_outcomes(session: Session) -> dict[str, str]:
    newest = select(func.max(Visit.id)).group_by(Visit.portal_code)
    rows = session.execute(select(Visit.portal_code, Visit.outcome).where(Visit.id.in_(newest)))
    return {code: str(outcome) for code, outcome in rows}
