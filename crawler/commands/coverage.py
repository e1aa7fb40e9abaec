"""``scrapy coverage``: the matrix county × year, a named state in every cell."""

import argparse
import json
import shutil
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from crawler.arguments import ArgumentError, parse_date, parse_years
from crawler.command import ReadingCommand
from reports.calendar import FIRST_YEAR
from reports.divisions.selection import select_counties
from reports.states import Clock, Evidence
from storage.coverage import Cell, Row, coverage
from storage.database import open_archive
from storage.watching import watched

_MARKS = {Clock.OVERDUE: "!", Clock.PUBLISHED_LATE: "~"}
_GREEN, _YELLOW, _RED, _PLAIN = "\x1b[32m", "\x1b[33m", "\x1b[31m", "\x1b[0m"
_COLOURS = {
    Evidence.ARCHIVED: _GREEN,
    Evidence.AMENDED: _GREEN,
    Evidence.NOT_LISTED: _RED,
    Evidence.WITHDRAWN: _RED,
}


class Command(ReadingCommand):
    """Reads the archive alone."""

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Show what the archive holds: county by year, a named state in every cell"

    def long_desc(self) -> str:
        return (
            "Show the matrix of counties and report years with the state of evidence in every cell. Example: "
            "scrapy coverage --county 6103 --years 2015-2024. Without --county: what is watched. '!' marks a report "
            "that is proved absent after the legal date, '~' one that is dated after it, 'Σ' sums that do not add up."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--county", metavar="CODES", help="codes, prefixes, names or all, separated by commas")
        parser.add_argument("--years", metavar="YEARS", help="e.g. 2020 or 2015-2024 (default: 2008 to the last due)")
        parser.add_argument("--today", metavar="DATE", help="the date of the legal clock (default: today in Beijing)")
        parser.add_argument("--json", action="store_true", help="one JSON object a cell and line")

    def act(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        if args:
            raise ArgumentError(f"{args[0]!r} is not understood; name counties with --county")
        today = parse_date(opts.today)
        years = parse_years(opts.years) if opts.years else frozenset(range(FIRST_YEAR, today.year))
        if not years:
            raise ArgumentError(f"--today is {opts.today}; the first reports were due in {FIRST_YEAR + 1}")
        if min(years) < FIRST_YEAR:
            raise ArgumentError(f"--years begins with {min(years)}; the first reports were due for {FIRST_YEAR}")
        chosen = [county.code for county in select_counties(opts.county)] if opts.county else None
        archive = open_archive(self.settings["GONGKAI_DATABASE_URL"], must_exist=True)
        codes = chosen or watched(archive)
        if not codes:
            raise ArgumentError("nothing is watched; name a county: scrapy coverage --county 610326")
        rows = coverage(archive, codes, range(min(years), max(years) + 1), today)
        archive.close()
        shown = [Row(row.code, row.county, tuple(cell for cell in row.cells if cell.year in years)) for row in rows]
        for line in _json(shown) if opts.json else _text(shown):
            print(line)


def _json(rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        for cell in row.cells:
            shown = {
                "code": cell.code,
                "county": cell.county,
                "year": cell.year,
                "state": cell.evidence,
                "clock": cell.clock,
                "title": cell.title,
                "published_at": cell.published_at,
                "detail": cell.detail,
                "failed_checks": cell.failed,
            }
            yield json.dumps(shown, ensure_ascii=False)


def _text(rows: Sequence[Row]) -> Iterator[str]:
    """The matrix, wrapped by years to the width of the terminal, and below it what its states add up to."""
    head = max(_width(f"{row.code} {row.county}") for row in rows) + 2
    columns = list(zip(*(row.cells for row in rows), strict=True))
    widths = [max(_width(_shown(cell)) for cell in column) + 2 for column in columns]
    room = shutil.get_terminal_size((140, 24)).columns - head
    start = 0
    while start < len(columns):
        end = start + 1
        while end < len(columns) and sum(widths[start : end + 1]) <= room:
            end += 1
        yield " " * head + "".join(str(columns[i][0].year).ljust(widths[i]) for i in range(start, end)).rstrip()
        for row in rows:
            cells = "".join(_padded(row.cells[i], widths[i]) for i in range(start, end))
            yield _pad(f"{row.code} {row.county}", head) + cells.rstrip()
        yield ""
        start = end
    counts = Counter(cell.evidence for row in rows for cell in row.cells)
    yield ", ".join(f"{number} {state}" for state, number in counts.most_common())
    if any(_shown(cell) != cell.evidence for row in rows for cell in row.cells):
        yield "!  proved absent after the legal date   ~  dated after the legal date   Σ  sums that do not add up"


def _shown(cell: Cell) -> str:
    return cell.evidence + _MARKS.get(cell.clock, "") + ("Σ" if cell.failed else "")


def _padded(cell: Cell, width: int) -> str:
    text = _pad(_shown(cell), width)
    return f"{_COLOURS.get(cell.evidence, _YELLOW)}{text}{_PLAIN}" if sys.stdout.isatty() else text


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
