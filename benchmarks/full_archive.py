"""A simulated archive of the whole country, for what is measured on one: ``python -m benchmarks.full_archive FILE``.

``make`` writes rows straight into SQLite, a million figures in two or three seconds. Sections, figures, tables and
findings are those of practice reports of all forms that ``reports.normalize`` has read; each report is given one of
them. A tenth of the counties cannot be read, for all the reasons there are; of the others some years are missing,
edited, withdrawn, in doubt or pictures alone. Every version was read by two parsers (``scrapy reparse``), and some
offices have reports of their own. All 2,846 counties and 17 years give eleven million figures. No WARC file is
written, though the captures name some: nothing here can be verified or replayed.
"""

import argparse
import hashlib
import random
import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.full_archive_county import RUNS, County
from benchmarks.full_archive_rows import Sheets
from benchmarks.reading_reports import report as practice_report
from benchmarks.reading_writers import FORMATS
from reports import normalize
from reports.divisions import Division, counties
from reports.model import Report
from storage.database import open_archive
from storage.manifest import link
from storage.models import Indicator, Reading, WarcFile

YEARS = range(2008, 2025)
TEMPLATES = 25  # practice reports of each form
SEED = 2026
_AT_ONCE = 25  # counties whose rows are inserted together


def make(path: Path, number: int = 2846, years: range = YEARS) -> int:
    """Make an archive of so many counties, spread over the country, and these years; returns how many figures it has.

    The same arguments give the same archive. ``path`` must not exist.
    """
    open_archive(f"sqlite:///{path}").close()
    rng = random.Random(SEED)  # noqa: S311 - practice
    templates = _templates(rng)
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA synchronous = OFF")  # it can be made again
        known = _indicators(database, templates)
        sheets = Sheets(known, datetime(years.stop, 4, 1, 2, tzinfo=UTC))
        runs = sheets.begin(tuple(sheets.now + after for after in RUNS))
        for place, division in enumerate(chosen(number), 1):
            County(division, sheets, runs, templates, SEED).fill(years)
            if not place % _AT_ONCE:
                sheets.flush(database)
                database.commit()
        _manifest(sheets)
        sheets.flush(database)
        database.commit()
        database.execute("ANALYZE")
        database.commit()
    return sheets.figures


def chosen(number: int) -> Sequence[Division]:
    """So many counties, evenly spread over the country."""
    every = counties()
    return [every[place * len(every) // number] for place in range(number)]


def _templates(rng: random.Random) -> dict[str, list[Report]]:
    """Readings of practice pages, by the form they were written for."""
    found: dict[str, list[Report]] = {}
    writer = FORMATS["html"][0]
    while len(found) < 5 or any(len(some) < TEMPLATES for form, some in found.items() if form != "mixed"):
        page = practice_report(rng, "html", writer, ())
        some = found.setdefault(page.form, [])
        if len(some) < TEMPLATES:
            some.append(normalize(page.body, county_code=page.county_code))
    return found


def _indicators(database: sqlite3.Connection, templates: dict[str, list[Report]]) -> dict[str, int]:
    known = dict(database.execute("SELECT code, id FROM indicator"))
    used = {code for some in templates.values() for report in some for code in report.figures}
    if lacking := used - known.keys():
        raise ValueError(f"no {Indicator.__tablename__} is called {lacking}")
    return known


def _manifest(sheets: Sheets) -> None:
    """The seals of the files that the captures name."""
    chain = "0" * 64
    for number, (name, size) in enumerate(sheets.files.items(), 1):
        digest = hashlib.sha256(name.encode()).hexdigest()
        chain = link(chain, name, size, digest)
        sheets.add(WarcFile, number=number, name=name, size=size, sha256=digest, chain=chain, sealed_at=sheets.now)


def main(arguments: list[str] | None = None) -> int:
    """Make an archive to look at."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.full_archive", description="A simulated archive.")
    parser.add_argument("file", type=Path, help="the database to make")
    parser.add_argument("--counties", type=int, default=2846, help="how many (default: 2846, all)")
    options = parser.parse_args(arguments)
    if options.file.exists():
        print(f"{options.file} is there already; name another file", file=sys.stderr)
        return 2
    begun = time.perf_counter()
    figures = make(options.file, options.counties)
    for line in _told(options.file):
        print(line)
    print(f"{figures:,} figures in {time.perf_counter() - begun:.0f} s, {options.file.stat().st_size:,} bytes")
    return 0


def _told(path: Path) -> Iterator[str]:
    with closing(sqlite3.connect(path)) as database:
        for table in ("portal", "visit", "capture", "document", "version", Reading.__tablename__, "finding"):
            number = database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - our own names
            yield f"{table:<10}{number:>12,}"


if __name__ == "__main__":
    sys.exit(main())
