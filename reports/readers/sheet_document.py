"""The sheets of an XLSX or XLS as tables, by calamine: each visible sheet is one grid, its merged cells spans."""

import io
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

import python_calamine
from python_calamine import CalamineSheet, SheetTypeEnum, SheetVisibleEnum

from reports.blocks import Block, Cell, Paragraph, Source, Table
from reports.model import Unreadable
from reports.readers.limits import MOST_COLUMNS, MOST_ROWS, MOST_SLOTS

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
            for name in sheets[:MOST_SHEETS]:
                yield from _sheet(book.get_sheet_by_name(name))
    except python_calamine.PasswordError as error:
        raise Unreadable("encrypted spreadsheet: it asks for a password") from error
    except python_calamine.CalamineError as error:
        raise Unreadable(f"damaged spreadsheet: {error}") from error


def _sheet(sheet: CalamineSheet) -> Iterator[Block]:
    """Titles and prose, which stand in sheets as rows of one cell, as paragraphs; what is between them as tables."""
    if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
        raise Unreadable(
            f"spreadsheet with {sheet.total_height} rows of {sheet.total_width} cells; no report has as many"
        )
    rows = [[_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    spans = {(top, left): (bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()}
    tall = {
        row for (top, _), (bottom, _) in spans.items() if bottom > top for row in range(top, min(bottom + 1, len(rows)))
    }
    held: list[int] = []
    for number, row in enumerate(rows):
        filled = [column for column, text in enumerate(row) if text]
        if len(filled) > 1 or number in tall or (held and filled and _is_blank_row(row, number, filled[0], spans)):
            held.append(number)
            continue
        yield from _table(sheet.name, rows, held, spans)
        held = []
        for line in row[filled[0]].split("\n") if filled else ():
            yield Paragraph(" ".join(line.split()))
    yield from _table(sheet.name, rows, held, spans)


def _is_blank_row(row: Sequence[str], number: int, column: int, spans: Spans) -> bool:
    """Whether a row below others of a table has a label and no figures: blank cells, where a title would fill it."""
    _, right = spans.get((number, column), (number, column))
    return right + 1 < len(row) and not _PROSE.search(row[column])


def _table(name: str, rows: Sequence[Sequence[str]], held: Sequence[int], spans: Spans) -> Iterator[Block]:
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
                cells.append(Cell(text, number - first, column, bottom - number + 1, right - column + 1))
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
