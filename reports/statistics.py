"""The statistics tables of 2008–2018: lists of labelled rows with one value each, in one or two halves side by side."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from reports import labels
from reports.blocks import Cell
from reports.columns import Rows, read_cell
from reports.forms.lists import ListForm, Row
from reports.model import CellState, Figure

LEAST_ROWS = 4  # known labels that make a grid one of these tables
UNITS = frozenset(("条", "件", "次", "篇", "个", "人", "人次", "万元", "元", "份", "场", "宗", "项"))
_NOTE = re.compile(r"[（(][^（()）]*[）)]")
_UNIT_IN_LABEL = re.compile(r"[（(](?:单位[:：])?(万?元)[）)]")
_CUMULATIVE = re.compile(r"历年|(?<!本年)(?<!年度)(?<!全年)累计")
_LONGEST_HEADING = 16
_YEAR = re.compile(r"(20[0-9]{2})年")


@cache
def _rows_by_key(form: ListForm) -> dict[str, tuple[Row, ...]]:
    found: dict[str, tuple[Row, ...]] = {}
    for row in form.rows:
        for key in row.keys:
            found[key] = (*found.get(key, ()), row)
    return found


class _Entry(NamedTuple):
    """A labelled row of one half: what it is, how it was printed, and the cells that may hold its value."""

    row: Row
    label: Cell
    values: tuple[Cell, ...]
    unit: str


class StatisticsTable:
    """Takes the rows of one of the forms; a grid counts only if it shows several of its labels."""

    def __init__(self, form: ListForm) -> None:
        self.form = form
        self.rows = Rows(form.prefix)
        self._year: int | None = None
        self._entries: list[_Entry] = []
        self._waiting: list[tuple[int, list[_Entry]]] = []  # pieces too small to tell by themselves, and their blocks
        self._above: dict[int, str] = {}  # by the label's column: the row or chapter that came last
        self._passed: frozenset[int] = frozenset()  # columns that add up several years, or are of another one
        self.found = False

    def begin(self, year: int | None) -> None:
        """Another grid begins, of a report of ``year``; what stood above holds on, for tables are cut by pages."""
        self._year = year
        self._entries = []
        if not self.found and not self._waiting:
            self._above = {}

    def feed(self, cells: Sequence[Cell], keys: Sequence[str], row: int, width: int) -> bool:
        """Take one row of a grid; nothing is claimed before the grid ends."""
        places = [i for i, key in enumerate(keys) if cells[i].row == row and self._is_label(cells[i], key)]
        if not places and not self._entries:
            self._read_headings(cells)
        for number, place in enumerate(places):
            end = places[number + 1] if number + 1 < len(places) else len(cells)
            self._take(cells[place], keys[place], [cell for cell in cells[place + 1 : end] if cell.row == row])
        return False

    def _is_label(self, cell: Cell, key: str) -> bool:
        return key in self.form.chapters or any(one in _rows_by_key(self.form) for one in _spellings(cell, key))

    def _take(self, label: Cell, key: str, after: Sequence[Cell]) -> None:
        row = self._row(label, key)
        chapter = self.form.chapters.get(key)
        if row is None:
            if chapter:
                self._above[label.column] = chapter
            return
        self._above[label.column] = row.code
        unit = "".join(match[1] for match in [_UNIT_IN_LABEL.search(label.text)] if match)
        values = []
        for cell in after:
            text = "".join(cell.text.split())
            if text in UNITS:
                unit = unit or (text if text.endswith("元") else "")
            elif cell.column not in self._passed:
                values.append(cell)
        if values and row.number and "".join(values[0].text.split()) == row.number:  # the row's printed code
            values = values[1:] or [values[0]._replace(placed=False)]
        self._entries.append(_Entry(row, label, tuple(values), unit))

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

    def _read_headings(self, cells: Sequence[Cell]) -> None:
        """Columns that are not this year's: 历年累计, or those headed by another year where one is headed by this."""
        cells = [cell for cell in cells if len(cell.text) <= _LONGEST_HEADING]
        years = {cell.column: set(map(int, _YEAR.findall(cell.text))) for cell in cells}
        own = any(self._year in found for found in years.values())
        for cell in cells:
            other = own and years[cell.column] and self._year not in years[cell.column]
            if other or _CUMULATIVE.search("".join(cell.text.split())):
                self._passed |= set(range(cell.column, cell.column + cell.colspan))

    @property
    def matches(self) -> int:
        """How many rows of the form this grid has shown."""
        return len({entry.row.code for entry in self._entries})

    def end(self) -> None:
        """A grid ends: keep what was read if it is a table of this form, or a piece of one."""
        if not self.matches:
            return
        self._waiting.append((self.rows.block, self._entries))
        if self.matches < (1 if self.found else LEAST_ROWS):
            return
        self.found = True
        for block, entries in self._waiting:
            for entry in entries:
                self._keep(entry, block)
        self._waiting = []

    def _keep(self, entry: _Entry, block: int) -> None:
        cell = entry.row.code.removeprefix(f"{self.form.prefix}.")
        self.rows.seen.add(cell)
        if not all(value.placed for value in entry.values):
            self.rows.doubt(cell, f"what stands beside “{entry.label.text}” is not sure; it was not read")
            return
        figures = list(self._figures(entry, block))
        if len({(figure.state, figure.value) for figure in figures}) == 1:
            self.rows.put_cell(cell, figures[0])
        elif figures:
            printed = "” and “".join(figure.raw for figure in figures)
            self.rows.doubt(cell, f"“{printed}” stand beside “{entry.label.text}”; neither was read")

    @staticmethod
    def _figures(entry: _Entry, block: int) -> Iterator[Figure]:
        """The figures beside a label; blank ones beside a filled one are nothing but the form's empty columns."""
        default = entry.unit or ("万元" if entry.row.unit == "10k_yuan" else "")
        found = [read_cell(cell, block, entry.row.unit, default) for cell in entry.values]
        filled = [figure for figure in found if figure.state is not CellState.BLANK]
        return iter(filled or found[:1])

    def codes(self) -> list[str]:
        """Every code of the form."""
        return [row.code for row in self.form.rows]


def _spellings(cell: Cell, key: str) -> Iterator[str]:
    """The keys a label may be known by: as printed, and without its notes in brackets."""
    yield key
    if "（" in cell.text or "(" in cell.text:
        yield labels.key(_NOTE.sub("", cell.text))
