"""What the schedule does when its time comes: visits what is due, proves the archive anew, tells people."""

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta

from scrapy.utils.project import get_project_settings

from crawler.arguments import ArgumentError, parse_days
from crawler.neighbours import neighbourhoods
from crawler.plan import registry_of
from crawler.registry import RegistryError
from operations.processes import SCRAPY, Processes
from operations.queue import enqueue, queued
from operations.shards import cores, shards
from reports.divisions.selection import SelectionError, select_counties
from storage import status
from storage.database import Archive, open_archive
from storage.duties import Duty, duties
from storage.errors import ArchiveError
from storage.events import notice
from storage.locks import Lock, only_one
from storage.verify import verification_due
from storage.watching import watched

LOOKED_AHEAD = timedelta(hours=1)  # until the next look: what falls due before it is visited now
VERIFIED_FOR = timedelta(days=30)  # until every record is proved again
SHARD_LIMIT = timedelta(hours=6)  # 1,500 portals, 128 at a time, each with the most that a visit may ask, take less
VERIFICATION_LIMIT = timedelta(days=7)
TELLING_LIMIT = timedelta(minutes=5)

logger = logging.getLogger("scheduler")
processes = Processes()  # of this scheduler: what a signal has to reach


def visit_due(county: str | None = None, *, rehearse: bool = False, wait: bool = False) -> int:
    """Visit every portal that is due: in processes of our own, or on PostgreSQL by whichever workers there are.

    ``county``: of these alone, watched or not; ``rehearse``: say which, and do nothing; ``wait``: on PostgreSQL too
    return only when they were visited. Returns 1 if a crawl failed, else 0.
    """
    with closing(_archive()) as archive:
        waiting = queued(archive)  # looked at first: what ends between the two looks is not queued again
        due = _due(archive, county)
        codes = [duty.code for duty in due]
        if rehearse and due:
            logger.info("nothing is done: a rehearsal. Due are %s", ",".join(sorted(codes)))
        if rehearse or not due:
            return 0
        together = neighbourhoods(registry_of(get_project_settings()).values())
        if waiting is not None:
            new = [code for code in codes if code not in waiting]
            count = enqueue(archive, new, together)
            logger.info("queued for the workers: %d, queued before: %d", count, len(codes) - count)
            return _run([*SCRAPY, "work", "--once"], "worker") if wait else 0
        with only_one(archive, "scheduled-crawl") as lock:
            if lock is None:
                logger.warning("a crawl that another scheduler began is still at work; looking again in an hour")
                return 1
            return _crawl(codes, together, lock)


def verify_due() -> int:
    """Prove the archive once a month, going on with a verification that was stopped. 1 if damage was found, else 0."""
    with closing(_archive()) as archive:
        wanted = verification_due(archive, datetime.now(UTC), VERIFIED_FOR)
    if not wanted or processes.stopping.is_set():
        return 0
    logger.info("every record of the archive is proved anew")
    exit_code = processes.run([*SCRAPY, "verify"], VERIFICATION_LIMIT)
    if processes.stopping.is_set():
        return 0
    if exit_code:
        logger.error("damage was found, or the archive could not be read: scrapy verify names it")
    return min(abs(exit_code), 1)


def tell() -> int:
    """Notice what is new, and tell people of it where they want to be told. 1 if nobody could be told, else 0.

    In a process of its own: what talks to the outside world may hang, and is not worth its memory all day.
    """
    with closing(_archive()) as archive:
        noticed = notice(archive, datetime.now(UTC))
    if noticed:
        kinds = Counter(event.kind for event in noticed)
        logger.info("noticed: %s", ", ".join(f"{number} {kind}" for kind, number in kinds.most_common()))
    if not get_project_settings()["GONGKAI_NOTIFY"] or processes.stopping.is_set():
        return 0
    exit_code = processes.run([*SCRAPY, "events", "--tell"], TELLING_LIMIT)
    return 0 if processes.stopping.is_set() else min(abs(exit_code), 1)


def beat(lock: Lock) -> None:
    """Leave word that the scheduler is alive, for whoever watches it; end it where its lock is lost."""
    if not lock.is_held():
        logger.error("the lock that keeps other schedulers away went with the database's connection: ending")
        processes.stop()
        return
    with closing(_archive()) as archive:
        status.beat(archive, datetime.now(UTC))


ROUNDS: dict[str, Callable[..., object]] = {
    "visit-due": visit_due,
    "verify-due": verify_due,
    "tell": tell,
    "beat": beat,
}


def at_its_time(name: str, *given: object) -> None:
    """What the schedule calls: one of ``ROUNDS``. What is wrong around us is a line in the log, and tried again."""
    try:
        ROUNDS[name](*given)
    except (ArchiveError, ArgumentError, RegistryError, SelectionError, OSError) as error:
        logger.error("%s: %s", name, error)


def planned(codes: Sequence[str], archive: Archive, now: datetime) -> list[Duty]:
    """The next visit to each of these portals, the soonest first."""
    return duties(archive, codes, now, every())


def codes_of(archive: Archive, county: str | None) -> list[str]:
    """The counties that were named, else those that are watched."""
    return [one.code for one in select_counties(county)] if county else watched(archive)


def every() -> timedelta:
    """The time between two visits where nothing is expected."""
    return timedelta(days=parse_days(get_project_settings()["GONGKAI_VISIT_DAYS"], "GONGKAI_VISIT_DAYS"))


def _due(archive: Archive, county: str | None) -> list[Duty]:
    """What is due before the next look, and a line that says why."""
    now = datetime.now(UTC)
    due = [duty for duty in planned(codes_of(archive, county), archive, now) if duty.at <= now + LOOKED_AHEAD]
    if not due:
        logger.info("no visit is due")
        return []
    reasons = Counter(duty.reason for duty in due)
    logger.info("due: %s", ", ".join(f"{number} ({reason})" for reason, number in reasons.most_common()))
    return due


def _crawl(codes: Sequence[str], together: Mapping[str, str], lock: Lock) -> int:
    """One process for each shard, as many at a time as there are cores. They hold the lock even if we are killed."""
    parts = shards(codes, together, cores())
    inherited = [] if lock.descriptor is None else [lock.descriptor]

    def crawl(part: Sequence[str]) -> int:
        if processes.stopping.is_set():
            return 0
        county = f"county={','.join(part)}"
        return _run([*SCRAPY, "crawl", "reports", "-a", county, "-a", "trigger=schedule"], "crawl", inherited)

    with ThreadPoolExecutor(cores()) as pool:
        return max(pool.map(crawl, parts))


def _run(command: Sequence[str], name: str, pass_fds: Sequence[int] = ()) -> int:
    exit_code = processes.run(command, SHARD_LIMIT, pass_fds)
    if processes.stopping.is_set():
        logger.info("the %s was stopped; what was left undone is due at the next start", name)
        return 0
    logger.info("the %s ended with exit code %d", name, exit_code)
    return 1 if exit_code else 0


def _archive() -> Archive:
    return open_archive(get_project_settings()["GONGKAI_DATABASE_URL"])
