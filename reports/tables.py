"""The official tables of a page -> figures, each table recognised by its own headings and labels, never by the year."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from reports import labels
from reports.applications import ApplicationsTable
from reports.blocks import LEAST_CONFIDENCE, Block, Page, Paragraph, Table
from reports.columns import MISSING, Rows
from reports.disclosure import DisclosureTable
from reports.forms.lists import OLDER, list_forms
from reports.mending import mended
from reports.model import CellState, Figure, Finding, OfficialTable, Outcome
from reports.review import ReviewTable
from reports.statistics import StatisticsTable
from reports.years import is_others_caption

_CLAUSE = re.compile(r"\s*第\s*二十\s*条|[（(\s]*单位\s*[:：]")
_MOST_TITLES = 3  # lines with a single text at the head of a grid
_LINES_ABOVE = 3  # a title, a clause and a unit may stand between the text and its table
_SHORT_LINE = 60  # characters; a longer line is prose
_Place = tuple[int, Table, str]  # a table, its number among the blocks, and the lines above it


class Figures(NamedTuple):
    """What the tables of a page hold.

    ``form`` is ``v2019`` or ``v2021`` as table 1 shows it, else as table 2 does, else that of an older list, else None;
    ``figures`` has every official code of each table that was recognised, in printed order, and none of a table that
    was not; ``doubts`` are findings ``READ`` (UNCERTAIN) on rows and cells that could not be read for sure; ``tables``
    are those that were recognised.
    """

    form: str | None
    figures: dict[str, Figure]
    doubts: tuple[Finding, ...]
    tables: tuple[OfficialTable, ...]


def read_figures(page: Page, year: int | None = None) -> Figures:
    """Read the official tables, in however many pieces they are printed.

    The forms are those of 国办公开办函〔2019〕60号 and 〔2021〕30号, and the older lists. A table or row that
    is labelled as another year's than ``year`` or as a comparison is left out; a doubt, where it is the only one.
    """
    own, others = _of_year(page.blocks, year)
    found = _read(own, page.blocks, year)
    if not others:
        return found
    names = {table.name for table in found.tables}
    detail = "the table is labelled as another year's or as a comparison; it was not read"
    lost = [one.name for one in _read(others, page.blocks, None).tables if one.name not in names]
    return found._replace(doubts=found.doubts + tuple(Finding("READ", n, Outcome.UNCERTAIN, detail) for n in lost))


def _read(own: Sequence[_Place], blocks: Sequence[Block], year: int | None) -> Figures:
    """Read those of the blocks that ``own`` holds, each with its number and the lines above it."""
    disclosure, applications, review = DisclosureTable(), ApplicationsTable(), ReviewTable()
    tables = (review, disclosure, applications)
    lists = tuple(map(StatisticsTable, list_forms()))
    every = (disclosure.rows, applications.rows, review.rows, *(one.rows for one in lists))
    for place, block, above in own:
        for rows in every:
            rows.block = place
        for listed in lists:
            listed.begin(year)
        review.begin()
        disclosure.begin(above)
        applications.begin()
        _feed(block, tables, lists)
        for table in tables:
            table.end()
        max(lists, key=lambda one: one.matches).end()
    review.finish(year)
    form = disclosure.form or applications.form or next((one.form.form for one in lists if one.found), None)
    if any(isinstance(block, Table) and block.restored for block in blocks):
        applications.miss(form)
    figures: dict[str, Figure] = {}
    read: list[OfficialTable] = []
    for found, codes, own_form, rows in (
        (disclosure.rows.seen, disclosure.codes(), disclosure.form, disclosure.rows),
        (applications.rows.seen, applications.codes(form), applications.form or form, applications.rows),
        (review.found, review.codes(), None, review.rows),
        *((one.found, one.codes(), one.form.form, one.rows) for one in lists),
    ):
        if found:
            figures.update({**dict.fromkeys(codes, MISSING), **rows.figures})
            # The older lists were printed with more or fewer rows: only what is there can be read or not.
            expected = len(rows.seen) if own_form in OLDER else len(codes)
            read.append(_official(rows, own_form, expected, blocks))
    doubts = tuple(doubt for rows in every for doubt in rows.doubts)
    return Figures(form, figures, doubts, tuple(read))


def _feed(
    block: Table,
    tables: Sequence[ReviewTable | DisclosureTable | ApplicationsTable],
    lists: Sequence[StatisticsTable],
) -> None:
    """Offer every row of a grid to the tables, and what is none of theirs to the older lists."""
    width = len(block.grid[0]) if block.grid else 0
    for number, cells in enumerate(block.lines):
        keys = [labels.key(cell.text) for cell in cells]
        if not any(table.feed(cells, keys, number, width) for table in tables):
            for listed in lists:
                listed.feed(cells, keys, number, width)


def _official(rows: Rows, form: str | None, expected: int, blocks: Sequence[Block]) -> OfficialTable:
    """What is to be said of a table as a whole, of which so many cells were to be expected."""
    doubted = {doubt.subject for doubt in rows.doubts}
    sure = 0.0
    places: set[int] = set()
    for code, figure in rows.figures.items():
        origin = figure.origin
        if origin is None:
            continue
        places.add(origin.block)
        if figure.state is not CellState.TEXT and code not in doubted and origin.confidence >= LEAST_CONFIDENCE:
            sure += origin.confidence
    pieces = ((place, block.source) for place in sorted(places) if isinstance(block := blocks[place], Table))
    return OfficialTable(rows.prefix, form, round(sure / expected, 4), tuple(pieces))


def _stands_in_table(text: str) -> bool:
    """Whether a line may stand between parts of one table: a clause of the Regulation, a unit, a chapter of a list."""
    return bool(_CLAUSE.match(text)) or any(labels.key(text) in form.chapters for form in list_forms())


def _of_year(blocks: Sequence[Block], year: int | None) -> tuple[list[_Place], list[_Place]]:
    """The tables with their numbers among the blocks, each with the short lines just above it.

    Those that the line before them or their own first line labels as another year's, or as a comparison, come second.
    """
    own: list[_Place] = []
    others: list[_Place] = []
    is_others = False
    above: list[str] = []
    for place, block in enumerate(blocks):
        if isinstance(block, Table):
            titled = any(is_others_caption(title, year) for title in _titles(block))
            (others if is_others or titled else own).append((place, mended(block), "\n".join(above)))
            above = []
        elif isinstance(block, Paragraph):
            caption = is_others_caption(block.text, year)
            if caption or not _stands_in_table(block.text):
                is_others = caption
            above = [*above, block.text][-_LINES_ABOVE:] if len(block.text) <= _SHORT_LINE else []
    return own, others


def _titles(table: Table) -> Iterator[str]:
    """The lines at the head of a grid that have a single text."""
    for cells in table.lines[:_MOST_TITLES]:
        texts = [cell.text for cell in cells if cell.text.strip()]
        if len(texts) > 1:
            return
        yield from texts
