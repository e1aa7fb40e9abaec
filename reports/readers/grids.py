"""HTML tables to grids by the WHATWG table model, with spans clamped so that no markup can make a grid explode."""

import re
from bisect import bisect_left
from collections.abc import Callable

from reports.blocks import Cell, Source, Table
from reports.readers.tree import Element, finder, text_of

MAX_ROWS = 2_000
MAX_COLUMNS = 2_000
MAX_SLOTS = 200_000  # places in one grid, and cells; the official tables have about 300
LONG_CELL = 300  # characters; no cell of an official form is longer, so such a cell holds an article
_DIGITS = re.compile(r"\s*(\d{1,9})")
_OWN_ROWS = finder("./tr | ./thead/tr | ./tbody/tr | ./tfoot/tr")
_INNER_TABLES = finder(".//table")
_NOTE = re.compile(r"[(（\[【]?(?:注|备注|说明|填表说明|[*※])")
_FIGURE = re.compile(r"[0-9][0-9,.]*")
# What is never closed reaches to the end: else each start of it would be searched for its end anew.
_TABLE_TAGS = re.compile(
    rb"<!--.*?(?:-->|\Z)|<(script|style|textarea|noscript|template)\b.*?(?:</\1\s*>|\Z)|<(/?)table\b[^>]*(?:>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
BLANK = re.compile(r"[\s\u200b\ufeff\ufdd0-\ufdd4]+")  # borders that a reader marked in the text too


def _span(cell: Element, name: str, limit: int) -> int:
    """The span as browsers read it: leading digits count, anything else is 1, and ``limit`` bounds it."""
    found = _DIGITS.match(cell.get(name) or "")
    return min(int(found[1]), limit) if found else 1


def rows_of(table: Element) -> list[list[Element]]:
    """The cells of the table's own rows, as written."""
    rows: list[Element] = _OWN_ROWS(table)
    return [[cell for cell in row if cell.tag in ("td", "th")] for row in rows[:MAX_ROWS]]


def is_layout(table: Element) -> bool:
    """Whether a table only arranges a page: it holds an article, or tables, or nothing side by side."""
    rows = rows_of(table)
    filled = [[cell for cell in row if text_of(cell).strip()] for row in rows]
    if max(map(len, filled), default=0) < 2:
        return True
    long = [row for row in filled if any(len(_plain(cell)) > LONG_CELL for cell in row)]
    if long and not (_has_figures(filled, long) and all(map(_is_note, long))):
        return True
    return bool(_INNER_TABLES(table)) and sum(len(row) >= 3 for row in filled) < 3


def _plain(cell: Element) -> str:
    return BLANK.sub("", text_of(cell))


def _is_note(row: list[Element]) -> bool:
    """Whether a row is one long note, a word before it apart."""
    return len(row) <= 2 and not any(map(_INNER_TABLES, row))


def _has_figures(filled: list[list[Element]], long: list[list[Element]]) -> bool:
    """Whether three rows hold data side by side: figures, or anything where the long rows call themselves notes."""
    wide = [[_plain(cell) for cell in row] for row in filled if len(row) >= 3]
    figures = sum(any(map(_FIGURE.fullmatch, row)) for row in wide)
    return figures >= 3 or (len(wide) >= 3 and all(_NOTE.match(_plain(row[0])) for row in long))


def read_grid(table: Element, text_of: Callable[[Element], str]) -> Table | None:
    """Build the grid of a data table; ``text_of`` gives a cell's text. Columns in which no cell starts are left out.

    None for a table of more columns or cells than any report has.
    """
    rows = rows_of(table)
    if max(map(len, rows), default=0) > MAX_COLUMNS or sum(map(len, rows)) > MAX_SLOTS:
        return None
    slots: list[dict[int, Cell]] = [{} for _ in rows]
    used = 0
    for row, cells in enumerate(rows):
        column = 0
        for element in cells:
            while column in slots[row]:
                column += 1
            width = max(1, _span(element, "colspan", 1000))
            height = _span(element, "rowspan", 65_534) or len(rows)
            height = min(height, len(rows) - row)
            if used + width * height > MAX_SLOTS:
                width, height = 1, 1
            if used + 1 > MAX_SLOTS:
                break
            used += width * height
            cell = Cell(text_of(element), row, column, height, width)
            for down in range(row, row + height):
                for right in range(column, column + width):
                    slots[down].setdefault(right, cell)
            column += width
    return _compact(slots)


def table_sources(body: bytes, root: Element) -> dict[Element, Source]:
    """The bytes of each table, where the tags in the source are as many as the tables that the parser found."""
    tables = list(root.iter("table"))
    if not tables or body.startswith(_UTF16):
        return {}
    spans: list[list[int]] = []
    opened: list[int] = []
    for tag in _TABLE_TAGS.finditer(body):
        if tag[2] == b"":
            opened.append(len(spans))
            spans.append([tag.start(), tag.end()])
        elif tag[2] and opened:
            spans[opened.pop()][1] = tag.end()
    if len(spans) != len(tables) or opened:
        return {}
    return {table: Source(start=start, end=end) for table, (start, end) in zip(tables, spans, strict=True)}


def _compact(slots: list[dict[int, Cell]]) -> Table | None:
    """The grid of the columns in which some cell starts, with the cells' places and spans counted in these."""
    starts = sorted({cell.column for row in slots for cell in row.values()})
    if len(starts) > MAX_COLUMNS:
        return None
    place = {column: index for index, column in enumerate(starts)}
    moved: dict[int, Cell] = {}
    for row in slots:
        for cell in row.values():
            if id(cell) not in moved:
                width = bisect_left(starts, cell.column + cell.colspan) - place[cell.column]
                moved[id(cell)] = Cell(cell.text, cell.row, place[cell.column], cell.rowspan, width)
    return Table(tuple(tuple(moved[id(row[c])] if c in row else None for c in starts) for row in slots))
