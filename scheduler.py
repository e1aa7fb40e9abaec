"""The recurring schedule: looks every hour which watched portals are due and crawls them in a process of their own."""

import argparse
import fcntl
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from scrapy.utils.project import get_project_settings
from sqlalchemy.exc import SQLAlchemyError

from crawler.arguments import ArgumentError, check_contact, parse_days
from reports.calendar import BEIJING
from reports.divisions.selection import SelectionError, select_counties
from storage import status
from storage.database import Archive, open_archive
from storage.duties import duties
from storage.errors import ArchiveError, NoArchive
from storage.verify import verification_due
from storage.watching import unwatch, watch, watched

ROOT = Path(__file__).parent
SCRAPY = (sys.executable, "-m", "scrapy")
LOOKED_AHEAD = timedelta(hours=1)  # until the next look: what falls due before it is visited now
VERIFIED_FOR = timedelta(days=30)  # until every record is proved again
HEARTBEAT_SECONDS = 60
NOTHING_WATCHED = "nothing is watched yet. Choose with: python scheduler.py --watch 610326 (or 6103, 61, all)"

_stop = threading.Event()
_running: list[subprocess.Popen[bytes]] = []  # what a signal has to reach


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 0: all went well, 1: a crawl failed, 2: something that a person has to settle first."""
    options = _parser().parse_args(arguments)
    try:
        archive = open_archive(get_project_settings()["GONGKAI_DATABASE_URL"], must_exist=not options.watch)
        chose, codes = _choose(archive, options), _codes(archive, options.county)
        archive.close()
        if options.plan:
            return _plan(codes, timedelta(days=parse_days(options.days, "--days")))
        if chose:
            _say(f"watching {len(codes)} {'county' if len(codes) == 1 else 'counties'}")
        if chose and not options.once:
            return 0
        return _work(archive.folder, options) if codes else _refuse(NOTHING_WATCHED)
    except NoArchive:
        return _plan([], timedelta(0)) if options.plan else _refuse(NOTHING_WATCHED)
    except (ArchiveError, SelectionError, ArgumentError) as error:
        return _refuse(str(error))


def _work(folder: Path, options: argparse.Namespace) -> int:
    """Do what is due, once or for ever, as the only one on this archive."""
    check_contact(get_project_settings()["GONGKAI_CONTACT"])
    _every()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, _told_to_stop)
    with _only_one(folder) as alone:
        if not alone:
            return _refuse(f"another scheduler is at work on the archive in {folder}")
        if options.once:
            return max(visit_due(options.county, rehearse=options.dry_run), 0 if options.dry_run else verify_due())
        return _run_for_ever(folder)


def visit_due(county: str | None = None, *, rehearse: bool = False) -> int:
    """Crawl every portal that is due, in one process. 1 if that crawl failed, else 0.

    ``county``: of these alone, watched or not; ``rehearse``: say which, and do nothing.
    """
    archive = open_archive(get_project_settings()["GONGKAI_DATABASE_URL"])
    now = datetime.now(UTC)
    found = duties(archive, _codes(archive, county), now, _every())
    archive.close()
    due = [duty for duty in found if duty.at <= now + LOOKED_AHEAD]
    if not due:
        _say("no visit is due")
        return 0
    reasons = Counter(duty.reason for duty in due)
    _say("due: " + ", ".join(f"{number} ({reason})" for reason, number in reasons.most_common()))
    codes = ",".join(sorted(duty.code for duty in due))
    if rehearse:
        _say(f"nothing is done: a rehearsal. Due are {codes}")
        return 0
    exit_code = _run([*SCRAPY, "crawl", "reports", "-a", f"county={codes}", "-a", "trigger=schedule"])
    if _stop.is_set():
        _say("stopped; what was left undone is due at the next start")
        return 0
    _say(f"the crawl ended with exit code {exit_code}")
    return 1 if exit_code else 0


def _plan(codes: Sequence[str], ahead: timedelta) -> int:
    """Print which portal is visited next when and why, in Beijing time, for so long ahead."""
    if not codes:
        print(NOTHING_WATCHED)
        return 0
    archive = open_archive(get_project_settings()["GONGKAI_DATABASE_URL"], must_exist=True)
    now = datetime.now(UTC)
    found = duties(archive, codes, now, _every())
    archive.close()
    soon = [duty for duty in found if duty.at <= now + ahead]
    for duty in soon:
        at = "now" if duty.at <= now else f"{duty.at.astimezone(BEIJING):%Y-%m-%d %H:%M}"
        print(f"{at:<18}{duty.code} {duty.county}: {duty.reason}")
    print(
        f"{len(soon)} visits within {ahead / timedelta(days=1):g} days, {len(found) - len(soon)} later (Beijing time)"
    )
    return 0


def _codes(archive: Archive, county: str | None) -> list[str]:
    """The counties that were named, else those that are watched."""
    return [one.code for one in select_counties(county)] if county else watched(archive)


def _every() -> timedelta:
    return timedelta(days=parse_days(get_project_settings()["GONGKAI_VISIT_DAYS"], "GONGKAI_VISIT_DAYS"))


def verify_due() -> int:
    """Prove the archive once a month, going on with a verification that was stopped. 1 if damage was found, else 0."""
    archive = open_archive(get_project_settings()["GONGKAI_DATABASE_URL"])
    wanted = verification_due(archive, datetime.now(UTC), VERIFIED_FOR)
    archive.close()
    if not wanted or _stop.is_set():
        return 0
    _say("every record of the archive is proved anew")
    exit_code = _run([*SCRAPY, "verify"])
    if exit_code and not _stop.is_set():
        _say("damage was found, or the archive could not be read: scrapy verify names it")
    return 0 if _stop.is_set() else min(exit_code, 1)


def beat(folder: str) -> None:
    """Leave word that the scheduler is alive, for whoever watches it."""
    status.beat(Path(folder), datetime.now(UTC))


def _run_for_ever(folder: Path) -> int:
    scheduler = BackgroundScheduler(
        timezone=BEIJING,
        jobstores={
            # Its rows are pickles: they stay out of the archive, which people share.
            "default": SQLAlchemyJobStore(url=f"sqlite:///{folder / 'scheduler.db'}"),
            "memory": MemoryJobStore(),
        },
        executors={"default": ThreadPoolExecutor(3)},  # one crawl at a time; a verification and the heartbeat beside it
        # A run that fell due during downtime is caught up on, once (by default it would be dropped after a second).
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    # At once, whatever the store remembers: what is due is known to the archive, and a clock that was wrong for a while
    # must not have put the next look off for years.
    now = datetime.now(BEIJING)
    scheduler.add_job(
        "scheduler:visit_due",
        "interval",
        seconds=LOOKED_AHEAD.total_seconds(),
        id="visit-due",
        next_run_time=now,
        replace_existing=True,
    )
    scheduler.add_job("scheduler:verify_due", "interval", days=1, id="verify-due", replace_existing=True)
    scheduler.add_job(
        "scheduler:beat",
        "interval",
        seconds=HEARTBEAT_SECONDS,
        args=[str(folder)],
        jobstore="memory",
        next_run_time=datetime.now(BEIJING),
    )
    try:
        scheduler.start()
    except SQLAlchemyError as error:
        told = str(error).splitlines()[0]
        return _refuse(f"{folder / 'scheduler.db'} cannot be used ({told}); remove it, it is made anew")
    _say(f"watching; the archive is in {folder}. Stop with Ctrl-C or SIGTERM")
    _stop.wait()
    scheduler.shutdown(wait=True)
    Path(folder, status.HEARTBEAT).unlink(missing_ok=True)
    return 0


def _run(command: Sequence[str]) -> int:
    # In a session of its own: Ctrl-C in a terminal would reach it twice, and Scrapy takes the second for an order to
    # drop everything.
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)  # noqa: S603 - our own command line
    _running.append(process)
    if _stop.is_set():  # told while it was being started
        process.send_signal(signal.SIGTERM)
    try:
        return process.wait()
    finally:
        _running.remove(process)


def _told_to_stop(_number: int, _frame: object) -> None:
    """Pass it on once: Scrapy finishes the page in flight and leaves a consistent archive."""
    if not _stop.is_set():
        _stop.set()
        for process in _running:
            process.send_signal(signal.SIGTERM)


def _choose(archive: Archive, options: argparse.Namespace) -> bool:
    watch(archive, *options.watch)
    unwatch(archive, *options.unwatch)
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
    parser.add_argument("--county", metavar="CODES", help="with --once and --plan: these alone, watched or not")
    parser.add_argument("--dry-run", action="store_true", help="with --once: say what is due, and do nothing")
    parser.add_argument("--plan", action="store_true", help="print which portal is visited next when and why, and end")
    parser.add_argument("--days", default="7", metavar="N", help="with --plan: so many days ahead (default: 7)")
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
