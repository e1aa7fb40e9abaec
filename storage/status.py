"""How the background job is: whether it is alive, what runs, what is overdue, what fails again and again."""

import os
import socket
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, select

from storage.database import Archive
from storage.duties import Duty, duties, failing, visits
from storage.models import BeatRow, Run
from storage.verify import last_verification
from storage.watching import watched

SCHEDULER = "scheduler"  # the name of its row
STALLED_AFTER = timedelta(minutes=5)  # without a beat; there is one a minute
OVERDUE_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Beat:
    """The last sign of life of a scheduler."""

    pid: int
    host: str
    at: datetime

    def state(self, now: datetime) -> str:
        """``alive``, ``stalled`` (it is there and does not beat), or ``dead`` (its process is gone).

        A beat in the future is none: a clock was wrong, and until that time comes it would seem alive.
        """
        here = self.host == socket.gethostname()
        if here and not Path(f"/proc/{self.pid}").exists():
            return "dead"
        return "alive" if abs(now - self.at) < STALLED_AFTER else "stalled"


@dataclass(frozen=True, slots=True)
class Status:
    """``scheduler`` is alive, stalled, dead or "not running"; ``running`` are runs without an end."""

    scheduler: str
    beat: Beat | None
    watched: int
    due: int  # visits
    running: tuple[Run, ...]
    last_run: Run | None
    overdue: tuple[Duty, ...]
    failing: tuple[tuple[str, str, int], ...]  # county code, outcome, how many visits in a row
    portals: Counter[str]  # how many by how their last visit ended, "never" among it
    verified_at: datetime | None
    damages: int

    @property
    def is_well(self) -> bool:
        """Whether nobody has to look after anything."""
        return self.scheduler in ("alive", "not running") and not (self.overdue or self.damages)


def status(archive: Archive, now: datetime, every: timedelta) -> Status:
    """The state of the background job; ``every`` is the time between two visits where nothing is expected."""
    beat = last_beat(archive)
    codes = watched(archive)
    past = visits(archive)
    due = [duty for duty in duties(archive, codes, now, every, past) if duty.at <= now]
    with archive.read() as session:
        running = session.scalars(select(Run).where(Run.outcome.is_(None)).order_by(Run.id)).all()
        last = session.scalar(select(Run).where(Run.outcome.is_not(None)).order_by(Run.id.desc()).limit(1))
    verified = last_verification(archive)
    return Status(
        scheduler=beat.state(now) if beat else "not running",
        beat=beat,
        watched=len(codes),
        due=len(due),
        running=tuple(running),
        last_run=last,
        overdue=tuple(duty for duty in due if duty.at <= now - OVERDUE_AFTER),
        failing=tuple(failing(archive, codes, past=past)),
        portals=Counter(str(past[code].outcome) if code in past else "never" for code in codes),
        verified_at=verified[1] if verified else None,
        damages=verified[2] if verified else 0,
    )


def beat(archive: Archive, now: datetime) -> None:
    """Leave word that the scheduler of this process is alive."""
    with archive.write() as session:
        session.merge(BeatRow(name=SCHEDULER, host=socket.gethostname(), pid=os.getpid(), at=now))


def leave(archive: Archive) -> None:
    """Take the sign of life back: the scheduler of this process stops as it should. Another one's stays."""
    ours = (BeatRow.name == SCHEDULER, BeatRow.host == socket.gethostname(), BeatRow.pid == os.getpid())
    with archive.write() as session:
        session.execute(delete(BeatRow).where(*ours))


def last_beat(archive: Archive) -> Beat | None:
    """The last sign of life of the scheduler; None where none runs, or it stopped as it should."""
    with archive.read() as session:
        row = session.get(BeatRow, SCHEDULER)
        return None if row is None else Beat(row.pid, row.host, row.at)
