"""How fast the national panel leaves the archive, and in how much memory: ``python -m benchmarks.exports``.

An archive of ``benchmarks.full_archive`` (all 2,846 counties, 17 years, eleven million figures) is exported as
``scrapy export panel`` does it, by a process of its own, whose peak memory counts. The yardstick is the bare driver:
every statement that the export sent is sent again by ``sqlite3``, and its rows go into ``csv.writer`` as they are. Both
are timed by the CPU of their process, since others may be at work. 1 is the exit code where a goal is missed.
"""

import argparse
import csv
import multiprocessing
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import event

from benchmarks.full_archive import YEARS, chosen, make
from storage.database import open_archive
from storage.exports.tables import Scope
from storage.exports.write import FORMATS, TABLES, export_table

LEAST_SPEED = 0.5  # of the bare driver's
MOST_MEMORY = 300  # MB
_TODAY = date(2025, 6, 30)
Sent = list[tuple[str, Any]]


class Measured(NamedTuple):
    """What a process needed: CPU seconds, MB at its peak; how many rows it wrote, and the statements that it sent."""

    seconds: float
    memory: float
    rows: int
    sent: Sent


def main(arguments: list[str] | None = None) -> int:
    """Print what was measured; 0 if both goals are met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.exports", description="Speed and memory of exports.")
    parser.add_argument("--counties", type=int, default=2846, help="how many (default: 2846, all)")
    parser.add_argument("--archive", type=Path, help="a file of benchmarks.full_archive; made where there is none")
    parser.add_argument("--table", choices=TABLES, default="panel", help="what is exported (default: panel)")
    parser.add_argument("--format", choices=FORMATS, default="csv", help="as what (default: csv)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="gongkai-exports-") as folder:
        path = options.archive or Path(folder, "archive.db")
        if not path.exists():
            print(f"{make(path, options.counties):,} figures made", file=sys.stderr)
        codes = tuple(county.code for county in chosen(options.counties))
        target = Path(folder, f"{options.table}.{options.format}")
        ours = _apart(_exported, path, codes, options.table, target)
        size = target.stat().st_size
        bare = _apart(_bare, path, ours.sent, Path(folder, "bare.csv"))
    speed = bare.seconds / ours.seconds
    good = speed >= LEAST_SPEED and ours.memory <= MOST_MEMORY
    print(f"{ours.rows:,} rows of {options.table} as {options.format}, {size:,} bytes")
    print(f"ours        {ours.seconds:7.1f} s of CPU {ours.rows / ours.seconds:10,.0f} rows/s {ours.memory:6,.0f} MB")
    print(f"sqlite3     {bare.seconds:7.1f} s of CPU {bare.rows:,} rows of the same {len(ours.sent):,} statements")
    goals = f"goals: {LEAST_SPEED} of it, and at most {MOST_MEMORY} MB"
    print(f"speed {speed:.2f} of sqlite3's; {goals}: {'yes' if good else 'NO'}")
    return int(not good)


def _apart(do: Callable[..., Measured], *arguments: Any) -> Measured:
    """Call it in a process of its own, which nothing else has grown."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(do, arguments)


def _exported(path: Path, codes: tuple[str, ...], table: str, target: Path) -> Measured:
    archive = open_archive(f"sqlite:///{path}", must_exist=True)
    sent: Sent = []

    def note(*call: Any) -> None:
        sent.append((call[2], call[3]))

    event.listen(archive.engine, "before_cursor_execute", note)
    scope = Scope(codes, tuple(YEARS), _TODAY)
    begun = time.process_time()
    rows = export_table(archive, TABLES[table], scope, target, target.suffix[1:], lambda *_: None)
    seconds = time.process_time() - begun
    archive.close()
    return Measured(seconds, _peak(), rows, sent)


def _bare(path: Path, sent: Sent, target: Path) -> Measured:
    rows = 0
    with closing(sqlite3.connect(path)) as database, target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        begun = time.process_time()
        for sql, values in sent:
            for row in database.execute(sql, values):
                writer.writerow(row)
                rows += 1
        seconds = time.process_time() - begun
    return Measured(seconds, _peak(), rows, [])


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
