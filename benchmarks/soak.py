"""A month of schedule in one process tree: ``python -m benchmarks.soak [--days 24] [--portals 40]``.

``scheduler.py`` runs on a clock that is set a day ahead as soon as it is done with a day: each portal is visited every
day, each archived report asked for again every week, some portals publish another one every day, and each tenth portal
has one of the troubles that portals have. Counted is what the scheduler holds whenever it is at rest, and the memory
that it and its crawls take meanwhile. The clock is libfaketime's (Debian: ``apt install faketime``). 1 is the exit code
where the scheduler grew, or kept a file, a socket or a child.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.processes import Peak, megabytes, tree
from storage.database import open_archive
from storage.models import Document, Visit
from tests.crawling import ROOT, Practice, practice
from tests.portals.nation import LAST_YEAR, nation

LIBRARY = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")
GROWTH, SETTLED = 1.05, 4  # from that day on, when every kind of round was done once
PATIENCE = 300  # seconds for a day
CACHED = 1  # seconds for which a process believes a clock that it has read


@dataclass(frozen=True, slots=True)
class Rest:
    """What the scheduler holds at rest after a day, in megabytes and numbers; ``most``: of all processes that day."""

    resident: float
    files: int
    sockets: int
    threads: int
    children: int
    most: float
    visits: int
    documents: int


def main(arguments: list[str] | None = None) -> int:
    """Print a line a day; 0 if nothing grew and nothing was kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description="A month of schedule.")
    parser.add_argument("--days", type=int, default=24)
    parser.add_argument("--portals", type=int, default=40)
    options = parser.parse_args(arguments)
    if not LIBRARY.exists():
        print(f"{LIBRARY} is not here: apt install faketime", file=sys.stderr)
        return 2
    country = nation(portals=options.portals, each=0)
    with tempfile.TemporaryDirectory(prefix="gongkai-soak-") as name, practice(country, Path(name)) as site:
        days = _days(site, options.days)
        left = [path.name for path in (site.folder / "warc").iterdir() if path.suffix == ".open"]
        sound = site.scrapy("verify").code == 0
    print(f"{'day':>3}{'MB':>8}{'files':>7}{'sockets':>9}{'threads':>9}{'children':>10}{'MB of all':>11}", end="")
    print(f"{'visits':>8}{'documents':>11}")
    for number, day in enumerate(days, 1):
        print(
            f"{number:>3}{day.resident:>8.0f}{day.files:>7}{day.sockets:>9}{day.threads:>9}{day.children:>10}"
            f"{day.most:>11.0f}{day.visits:>8}{day.documents:>11}"
        )
    settled, last = days[SETTLED - 1], days[-1]
    goals = {
        f"memory: {last.resident / settled.resident:.3f} of the day {SETTLED}'s": last.resident
        <= GROWTH * settled.resident,
        "no file, socket or thread more": all(
            getattr(last, name) <= getattr(settled, name) for name in ("files", "sockets", "threads")
        ),
        "no child at rest": not any(day.children for day in days),
        "no WARC file left open, and the archive is proved": not left and sound,
        "every portal was visited every day": days[-1].visits >= options.portals * options.days,
    }
    print()
    for goal, met in goals.items():
        print(f"{goal:<60}{'met' if met else 'MISSED'}")
    return int(not all(goals.values()))


def _days(site: Practice, number: int) -> list[Rest]:
    clock = site.folder / "clock"
    clock.write_text("+0d\n")
    codes = [portal.code for portal in site.country.portals]
    environment = _environment(site, clock)
    command = (sys.executable, "scheduler.py")
    subprocess.run((*command, *(f"--watch={code}" for code in codes)), cwd=ROOT, env=environment, check=True)  # noqa: S603
    found = list[Rest]()
    log = (site.folder / "scheduler.log").open("wb")
    with log, subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log) as scheduler:  # noqa: S603
        try:
            for day in range(1, number + 1):
                with Peak({scheduler.pid}) as peak:
                    visits, documents = _until_rest(site, scheduler.pid, len(codes) * day)
                found.append(_rest(scheduler.pid, peak.megabytes, visits, documents))
                print(f"day {day}: {found[-1].resident:.0f} MB, {visits} visits", file=sys.stderr, flush=True)
                for portal in site.country.portals[day :: number + 1]:
                    portal.publish(LAST_YEAR + 1)
                clock.write_text(f"+{day}d\n")
        finally:
            scheduler.terminate()
    return found


def _environment(site: Practice, clock: Path) -> Mapping[str, str]:
    return site.environment(
        LD_PRELOAD=str(LIBRARY),
        FAKETIME_TIMESTAMP_FILE=str(clock),
        FAKETIME_CACHE_DURATION=str(CACHED),
        FAKETIME_DONT_FAKE_MONOTONIC="1",
        NO_FAKE_STAT="1",
        GONGKAI_VISIT_DAYS="1",
        GONGKAI_RECHECK_DAYS="7",
        GONGKAI_PRACTICE_DELAY="0.01",
    )


def _until_rest(site: Practice, scheduler: int, visits: int) -> tuple[int, int]:
    """Wait until so many visits were made in all and nothing runs; how many visits and documents there are."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if (site.folder / "archive.db").exists() and len(list(tree(scheduler))) == 1:
            with closing(open_archive(site.url, site.folder / "warc")) as archive, archive.read() as session:
                made = session.scalar(select(func.count()).select_from(Visit)) or 0
                documents = session.scalar(select(func.count()).select_from(Document)) or 0
            if made >= visits:
                time.sleep(3 * CACHED)  # what it tells and proves after the visits
                if len(list(tree(scheduler))) == 1:
                    return made, documents
        time.sleep(0.5)
    raise TimeoutError((site.folder / "scheduler.log").read_text("utf-8", "replace")[-4000:])


def _rest(pid: int, most: float, visits: int, documents: int) -> Rest:
    held = list[str]()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            held.append(str(descriptor.readlink()))
        except OSError:  # closed meanwhile
            continue
    return Rest(
        resident=megabytes(pid),
        files=sum(not one.startswith("socket:") for one in held),
        sockets=sum(one.startswith("socket:") for one in held),
        threads=len(list(Path(f"/proc/{pid}/task").iterdir())),
        children=len(list(tree(pid))) - 1,
        most=most,
        visits=visits,
        documents=documents,
    )


if __name__ == "__main__":
    sys.exit(main())
