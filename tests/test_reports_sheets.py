"""Spreadsheets in detail: numbers as people see them, what is not shown, and rows of blank cells, no titles."""

import io
import zipfile
from datetime import datetime

import pytest

from reports import normalize
from reports.blocks import Block, Cell, Paragraph, Table
from reports.model import CellState
from reports.readers.sheet_document import Value, _text, read_blocks
from reports.readers.sheets import read_sheets
from tests.official_tables import disclosure_2021, table
from tests.portals.office import xlsx_of, zipped


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


FORMATS = ["0", "0!.0,", "#,##0", "0;-0;;@", '0.0"万"', "0%", '[>=10000]0!.0,"万";0', "[$¥-804]#,##0.0_ ;[Red]-0.0"]
UP, STRUCK = "<rPr><vertAlign val='superscript'/></rPr>", "<rPr><strike/></rPr>"
MADE = "disclosure.regulations.made"


def edited(body: bytes, old: str, new: str) -> bytes:
    """The workbook with other markup in its sheet, and styles of all the formats above."""
    package = zipfile.ZipFile(io.BytesIO(body))
    files: dict[str, str | bytes] = {name: package.read(name) for name in package.namelist()}
    sheet = package.read("xl/worksheets/sheet1.xml").decode()
    assert old in sheet
    codes = [code.replace('"', "&quot;").replace(">", "&gt;") for code in FORMATS]
    formats = "".join(f'<numFmt numFmtId="{170 + n}" formatCode="{code}"/>' for n, code in enumerate(codes))
    styles = "".join(f'<xf numFmtId="{170 + number}"/>' for number in range(len(codes)))
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    files["xl/styles.xml"] = f"<styleSheet {space}><numFmts>{formats}</numFmts><cellXfs>{styles}</cellXfs></styleSheet>"
    return zipped({**files, "xl/worksheets/sheet1.xml": sheet.replace(old, new)})


def grid_of(body: bytes) -> list[list[str]]:
    (found,) = [block for block in read_blocks(body) if isinstance(block, Table)]
    return [[cell.text if cell else "" for cell in row] for row in found.grid]


REPORT: list[Block] = [
    Paragraph("眉县人民政府2021年政府信息公开工作年度报告"),
    Paragraph("全年主动公开政府信息，按照条例的要求，坚持以公开为常态。" * 9),
    table(disclosure_2021(["104", *"234567890"])),
]


@pytest.mark.parametrize(
    ("cell", "raw"),
    [
        ("<c r={}><f>SUM(A1:A2)</f></c>", "=SUM(A1:A2)"),
        ("<c r={}><f>SUM(A1:A2)</f><v></v></c>", "=SUM(A1:A2)"),
        ("<c r={} t='e'><f>A1/0</f><v>#DIV/0!</v></c>", "#DIV/0!"),
        ("<c r={} s='1'><v>1105000</v></c>", '=TEXT(1105000,"0!.0,")'),
        ("<c r={} s='4'><v>5</v></c>", '=TEXT(5,"0.0"万"")'),
        ("<c r={} s='5'><v>1</v></c>", '=TEXT(1,"0%")'),
        ("<c r={} s='6'><v>12000</v></c>", '=TEXT(12000,"[>=10000]0!.0,"万";0")'),
    ],
)
def test_what_shows_another_number_or_none_is_a_doubt(cell: str, raw: str) -> None:
    body = xlsx_of(REPORT)
    report = normalize(edited(body, '<c r="B5"><v>104</v></c>', cell.format('"B5"')))
    assert (report.figures[MADE].state, report.figures[MADE].raw) == (CellState.TEXT, raw)
    assert [finding.subject for finding in report.findings if finding.check == "READ"] == [MADE]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<c r='B1' t='str'><f>A1</f><v>3</v></c>", "3"),
        ("<c r='B1' t='str'><f>A1</f><v></v></c>", ""),
        ("<c r='B1' s='2'><v>1104</v></c>", "1104"),
        ("<c r='B1' s='3'><v>0</v></c>", ""),
        ("<c r='B1' s='3'><v>-3</v></c>", "-3"),
        ("<c r='B1' s='7'><v>-3.5</v></c>", "-3.5"),
        ("<c s='1'><v>0</v></c>", "0"),
        (f"<c r='B1' t='inlineStr'><is><r><t>104</t></r><r>{UP}<t>1</t></r></is></c>", "104[1]"),
        (f"<c r='B1' t='inlineStr'><is><r>{STRUCK}<t>99</t></r><r><t>104</t></r></is></c>", "104"),
    ],
)
def test_what_a_cell_shows(cell: str, text: str) -> None:
    body = xlsx_of([grid(("规章", "5", "x"), ("许可", "7", "x"))])
    assert grid_of(edited(body, '<c r="B1"><v>5</v></c>', cell))[0] == ["规章", text, "x"]


def test_a_formula_behind_the_last_value_is_not_lost() -> None:
    body = xlsx_of([grid(("规章", "5", ""), ("许可", "7", ""))])
    assert grid_of(edited(body, "<v>7</v></c>", "<v>7</v></c><c r='C2'><f>A1</f></c>"))[1] == ["许可", "7", "=A1"]


def test_hidden_rows_and_columns_are_not_read() -> None:
    cells = [
        Cell("表", 0, 0, 1, 2),
        Cell("数", 0, 2),
        *(Cell(f"{row}{column}", row, column) for row in (1, 2, 3) for column in (0, 1, 2)),
    ]
    body = xlsx_of([Table.of(cells, 4, 3)])
    assert grid_of(edited(body, '<row r="3"', '<row r="3" hidden="1"')) == [
        ["表", "表", "数"],
        ["10", "11", "12"],
        ["30", "31", "32"],
    ]
    body = edited(body, "<sheetData>", '<cols><col min="1" max="1" hidden="true"/></cols><sheetData>')
    assert grid_of(body) == [["表", "数"], ["11", "12"], ["21", "22"], ["31", "32"]]


def test_zeros_that_a_sheet_hides_are_blank() -> None:
    body = xlsx_of([grid(("规章", "0", "1"), ("许可", "7", "0"))])
    view = '<sheetViews><sheetView showZeros="0" workbookViewId="0"/></sheetViews><sheetData>'
    assert grid_of(edited(body, "<sheetData>", view)) == [["规章", "", "1"], ["许可", "7", ""]]
