"""Rows that a page break cut in two are put together where labels tell; two rows that follow each other stay apart."""

from reports.blocks import Cell, Page, Table
from reports.mending import mended
from reports.model import CellState
from reports.tables import read_figures
from tests.official_tables import HEAD, applications, table


def on_two_pages(whole: Table, last: int) -> Table:
    """The grid with its rows up to ``last`` on page 1 and the others on page 2."""
    cells = [
        Cell(cell.text, cell.row, cell.column, cell.rowspan, cell.colspan, 1 if cell.row <= last else 2)
        for cell in whole.cells
    ]
    return Table.of(cells, len(whole.grid), len(whole.grid[0]))


def cut_row(above: list[str], below: list[str]) -> Table:
    lines = applications()
    at = next(number for number, line in enumerate(lines) if line[0] == "4.无正当理由大量反复申请")
    lines[at : at + 1] = [list(above), list(below)]
    # The cells that span rows reach one row further down.
    for line in lines[:at]:
        for place, cell in enumerate(line):
            if isinstance(cell, tuple) and cell[0] in ("三、本年度办理结果", "（五）不予处理"):
                line[place] = (cell[0], cell[1] + 1, cell[2])
    return on_two_pages(table(lines), at)


def excessive(grid: Table) -> dict[str, int | float | None]:
    figures = read_figures(Page("pdf", (grid,))).figures
    rows = {code.rpartition(".")[2]: f for code, f in figures.items() if ".excessive." in code}
    assert all(figure.state is not CellState.BLANK for figure in rows.values())
    return {column: figure.value for column, figure in rows.items()}


WANTED = dict(
    zip(
        ("natural_person", "business", "research", "public_interest", "legal_service", "other_org", "total"),
        (180, 181, 182, 183, 184, 185, 186),
        strict=True,
    )
)
NUMBERS = [str(number) for number in WANTED.values()]
NONE = [""] * 7


def test_a_label_that_goes_on_overleaf() -> None:
    assert excessive(cut_row(["4.无正当理由大", *NONE], ["量反复申请", *NUMBERS])) == WANTED
    assert excessive(cut_row(["4.无正当理由大", *NUMBERS], ["量反复申请", *NONE])) == WANTED


def test_a_note_that_goes_on_overleaf() -> None:
    noted = [*NUMBERS[:-1], "186（其中"]
    assert excessive(cut_row(["4.无正当理由大量反复申请", *noted], ["", *NONE[:-1], "存量2件）"])) == WANTED


def test_figures_alone_overleaf() -> None:
    assert excessive(cut_row(["4.无正当理由大量反复申请", *NONE], ["", *NUMBERS])) == WANTED


def test_rows_that_only_follow_each_other_stay_apart() -> None:
    for last in range(len(HEAD), len(applications()) - 1):
        grid = on_two_pages(table(applications()), last)
        assert mended(grid) is grid


def test_blank_rows_on_both_sides_of_a_break_stay_apart() -> None:
    lines = [["规章", "", "", ""], ["行政规范性文件", "3", "4", "5"]]
    grid = on_two_pages(table(lines), 0)
    assert mended(grid) is grid
