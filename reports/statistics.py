"""The statistics tables of 2008–2018: lists of labelled rows with one value each, in one or two halves side by side."""

import re
from collections.abc import Container, Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from reports import labels
from reports.blocks import Cell
from reports.columns import Rows, is_value, read_cell
from reports.forms.lists import ListForm, Row
from reports.headings import Headings, Kind

LEAST_ROWS = 4  # known labels that make a grid one of these tables
UNITS = frozenset(("条", "件", "次", "篇", "个", "人", "人次", "万元", "元", "份", "场", "宗", "项"))
_NOTE = re.compile(r"[（(][^（()）]*[）)]")
_UNIT_IN_LABEL = re.compile(r"[（(](?:单位[:：])?(万?元)[）)]")
_LEAST_NUMBERED = 8  # rows that count up, to be the numbers of the rows
_NO_VALUE = (Kind.NUMBER, Kind.UNIT, Kind.WORDS)


@cache
def _rows_by_key(form: ListForm) -> dict[str, tuple[Row, ...]]:
    found: dict[str, tuple[Row, ...]] = {}
    for row in form.rows:
        for key in row.keys:
            found[key] = (*found.get(key, ()), row)
    return found


class _Entry(NamedTuple):
    """A labelled row of one half: what it is, how it was printed, and the cells that may hold its value.

    These come with their kinds by the headings; ``bare`` says that cells stand beside the label, and none is a value's.
    """

    row: Row
    label: Cell
    values: tuple[tuple[Cell, Kind | None], ...]
    unit: str
    bare: bool

    def without(self, columns: Container[int]) -> "_Entry":
        """The same row without its cells in some columns."""
        kept = tuple((cell, kind) for cell, kind in self.values if cell.column not in columns)
        return self._replace(values=kept, bare=self.bare or (bool(self.values) and not kept))


class StatisticsTable:
    """Takes the rows of one of the forms; a grid counts only if it shows several of its labels."""

    def __init__(self, form: ListForm) -> None:
        self.form = form
        self.rows = Rows(form.prefix)
        self._year: int | None = None
        self._entries: list[_Entry] = []
        self._waiting: list[tuple[int, list[_Entry]]] = []  # pieces too small to tell by themselves, and their blocks
        self._above: dict[int, str] = {}  # by the label's column: the row or chapter that came last
        self._before: list[Sequence[Cell]] = []  # rows of the grid above its first label
        self._headings = self._held = Headings(0, {})  # of this grid, and of the last that was one of these tables
        self._filled: set[int] = set()  # columns beside labels with a text in any row so far
        self.found = False

    def begin(self, year: int | None) -> None:
        """Another grid begins, of a report of ``year``; what stood above holds on, for tables are cut by pages."""
        self._year = year
        self._entries = []
        self._before = []
        self._headings = self._held
        if not self.found and not self._waiting:
            self._above = {}

    def feed(self, cells: Sequence[Cell], keys: Sequence[str], row: int, width: int) -> bool:
        """Take one row of a grid; nothing is claimed before the grid ends."""
        places = [i for i, key in enumerate(keys) if cells[i].row == row and self._is_label(cells[i], key)]
        if not places and not self._entries:
            self._before.append(cells)
        elif self._before:
            headings = Headings.above(self._before, self._year, width)
            self._headings = headings if headings.kinds else self._headings
            self._before = []
        if width != self._headings.width:
            self._headings = Headings(width, {})
        for number, place in enumerate(places):
            end = places[number + 1] if number + 1 < len(places) else len(cells)
            after = [cell for cell in cells[place + 1 : end] if cell.row == row]
            self._take(cells[place], keys[place], after, cells[end].column if end < len(cells) else width)
        return False

    def _is_label(self, cell: Cell, key: str) -> bool:
        return key in self.form.chapters or any(one in _rows_by_key(self.form) for one in _spellings(cell, key))

    def _take(self, label: Cell, key: str, after: Sequence[Cell], end: int) -> None:
        row = self._row(label, key)
        chapter = self.form.chapters.get(key)
        if row is None:
            if chapter:
                self._above[label.column] = chapter
            return
        self._above[label.column] = row.code
        unit = "".join(match[1] for match in [_UNIT_IN_LABEL.search(label.text)] if match)
        headings = self._headings.over(label, after, end, UNITS)
        values: list[tuple[Cell, Kind | None]] = []
        for cell in after:
            text = "".join(cell.text.split())
            kind = headings.kind(cell) if headings else None
            if text in UNITS:
                unit = unit or (text if text.endswith("元") else "")
            elif kind not in _NO_VALUE:
                values.append((cell if headings else cell._replace(placed=False), kind))
        if values and row.number and values[0][1] is not Kind.VALUE:
            first, kind = values[0]
            if "".join(first.text.split()) == row.number:  # the row's printed code
                values = values[1:] or [(first._replace(placed=False), kind)]
        self._filled |= {cell.column for cell, _ in values if cell.text.strip()}
        self._entries.append(_Entry(row, label, tuple(values), unit, bare=bool(after) and not values))

    def _row(self, label: Cell, key: str) -> Row | None:
        """The row of a label: of several with the same wording the one that belongs to what came last above it."""
        for spelling in _spellings(label, key):
            rows = _rows_by_key(self.form).get(spelling, ())
            if len(rows) == 1:
                return rows[0]
            above = self._above.get(label.column, "")
            for row in rows:
                if row.under and (above == row.under or above.startswith(f"{row.under}.")):
                    return row
        return None

    @property
    def matches(self) -> int:
        """How many rows of the form this grid has shown."""
        return len({entry.row.code for entry in self._entries})

    def end(self) -> None:
        """A grid ends: keep what was read if it is a table of this form, or a piece of one."""
        if not self.matches:
            return
        self._held = self._headings
        self._waiting.append((self.rows.block, self._without_numbers()))
        if self.matches < (1 if self.found else LEAST_ROWS):
            return
        self.found = True
        for block, entries in self._waiting:
            for entry in entries:
                self._keep(entry, block)
        self._waiting = []

    def _without_numbers(self) -> list[_Entry]:
        """The entries of this grid without the columns that no heading calls a value's, and that number the rows."""
        columns: dict[int, list[tuple[int, int]]] = {}
        for entry in self._entries:
            for cell, kind in entry.values:
                if kind is not Kind.VALUE and cell.text.strip():
                    number = int(cell.text) if cell.text.strip().isdecimal() else -1
                    columns.setdefault(cell.column, []).append((cell.row, number))
        passed = {column for column, cells in columns.items() if _count_up(cells)}
        return [entry.without(passed) for entry in self._entries] if passed else self._entries

    def _keep(self, entry: _Entry, block: int) -> None:
        cell = entry.row.code.removeprefix(f"{self.form.prefix}.")
        self.rows.seen.add(cell)
        if entry.bare or not all(value.placed for value, _ in entry.values):
            self.rows.doubt(cell, f"what stands beside “{entry.label.text}” is not sure; it was not read")
            return
        default = entry.unit or ("万元" if entry.row.unit == "10k_yuan" else "")
        figures = [read_cell(value, block, entry.row.unit, default) for value in self._values(entry)]
        if len({(figure.state, figure.value) for figure in figures}) == 1:
            self.rows.put_cell(cell, figures[0])
        elif figures:
            printed = "” and “".join(figure.raw for figure in figures)
            self.rows.doubt(cell, f"“{printed}” stand beside “{entry.label.text}”; neither was read")

    def _values(self, entry: _Entry) -> list[Cell]:
        """The cells that have to agree on the value of a row, blank ones too.

        What stands under a heading of the value gives it; a number under no heading must not say otherwise. A column
        that no heading names and that is blank in every row is nothing but what lost spans leave over.
        """
        named = [cell for cell, kind in entry.values if kind is Kind.VALUE]
        others = [(cell, kind) for cell, kind in entry.values if kind is not Kind.VALUE]
        if any(cell.text.strip() for cell in named):
            loose = [cell for cell, kind in others if kind is None and is_value(cell)]
            return [cell for cell in named if cell.column in self._filled] + loose
        rest = [cell for cell, kind in others if kind is Kind.UNKNOWN or cell.column in self._filled]
        return [*named[:1], *rest] or [cell for cell, _ in entry.values[:1]]

    def codes(self) -> list[str]:
        """Every code of the form."""
        return [row.code for row in self.form.rows]


def _spellings(cell: Cell, key: str) -> Iterator[str]:
    """The keys a label may be known by: as printed, and without its notes in brackets."""
    yield key
    if "（" in cell.text or "(" in cell.text:
        yield labels.key(_NOTE.sub("", cell.text))


def _count_up(cells: Sequence[tuple[int, int]]) -> bool:
    """Whether numbers, each with its grid row, count the rows; titles between these may be counted or not."""
    steps = [(lower - upper, number - earlier) for (upper, earlier), (lower, number) in pairwise(cells)]
    return len(cells) >= _LEAST_NUMBERED and all(1 <= step <= rows for rows, step in steps)
