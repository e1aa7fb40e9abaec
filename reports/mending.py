"""Rows that a page break cut in two -> one row again, told by labels that are whole only when put together."""

import re
from collections.abc import Iterable, Sequence
from functools import cache

from reports import forms, labels
from reports.blocks import Cell, Table
from reports.columns import is_value
from reports.forms.lists import list_forms

_OPEN = re.compile(r"[（(][^（()）]*$")  # a note in brackets that does not end in its cell
Pair = tuple[Cell, Cell]  # the cell above a page break and the one below it


@cache
def _known() -> frozenset[str]:
    """The keys of all rows and columns of the forms."""
    named = [*forms.applications().rows, *forms.applications().columns, *forms.review().rows, *forms.review().columns]
    for block in forms.disclosure():
        named += [*block.rows, *block.columns]
    keys = {key for one in named for key in one.keys}
    return frozenset(keys).union(key for form in list_forms() for row in form.rows for key in row.keys)


def mended(table: Table) -> Table:
    """The same table where every row that goes on overleaf is one; a cell stands where its first part does."""
    pages = {cell.page for cell in table.cells}
    number = 0
    while len(pages) > 1 and number + 1 < len(table.grid):
        pairs = _pairs(table, number)
        if pairs and _is_cut(pairs):
            table = _without_break(table, number, pairs)
        number += 1
    return table


def _pairs(table: Table, number: int) -> list[Pair]:
    """What stands above and below the edge of a row, where a page ends and both sides have the same cells; else []."""
    above, below = table.grid[number], table.grid[number + 1]
    pairs: dict[int, Pair] = {}
    for upper, lower in zip(above, below, strict=True):
        if upper is None or lower is None:
            return []
        if upper is lower:
            continue
        same = (upper.column, upper.colspan) == (lower.column, lower.colspan)
        if upper.page == lower.page or not same or lower.row != number + 1:
            return []
        pairs[lower.column] = upper, lower
    return list(pairs.values())


def _is_cut(pairs: Sequence[Pair]) -> bool:
    """Whether the page ends inside the row: a label or a note goes on below, or its figures stand there."""
    own = [(upper, lower) for upper, lower in pairs if upper.rowspan == lower.rowspan == 1]
    both = [(upper.text, lower.text) for upper, lower in own if upper.text.strip() and lower.text.strip()]
    if both:
        return all(_OPEN.search(upper) or labels.key(upper + lower) in _known() for upper, lower in both)
    label = [labels.key(upper.text) for upper, _ in own if upper.text.strip()]
    figures = [lower for _, lower in own if lower.text.strip()]
    return bool(label and figures) and all(key in _known() for key in label) and all(map(is_value, figures))


def _without_break(table: Table, number: int, pairs: Iterable[Pair]) -> Table:
    """The table with one row less."""
    lower_of = {id(upper): lower for upper, lower in pairs}
    gone = {id(lower) for lower in lower_of.values()}
    cells: list[Cell] = []
    for cell in table.cells:
        if id(cell) in gone:
            continue
        lower = lower_of.get(id(cell))
        if lower is not None:
            rows = cell.rowspan + lower.rowspan - 1
            cell = cell._replace(text=cell.text + lower.text, rowspan=rows)  # noqa: PLW2901 - the same cell, whole
        elif cell.row > number:
            cell = cell._replace(row=cell.row - 1)  # noqa: PLW2901 - the same cell, higher up
        elif cell.row + cell.rowspan > number + 1:
            cell = cell._replace(rowspan=cell.rowspan - 1)  # noqa: PLW2901 - the same cell, lower by a row
        cells.append(cell)
    return Table.of(cells, len(table.grid) - 1, len(table.grid[0]), table.source)
