"""What ``scrapy export`` does for tables, data packages and releases: what was typed, checked, and progress told."""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from crawler.arguments import ArgumentError, parse_date, parse_years
from reports.calendar import FIRST_YEAR
from reports.divisions import counties
from reports.divisions.selection import select_counties
from storage.database import Archive
from storage.exports.package import FORMATS as PACKED
from storage.exports.package import About, export_package
from storage.exports.release import export_release
from storage.exports.tables import Scope
from storage.exports.write import FORMATS, TABLES, TEXTS, export_table, print_table

PACKAGES = ("datapackage", "release")
STDOUT = "-"
_TITLE = "Gongkai Archive: China's county government information disclosure reports"
_NAME = "gongkai-archive"


def scope_of(opts: argparse.Namespace) -> Scope:
    """The counties and years that were typed; without any, all of them that were due."""
    today = parse_date(opts.today)
    years = parse_years(opts.years) if opts.years else frozenset(range(FIRST_YEAR, today.year))
    if not years:
        raise ArgumentError(f"--today is {opts.today}; the first reports were due in {FIRST_YEAR + 1}")
    if min(years) < FIRST_YEAR:
        raise ArgumentError(f"--years begins with {min(years)}; the first reports were due for {FIRST_YEAR}")
    if opts.agencies not in ("county", "all"):
        raise ArgumentError(f"--agencies is {opts.agencies!r}; it is county or all")
    codes = [county.code for county in (select_counties(opts.county) if opts.county else counties())]
    return Scope(tuple(codes), tuple(sorted(years)), today, everybody=opts.agencies == "all")


def file_format(what: str, opts: argparse.Namespace) -> str:
    """The format that was typed, or that the file's name has."""
    possible = PACKED if what == "datapackage" else FORMATS
    ending = "" if what in PACKAGES else Path(opts.output or "").suffix[1:]
    chosen = str(opts.format or (ending if ending in possible else "") or ("csv" if what in PACKAGES else ""))
    if chosen not in possible or (what == "release" and chosen != "csv"):
        known = "csv" if what == "release" else ", ".join(possible)
        raise ArgumentError(f"{what} comes as {known}: name one with --format, or by the file's name (-o {what}.csv)")
    if opts.output == STDOUT and (what in PACKAGES or chosen not in TEXTS):
        raise ArgumentError(f"standard output takes tables as {' or '.join(TEXTS)}; name a file with -o")
    return chosen


def export_tables(archive: Archive, what: str, opts: argparse.Namespace, version: str, software: str) -> dict[str, int]:
    """Write what was asked for; how many rows each table has. Raises ``FileExistsError``, ``OSError``."""
    scope, kind, progress = scope_of(opts), file_format(what, opts), Progress(sys.stderr)
    try:
        if what == "datapackage":
            about = About(_NAME, _TITLE, scope.today.isoformat(), software)
            return export_package(archive, scope, Path(opts.output), kind, about, progress)
        if what == "release":
            about = About(_NAME, _TITLE, version, software)
            previous = Path(opts.previous) if opts.previous else None
            return export_release(archive, scope, Path(opts.output), about, previous, progress)
        if opts.output == STDOUT:
            return {what: print_table(archive, TABLES[what], scope, sys.stdout, kind, progress)}
        return {what: export_table(archive, TABLES[what], scope, Path(opts.output), kind, progress)}
    finally:
        progress.close()


class Progress:
    """Tells how far an export is: on a terminal at once and in one line, else a line now and then."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream, self._clock = stream, clock
        self._terminal = stream.isatty()
        self._every = 0.2 if self._terminal else 30.0  # seconds
        self._told, self._open = clock(), False

    def __call__(self, table: str, done: int, of: int, rows: int) -> None:
        now = self._clock()
        if now - self._told < self._every and not (self._open and done == of):
            return
        self._told, self._open = now, self._terminal
        line = f"{table}: {done:,} of {of:,} counties, {rows:,} rows"
        print(
            f"\r{line}" if self._terminal else line, end="" if self._terminal else "\n", file=self._stream, flush=True
        )

    def close(self) -> None:
        """End the line on a terminal."""
        if self._open:
            print(file=self._stream)
