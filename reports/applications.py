"""Table 2, what became of the applications: rows by their labels, columns by the kinds of applicant."""

from collections.abc import Sequence
from functools import cache

from reports import forms, labels
from reports.blocks import Cell
from reports.columns import Columns, Heading, Rows

_OTHER = "other"
_SHARED_WORDS = frozenset(map(labels.key, ("其他", "其它", "总计", "合计")))  # common in any table
_ORGANISATIONS = labels.key("法人或其他组织")


@cache
def _row_codes() -> dict[str, str]:
    return {key: row.code for row in forms.applications().rows for key in row.keys}


@cache
def _column_codes() -> dict[str, str]:
    return {key: column.code for column in forms.applications().columns for key in column.keys}


@cache
def _heading_words() -> frozenset[str]:
    """Words that only the heading rows of table 2 hold."""
    return (frozenset(_column_codes()) | {_ORGANISATIONS}) - _SHARED_WORDS


@cache
def _group_rows() -> dict[str, dict[str, str]]:
    """Key of a group's label -> its rows."""
    groups: dict[str, dict[str, str]] = {}
    for row in forms.applications().rows:
        if row.group:
            groups.setdefault(labels.key(row.group), {}).update(dict.fromkeys(row.keys, row.code))
    return groups


@cache
def _official() -> Columns:
    return Columns(tuple(Heading(column.code) for column in forms.applications().columns))


class ApplicationsTable:
    """Takes the rows of table 2, over page breaks too; ``form`` tells by （六）其他处理 which form its rows are of."""

    def __init__(self) -> None:
        self.rows = Rows("applications")
        self._headings: dict[str, Cell] = {}
        self._columns: Columns | None = None
        self._width = 0
        self._here = False

    @property
    def form(self) -> str | None:
        if any(row.startswith(f"{_OTHER}.") for row in self.rows.seen):
            return "v2021"
        return "v2019" if _OTHER in self.rows.seen else None

    def begin(self) -> None:
        """Another grid begins: it may go on with table 2, or be anything else."""
        self._here = False

    def feed(self, cells: Sequence[Cell], keys: Sequence[str], row: int, width: int) -> bool:
        """Take one row of a grid; False where it is none of table 2."""
        if not _heading_words().isdisjoint(keys):
            self._here = True
            self._read_headings(cells, keys, row, width)
            return True
        found = self._find(cells, keys, row)
        if found is None:
            if self._here:
                self._find_damaged(cells, keys, row, width)
            return self._here
        self._here = True
        self._put(*found, cells, row, width)
        return True

    def _put(self, index: int, code: str, cells: Sequence[Cell], row: int, width: int) -> None:
        after = [cell for cell in cells[index + 1 :] if cell.row == row]
        self.rows.put(code, self._columns_for(width).figures(after, row), cells[index].text, len(after))

    def _read_headings(self, cells: Sequence[Cell], keys: Sequence[str], row: int, width: int) -> None:
        if self.rows.seen and width != self._width:
            self._headings.clear()
        self._width = width
        self._columns = None
        codes = _column_codes()
        for cell, key in zip(cells, keys, strict=True):
            if cell.row == row and key in codes:
                self._headings[codes[key]] = cell

    def _columns_for(self, width: int) -> Columns:
        """The columns by their headings; the official seven in order where a table has no heading at all."""
        if self._columns is None:
            if not self._headings:
                return _official()
            wanted = [column for column in _official().headings if column.code in self._headings]
            columns = Columns.under(wanted, [self._headings[column.code] for column in wanted])
            self._columns = columns if columns.places and columns.places[0] > 0 else columns.elsewhere()
        return self._columns if width == self._width else self._columns.elsewhere()

    def _find(self, cells: Sequence[Cell], keys: Sequence[str], row: int) -> tuple[int, str] | None:
        """The place of the row's label among its cells, and the row's code.

        其他 and 总计 without their numbers （3.其他, （七）总计） count only in a grid known to be table 2.
        """
        codes = _row_codes()
        for index in range(len(cells) - 1, -1, -1):
            cell, key = cells[index], keys[index]
            if key in codes and cell.row == row and cell.rowspan == 1:
                bare = key in _SHARED_WORDS and "".join(cell.text.split()) == key
                return None if bare and not self._here else (index, codes[key])
        return None

    def _find_damaged(self, cells: Sequence[Cell], keys: Sequence[str], row: int, width: int) -> None:
        """Read a row by the nearest label of its group; a row of figures that has none is a doubt."""
        groups = _group_rows()
        known = next((groups[key] for key in keys if key in groups), _row_codes())
        for index in range(len(cells) - 1, -1, -1):
            key = keys[index]
            if len(key) < 4 or cells[index].row != row or key in groups:
                continue
            code = labels.nearest(key, known)
            if code is not None and code not in self.rows.seen:
                self._put(index, code, cells, row, width)
            elif self._columns_for(width).cells(cells[index + 1 :], row) is not None:
                self.rows.doubt("*", f"row “{cells[index].text}” is a row of no form; it was not read")
            return

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
