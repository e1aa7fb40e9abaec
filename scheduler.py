"""The recurring schedule: looks every hour which watched portals are due, and has them visited."""

import argparse
import logging
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from scrapy.settings import BaseSettings
from scrapy.utils.project import get_project_settings
from sqlalchemy.exc import SQLAlchemyError

from crawler.arguments import ArgumentError, check_contact, parse_days, parse_port
from operations.logs import is_json, write_json
from operations.rounds import (
    LOOKED_AHEAD,
    at_its_time,
    codes_of,
    every,
    planned,
    processes,
    tell,
    verify_due,
    visit_due,
)
from reports.calendar import BEIJING
from reports.divisions.selection import SelectionError
from storage.database import Archive, open_archive
from storage.errors import ArchiveError, NoArchive
from storage.locks import Lock, only_one
from storage.status import leave
from storage.watching import unwatch, watch

HEARTBEAT = 60  # seconds
CLOCK_SET = 60  # seconds by which it has to jump
ROUNDS_EVERY = {  # seconds
    "visit-due": LOOKED_AHEAD.total_seconds(),
    "verify-due": timedelta(days=1).total_seconds(),
    "tell": timedelta(minutes=15).total_seconds(),  # a digest is sent once a day
}
APART = timedelta(seconds=5)
NOTHING_WATCHED = "nothing is watched yet. Choose with: python scheduler.py --watch 610326 (or 6103, 61, all)"

logger = logging.getLogger("scheduler")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 0: all went well, 1: a crawl failed, 2: something that a person has to settle first."""
    options = _options(arguments)
    settings = get_project_settings()
    try:
        _log(settings)
        with closing(open_archive(settings["GONGKAI_DATABASE_URL"], must_exist=not options.watch)) as archive:
            watch(archive, *options.watch)
            unwatch(archive, *options.unwatch)
            codes = codes_of(archive, options.county)
            if options.plan:
                return _plan(archive, codes, timedelta(days=parse_days(options.days, "--days")))
            if options.watch or options.unwatch:
                logger.info("watching %d %s", len(codes), "county" if len(codes) == 1 else "counties")
                if not options.once:
                    return 0
            return _work(archive, options) if codes else _refuse(NOTHING_WATCHED)
    except NoArchive:
        return _say_nothing_watched() if options.plan else _refuse(NOTHING_WATCHED)
    except (ArchiveError, SelectionError, ArgumentError) as error:
        return _refuse(str(error))


def _work(archive: Archive, options: argparse.Namespace) -> int:
    """Do what is due, once or for ever, as the only one on this archive."""
    settings = get_project_settings()
    check_contact(settings["GONGKAI_CONTACT"])
    every()  # a wrong setting is to be told now, and not in an hour
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda _number, _frame: processes.stop())
    with only_one(archive, "scheduler") as alone:
        if alone is None:
            return _refuse(f"another scheduler is at work on {archive.url}")
        if options.once:
            visited = visit_due(options.county, rehearse=options.dry_run, wait=True)
            return visited if options.dry_run else max(visited, verify_due(), tell())
        if options.metrics is None:
            return _run_for_ever(archive, alone)
        from operations.metrics import serve  # noqa: PLC0415 - needs an extra

        host, _, port = options.metrics.rpartition(":")
        host = host.strip("[]") or "127.0.0.1"
        with serve(host, parse_port(port), settings["GONGKAI_DATABASE_URL"], every()) as listening:
            logger.info("metrics at http://%s:%d/metrics", host, listening)
            return _run_for_ever(archive, alone)


def _run_for_ever(archive: Archive, alone: Lock) -> int:
    store = archive.folder / "scheduler.db"
    scheduler = BackgroundScheduler(
        timezone=BEIJING,
        jobstores={
            # Its rows are pickles: they stay out of the archive, which people share.
            "default": SQLAlchemyJobStore(url=f"sqlite:///{store}"),
            "memory": MemoryJobStore(),
        },
        executors={"default": ThreadPoolExecutor(4)},  # the crawls, a verification, telling and the beat side by side
        # A run that fell due during downtime is caught up on, once (by default it would be dropped after a second).
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    for name, seconds in ROUNDS_EVERY.items():
        scheduler.add_job(at_its_time, "interval", args=[name], seconds=seconds, id=name, replace_existing=True)
    scheduler.add_job(at_its_time, "interval", args=["beat", alone], seconds=HEARTBEAT, id="beat", jobstore="memory")
    try:
        scheduler.start(paused=True)
        _all_now(scheduler)
        scheduler.resume()
    except SQLAlchemyError as error:
        told = str(error).splitlines()[0]
        return _refuse(f"{store} cannot be used ({told}); remove it, it is made anew")
    logger.info("watching; the archive is %s. Stop with Ctrl-C or SIGTERM", archive.url)
    ahead = _ahead()
    # Awake now and then: the signal may have reached another thread, and its handler runs in this one alone.
    while not processes.stopping.wait(5):
        if abs(_ahead() - ahead) > CLOCK_SET:
            logger.warning("the clock was set, or the machine slept: every round is done now")
            ahead = _ahead()
            _all_now(scheduler)
    scheduler.shutdown(wait=True)
    if not alone.is_held():
        return 1
    leave(archive)
    return 0


def _all_now(scheduler: BackgroundScheduler) -> None:
    """Whatever the store remembers: each round knows from the archive what there is to do.

    A few seconds apart, visits first: what each of them has to look through is not in memory at once then.
    """
    places = {name: place for place, name in enumerate(ROUNDS_EVERY)}
    for job in scheduler.get_jobs():
        job.modify(next_run_time=datetime.now(BEIJING) + places.get(job.id, 0) * APART)


def _ahead() -> float:
    """How far the clock is ahead of the time that passes, in seconds."""
    return time.time() - time.monotonic()


def _plan(archive: Archive, codes: Sequence[str], ahead: timedelta) -> int:
    """Print which portal is visited next when and why, in Beijing time, for so long ahead."""
    if not codes:
        return _say_nothing_watched()
    now = datetime.now(UTC)
    found = planned(codes, archive, now)
    soon = [duty for duty in found if duty.at <= now + ahead]
    for duty in soon:
        at = "now" if duty.at <= now else f"{duty.at.astimezone(BEIJING):%Y-%m-%d %H:%M}"
        print(f"{at:<18}{duty.code} {duty.county}: {duty.reason}")
    print(
        f"{len(soon)} visits within {ahead / timedelta(days=1):g} days, {len(found) - len(soon)} later (Beijing time)"
    )
    return 0


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
    parser.add_argument(
        "--metrics", metavar="[HOST:]PORT", help="serve /metrics for Prometheus beside the schedule (on 127.0.0.1)"
    )
    parser.add_argument("--days", default="7", metavar="N", help="with --plan: so many days ahead (default: 7)")
    return parser


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.dry_run and not options.once:
        parser.error("--dry-run belongs to --once")
    if options.county is not None and not (options.county and (options.once or options.plan)):
        parser.error("--county names counties, and belongs to --once or --plan")
    if options.metrics is not None and (options.once or options.plan):
        parser.error("--metrics is for a scheduler that stays")
    return options


def _log(settings: BaseSettings) -> None:
    """In the same form, and zone, as the logs of the crawls that are started."""
    handler = logging.StreamHandler(sys.stdout)
    for name in ("alembic", "apscheduler", "procrastinate"):
        logging.getLogger(name).setLevel(logging.WARNING)
    if is_json(settings["GONGKAI_LOG"]):
        write_json(handler, "INFO")
        return
    handler.setFormatter(logging.Formatter(settings["LOG_FORMAT"], settings["LOG_DATEFORMAT"]))
    logging.basicConfig(handlers=[handler], level=logging.INFO)


def _say_nothing_watched() -> int:
    print(NOTHING_WATCHED)
    return 0


def _refuse(text: str) -> int:
    if get_project_settings()["GONGKAI_LOG"]:
        logger.error(text)
    else:
        print(f"scheduler: {text}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
