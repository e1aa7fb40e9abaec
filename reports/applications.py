"""Table 2, what became of the applications: rows by their labels, columns by the kinds of applicant."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from reports import forms, labels
from reports.blocks import Cell
from reports.columns import Columns, Heading, Rows, is_value

_OTHER = "other"
_FIRST_NUMBER = re.compile("[（(]?([0-9]{1,2})")
_SHARED_WORDS = frozenset(map(labels.key, ("其他", "其它", "总计", "合计")))  # common in any table
_GROUPS = frozenset(map(labels.key, ("申请人情况", "法人或其他组织")))  # headings over other headings


@cache
def _row_codes() -> dict[str, str]:
    return {key: row.code for row in forms.applications().rows for key in row.keys}


@cache
def _column_codes() -> dict[str, str]:
    return {key: column.code for column in forms.applications().columns for key in column.keys}


@cache
def _heading_words() -> frozenset[str]:
    """Words that only the heading rows of table 2 hold."""
    return (frozenset(_column_codes()) | _GROUPS) - _SHARED_WORDS


@cache
def _group_rows() -> dict[str, dict[str, str]]:
    """Key of a group's label -> its rows."""
    groups: dict[str, dict[str, str]] = {}
    for row in forms.applications().rows:
        if row.group:
            groups.setdefault(labels.key(row.group), {}).update(dict.fromkeys(row.keys, row.code))
    return groups


@cache
def _others() -> dict[str, str]:
    """Keys of rows that say nothing but 其他, which an agency may add to any group, and the form's number of each."""
    numbered = ((_FIRST_NUMBER.match(row.zh), row.keys) for row in forms.applications().rows)
    return {key: number[1] for number, keys in numbered if number for key in keys if key in _SHARED_WORDS}


@cache
def _official() -> Columns:
    return Columns(tuple(Heading(column.code) for column in forms.applications().columns))


class ApplicationsTable:
    """Takes the rows of table 2, over page breaks too; ``form`` tells by （六）其他处理 which form its rows are of."""

    def __init__(self) -> None:
        self.rows = Rows("applications")
        self._headings: list[list[tuple[Cell, str]]] = []
        self._unnamed: frozenset[int] = frozenset()  # grid columns under headings of no form, the corner apart
        self._complete = False  # whether rows stand below the headings already
        self._width = 0
        self._here = False
        self._before: list[tuple[Sequence[Cell], Sequence[str], int]] = []  # rows of the grid before one was known
        self._headed = False  # whether the headings stand in this grid
        self._columns: Columns | None = None
        self._stale = True  # whether the headings have changed since the columns were told by them

    @property
    def form(self) -> str | None:
        if any(row.startswith(f"{_OTHER}.") for row in self.rows.seen):
            return "v2021"
        return "v2019" if _OTHER in self.rows.seen else None

    def begin(self) -> None:
        """Another grid begins: it may go on with table 2, or be anything else."""
        self._here = False
        self._headed = False
        self._stale = True
        self._before.clear()

    def end(self) -> None:
        """A grid ends."""
        self.rows.settle()

    def miss(self, form: str | None) -> None:
        """Doubt the rows that the form has and a table made again of text has not: a label may be damaged."""
        if not self.rows.seen:
            return
        for row in dict.fromkeys(code.split(".", 1)[1].rpartition(".")[0] for code in self.codes(form)):
            if row not in self.rows.seen:
                self.rows.doubt(row, "the row was not found in the text of the table")

    def feed(self, cells: Sequence[Cell], keys: Sequence[str], row: int, width: int) -> bool:
        """Take one row of a grid; False where it is none of table 2."""
        if not _heading_words().isdisjoint(keys):
            self._here = True
            self._before.clear()
            self._read_headings(cells, keys, row, width)
            return True
        self._complete = self._complete or any(keys)
        found = self._find(cells, keys, row)
        if found is None:
            if self._here:
                self._find_damaged(cells, keys, row)
            elif self.rows.seen:
                self._before.append((cells, keys, row))
            return self._here
        self._here = True
        for earlier in self._before:
            self._find_damaged(*earlier)
        self._before.clear()
        self._put(*found, cells, row)
        return True

    def _put(self, index: int, code: str, cells: Sequence[Cell], row: int) -> None:
        columns = self._columns_for()
        if columns is None:
            self.rows.contest(code, f"row “{cells[index].text}” stands under headings whose order cannot be told")
            return
        own = [cell for cell in cells[index + 1 :] if cell.row == row]
        self.rows.read(code, columns, own, cells[index].text)

    def _read_headings(self, cells: Sequence[Cell], keys: Sequence[str], row: int, width: int) -> None:
        if self._complete or width != self._width:
            self._headings, self._unnamed = [], frozenset()
        self._width = width
        self._headed = True
        self._complete = False
        self._stale = True
        codes = _column_codes()
        line: list[tuple[Cell, str]] = []
        for cell, key in zip(cells, keys, strict=True):
            if cell.row == row and (key in codes or key in _GROUPS):
                line.append((cell, codes.get(key, "")))
            elif cell.row == row and cell.column > 0:
                self._unnamed |= set(range(cell.column, cell.column + cell.colspan))
        self._headings.append(line)

    def _columns_for(self) -> Columns | None:
        if self._stale:
            self._columns, self._stale = self._told_columns(), False
        return self._columns

    def _told_columns(self) -> Columns | None:
        """The columns by their headings; the official seven in order where a table has no heading at all."""
        if not any(code for line in self._headings for _, code in line):
            return _official()
        columns = _columns(self._headings, self._unnamed)
        return columns if columns is None or self._headed else columns.elsewhere()

    def _find(self, cells: Sequence[Cell], keys: Sequence[str], row: int) -> tuple[int, str] | None:
        """The place of the row's label among its cells, and the row's code.

        其他 and 总计 without their numbers （3.其他, （七）总计） count only in a grid known to be table 2.
        """
        codes = _row_codes()
        for index in range(len(cells) - 1, -1, -1):
            cell, key = cells[index], keys[index]
            if key in codes and cell.row == row and cell.rowspan == 1:
                bare = key in _SHARED_WORDS and "".join(cell.text.split()) == key
                unknown = (bare and not self._here) or (key in _others() and _is_elsewhere(cell, key, keys))
                return None if unknown else (index, codes[key])
        return None

    def _find_damaged(self, cells: Sequence[Cell], keys: Sequence[str], row: int) -> None:
        """Read a row by the nearest label of its group; a row of figures that has none is a doubt."""
        groups = _group_rows()
        known = next((groups[key] for key in keys if key in groups), _row_codes())
        for index in range(len(cells) - 1, -1, -1):
            key = keys[index]
            if len(key) < 4 or cells[index].row != row or key in groups or is_value(cells[index]):
                continue
            code = labels.nearest(key, known)
            own = [cell for cell in cells[index + 1 :] if cell.row == row]
            if code is not None and code not in self.rows.seen:
                self._put(index, code, cells, row)
            elif (columns := self._columns_for()) is None or columns.cells(own) is not None:
                self.rows.doubt("*", f"row “{cells[index].text}” is a row of no form; it was not read")
            return
        if any(cell.row == row and is_value(cell) for cell in cells):
            self.rows.doubt("*", "figures stand in a row whose label was not recognised; it was not read")

    def codes(self, form: str | None) -> list[str]:
        """Every official code of the table as recognised; ``form`` decides where its own rows do not."""
        chosen = self.form or form or forms.FORMS[-1]
        table = forms.applications()
        return [
            f"applications.{row.code}.{column.code}"
            for row in table.rows
            if chosen in row.forms
            for column in table.columns
        ]


def _is_elsewhere(cell: Cell, key: str, keys: Sequence[str]) -> bool:
    """Whether its printed number or the group it stands in tells of a 其他 that it is no row of the form."""
    groups = _group_rows()
    number = _FIRST_NUMBER.match(unicodedata.normalize("NFKC", cell.text).strip())
    return (number is not None and number[1] != _others()[key]) or any(
        one in groups and key not in groups[one] for one in keys
    )


def _columns(lines: Sequence[Sequence[tuple[Cell, str]]], unnamed: frozenset[int]) -> Columns | None:
    """The columns under heading lines of (cell, code, "" for a group's heading), or None if their order is in doubt.

    The printed order counts. Where spans are lost it is the official one or none, for then the cells' places lie.
    """
    cells = {code: cell for line in lines for cell, code in line if code}
    official = [heading.code for heading in _official().headings if heading.code in cells]
    placed = sorted(cells, key=lambda code: cells[code].column)
    apart = len({cell.column for cell in cells.values()}) == len(cells)
    if apart and (placed == official or _spans_tell(lines)):
        # Below a heading, what a page break left of it is blank.
        unnamed -= {place for cell in cells.values() for place in range(cell.column, cell.column + cell.colspan)}
        columns = Columns.under([Heading(code) for code in placed], [cells[code] for code in placed], unnamed)
        return columns if columns.places[0] > 0 else columns.elsewhere()
    return Columns(tuple(map(Heading, official))) if _in_sequence(lines, 0) == official else None


def _spans_tell(lines: Sequence[Sequence[tuple[Cell, str]]]) -> bool:
    """Whether every heading below the first line stands under a group's heading of the line above."""
    return all(
        any(not code and top.column <= cell.column < top.column + top.colspan for top, code in above)
        for above, line in pairwise(lines)
        for cell, _ in line
    )


def _in_sequence(lines: Sequence[Sequence[tuple[Cell, str]]], number: int) -> list[str]:
    """The codes from one heading line on, each group's heading replaced by the line below it."""
    found: list[str] = []
    for _, code in lines[number] if number < len(lines) else ():
        found.extend([code] if code else _in_sequence(lines, number + 1))
    return found
