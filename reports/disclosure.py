"""Table 1, what was disclosed on the agency's own initiative: its rows by their own headings, block by block."""

from collections.abc import Sequence
from functools import cache, lru_cache

from reports import forms, labels
from reports.blocks import Cell
from reports.columns import Columns, Heading, Rows
from reports.forms import Block, Label
from reports.units import agreed, loose_unit, money_unit, split_label

_CORNER = labels.key("信息内容")
_CLAUSE = labels.key("第二十条")


@cache
def _row_blocks() -> dict[str, tuple[tuple[Block, Label], ...]]:
    """Row key -> the blocks of both forms that have such a row."""
    found: dict[str, tuple[tuple[Block, Label], ...]] = {}
    for block in forms.disclosure():
        for row in block.rows:
            for key in row.keys:
                found[key] = (*found.get(key, ()), (block, row))
    return found


@cache
def _column_keys() -> frozenset[str]:
    return frozenset(key for block in forms.disclosure() for column in block.columns for key in column.keys)


@lru_cache(maxsize=256)
def _match(keys: tuple[str, ...]) -> tuple[str, tuple[Label, ...]] | None:
    """The form and columns that a row of headings stands for: all of a block's, cut ones included, or some by name."""
    candidates = {(block.form, block.columns) for block in forms.disclosure()}
    exact = [
        (form, chosen)
        for form, columns in candidates
        if len(chosen := tuple(column for key in keys for column in columns if key in column.keys)) == len(keys)
    ]
    if not exact:
        exact = [
            (form, columns)
            for form, columns in candidates
            if len(columns) == len(keys)
            and all(
                len(key) >= 3 and any(known.startswith(key) for known in column.keys)
                for key, column in zip(keys, columns, strict=True)
            )
        ]
    known = {(form, tuple(column.code for column in columns)): (form, columns) for form, columns in exact}
    return next(iter(known.values())) if len(known) == 1 else None


def _heading(column: Label, text: str) -> Heading:
    return Heading(column.code, column.unit, money_unit(text))


class DisclosureTable:
    """Takes the rows of table 1 wherever they stand; ``form`` tells which form its headings belong to."""

    def __init__(self) -> None:
        self.rows = Rows("disclosure")
        self._form = ""
        self._columns: Columns | None = None
        self._votes: dict[str, int] = {}
        self._width = 0
        self._here = False  # whether this grid has shown a row or heading of table 1
        self._unit = ""  # printed above the grid or in its first rows
        self._block_unit = ""  # printed beside the clause, for one block

    @property
    def form(self) -> str | None:
        return max(self._votes, key=lambda form: (self._votes[form], form)) if self._votes else None

    def begin(self, above: str = "") -> None:
        """Another grid begins, with the lines ``above`` it; headings hold on, for table 1 is often cut into pieces."""
        unit = agreed(map(loose_unit, above.splitlines()))
        if unit or not self._here:
            self._unit = unit
        self._here = False

    def end(self) -> None:
        """A grid ends."""
        self.rows.settle()

    def feed(self, cells: Sequence[Cell], keys: Sequence[str], row: int, width: int) -> bool:
        """Take one row of a grid; False where it is none of table 1."""
        if _CORNER in keys or not _column_keys().isdisjoint(keys):
            self._here = True
            self._read_headings(cells, keys, width)
            return True
        for index, key in enumerate(keys):
            if key:
                label, unit = (key, "") if key in _row_blocks() else split_label(cells[index].text)
                blocks = _row_blocks().get(labels.key(label))
                if blocks is None:
                    break
                self._here = True
                self._read_row(cells, index, blocks, row, width, unit)
                return True
        self._read_unit(cells, keys)
        return False

    def _read_unit(self, cells: Sequence[Cell], keys: Sequence[str]) -> None:
        """A clause or another line of no figures may print the unit of the amounts below it."""
        units = [loose_unit(cell.text) for cell in cells if "元" in cell.text]
        unit = agreed(units) if units else ""
        if any(key.startswith(_CLAUSE) for key in keys) or (unit and self._here):
            self._block_unit = unit
        elif unit:
            self._unit = unit

    def _read_headings(self, cells: Sequence[Cell], keys: Sequence[str], width: int) -> None:
        pairs = [(cell, key) for cell, key in zip(cells, keys, strict=True) if key != _CORNER]
        named = [(cell, key) for cell, key in pairs if key]
        blank = frozenset(
            place for cell, key in pairs if not key for place in range(cell.column, cell.column + cell.colspan)
        )
        matched = _match(tuple(key for _, key in named)) if named else None
        self._columns = None
        self._width = width
        if matched is None:
            return
        self._form, columns = matched
        headings = [_heading(column, cell.text) for column, (cell, _) in zip(columns, named, strict=True)]
        self._columns = Columns.under(headings, [cell for cell, _ in named], blank)

    def _read_row(
        self,
        cells: Sequence[Cell],
        index: int,
        blocks: tuple[tuple[Block, Label], ...],
        row: int,
        width: int,
        unit: str,
    ) -> None:
        columns = self._columns
        nearest = agreed((unit, self._block_unit))
        self._block_unit = ""
        if columns is None:
            if self._width:
                self.rows.doubt(blocks[0][1].code, f"row “{cells[index].text}” stands under headings of no form")
            return
        codes = {heading.code for heading in columns.headings}
        for block, label in blocks:
            if block.form == self._form and codes <= {column.code for column in block.columns}:
                if width != self._width:
                    columns = columns.elsewhere()
                own = [cell for cell in cells[index + 1 :] if cell.row == row]
                self._votes[self._form] = self._votes.get(self._form, 0) + 1
                columns = columns.with_unit(nearest, self._unit)
                self.rows.read(label.code, columns, own, cells[index].text)
                return
        self.rows.doubt(blocks[0][1].code, f"row “{cells[index].text}” stands under the headings of another block")

    def codes(self) -> list[str]:
        """Every official code of the table as recognised, in printed order."""
        return [
            f"disclosure.{row.code}.{column.code}"
            for block in forms.disclosure()
            if block.form == self.form
            for row in block.rows
            for column in block.columns
        ]
