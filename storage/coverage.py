"""The matrix county × year: one named state of evidence in every cell, and beside it the legal clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, String, cast, func, literal, select
from sqlalchemy.orm import Session

from reports.calendar import clock
from reports.states import Clock, Evidence
from storage.counting import within
from storage.database import Archive
from storage.models import Division, StandingRow
from storage.models.base import among
from storage.settled import settle


@dataclass(frozen=True, slots=True)
class Cell:
    """What the archive can say of one county's own report of one year; ``failed`` counts the checks that failed."""

    code: str
    county: str
    year: int
    evidence: Evidence
    clock: Clock
    title: str | None
    published_at: str | None  # Beijing time as printed
    detail: str
    failed: int = 0
    document_id: int | None = None  # the one that counts


@dataclass(frozen=True, slots=True)
class Row:
    """One county's cells, in the order of the years asked for."""

    code: str
    county: str
    cells: tuple[Cell, ...]


class Mark(NamedTuple):
    """A cell of the matrix without its words: enough to colour it; ``failed`` says that a sum does not add up."""

    evidence: Evidence
    clock: Clock
    failed: bool


def coverage(archive: Archive, codes: Iterable[str] | None, years: range, today: date) -> list[Row]:
    """The matrix of these counties (None: all), in the order of their codes; ``today`` sets the legal clock."""
    chosen = None if codes is None else list(codes)
    settle(archive, chosen, years)
    with archive.read() as session:
        names = _names(session, chosen)
        query = select(StandingRow).where(*within(chosen, years)).order_by(StandingRow.county_code, StandingRow.year)
        cells = [_cell(row, names[row.county_code], today) for row in session.scalars(query)]
    width = len(years)
    return [
        Row(code, name, tuple(cells[place * width : (place + 1) * width]))
        for place, (code, name) in enumerate(names.items())
    ]


def matrix(archive: Archive, codes: Sequence[str] | None, years: range, today: date) -> dict[str, Sequence[Mark]]:
    """The marks of these counties (None: all) by code, in the order of the years: the whole country at a glance."""
    settle(archive, codes, years)
    told: ColumnElement[str] = cast(StandingRow.year, String)
    for part in (StandingRow.evidence, StandingRow.clock, StandingRow.failed > 0, StandingRow.document_id.is_not(None)):
        told = told + literal("/") + cast(part, String)
    # A row a county: of rows a cell, half of the time would go into handing them over.
    query = select(StandingRow.county_code, func.aggregate_strings(told, " ")).where(*within(codes, years))
    with archive.read() as session:
        rows = session.execute(query.group_by(StandingRow.county_code).order_by(StandingRow.county_code)).all()
    marks: dict[str, Mark] = {}

    def mark(cell: str) -> Mark:
        return marks.get(cell) or marks.setdefault(cell, _mark(cell, today))

    return {code: [mark(cell) for cell in sorted(cells.split())] for code, cells in rows}


def _names(session: Session, codes: Sequence[str] | None) -> dict[str, str]:
    counties = select(Division.code, Division.name).where(Division.level == "county", among(Division.code, codes))
    return {code: name for code, name in session.execute(counties.order_by(Division.code))}  # noqa: C416


def _cell(row: StandingRow, county: str, today: date) -> Cell:
    return Cell(
        code=row.county_code,
        county=county,
        year=row.year,
        evidence=row.evidence,
        clock=_clock(row.year, row.evidence, row.clock, today, held=row.document_id is not None),
        title=row.title,
        published_at=row.published_at,
        detail=row.detail,
        failed=row.failed,
        document_id=row.document_id,
    )


def _mark(told: str, today: date) -> Mark:
    year, evidence, stands, failed, held = told.split("/")
    state = Evidence(evidence)
    legal = _clock(int(year), state, Clock(stands), today, held=held in _YES)
    return Mark(state, legal, failed in _YES)


_YES = ("1", "true")  # as SQLite and PostgreSQL write a condition


def _clock(year: int, evidence: Evidence, after: Clock, today: date, *, held: bool) -> Clock:
    """The legal clock on a day, of which is stored how it stands once the legal date has passed."""
    if held or evidence is Evidence.NOT_FOUNDED:
        return after
    stands = clock(year, today, archived=False, published_at=None)
    return after if stands is Clock.OVERDUE else stands
