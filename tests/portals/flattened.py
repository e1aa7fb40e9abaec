"""Writes a table as text, in each of the shapes that careless conversions leave of the official ones."""

import re
from collections.abc import Callable, Sequence

from reports.blocks import Paragraph, Table

Rows = Sequence[Sequence[str]]
_VALUE = re.compile(
    r"[+＋－-]?[0-9０-９][0-9０-９,，.．]*(?:[件条项宗]|万?元)?(?:[(（][^()（）]*[)）])?|[/／\\\-—–―－]+|暂?无|不涉及|不适用"
)


def _is_label(cell: str) -> bool:
    """Whether a filled cell holds words, not what stands in a cell for figures."""
    return bool(cell) and _VALUE.fullmatch(cell) is None


def _piped(rows: Rows, width: int) -> list[str]:
    """Rows as ``| 规章 | 0 | 0 |``."""
    return [f"| {' | '.join(_inline(row))} |" for row in rows]


def _padded(rows: Rows, width: int) -> list[str]:
    """``行政许可 | 0 | ||``: spans lost, and a separator for each cell that a row has less than the widest."""
    lines = [f"{' | '.join(_inline(row))} | {'|' * (width - len(row))}".rstrip() for row in rows]
    return [*lines[:-1], lines[-1].rstrip("| ") + " |" if rows[-1][-1] else lines[-1]]


def _cell_per_line(rows: Rows, width: int) -> list[str]:
    """``规章 |``, ``0 |``, ``|`` for a blank one, ``||`` for what a row has less, the last one excepted."""
    lines: list[str] = []
    for row in rows:
        lines += [f"{cell} |".strip() for cell in _inline(row)]
        lines += ["|" * (width - len(row))] if len(row) < width and row is not rows[-1] else []
    return lines


def _bars_between(rows: Rows, width: int) -> list[str]:
    """``规章``, ``|``, ``0``, ``|``, ``0``: separators are lines, and none stands between rows."""
    lines: list[str] = []
    for row in rows:
        for number, cell in enumerate(row):
            lines += ["|"] if number else []
            lines += cell.split("\n") if cell else []
    return lines


def _bars_in_front(rows: Rows, width: int) -> list[str]:
    """Cells as ``规章``, ``| 0``, ``| 0``."""
    return [
        f"{'| ' if number else ''}{cell}".strip()
        for row in rows
        for number, cell in enumerate(_inline(row))
        if number or cell
    ]


def _mixed(rows: Rows, width: int) -> list[str]:
    """Labels and headings as in ``_cell_per_line``, the values of a row in one line: ``规章 |``, ``0 | 0 | 0 |``."""
    lines: list[str] = []
    for row in rows:
        cells = _inline(row)
        values = len(cells)
        while values and not _is_label(cells[values - 1]):
            values -= 1
        values = 0 if not any(cells[:values]) else values
        lines += [f"{cell} |" for cell in cells[:values]]
        pads = "" if row is rows[-1] else "|" * (width - len(row))
        line = f"{''.join(f'{cell} | ' for cell in cells[values:])}{pads}".strip()
        lines += [line] if line else []
    return lines


def _tab_rows(rows: Rows, width: int) -> list[str]:
    """The cells of a row with tabs between them."""
    return ["\t".join(_inline(row)) for row in rows]


def _token_per_line(rows: Rows, width: int) -> list[str]:
    """``规章``, ``0``, ``0``: the lines of each cell; blank ones are gone."""
    return [line for row in rows for cell in row for line in cell.split("\n") if line.strip()]


def _one_line(rows: Rows, width: int) -> list[str]:
    """The whole table in one line, with blanks between its cells; blank ones are gone."""
    return [" ".join(_token_per_line(rows, width))]


def _broken_rows(rows: Rows, width: int) -> list[str]:
    """Labels broken over lines, and the values of a row in one line: ``行政规范``, ``性文件``, ``0 0 0``."""
    lines: list[str] = []
    for row in rows:
        values: list[str] = []
        for cell in filter(None, _inline(row)):
            if _is_label(cell):
                lines += [cell[: len(cell) // 2], cell[len(cell) // 2 :]] if len(cell) > 5 else [cell]
            else:
                values.append(cell)
        lines += [" ".join(values)] if values else []
    return [line.strip() for line in lines if line.strip()]


SEPARATED: dict[str, Callable[[Rows, int], list[str]]] = {
    "pipe rows": _piped,
    "padded pipe rows": _padded,
    "a cell per line": _cell_per_line,
    "bars between": _bars_between,
    "bars in front": _bars_in_front,
    "mixed": _mixed,
    "tab rows": _tab_rows,
}
BARE: dict[str, Callable[[Rows, int], list[str]]] = {
    "a token per line": _token_per_line,
    "one line": _one_line,
    "broken rows": _broken_rows,
}
SHAPES = (*SEPARATED, "tab grid", *BARE)
"""In those of ``BARE`` a blank cell leaves no trace; in the others it does."""


def flattened(table: Table, shape: str) -> list[Paragraph]:
    """The table's text as a conversion leaves it, one paragraph a line; blank cells as the shape writes them."""
    width = len(table.grid[0])
    if shape == "tab grid":
        lines = ["\t".join(line) for line in _places(table)]
    else:
        rows = [[cell.text for cell in line if cell.row == number] for number, line in enumerate(table.lines)]
        lines = (SEPARATED | BARE)[shape]([row for row in rows if row], width)
    return [Paragraph(line) for line in lines if line.strip(" ")]


def _places(table: Table) -> list[list[str]]:
    """Every place of the grid; those that a span covers are blank, as a spreadsheet gives them."""
    return [
        [
            " ".join(cell.text.split()) if cell and (cell.row, cell.column) == (row, column) else ""
            for column, cell in enumerate(line)
        ]
        for row, line in enumerate(table.grid)
    ]


def _inline(row: Sequence[str]) -> list[str]:
    return [" ".join(cell.split()) for cell in row]
