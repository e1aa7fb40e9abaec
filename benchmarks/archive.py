"""What an archive of a million figures weighs and how fast it answers: ``python -m benchmarks.archive``.

Report pages of 60 kB, as ``benchmarks.reading_speed`` prints them, are recorded, read and saved for all 2,846 counties,
each with its list and visit; counters in the pages make all bytes differ. Then every portal is asked again and says
that nothing changed: as a scheduled visit does (list pages alone; reports are asked again after 30 days), and with
every report. Bytes are held against the raw bytes of the report pages.

Reading is timed against the bare driver: the matrix and ``why`` against ``sqlite3`` with the statements that they send,
inserts against ``sqlite3`` with the same rows of figures. 1 is the exit code where a goal is missed.
"""

import argparse
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from itertools import cycle, islice
from typing import Any

from sqlalchemy import event

from benchmarks.archive_making import START, Making, distinct
from benchmarks.reading_speed import Printed, pages
from reports import normalize
from reports.divisions import counties
from reports.model import Report
from storage.coverage import matrix
from storage.database import Archive, open_archive
from storage.holdings import Holdings, holdings
from storage.why.chain import why

YEARS = range(2008, 2025)
TODAY = date(2025, 6, 30)
MOST_WARC, MOST_SQL, MOST_AGAIN = 0.15, 0.65, 0.01  # of the raw bytes
MOST_MATRIX, MOST_WHY = 100.0, 50.0  # ms
_ASKED_WHY = 100
_WARM = 3

Line = tuple[str, str, bool | None]  # what, measured, whether a goal is met


def main(arguments: list[str] | None = None) -> int:
    """Print what was measured; 0 if every goal is met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.archive", description="Bytes and speed of an archive.")
    parser.add_argument("--reports", type=int, default=2, help="a county, 1 to 17 (default: 2, a million figures)")
    parser.add_argument("--pages", type=int, default=600, help="different pages to take them from (default: 600)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="gongkai-archive-") as folder:
        archive = open_archive(f"sqlite:///{folder}/archive.db")
        lines = [*_filled(archive, options.reports, options.pages), *_speeds(archive)]
        archive.close()
    for what, measured, met in lines:
        print(f"{what:<46}{measured:<44}{'' if met is None else 'yes' if met else 'NO'}".rstrip())
    return int(any(met is False for *_, met in lines))


def _filled(archive: Archive, each: int, different: int) -> list[Line]:
    """Fill the archive; what it weighs after the first pass, and what two later passes add."""
    read_pages = [(page, _read(page)) for page in islice(pages(), different)]
    bodies = distinct(page for page, _ in cycle(read_pages))
    readings = cycle(report for _, report in read_pages)
    first = Making(archive)
    held = {}
    raw = 0
    for number, county in enumerate(counties(), 1):
        chosen = []
        for year in islice(reversed(YEARS), each):
            page, report = next(bodies), next(readings)
            agency = f"{county.name}人民政府"
            whose = replace(report, agency=agency, county_code=county.code, year=year, review=())
            chosen.append((year, page, whose))
            raw += len(page.body)
        held[county.code] = county.name, *first.portal(county.code, county.name, chosen)
        if not number % 500:
            print(f"{number} counties", file=sys.stderr)
    first.close()
    whole = _weighed(archive)
    added = []
    for days, reports in ((7, False), (40, True)):
        before, later = _weighed(archive), Making(archive, START + timedelta(days=days))
        for code, (name, listed, captures) in held.items():
            later.again(code, name, listed, captures, reports=reports)
        later.close()
        after = _weighed(archive)
        added.append((after.warc + after.database - before.warc - before.database) / raw)
    lists = added[0] * each / len(YEARS)  # a list and a visit serve 17 reports
    return [*_bytes(whole, raw, lists, lists + added[1] - added[0]), *_inserts(archive, first)]


def _read(page: Printed) -> Report:
    return normalize(page.body, url=page.url, county_code=page.county_code, title_hint=page.title)


def _bytes(held: Holdings, raw: int, listed: float, asked: float) -> list[Line]:
    warc, sql = held.warc / raw, held.database / raw
    return [
        ("reports, figures", f"{held.counts['documents']:,}, {held.counts['figures']:,}", None),
        ("raw bytes of the reports", f"{raw:,}", None),
        ("WARC files", f"{held.warc:,}, {warc:.1%} of raw", warc <= MOST_WARC),
        ("SQL, with text, figures and search", f"{held.database:,}, {sql:.1%} of raw", sql <= MOST_SQL),
        ("an unchanged pass, 17 reports a county, adds", f"{listed:.2%} of raw", listed < MOST_AGAIN),
        ("the same with every report asked again", f"{asked:.2%} of raw", None),
    ]


def _weighed(archive: Archive) -> Holdings:
    with closing(sqlite3.connect(str(archive.engine.url.database))) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return holdings(archive)


def _inserts(archive: Archive, made: Making) -> list[Line]:
    """The whole transaction of a report against the driver's executemany for its figures alone."""
    path = str(archive.engine.url.database)
    with tempfile.NamedTemporaryFile(suffix=".db") as file, closing(sqlite3.connect(path)) as source:
        rows = source.execute("SELECT * FROM figure").fetchall()
        schema = source.execute("SELECT sql FROM sqlite_master WHERE name = 'figure'").fetchone()[0]
        with closing(sqlite3.connect(file.name)) as bare:
            bare.execute(schema)
            begun = time.perf_counter()
            bare.executemany(f"INSERT INTO figure VALUES ({','.join('?' * len(rows[0]))})", rows)  # noqa: S608
            bare.commit()
            alone = time.perf_counter() - begun
    told = f"{made.figures / made.saving:,.0f} a second, {made.saving / alone:.1f} x bare sqlite3"
    return [("figures saved, one transaction a report", told, None)]


def _speeds(archive: Archive) -> list[Line]:
    rng = random.Random(2026)  # noqa: S311 - practice
    cells = [(rng.choice(counties()).code, rng.choice(YEARS)) for _ in range(_ASKED_WHY)]
    begun = time.perf_counter()
    matrix(archive, None, YEARS, TODAY)
    making = time.perf_counter() - begun
    whole, whole_bare = _timed(archive, lambda: matrix(archive, None, YEARS, TODAY))
    times, bares = zip(*(_timed(archive, partial(why, archive, *cell, TODAY)) for cell in cells), strict=True)
    worst = sorted(times)[int(_ASKED_WHY * 0.95)]
    middle, middle_bare = sorted(times)[_ASKED_WHY // 2], sorted(bares)[_ASKED_WHY // 2]
    return [
        ("all states made anew", f"{making:.1f} s", None),
        ("the matrix of 2,846 x 17", f"{whole:.0f} ms, {whole / whole_bare:.1f} x bare", whole < MOST_MATRIX),
        ("why, 95th of 100", f"{worst:.1f} ms", worst < MOST_WHY),
        ("why, median", f"{middle:.1f} ms, {middle / middle_bare:.1f} x bare", None),
    ]


def _timed(archive: Archive, ask: Callable[[], Any]) -> tuple[float, float]:
    """Milliseconds of a question, and of its statements sent by the bare driver; the best of a few."""
    sent: list[tuple[str, Any]] = []

    def note(*call: Any) -> None:
        sent.append((call[2], call[3]))

    event.listen(archive.engine, "before_cursor_execute", note)
    ask()
    event.remove(archive.engine, "before_cursor_execute", note)
    with closing(sqlite3.connect(str(archive.engine.url.database))) as bare:

        def send() -> None:
            for sql, values in sent:
                bare.execute(sql, values).fetchall()

        return _best(ask), _best(send)


def _best(do: Callable[[], Any]) -> float:
    found = []
    for _ in range(_WARM):
        begun = time.perf_counter()
        do()
        found.append((time.perf_counter() - begun) * 1000)
    return min(found)


if __name__ == "__main__":
    sys.exit(main())
