"""What changed between two data releases: reports added, changed, withdrawn or gone, told by the panels' rows."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from reports.states import Evidence
from storage.errors import ArchiveError

PANEL = Path("data", "panel.csv")
# Of when and how it was looked at, or following from today's date: no change of what was reported.
_PASSING = frozenset(("clock", "detail", "parser", "fetched_at", "sha256", "county", "city", "province"))

Record = dict[str, str]


class Change(NamedTuple):
    """One difference; ``change`` is added, changed, withdrawn, gone or state (of a year without a report)."""

    county_code: str
    county: str
    year: int
    change: str
    column: str
    before: str
    after: str


def changes(before: Path, after: Path) -> Iterator[Change]:
    """The differences of two releases' panels, in the order of counties and years; two rows are in memory at a time.

    Raises ``ArchiveError`` where one of the folders holds no panel as we write it.
    """
    for old, new in _beside(_rows(before / PANEL), _rows(after / PANEL)):
        yield from _differences(old, new)


def _differences(old: Record, new: Record) -> Iterator[Change]:
    known = new or old
    about = known["county_code"], known["county"], int(known["year"])
    states = "evidence", old.get("evidence", ""), new.get("evidence", "")
    had, has = bool(old.get("url")), bool(new.get("url"))
    if has and not had:
        yield Change(*about, "added", *states)
    elif had and not has:
        yield Change(*about, "gone", *states)
    elif not has:
        if old and new and states[1] != states[2]:
            yield Change(*about, "state", *states)
    else:
        for column, value in new.items():
            if column in old and old[column] != value and column not in _PASSING:
                taken = column == "evidence" and value == Evidence.WITHDRAWN
                yield Change(*about, "withdrawn" if taken else "changed", column, old[column], value)


class _Row(NamedTuple):
    key: tuple[str, int]
    head: list[str]
    cells: list[str]

    def record(self) -> Record:
        return dict(zip(self.head, self.cells, strict=False))


def _beside(old: Iterator[_Row], new: Iterator[_Row]) -> Iterator[tuple[Record, Record]]:
    """Rows of the same county and year beside each other, unless they are the same; what one side lacks is empty."""
    left, right = next(old, None), next(new, None)
    while left or right:
        if left and (not right or left.key < right.key):
            yield left.record(), {}
            left = next(old, None)
        elif right and (not left or right.key < left.key):
            yield {}, right.record()
            right = next(new, None)
        elif left and right:
            if left != right:
                yield left.record(), right.record()
            left, right = next(old, None), next(new, None)


def _rows(path: Path) -> Iterator[_Row]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file)
            head = next(lines, [])
            code, year = head.index("county_code"), head.index("year")
            if not {"county", "url", "evidence"} <= set(head):
                raise ValueError("columns are missing")
            for cells in lines:
                yield _Row((cells[code], int(cells[year])), head, cells)
    except (OSError, ValueError, IndexError, csv.Error) as error:
        raise ArchiveError(f"{path} is no panel of a data release: {error}") from error
