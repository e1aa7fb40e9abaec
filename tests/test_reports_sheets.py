"""Spreadsheets in detail: numbers as people see them, and rows of blank cells, which are no titles."""

from datetime import datetime

import pytest

from reports.blocks import Block, Cell, Paragraph, Table
from reports.readers.sheet_document import Value, _text, read_blocks
from reports.readers.sheets import read_sheets
from tests.portals.office import xlsx_of


def grid(*lines: tuple[str, ...]) -> Table:
    cells = [Cell(text, row, column) for row, line in enumerate(lines) for column, text in enumerate(line)]
    return Table.of(cells, len(lines), len(lines[0]))


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (3.0, "3"),
        (0.1 + 0.2, "0.3"),
        (11759.0, "11759"),
        (True, "TRUE"),
        ("", ""),
        (datetime(2021, 1, 31), "2021-01-31"),  # noqa: DTZ001 - sheets know no zones
        (datetime(2021, 1, 31, 8, 30), "2021-01-31 08:30:00"),  # noqa: DTZ001
    ],
)
def test_values_as_they_are_shown(value: Value, told: str) -> None:
    assert _text(value) == told


def test_a_row_of_blank_cells_stays_in_its_table() -> None:
    table = grid(("类别", "数量"), ("规章", ""), ("规范性文件", "3"), ("许可", ""))
    blocks: list[Block] = [Paragraph("统计表"), table, Paragraph("三、收到和处理情况"), table]
    read = list(read_blocks(xlsx_of(blocks)))
    assert read == blocks
    assert read == list(read_sheets(xlsx_of(blocks)).blocks)
    (_, first, *_) = read
    assert isinstance(first, Table)
    assert first.source.part == "年报"
