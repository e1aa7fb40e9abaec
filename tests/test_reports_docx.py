"""DOCX in detail: the official blank form, merged cells, tables in tables, and spans that would explode."""

from pathlib import Path

import pytest

from reports import normalize
from reports.blocks import Paragraph, Table
from reports.model import CellState, Unreadable
from reports.readers.docx import read_blocks
from tests.portals.office import zipped

FORM = Path(__file__).parents[2] / "shared/corpus/template_2021.docx"
SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def cell(text: str, properties: str = "", inside: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p>{inside}</w:tc>"


def rows(*lines: list[str]) -> str:
    return "<w:tbl>" + "".join("<w:tr>" + "".join(line) + "</w:tr>" for line in lines) + "</w:tbl>"


def read(body: str) -> list[Paragraph | Table]:
    document = zipped({"word/document.xml": f"<w:document {SPACE}><w:body>{body}</w:body></w:document>"})
    return [block for block in read_blocks(document) if isinstance(block, Paragraph | Table)]


@pytest.mark.skipif(not FORM.exists(), reason="the real reports are not beside this checkout (../shared/corpus)")
def test_the_blank_official_form() -> None:
    report = normalize(FORM.read_bytes())
    assert report.form == "v2021"
    assert {figure.state for figure in report.figures.values()} == {CellState.BLANK}
    names = [code.partition(".")[0] for code in report.figures]
    assert [names.count(table) for table in ("disclosure", "applications", "review")] == [10, 175, 15]


def test_a_span_of_thousands_costs_no_more_than_it_shows() -> None:
    wide = [cell("甲", '<w:gridSpan w:val="1990"/>'), cell("乙")]
    (table,) = read(rows(*[wide] * 300))
    assert isinstance(table, Table)
    assert (len(table.grid), len(table.grid[0]), [c.colspan for c in table.cells][:2]) == (300, 2, [1, 1])
    with pytest.raises(Unreadable, match="columns"):
        read(rows([cell("甲", '<w:gridSpan w:val="1990"/>')] * 2))


def test_a_merge_that_goes_on_below_nothing_is_a_cell() -> None:
    (table,) = read(rows([cell("甲", "<w:vMerge/>"), cell("1")], [cell("", "<w:vMerge/>"), cell("2")]))
    assert isinstance(table, Table)
    assert [(c.text, c.row, c.rowspan) for c in table.cells] == [("甲", 0, 2), ("1", 0, 1), ("2", 1, 1)]


def test_a_table_in_a_cell_of_data_is_its_text() -> None:
    data = [cell("a"), cell("b"), cell("c")]
    (table,) = read(rows(data, data, [*data[:2], cell("c", inside=rows([cell("x"), cell("1")]))]))
    assert isinstance(table, Table)
    assert table.grid[2][2] is not None
    assert table.grid[2][2].text == "c\nx 1"


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


UP, DOWN = '<w:vertAlign w:val="superscript"/>', '<w:vertAlign w:val="subscript"/>'


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        (run("104") + run("1", UP), "104[1]"),
        (run("104") + run("1", UP) + run("2", UP), "104[12]"),
        (run("104") + run("[1]", UP), "104[1]"),
        (run("104") + run("①", DOWN), "104[①]"),
        (run("100m") + run("2", UP), "100m2"),
        (run("10") + run("4", '<w:vertAlign w:val="baseline"/>'), "104"),
        (run("99", "<w:dstrike/>") + run("104"), "104"),
        (run("10", '<w:dstrike w:val="0"/>') + run("4"), "104"),
        (f"<w:r><w:ruby><w:rt>{run('5')}</w:rt><w:rubyBase>{run('104')}</w:rubyBase></w:ruby></w:r>", "104"),
    ],
)
def test_what_would_run_into_a_number_does_not(runs: str, text: str) -> None:
    assert read(f"<w:p>{runs}</w:p>") == [Paragraph(text)]


def test_entities_never_expand() -> None:
    bomb = f"<!DOCTYPE d [<!ENTITY a '{'9' * 99}'>]><w:document {SPACE}><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p>"
    document = zipped({"word/document.xml": f"{bomb}</w:body></w:document>"})
    assert list(read_blocks(document)) == []


def test_tables_in_tables_without_end_are_refused() -> None:
    with pytest.raises(Unreadable, match="tables in tables"):
        read("<w:tbl><w:tr><w:tc>" * 30 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 30)
