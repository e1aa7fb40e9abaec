"""A few indicators of one county over the years, from the reports that count."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import select

from reports.model import CellState
from storage.counting import counted
from storage.database import Archive
from storage.models import FigureRow, Indicator


class Point(NamedTuple):
    """What a year's report says in one cell; ``value`` is a number only where the state is number or zero."""

    state: CellState
    value: float | None
    raw: str
    document_id: int


def series(archive: Archive, code: str, indicators: Collection[str], years: range) -> dict[int, dict[str, Point]]:
    """The cells by year and indicator; a year without a report that counts has no entry, one of it is not printed."""
    held = counted(archive, [code], years).subquery()
    figures = (
        select(held.c.year, held.c.document_id, Indicator.code, FigureRow.state, FigureRow.value, FigureRow.raw)
        .join(FigureRow, FigureRow.reading_id == held.c.reading_id)
        .join(Indicator, Indicator.id == FigureRow.indicator_id)
        .where(Indicator.code.in_(indicators))
    )
    found: dict[int, dict[str, Point]] = {}
    with archive.read() as session:
        for year in session.scalars(select(held.c.year)):
            found[year] = {}
        for year, document_id, name, state, value, raw in session.execute(figures):
            found[year][name] = Point(state, value, raw, document_id)
    return found
