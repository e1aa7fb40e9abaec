"""What the scheduler costs while nothing is due: memory and processor of its whole tree of processes.

    python -m benchmarks.idle [--minutes 10]

All counties are watched, and all were visited a moment ago, in an archive that is made for it; the scheduler looks,
finds nothing due, and goes on leaving its sign of life and looking for what people should know.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.processes import megabytes as megabytes_of
from benchmarks.processes import tree
from reports.divisions import counties
from reports.states import VisitOutcome
from storage.archive import begin_run, finish_run, save_visit
from storage.database import open_archive
from storage.records import PortalRecord, RunOutcome, VisitRecord
from storage.watching import watch
from tests.crawling import ROOT

MOST_MEGABYTES, MOST_OF_A_CORE = 150, 0.01
_TICK = os.sysconf("SC_CLK_TCK")


def main(arguments: list[str] | None = None) -> int:
    """Measure; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.idle", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="gongkai-idle-") as name:
        url = f"sqlite:///{name}/archive.db"
        _visited(url, Path(name) / "warc")
        environment = {**os.environ, "GONGKAI_DATABASE_URL": url, "GONGKAI_CONTACT": "practice@county.test"}
        environment |= {"SCRAPY_PROJECT": "practice", "GONGKAI_PRACTICE_HOSTS": os.devnull}
        with subprocess.Popen([sys.executable, "scheduler.py"], cwd=ROOT, env=environment) as scheduler:
            megabytes = 0.0
            end = time.monotonic() + 60 * options.minutes
            begun = time.monotonic()
            while time.monotonic() < end:
                time.sleep(1)
                megabytes = max(megabytes, sum(map(megabytes_of, tree(scheduler.pid))))
            cpu, seconds = _seconds(scheduler.pid), time.monotonic() - begun
            scheduler.send_signal(signal.SIGTERM)
    goals = [
        (f"under {MOST_MEGABYTES} MB: {megabytes:.0f}", megabytes < MOST_MEGABYTES),
        (f"under {MOST_OF_A_CORE:.0%} of a core: {cpu / seconds:.2%}", cpu / seconds < MOST_OF_A_CORE),
    ]
    print(f"{seconds / 60:.0f} minutes, {cpu:.1f} s of a core, at most {megabytes:.0f} MB")
    for goal, met in goals:
        print(f"{goal:<40}{'met' if met else 'MISSED'}")
    return int(not all(met for _, met in goals))


def _visited(url: str, warc: Path) -> None:
    """An archive of which every portal was visited just now."""
    with closing(open_archive(url, warc)) as archive:
        watch(archive, "all")
        run = begin_run(archive, "manual", {}, "idle", "here")
        now = datetime.now(UTC)
        for county in counties():
            visit = VisitRecord(VisitOutcome.COMPLETE, "", now, now, requests=1, list_pages=1)
            save_visit(archive, run, PortalRecord(county.code, None), visit, [])
        finish_run(archive, run, RunOutcome.FINISHED)


def _seconds(pid: int) -> float:
    """Of a core, so far, by this process and its children that ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / _TICK


if __name__ == "__main__":
    sys.exit(main())
