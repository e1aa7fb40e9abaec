"""Workers on a PostgreSQL as processes of their own, what the portals saw of them, and archives compared."""

import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import text

from crawler.neighbours import neighbourhoods
from crawler.registry import load_registry
from operations.queue import enqueue
from storage.database import Archive, open_archive
from tests.crawling import ROOT, SCRAPY, Ended, Practice
from tests.portals.server import Hit

SCHEDULER = (sys.executable, "scheduler.py")
# What makes two archives of the same portals the same: nothing that depends on when or by whom it was fetched.
SAME = {
    "document": "SELECT portal_code, url FROM document",
    "version": "SELECT d.url, v.fingerprint FROM version v JOIN document d ON d.id = v.document_id",
    "figure": (
        "SELECT v.fingerprint, i.code, f.state, f.value FROM figure f JOIN indicator i ON i.id = f.indicator_id "
        "JOIN reading r ON r.id = f.reading_id JOIN version v ON v.id = r.version_id"
    ),
    "listing": "SELECT portal_code, url, number, content_sha256 FROM listing",
    "state": "SELECT DISTINCT portal_code, outcome FROM visit WHERE outcome <> 'interrupted'",
}


@dataclass(slots=True)
class Cluster:
    """A practice country, an archive on PostgreSQL, and the workers on it."""

    site: Practice
    url: str
    more: Mapping[str, str] = field(default_factory=dict)
    settings: tuple[str, ...] = ()
    workers: list[subprocess.Popen[str]] = field(default_factory=list)

    def environment(self) -> dict[str, str]:
        return {"GONGKAI_DATABASE_URL": self.url, **self.more}

    def run(self, *command: str) -> Ended:
        return self.site.run(*command, **self.environment())

    def scrapy(self, *arguments: str) -> Ended:
        return self.run(*SCRAPY, *arguments)

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        """Start a worker, with ``more`` in its environment; the block's end stops it."""
        command = (*SCRAPY, "work", *self.settings, *arguments)
        environment = self.site.environment(**self.environment(), **more)
        log = (self.site.folder / f"worker-{len(self.workers)}.log").open("w")
        with log:
            worker = subprocess.Popen(  # noqa: S603 - our own command
                command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT, text=True
            )
        self.workers.append(worker)
        return worker

    def log(self, number: int) -> str:
        return (self.site.folder / f"worker-{number}.log").read_text()

    def enqueue(self) -> int:
        """Queue a visit to every portal; how many were not queued before."""
        together = neighbourhoods(load_registry(self.site.folder / "registry.csv").values())
        with self.archive() as archive:
            return enqueue(archive, [portal.code for portal in self.site.country.portals], together)

    @contextmanager
    def archive(self) -> Iterator[Archive]:
        with closing(open_archive(self.url, self.site.folder / "warc")) as archive:
            yield archive


def beside(site: Practice, name: str) -> Practice:
    """The same portals, to be crawled into an archive of its own below."""
    folder = site.folder / name
    folder.mkdir()
    for file in ("registry.csv", "hosts.json"):
        shutil.copy(site.folder / file, folder)
    return replace(site, folder=folder)


@contextmanager
def cluster(site: Practice, url: str, *settings: str, **more: str) -> Iterator[Cluster]:
    """Workers on the database of this URL; none is left when the block ends."""
    made = Cluster(site, url, more, settings)
    try:
        yield made
    finally:
        for worker in made.workers:
            if worker.poll() is None:
                worker.kill()
                worker.wait()


def held(url: str, folder: Path) -> dict[str, Counter[Any]]:
    """What an archive holds, to be compared with another."""
    with closing(open_archive(url, folder / "warc")) as archive, archive.engine.connect() as connection:
        return {name: Counter(map(tuple, connection.execute(text(sql)))) for name, sql in SAME.items()}


def differences(one: dict[str, Counter[Any]], other: dict[str, Counter[Any]]) -> list[str]:
    """Rows that one archive has and the other has not, or more often."""
    return [
        f"{name}: {len(here)} rows here alone ({min(here, key=str)})"
        for name in SAME
        for here in (one[name] - other[name], other[name] - one[name])
        if here
    ]


@dataclass(frozen=True, slots=True)
class Rudeness:
    """What no portal, and no platform that several of them share, should have seen."""

    at_once: int  # requests that came before the one before them was answered
    too_soon: int  # that came in less than the delay after the one before them
    least: float  # seconds between two requests


def rudeness(site: Practice, delay: float) -> Rudeness:
    """What the servers saw of all crawls together."""
    platforms = {portal.host: portal.platform for portal in site.country.portals if portal.platform}
    by_server: dict[str, list[Hit]] = defaultdict(list)
    for hit in site.server.hits:
        by_server[platforms.get(hit.host, hit.host)].append(hit)
    pairs = [
        (before, after)
        for hits in by_server.values()
        for before, after in pairwise(sorted(hits, key=lambda hit: hit.began))
    ]
    gaps = [after.began - before.began for before, after in pairs]
    at_once = sum(after.began < before.at for before, after in pairs)
    return Rudeness(at_once, sum(gap < delay for gap in gaps), min(gaps))
