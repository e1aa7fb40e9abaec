"""Faults that strike a crawl of the practice portals, at a moment drawn by a seed."""

import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing

from tests.crawling import ROOT, SCRAPY, Practice

Fault = Callable[[Practice, str, random.Random], None]
LONGEST = 60  # seconds; a crawl of the practice portals takes three
_AFTER_START = (1.0, 3.5)  # seconds from the start of the process in which most of a crawl lies
_LOCKED = (0.2, 1.5)  # seconds; a writer waits for a minute


def killed(site: Practice, counties: str, rng: random.Random) -> None:
    """SIGKILL at any moment, from before the first request to after the last."""
    with _crawl(site, counties) as crawl:
        _wait(crawl, rng.uniform(*_AFTER_START))
        crawl.send_signal(signal.SIGKILL)


def disk_full(site: Practice, counties: str, rng: random.Random) -> None:
    """No file may grow beyond some size: the next write to WARC file or database fails half way."""
    size = rng.randrange(4_096, 1_500_000)

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    with _crawl(site, counties, limited) as crawl:
        crawl.communicate(timeout=LONGEST)


def torn_tail(site: Practice, counties: str, rng: random.Random) -> None:
    """Killed, and of what was written last some never reached the disk, or other bytes did."""
    killed(site, counties, rng)
    for path in sorted((site.folder / "warc").glob("*.open")):
        with closing(sqlite3.connect(site.folder / "archive.db")) as database:
            committed = database.execute(
                "SELECT coalesce(max(warc_offset + warc_length), 0) FROM capture WHERE warc_file = ?",
                (path.name.removesuffix(".open"),),
            ).fetchone()[0]
        # What SQL knows of was synced before; only bytes behind it can be lost.
        with path.open("r+b") as file:
            file.truncate(rng.randint(committed, path.stat().st_size))
            file.seek(0, os.SEEK_END)
            file.write(rng.randbytes(rng.choice((0, 0, 1, 700))))


def locked(site: Practice, counties: str, rng: random.Random) -> None:
    """Another program holds the database's write lock, twice, for up to a second and a half."""
    with _crawl(site, counties) as crawl:
        for _ in range(2):
            _wait(crawl, rng.uniform(0.3, 1.5))
            if not (site.folder / "archive.db").exists():
                continue
            with closing(sqlite3.connect(site.folder / "archive.db", timeout=LONGEST, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                time.sleep(rng.uniform(*_LOCKED))
                other.execute("ROLLBACK")
        _, err = crawl.communicate(timeout=LONGEST)
    if crawl.returncode or "locked" in err:
        raise AssertionError(f"the lock reached a person: {err[-500:]}")


def clock_back(site: Practice, counties: str, rng: random.Random) -> None:
    """The machine's clock jumps back in the middle of the crawl, by seconds or by a year."""
    back = rng.choice((1, 60, 3_600, 86_400, 400 * 86_400))
    command = [sys.executable, "-m", "tests.clock", str(-back), str(rng.uniform(0.1, 1.5))]
    with _crawl(site, counties, command=command) as crawl:
        _, err = crawl.communicate(timeout=LONGEST)
    if crawl.returncode:
        raise AssertionError(err[-500:])


FAULTS: dict[str, Fault] = {
    "SIGKILL": killed,
    "full disk": disk_full,
    "torn WARC tail": torn_tail,
    "database locked": locked,
    "clock back": clock_back,
}


class _crawl(subprocess.Popen[str]):  # noqa: N801 - read as a verb
    """A crawl of these counties, every archived report asked for again."""

    def __init__(
        self,
        site: Practice,
        counties: str,
        before: Callable[[], None] | None = None,
        command: list[str] | None = None,
    ) -> None:
        arguments = ["crawl", "reports", f"-acounty={counties}", "-arecheck=0", "-sDOWNLOAD_DELAY=0"]
        super().__init__(
            [*(command or SCRAPY), *arguments],
            cwd=ROOT,
            env=site.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=before,
        )


def _wait(crawl: subprocess.Popen[str], seconds: float) -> None:
    """Wait for so long, or for the end of the crawl."""
    deadline = time.monotonic() + seconds
    while crawl.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
