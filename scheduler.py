"""The recurring schedule: looks every hour which watched portals are due and crawls them in a process of their own."""

import argparse
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from scrapy.utils.project import get_project_settings

from reports.divisions.selection import SelectionError
from storage.database import Archive, open_archive
from storage.errors import ArchiveError
from storage.watching import due, unwatch, watch, watched

BEIJING = ZoneInfo("Asia/Shanghai")
HEARTBEAT_SECONDS = 60

_stop = threading.Event()
_crawl: subprocess.Popen[bytes] | None = None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 0: all went well, 1: a crawl failed, 2: something that a person has to settle first."""
    options = _parser().parse_args(arguments)
    try:
        archive = open_archive()
        chose = _choose(archive, options)
        if not watched(archive):
            return _refuse("nothing is watched yet. Choose with: python scheduler.py --watch 610326 (or 6103, 61, all)")
    except (ArchiveError, SelectionError) as error:
        return _refuse(str(error))
    if chose and not options.once:
        return 0
    if not get_project_settings()["GONGKAI_CONTACT"]:
        return _refuse("set GONGKAI_CONTACT to your mail address first, so that a portal's operator can write to you")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _told_to_stop)
    with _only_one(archive.folder) as alone:
        if not alone:
            return _refuse(f"another scheduler is at work on the archive in {archive.folder}")
        return visit_due() if options.once else _run_for_ever(archive.folder)


def visit_due() -> int:
    """Crawl every watched portal that is due, in one process. 1 if that crawl failed, else 0."""
    archive = open_archive()
    every = timedelta(days=get_project_settings().getfloat("GONGKAI_VISIT_DAYS"))
    portals = due(archive, datetime.now(UTC), every)
    archive.close()
    if not portals:
        _say("nothing is due")
        return 0
    reasons = sorted({reason for _, reason in portals})
    _say(f"{len(portals)} portal{'s' if len(portals) > 1 else ''} due: {'; '.join(reasons)}")
    codes = ",".join(code for code, _ in portals)
    exit_code = _run(
        [sys.executable, "-m", "scrapy", "crawl", "reports", "-a", f"county={codes}", "-a", "trigger=schedule"]
    )
    if _stop.is_set():
        _say("stopped; what was left undone is due at the next start")
        return 0
    _say(f"crawl ended with exit code {exit_code}")
    return 1 if exit_code else 0


def beat(folder: str) -> None:
    """Leave word that the scheduler is alive, for whoever watches it."""
    word = {"pid": os.getpid(), "host": socket.gethostname(), "at": datetime.now(UTC).isoformat(timespec="seconds")}
    new = Path(folder, "scheduler.heartbeat.new")
    new.write_text(json.dumps(word), encoding="utf-8")
    new.replace(Path(folder, "scheduler.heartbeat"))


def _run_for_ever(folder: Path) -> int:
    scheduler = BackgroundScheduler(
        timezone=BEIJING,
        jobstores={
            # Its rows are pickles: they stay out of the archive, which people share.
            "default": SQLAlchemyJobStore(url=f"sqlite:///{folder / 'scheduler.db'}"),
            "memory": MemoryJobStore(),
        },
        executors={"default": ThreadPoolExecutor(2)},  # one crawl at a time, and the heartbeat beside it
        # A run that fell due during downtime is caught up on, once (by default it would be dropped after a second).
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    scheduler.start(paused=True)
    if scheduler.get_job("visit-due", "default") is None:
        now = datetime.now(BEIJING)
        scheduler.add_job("scheduler:visit_due", "interval", hours=1, id="visit-due", next_run_time=now)
    scheduler.add_job(
        "scheduler:beat",
        "interval",
        seconds=HEARTBEAT_SECONDS,
        args=[str(folder)],
        jobstore="memory",
        next_run_time=datetime.now(BEIJING),
    )
    scheduler.resume()
    _say(f"watching; the archive is in {folder}. Stop with Ctrl-C or SIGTERM")
    _stop.wait()
    scheduler.shutdown(wait=True)
    Path(folder, "scheduler.heartbeat").unlink(missing_ok=True)
    return 0


def _run(command: list[str]) -> int:
    global _crawl  # noqa: PLW0603 - the signal handler has to find the running crawl
    if _stop.is_set():
        return 0
    # In a session of its own: Ctrl-C in a terminal would reach it twice, and Scrapy takes the second for an order to
    # drop everything.
    _crawl = subprocess.Popen(command, start_new_session=True)  # noqa: S603 - our own command line
    try:
        return _crawl.wait()
    finally:
        _crawl = None


def _told_to_stop(_number: int, _frame: object) -> None:
    """Pass it on once: Scrapy finishes the page in flight and leaves a consistent archive."""
    if not _stop.is_set():
        _stop.set()
        if _crawl is not None:
            _crawl.send_signal(signal.SIGTERM)


def _choose(archive: Archive, options: argparse.Namespace) -> bool:
    for added in options.watch:
        _say(
            f"watching {added}: {len(watched(archive))} counties in all"
            if watch(archive, added)
            else f"already watching {added}"
        )
    for removed in options.unwatch:
        unwatch(archive, removed)
        _say(f"no longer watching {removed}")
    return bool(options.watch or options.unwatch)


@contextmanager
def _only_one(folder: Path) -> Iterator[bool]:
    """Hold the scheduler's lock: two schedulers on one job store would run every job twice."""
    with Path(folder, "scheduler.lock").open("a", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python scheduler.py",
        description="Visits the watched portals whenever they are due, for ever (or once, with --once).",
        epilog="Example: python scheduler.py --watch 6103 && python scheduler.py",
    )
    parser.add_argument(
        "--watch",
        action="append",
        default=[],
        metavar="CODE",
        help="watch a county (610326), a prefecture or province (6103, 61) or all; remembered",
    )
    parser.add_argument("--unwatch", action="append", default=[], metavar="CODE", help="stop watching what was chosen")
    parser.add_argument("--once", action="store_true", help="do what is due now, then end")
    return parser


def _say(text: str) -> None:
    # In the same form and zone as the log of the crawls that it starts.
    print(f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S} [scheduler] INFO: {text}", flush=True)


def _refuse(text: str) -> int:
    print(f"scheduler: {text}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    # The job store finds jobs as scheduler:…; run them in that same module, so that a stop reaches the running crawl.
    from scheduler import main as run

    sys.exit(run())
