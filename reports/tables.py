"""The official tables of a page -> figures, each table recognised by its own headings and labels, never by the year."""

from typing import NamedTuple

from reports import labels
from reports.applications import ApplicationsTable
from reports.blocks import Cell, Page, Table
from reports.disclosure import DisclosureTable
from reports.model import CellState, Figure, Finding
from reports.review import ReviewTable

_MISSING = Figure(None, "", CellState.MISSING)


class Figures(NamedTuple):
    """What the tables of a page hold.

    ``form`` is ``v2019`` or ``v2021`` as table 1 shows it, else as table 2 does, else None; ``figures`` has every
    official code of each table that was recognised, in printed order, and none of a table that was not;
    ``doubts`` are findings ``READ`` (UNCERTAIN) on rows and cells that could not be read for sure.
    """

    form: str | None
    figures: dict[str, Figure]
    doubts: tuple[Finding, ...]


def read_figures(page: Page) -> Figures:
    """Read the three official tables, in however many pieces they are printed.

    The forms are those of 国办公开办函〔2019〕60号 and 〔2021〕30号.
    """
    disclosure, applications, review = DisclosureTable(), ApplicationsTable(), ReviewTable()
    for block in page.blocks:
        if isinstance(block, Table):
            applications.begin()
            for number, line in enumerate(block.grid):
                cells = _distinct(line)
                keys = [labels.key(cell.text) for cell in cells]
                for table in (review, disclosure, applications):
                    if table.feed(cells, keys, number, len(line)):
                        break
    review.finish()
    form = disclosure.form or applications.form
    figures: dict[str, Figure] = {}
    for found, codes, rows in (
        (disclosure.rows.seen, disclosure.codes(), disclosure.rows),
        (applications.rows.seen, applications.codes(form), applications.rows),
        (review.found, review.codes(), review.rows),
    ):
        if found:
            figures.update(dict.fromkeys(codes, _MISSING))
            figures.update(rows.figures)
    doubts = (*disclosure.rows.doubts, *applications.rows.doubts, *review.rows.doubts)
    return Figures(form, figures, doubts)


def _distinct(line: tuple[Cell | None, ...]) -> list[Cell]:
    """The cells of one grid line from left to right, each once."""
    cells: list[Cell] = []
    for cell in line:
        if cell is not None and (not cells or cells[-1] is not cell):
            cells.append(cell)
    return cells
