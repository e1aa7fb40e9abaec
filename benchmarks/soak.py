"""Weeks of schedule in one tree of processes: whether memory, files and sockets are given back.

    PYTHONPATH=/tmp/soak python -m benchmarks.soak [--days 24] [--portals 100]

The real scheduler watches a practice country, every portal daily, by a clock that is set a day ahead whenever all of a
day's work is done (time-machine in PYTHONPATH: ``pip install --target /tmp/soak time-machine``; it is needed for
nothing else). On the first day everything is archived, on the twelfth a tenth of the portals publish another report.
At the end the scheduler is told to stop, and the archive is proved.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.nation_server import Servers, served
from benchmarks.processes import Peak, megabytes, tree
from storage.database import Archive, open_archive
from storage.models import Document, Run, Visit
from storage.watching import watch
from tests.crawling import ROOT, SCRAPY, database, environment
from tests.portals.nation import LAST_YEAR, REAL, nation

CLOCK = Path(__file__).parent / "soak_clock"
NEWS = 12  # the day on which something new is published
LATER = LAST_YEAR + 1
SETTLED = 3  # the day from which nothing may grow any more
MOST_GROWTH, MOST_PEAK = 4.0, 1.1  # MB of the scheduler, times of the whole tree
# Three streams, two locks, both databases with what SQLite keeps beside them; and one for each of four rounds: a file
# that is closed while the process holds a lock on it is kept by SQLite, and used again (sqlite.org/lockingv3).
MOST_FILES = 9 + 4
MOST_THREADS = 7  # the main one, the schedule's, four for its rounds, the clock's
LONGEST = 900.0  # seconds that a day may take
QUIET = 8.0  # seconds after a day's work: the scheduler looks at its clock every five


@dataclass(frozen=True, slots=True)
class Day:
    """A day's work, and what the scheduler held when it was done; ``peak`` is the whole tree's, at work."""

    number: int
    seconds: float
    visits: int
    documents: int
    memory: float  # MB
    peak: float  # MB
    files: int  # open ones, sockets among them
    threads: int
    children: int


def main(arguments: list[str] | None = None) -> int:
    """Let the days pass; 1 where a goal is missed, 2 without time-machine."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--days", type=int, default=24)
    parser.add_argument("--portals", type=int, default=100)
    options = parser.parse_args(arguments)
    if subprocess.run([sys.executable, "-c", "import time_machine"], capture_output=True, check=False).returncode:
        print("time-machine is not there: pip install --target /tmp/soak time-machine", file=sys.stderr)
        return 2
    recipe = partial(nation, 2026, options.portals, 0, REAL)
    with tempfile.TemporaryDirectory(prefix="gongkai-soak-") as name, served(recipe, 1) as servers:
        folder = Path(name)
        servers.write_practice(folder)
        days, ended = _days(servers, folder, options.days)
        left = [path.name for path in folder.rglob("*.open")]
        proved = _proved(folder)
    print(f"{'day':>3}{'seconds':>9}{'visits':>8}{'reports':>9}{'MB':>7}{'MB at work':>12}{'files':>7}{'threads':>9}")
    for day in days:
        print(
            f"{day.number:>3}{day.seconds:>9.0f}{day.visits:>8}{day.documents:>9,}{day.memory:>7.0f}{day.peak:>12.0f}"
            f"{day.files:>7}{day.threads:>9}"
        )
    return _goals(days, options.portals, ended=ended, left=left, proved=proved)


def _days(servers: Servers, folder: Path, number: int) -> tuple[list[Day], int]:
    """Let so many days pass; what each was like, and the scheduler's exit code."""
    codes = [portal.code for portal in servers.country.portals]
    clock = folder / "clock"
    clock.write_text("0", "utf-8")
    paths = [str(CLOCK), os.environ.get("PYTHONPATH", ""), str(ROOT)]
    told = {"PYTHONPATH": os.pathsep.join(filter(None, paths)), "GONGKAI_SOAK_CLOCK": str(clock)}
    told |= {"GONGKAI_VISIT_DAYS": "1", "GONGKAI_CONTACT": "practice@county.test"}
    days = []
    with closing(open_archive(database(folder), folder / "warc")) as archive, (folder / "log").open("wb") as log:
        watch(archive, *codes)
        with subprocess.Popen(
            [sys.executable, "scheduler.py"], cwd=ROOT, env=environment(folder, **told), stdout=log, stderr=log
        ) as scheduler:
            try:
                for day in range(1, number + 1):
                    if day == NEWS:
                        servers.publish(LATER, codes[::10])
                    if day > 1:
                        _set(clock, day - 1)
                    days.append(_day(archive, scheduler.pid, day, len(codes)))
                    print(f"day {day}: {days[-1].seconds:.0f} s", file=sys.stderr)
                scheduler.send_signal(signal.SIGTERM)
                return days, scheduler.wait(60)
            except RuntimeError as error:
                raise RuntimeError(f"{error}\n{(folder / 'log').read_text('utf-8')[-3000:]}") from None
            finally:
                scheduler.kill()


def _set(clock: Path, days: int) -> None:
    new = clock.with_suffix(".new")
    new.write_text(str(days * 86400), "utf-8")
    new.replace(clock)


def _day(archive: Archive, pid: int, number: int, portals: int) -> Day:
    """Wait until every portal was visited on this day, and nobody is at work any more."""
    since = datetime.now(UTC) + timedelta(days=number - 1)
    began = time.monotonic()
    with Peak({pid}) as peak:
        while (visits := _visited(archive, since)) < portals or _at_work(archive):
            if time.monotonic() - began > LONGEST:
                raise RuntimeError(f"day {number}: {visits} of {portals} portals were visited in {LONGEST:.0f} s")
            time.sleep(0.5)
        seconds = time.monotonic() - began
        time.sleep(QUIET)
    with archive.read() as session:
        documents = session.scalar(select(func.count()).select_from(Document)) or 0
    return Day(
        number=number,
        seconds=seconds,
        visits=visits,
        documents=documents,
        memory=megabytes(pid),
        peak=peak.megabytes,
        files=_count(Path(f"/proc/{pid}/fd")),
        threads=_count(Path(f"/proc/{pid}/task")),
        children=len(list(tree(pid))) - 1,
    )


def _count(folder: Path) -> int:
    return len(list(folder.iterdir()))


def _visited(archive: Archive, since: datetime) -> int:
    with archive.read() as session:
        portals = select(func.count(Visit.portal_code.distinct())).where(Visit.finished_at >= since)
        return session.scalar(portals) or 0


def _at_work(archive: Archive) -> bool:
    with archive.read() as session:
        return session.scalar(select(Run.id).where(Run.outcome.is_(None)).limit(1)) is not None


def _proved(folder: Path) -> bool:
    command = [*SCRAPY, "verify"]
    return subprocess.run(command, cwd=ROOT, env=environment(folder), capture_output=True, check=False).returncode == 0  # noqa: S603 - ours


def _goals(days: Sequence[Day], portals: int, *, ended: int, left: Sequence[str], proved: bool) -> int:
    settled, last = days[min(SETTLED, len(days)) - 1], days[-1]
    growth = last.memory - settled.memory
    peak = max(day.peak for day in days[SETTLED:]) / settled.peak if len(days) > SETTLED else 1.0
    new = last.documents - settled.documents
    goals = [
        (f"every portal every day: {(visits := min(day.visits for day in days))} of {portals}", visits == portals),
        (f"new reports archived: {new}", len(days) < NEWS or new > 0),
        (f"the scheduler's memory: {growth:+.1f} MB since day {SETTLED}", growth <= MOST_GROWTH),
        (f"the tree's memory at work: {peak:.2f} of day {SETTLED}'s, at most {MOST_PEAK}", peak <= MOST_PEAK),
        (f"open files: {last.files}, at most {MOST_FILES}", last.files <= MOST_FILES),
        (f"threads: {last.threads}, at most {MOST_THREADS}", last.threads <= MOST_THREADS),
        (f"processes left by a day's work: {max(day.children for day in days)}", not any(day.children for day in days)),
        (f"open WARC files left: {len(left)}; the scheduler's exit code: {ended}", not left and ended == 0),
        ("the archive proved at the end", proved),
    ]
    for goal, met in goals:
        print(f"{goal:<66}{'met' if met else 'MISSED'}")
    return int(not all(met for _, met in goals))


if __name__ == "__main__":
    sys.exit(main())
