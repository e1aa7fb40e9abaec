"""HTML tables to grids by the WHATWG table model, with spans clamped so that no markup can make a grid explode."""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence

from reports.blocks import Cell, Source, Table
from reports.readers.limits import MOST_COLUMNS, MOST_SLOTS
from reports.readers.tree import Element
from reports.readers.written import Written

LONG_CELL = 300  # characters; no cell of an official form is longer, so such a cell holds an article
_DIGITS = re.compile(r"\s*(\d{1,9})")
_NOTE = re.compile(r"[(（\[【]?(?:注|备注|说明|填表说明|[*※])")
_FIGURE = re.compile(r"[0-9][0-9,.]*")
_OPENING, _ENDING = re.compile(rb"<table\b[^>]*(?:>|\Z)"), re.compile(rb"</table\b[^>]*(?:>|\Z)")
# What is never closed reaches to the end: else each start of it would be searched for its end anew.
_UNREAD = re.compile(rb"<(?:!--.*?(?:-->|\Z)|(script|style|textarea|noscript|template)\b.*?(?:</\1\s*>|\Z))", re.DOTALL)
_Placed = tuple[str, int, int, int, int]  # text, row, column, rowspan, colspan
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
BLANK = re.compile(r"[\s\u200b\ufeff\ufdd0-\ufdd4]+")  # borders that a reader marked in the text too


def _span(printed: str, limit: int) -> int:
    """The span as browsers read it: leading digits count, anything else is 1, and ``limit`` bounds it."""
    found = _DIGITS.match(printed)
    return min(int(found[1]), limit) if found else 1


def _spans(wide: str, high: str, rows: int, left: int) -> tuple[int, int]:
    """The columns and rows that a cell asks for, in a table of ``rows`` of which so many are ``left``."""
    return max(1, _span(wide, 1000)) if wide else 1, min(_span(high, 65_534) or rows, left) if high else 1


def _cover(rows: Sequence[dict[int, int]], columns: Sequence[int], number: int) -> None:
    """Give the places that are free yet to the cell of this number."""
    for row in rows:
        for column in columns:
            row.setdefault(column, number)


def is_layout(rows: Sequence[Sequence[Written]]) -> bool:
    """Whether a table only arranges a page: it holds an article, or tables, or nothing side by side.

    ``rows`` are the cells that count.
    """
    if max(map(len, rows), default=0) < 2:
        return True
    long = [row for row in rows if any(map(_is_long, row))]
    if long and not (_has_figures(rows, long) and all(map(_is_note, long))):
        return True
    return sum(len(row) >= 3 for row in rows) < 3 and any(cell.nests for row in rows for cell in row)


def _plain(text: str) -> str:
    return BLANK.sub("", text)


def _is_long(cell: Written) -> bool:
    return len(cell.text) > LONG_CELL and len(_plain(cell.text)) > LONG_CELL


def _is_note(row: Sequence[Written]) -> bool:
    """Whether a row is one long note, a word before it apart."""
    return len(row) <= 2 and not any(cell.nests for cell in row)


def _has_figures(rows: Sequence[Sequence[Written]], long: Sequence[Sequence[Written]]) -> bool:
    """Whether three rows hold data side by side: figures, or anything where the long rows call themselves notes."""
    wide = [[_plain(cell.text) for cell in row] for row in rows if len(row) >= 3]
    figures = sum(any(map(_FIGURE.fullmatch, row)) for row in wide)
    return figures >= 3 or (len(wide) >= 3 and all(_NOTE.match(_plain(row[0].text)) for row in long))


def read_grid(rows: Sequence[Sequence[Written]], shown: Callable[[str], str]) -> Table | None:
    """Build the grid of a data table; columns in which no cell starts are left out.

    ``shown`` gives what is shown in a cell of all the text written there.

    None for a table of more columns or cells than any report has.
    """
    if max(map(len, rows), default=0) > MOST_COLUMNS or sum(map(len, rows)) > MOST_SLOTS:
        return None
    slots: list[dict[int, int]] = [{} for _ in rows]  # column to the number of the cell that covers it
    placed: list[_Placed] = []
    used = 0
    for row, cells in enumerate(rows):
        column, own = 0, slots[row]
        for text, wide, high, _ in cells:
            while column in own:
                column += 1
            width = height = 1
            if wide or high:
                width, height = _spans(wide, high, len(rows), len(rows) - row)
                if used + width * height > MOST_SLOTS:
                    width = height = 1
            used += width * height
            if used > MOST_SLOTS:
                break
            number = own[column] = len(placed)
            if width > 1 or height > 1:
                _cover(slots[row : row + height], range(column, column + width), number)
            placed.append((shown(text), row, column, height, width))
            column += width
    return _compact(slots, placed)


def table_sources(body: bytes, root: Element) -> dict[Element, Source]:
    """The bytes of each table, where the tags in the source are as many as the tables that the parser found."""
    tables = list(root.iter("table"))
    if not tables or body.startswith(_UTF16):
        return {}
    markup = body.lower()
    if len(_OPENING.findall(markup)) != len(tables):  # some may stand in comments or scripts
        markup = _UNREAD.sub(lambda found: b" " * len(found[0]), markup)
    tags = [(*tag.span(), kind is _OPENING) for kind in (_OPENING, _ENDING) for tag in kind.finditer(markup)]
    spans: list[list[int]] = []
    opened: list[int] = []
    for start, end, opens in sorted(tags):
        if opens:
            opened.append(len(spans))
            spans.append([start, end])
        elif opened:
            spans[opened.pop()][1] = end
    if len(spans) != len(tables) or opened:
        return {}
    return {table: Source(start=start, end=end) for table, (start, end) in zip(tables, spans, strict=True)}


def _compact(slots: Sequence[dict[int, int]], placed: Sequence[_Placed]) -> Table | None:
    """The grid of the columns in which some cell starts, with the cells' places and spans counted in these."""
    starts = sorted({column for _, _, column, _, _ in placed})
    if len(starts) > MOST_COLUMNS:
        return None
    place = {column: index for index, column in enumerate(starts)}
    cells: dict[int | None, Cell | None] = {
        number: Cell(
            text,
            row,
            place[column],
            height,
            1 if width == 1 else bisect_left(starts, column + width) - place[column],
        )
        for number, (text, row, column, height, width) in enumerate(placed)
    }
    cells[None] = None
    return Table(tuple(tuple(map(cells.__getitem__, map(row.get, starts))) for row in slots))
