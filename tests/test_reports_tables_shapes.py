"""Official tables in the shapes that editors and conversions leave: columns too many, spans too long, years beside."""

import pytest

from reports.blocks import Block, Page, Paragraph, Table
from reports.model import CellState
from reports.tables import Figures, read_figures
from tests.official_tables import Spec, applications, disclosure_2021, review, table


def read(*blocks: Block, year: int | None = None) -> Figures:
    return read_figures(Page("html", blocks), year)


def same(found: Figures, wanted: Figures) -> bool:
    told = [{code: (f.state, f.value) for code, f in one.figures.items()} for one in (found, wanted)]
    return told[0] == told[1] and found.doubts == ()


TABLES = {
    "disclosure": disclosure_2021("0123456789"),
    "applications": applications(),
    "review": review([*"123456789", *"012345"]),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_column_without_any_text(name: str) -> None:
    rows = TABLES[name]
    assert same(read(table([[*row, ""] for row in rows])), read(table(rows)))


def test_a_label_that_reaches_into_the_row_below() -> None:
    rows = applications()
    first = next(number for number, row in enumerate(rows) if row[0] == ("三、本年度办理结果", len(rows) - 6, 1))
    rows[first][0] = ("三、本年度办理结果", len(rows) - 5, 1)
    assert same(read(table(rows)), read(table(applications())))
    rows[-1] = [rows[-1][0], "1", "", "3", "4", "5", "6", "7"]
    found = read(table(rows))
    assert [doubt.subject for doubt in found.doubts] == ["applications.carried_over"]
    assert found.figures["applications.carried_over.total"].state is CellState.MISSING


def test_blank_cells_below_headings_are_what_a_page_break_left_of_them() -> None:
    rows = applications()
    rows[1] = ["自然人", ("法人或其他组织", 1, 5), "总计"]
    rows[2] = ["", *rows[2], ""]
    assert same(read(table(rows)), read(table(applications())))


def test_two_years_in_one_sheet_where_every_clause_is_a_line_of_its_own() -> None:
    def of_year(year: int, numbers: str) -> list[Block]:
        blocks: list[Block] = [Paragraph(f"{year}年度")]
        piece: list[list[Spec]] = []
        for row in disclosure_2021(numbers):
            if isinstance(row[0], tuple):
                blocks += [table(piece)] if piece else []
                blocks.append(Paragraph(row[0][0]))
                piece = []
            else:
                piece.append(row)
        return [*blocks, table(piece)]

    found = read(*of_year(2021, "9876543210"), *of_year(2022, "0123456789"), year=2022)
    assert same(found, read(table(TABLES["disclosure"])))


def test_a_label_that_was_not_recognised_leaves_its_figures_in_doubt() -> None:
    plain = table(applications())
    cells = [cell._replace(confidence=0.99) for cell in plain.cells]
    at = next(number for number, cell in enumerate(cells) if cell.text == "5.属于三类内部事务信息")
    cells[at] = cells[at]._replace(text="?", confidence=0.0)
    found = read(Table.of(cells, len(plain.grid), len(plain.grid[0])))
    assert [doubt.subject for doubt in found.doubts] == ["applications.*"]
    assert found.figures["applications.refused.internal.total"].state is CellState.MISSING


@pytest.mark.parametrize(("label", "read_as"), [("5.属于三类内部信息", 81), ("", None)])
def test_a_damaged_label_in_the_first_row_behind_a_page_break(label: str, read_as: int | None) -> None:
    """The rows before the first that is recognised are rows of the table too, in a grid that goes on with it."""
    rows = [list(row) for row in applications()]
    place = next(number for number, row in enumerate(rows) if "5.属于三类内部事务信息" in row)
    upper, lower = rows[:place], rows[place:]
    upper[5][0], upper[7][0] = ("三、本年度办理结果", place - 5, 1), ("（三）不予公开", place - 7, 1)
    lower[0] = [("", 4, 1), ("", 4, 1), label, *lower[0][1:]]
    found = read(table(upper), table(lower[:4]))
    figure = found.figures["applications.refused.internal.business"]
    assert figure.value == read_as
    assert [doubt.subject for doubt in found.doubts] == ([] if label else ["applications.*"])
