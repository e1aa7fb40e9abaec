"""A crawl with a fault and the crawl after it, held against an archive that nothing happened to."""

import random
import shutil
import sqlite3
import tempfile
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from storage.verify import verify
from tests.crawling import Practice
from tests.faults import FAULTS

HOSTS = {"610326": "www.meixian.test", "330109": "www.xiaoshan.test"}
_COMMITTED = {
    "capture": "SELECT warc_file, warc_offset, payload_sha256 FROM capture",
    "document": "SELECT portal_code, url, report_id FROM document",
    "version": "SELECT document_id, fingerprint FROM version",
    "reading": "SELECT version_id, parser, fingerprint FROM reading",
}
_HELD = {
    "document": "SELECT portal_code, url FROM document",
    "version": "SELECT d.url, v.fingerprint FROM version v JOIN document d ON d.id = v.document_id",
    "reading": "SELECT v.fingerprint, r.parser FROM reading r JOIN version v ON v.id = r.version_id",
    "figure": (
        "SELECT v.fingerprint, i.code, f.state, f.value FROM figure f JOIN indicator i ON i.id = f.indicator_id "
        "JOIN reading r ON r.id = f.reading_id JOIN version v ON v.id = r.version_id"
    ),
}
Rows = dict[str, Counter[Any]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one try came to; all empty if it was made good."""

    lost: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()
    unclean: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.lost or self.twice or self.unclean)


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """The archive that nothing happened to."""

    site: Practice
    counties: str
    held: Rows
    payloads: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, site: Practice, counties: str) -> "Undisturbed":
        """Crawl some of the counties of ``HOSTS``."""
        ended = site.crawl(counties)
        if ended.code:
            raise AssertionError(ended.err)
        return cls(site, counties, _rows(site.folder, _HELD), _payloads(site, counties))


def attempt(whole: Undisturbed, fault: str, seed: str) -> Outcome:
    """One crawl with a fault and one without, and what is wrong with the archive then."""
    with tempfile.TemporaryDirectory(prefix="gongkai-crash-") as name:
        site = beside(whole, Path(name))
        FAULTS[fault](site, whole.counties, random.Random(f"{seed}:{fault}"))  # noqa: S311 - practice
        before = _rows(site.folder, _COMMITTED)
        ended = site.crawl(whole.counties)
        if ended.code:
            return Outcome(unclean=(f"the next crawl ended with {ended.code}: {ended.err[-300:]}",))
        after = _rows(site.folder, _COMMITTED)
        lost = [f"committed {table}: {rows - after[table]}" for table, rows in before.items() if rows - after[table]]
        found = compared(whole, site)
        return replace(found, lost=(*lost, *found.lost))


def beside(whole: Undisturbed, folder: Path) -> Practice:
    """The same portals, to be crawled into an archive of its own."""
    for file in ("registry.csv", "hosts.json"):
        shutil.copy(whole.site.folder / file, folder)
    return replace(whole.site, folder=folder)


def compared(whole: Undisturbed, site: Practice) -> Outcome:
    """What an archive lacks or holds twice beside the undisturbed one, and what verification says of it."""
    held = _rows(site.folder, _HELD)
    lost = [f"{table}: {len(rows - held[table])}" for table, rows in whole.held.items() if rows - held[table]]
    missing = whole.payloads - _payloads(site, whole.counties)
    lost += [f"payloads: {sorted(missing)[:3]}"] if missing else []
    twice = [f"{table}: {rows - whole.held[table]}" for table, rows in held.items() if rows - whole.held[table]]
    return Outcome(tuple(lost), tuple(twice), tuple(_unclean(site)))


def _unclean(site: Practice) -> list[str]:
    with site.archive() as archive:
        found = [str(damage) for damage in verify(archive).damages]
    return found + [f"{path.name} is left" for path in (site.folder / "warc").glob("*.open")]


def _rows(folder: Path, queries: dict[str, str]) -> Rows:
    """How often each row of these queries is there; none where there is no archive yet."""
    path = folder / "archive.db"
    if not path.exists():
        return {name: Counter() for name in queries}
    with closing(sqlite3.connect(path)) as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
        return {name: Counter(database.execute(sql) if name in tables else ()) for name, sql in queries.items()}


def _payloads(site: Practice, counties: str) -> frozenset[tuple[str, str]]:
    return frozenset(one for code in counties.split(",") for one in site.payloads(HOSTS[code]))
