"""Workers on one PostgreSQL against a practice country: manners, a death, a late-comer, what a second one gains.

    python -m benchmarks.workers [--portals 300] [--seed 2026]

Four crawls of the same portals, each into an archive of its own. *one process*: ``scrapy crawl`` on SQLite, the archive
that the others are held against. *one worker* and *two workers*: with so long a delay, and so few portals side by side,
that waiting and not the processor sets the pace. *three workers*: one is killed (SIGKILL, with its crawl process) after
a third of the requests, one joins only then; each has a folder of its own, and finished files go to one store.

What a portal, or a platform that several share, should not see is counted at the server: a request before the one
before it was answered, or sooner after it than the delay (less a tenth, for a busy machine reads late).
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from operations.queue import queued
from tests.crawling import SCRAPY, Practice, practice
from tests.portals.nation import nation
from tests.postgresql import fresh_database, server
from tests.working import Cluster, Rudeness, beside, cluster, differences, held, rudeness

AT_ONCE = 16  # portals side by side for each worker: few, so that delays bind
SLOW, QUICK = 1.0, 0.25  # seconds between two requests
SHARED = 12  # portals behind four firewalls, three each
GAIN = 0.6  # of one worker's time that two may take
SILENCE = 10  # seconds
TIMEOUT = 3600


@dataclass(frozen=True, slots=True)
class Row:
    """One crawl of the country."""

    name: str
    seconds: float
    requests: int
    seen: Rudeness | None
    differences: list[str]
    left: int  # visits that are still queued


def main(arguments: list[str] | None = None) -> int:
    """Measure; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.workers", description=__doc__)
    parser.add_argument("--portals", type=int, default=300)
    parser.add_argument("--seed", type=int, default=2026)
    options = parser.parse_args(arguments)
    country = nation(options.seed, options.portals, each=1)
    for number, portal in enumerate(country.portals[:SHARED]):
        portal.platform = f"firewall-{number % 4}"
    for portal in country.portals:  # the first crawl alone would see it change
        portal.hold_still()
    with tempfile.TemporaryDirectory(prefix="gongkai-workers-") as name:
        folder = Path(name)
        with server(folder / "postgresql") as url, practice(country, folder) as site:
            rows = _measure(site, url)
    return _report(rows)


def _measure(site: Practice, url: str) -> list[Row]:
    alone, seconds = _alone(site)
    reference = held(alone.url, alone.folder)
    rows = [Row("one process", seconds, len(site.server.hits), None, [], 0)]
    print(f"one process: {seconds:.0f} s", file=sys.stderr)

    def measured(name: str, delay: float, work: Callable[[Cluster], None]) -> None:
        place = beside(site, name.replace(" ", "-"))
        site.server.clear_hits()
        database = fresh_database(url)
        settings = ("-s", f"GONGKAI_WORKER_SILENCE={SILENCE}", "-s", f"GONGKAI_PORTALS_AT_ONCE={AT_ONCE}")
        (place.folder / "store").mkdir()
        more = {"GONGKAI_WARC_STORE": f"file://{place.folder / 'store'}"}
        with cluster(place, database, *settings, GONGKAI_PRACTICE_DELAY=str(delay), **more) as workers:
            workers.enqueue()
            began = time.monotonic()
            work(workers)
            seconds = time.monotonic() - began
            with workers.archive() as archive:
                left = len(queued(archive) or {})
            proof = workers.scrapy("verify")
            if proof.code:
                raise RuntimeError(f"{name}: {proof.out}{proof.err}")
        seen = rudeness(site, delay * 0.9)
        rows.append(
            Row(name, seconds, len(site.server.hits), seen, differences(reference, held(database, place.folder)), left)
        )
        print(f"{name}: {seconds:.0f} s", file=sys.stderr)

    requests = len(site.server.hits)
    measured("one worker", SLOW, lambda workers: _work(workers, 1))
    measured("two workers", SLOW, lambda workers: _work(workers, 2))
    measured("three workers", QUICK, lambda workers: _work_with_a_death(workers, requests // 3))
    return rows


def _alone(site: Practice) -> tuple[Practice, float]:
    place = beside(site, "alone")
    codes = ",".join(portal.code for portal in site.country.portals)
    began = time.monotonic()
    with (place.folder / "crawl.log").open("w") as log:
        command = (*SCRAPY, "crawl", "reports", f"-acounty={codes}")
        subprocess.run(command, env=place.environment(), stderr=log, check=True, timeout=TIMEOUT)  # noqa: S603 - ours
    return place, time.monotonic() - began


def _work(workers: Cluster, number: int) -> None:
    for _ in range(number):
        workers.start("--once")
    _finished(workers.workers)


def _work_with_a_death(workers: Cluster, hits: int) -> None:
    places = [{"GONGKAI_WARC_DIR": str(workers.site.folder / f"machine-{number}")} for number in range(3)]
    victim = workers.start("--once", **places[0])
    workers.start("--once", **places[1])
    workers.site.server.wait_for_hits(hits, TIMEOUT)
    children = Path(f"/proc/{victim.pid}/task/{victim.pid}/children").read_text().split()
    for process in (victim.pid, *map(int, children)):
        os.kill(process, signal.SIGKILL)
    workers.start("--once", **places[2])
    _finished(workers.workers[1:])
    # The machine of the dead one comes back: what it had fetched is finished and goes to the store.
    workers.start("--once", **places[0])
    _finished(workers.workers[-1:])


def _finished(workers: list[subprocess.Popen[str]]) -> None:
    for worker in workers:
        if worker.wait(TIMEOUT):
            raise RuntimeError(f"a worker ended with {worker.returncode}")


def _report(rows: list[Row]) -> int:
    print("crawl           seconds  requests  at once  too soon  least gap  other than alone  still queued")
    for row in rows:
        seen = f"{row.seen.at_once:>9}{row.seen.too_soon:>10}{row.seen.least:>9.3f} s" if row.seen else " " * 30
        print(f"{row.name:<14}{row.seconds:>9.0f}{row.requests:>10}{seen}{len(row.differences):>18}{row.left:>14}")
    for row in rows:
        for difference in row.differences:
            print(f"{row.name}: {difference}")
    one, two = rows[1].seconds, rows[2].seconds
    crawled = rows[1:]
    goals = [
        ("no portal sees two at once, or less than its delay", not any(_rude(row) for row in crawled)),
        ("the archive equals the single process's", not any(row.differences or row.left for row in crawled)),
        (f"two workers take at most {GAIN} of one's time: {two / one:.2f}", two <= GAIN * one),
    ]
    print()
    for goal, met in goals:
        print(f"{goal:<60}{'met' if met else 'MISSED'}")
    return int(not all(met for _, met in goals))


def _rude(row: Row) -> bool:
    return row.seen is not None and bool(row.seen.at_once or row.seen.too_soon)


if __name__ == "__main__":
    sys.exit(main())
