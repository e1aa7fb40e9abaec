"""The sheets of an XLSX or XLS as tables, by calamine: each visible sheet is one grid, its merged cells spans."""

import io
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence, Set
from datetime import date, datetime, time, timedelta

import python_calamine
from python_calamine import CalamineSheet, SheetTypeEnum, SheetVisibleEnum

from reports.blocks import LEAST_CONFIDENCE, Block, Cell, Paragraph, Source, Table
from reports.model import Unreadable
from reports.readers.limits import MOST_COLUMNS, MOST_ROWS, MOST_SLOTS
from reports.readers.sheet_package import Shown, shown_in

MOST_SHEETS = 100
_PROSE = re.compile(
    r"[。；]|.{60}|^(?:第?[一二三四五六七八九十]+[、.．章]|[（(][一二三四五六七八九十]+[)）]|附[表件]|20\d\d年度?(?:数据|情况)?$)",
    re.DOTALL,
)
Spans = dict[tuple[int, int], tuple[int, int]]  # a merged area's upper left place: its lower right one
Value = int | float | str | bool | date | datetime | time | timedelta


def read_blocks(body: bytes) -> Iterator[Block]:
    """Read a workbook in this very process: see ``reports.readers.isolated``.

    Raises:
        Unreadable: it is encrypted or damaged, or larger than any report.
    """
    try:
        with python_calamine.load_workbook(io.BytesIO(body)) as book:
            sheets = [
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.typ is SheetTypeEnum.WorkSheet and sheet.visible is SheetVisibleEnum.Visible
            ]
            shown = shown_in(body)
            for name in sheets[:MOST_SHEETS]:
                yield from _sheet(book.get_sheet_by_name(name), shown.get(name, Shown()))
    except python_calamine.PasswordError as error:
        raise Unreadable("encrypted spreadsheet: it asks for a password") from error
    except python_calamine.CalamineError as error:
        raise Unreadable(f"damaged spreadsheet: {error}") from error


def _sheet(sheet: CalamineSheet, shown: Shown) -> Iterator[Block]:
    """Titles and prose, which stand in sheets as rows of one cell, as paragraphs; what is between them as tables."""
    rows = _rows(sheet, shown)
    spans = {(top, left): (bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()}
    if shown.rows or shown.columns:
        rows, spans = _visible(rows, spans, shown)
    tall = {
        row for (top, _), (bottom, _) in spans.items() if bottom > top for row in range(top, min(bottom + 1, len(rows)))
    }
    held: list[int] = []
    for number, row in enumerate(rows):
        filled = [column for column, text in enumerate(row) if text]
        if len(filled) > 1 or number in tall or (held and filled and _is_blank_row(row, number, filled[0], spans)):
            held.append(number)
            continue
        yield from _table(sheet.name, rows, held, spans, shown.doubts)
        held = []
        for line in row[filled[0]].split("\n") if filled else ():
            yield Paragraph(" ".join(line.split()))
    yield from _table(sheet.name, rows, held, spans, shown.doubts)


def _rows(sheet: CalamineSheet, shown: Shown) -> list[list[str]]:
    """The texts of all cells, rows of one width; calamine leaves out what lies behind the last cell with a value."""
    height = max([sheet.total_height, *(row + 1 for row, _ in shown.texts)])
    width = max([sheet.total_width, *(column + 1 for _, column in shown.texts)])
    if height > MOST_ROWS or width > MOST_COLUMNS:
        raise Unreadable(f"spreadsheet with {height} rows of {width} cells; no report has as many")
    rows = [[_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    rows += [[] for _ in range(height - len(rows))]
    rows = [row + [""] * (width - len(row)) for row in rows]
    for (row, column), text in shown.texts.items():
        rows[row][column] = text
    return rows


def _visible(rows: list[list[str]], spans: Spans, shown: Shown) -> tuple[list[list[str]], Spans]:
    """The sheet without its hidden rows and columns; a merged cell is seen as long as a part of it is."""
    down = [number for number in range(len(rows)) if number not in shown.rows]
    across = [number for number in range(len(rows[0]) if rows else 0) if number not in shown.columns]
    kept: Spans = {}
    for (top, left), (bottom, right) in spans.items():
        first, last = bisect_left(down, top), bisect_right(down, bottom) - 1
        start, end = bisect_left(across, left), bisect_right(across, right) - 1
        if first <= last and start <= end:
            kept[first, start] = last, end
            rows[down[first]][across[start]] = rows[top][left]
    return [[rows[number][column] for column in across] for number in down], kept


def _is_blank_row(row: Sequence[str], number: int, column: int, spans: Spans) -> bool:
    """Whether a row below others of a table has a label and no figures: blank cells, where a title would fill it."""
    _, right = spans.get((number, column), (number, column))
    return right + 1 < len(row) and not _PROSE.search(row[column])


def _table(
    name: str, rows: Sequence[Sequence[str]], held: Sequence[int], spans: Spans, doubts: Set[str]
) -> Iterator[Block]:
    """The rows that were held; a cell whose text is a doubt is as sure as what is just sure enough, and no number."""
    if not held:
        return
    first, last = held[0], held[-1]
    width = max(len(rows[number]) for number in held)
    if width * len(held) > MOST_SLOTS:
        raise Unreadable(f"spreadsheet with a table of more than {MOST_SLOTS} cells")
    areas = [
        (range(max(top, first), min(bottom, last) + 1), range(left, min(right, width - 1) + 1))
        for (top, left), (bottom, right) in spans.items()
    ]
    if sum(len(down) * len(across) for down, across in areas) > MOST_SLOTS:
        raise Unreadable("hostile spreadsheet: its merged cells lie over one another")
    under = {(row, column) for down, across in areas for row in down for column in across}
    cells = []
    for number in held:
        for column, text in enumerate(rows[number]):
            bottom, right = spans.get((number, column), (number, column))
            if (number, column) in spans or (number, column) not in under:
                sure = LEAST_CONFIDENCE if text in doubts else 1.0
                cells.append(
                    Cell(text, number - first, column, bottom - number + 1, right - column + 1, confidence=sure)
                )
    yield Table.of(cells, len(held), width, Source(part=name))


def _text(value: Value) -> str:
    """A value as the sheet shows it: 3.0 is 3, what binary arithmetic adds at the end is left out."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return str(value).strip()
