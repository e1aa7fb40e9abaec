"""A workbook of one sheet, written row by row: texts are texts, so that no code loses its shape and no formula runs."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from storage.errors import ArchiveError
from storage.exports.formats.needed import needed
from storage.exports.tables import Field, Row

MOST_ROWS = 1_048_576 - 1  # below the head
_LONGEST = 32_767  # characters in a cell
_MADE = datetime(2026, 1, 1)  # noqa: DTZ001 - in the file's properties: the same rows give the same bytes


def write_xlsx(path: Path, fields: tuple[Field, ...], rows: Iterable[Row]) -> None:
    """Raises ``ArchiveError`` where xlsxwriter is not installed. No more than ``MOST_ROWS``."""
    workbook = needed("xlsxwriter", "xlsx").Workbook(path, {"constant_memory": True})
    workbook.set_properties({"created": _MADE})
    sheet = workbook.add_worksheet()
    sheet.freeze_panes(1, 0)
    head = workbook.add_format({"bold": True})
    for column, field in enumerate(fields):
        sheet.write_string(0, column, field.name, head)
    for line, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if isinstance(value, bool):
                sheet.write_boolean(line, column, value)
            elif isinstance(value, int | float):
                sheet.write_number(line, column, value)
            elif value:
                text = value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…"
                sheet.write_string(line, column, text)
    workbook.close()


def fits(rows: int, name: str) -> None:
    """Raise ``ArchiveError`` where so many rows do not fit into a sheet."""
    if rows > MOST_ROWS:
        raise ArchiveError(
            f"{name} has {rows:,} rows and a sheet of Excel holds {MOST_ROWS:,}: choose fewer counties or years, "
            "or csv or parquet"
        )
