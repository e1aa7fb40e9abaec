"""What each report that counts gives for an indicator, as rows: the one query that all else is made of.

Columns: county_code, year, evidence, document_id, numerator (of an official indicator its value), denominator, lacking
(NULL, or the states of the cells, one of which has no number) and formula (the number of the one that was taken).
"""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import add
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    Select,
    String,
    Subquery,
    and_,
    case,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import aliased

from reports.calendar import due_date
from reports.derived import ClockFormula, Formula, ValueState, reason, state_of
from reports.model import AgencyKind
from reports.states import Clock, Evidence
from storage.counting import counting, within
from storage.indicators.question import Question
from storage.models import FigureRow, StandingRow


class Page(NamedTuple):
    """A part of the rows, in the order of counties and years."""

    limit: int
    offset: int


def cells(asked: Question, page: Page | None = None) -> Select[Any]:
    """The rows that a question is about."""
    derived = asked.indicator.derived
    if derived is not None and derived.clock is not None:
        return _part(_clock(asked, derived.clock), page)
    reports = _part(counting(asked.codes, asked.years), page).subquery("counted")
    if derived is not None:
        return _shares(reports, derived.formulas, asked.ids)
    cell = aliased(FigureRow)
    joined = reports.outerjoin(
        cell, and_(cell.reading_id == reports.c.reading_id, cell.indicator_id == asked.ids[asked.indicator.code])
    )
    lacking = _lacking([cell], _plain(cell))
    return _row(reports.c, _plain(cell), null(), lacking, null()).select_from(joined)


def total(asked: Question) -> Select[Any]:
    """How many rows there are; no figure is looked up for it."""
    clock = asked.indicator.derived.clock if asked.indicator.derived else None
    rows: Any = counting(asked.codes, asked.years) if clock is None else _clock(asked, clock)
    return rows.with_only_columns(func.count())  # type: ignore[no-any-return]  # of one kind or the other


def _part(rows: Select[*tuple[Any, ...]], page: Page | None) -> Select[Any]:
    """The page is cut before figures are looked up: its last one is as quick as the first."""
    if page is None:
        return rows
    return rows.order_by(StandingRow.county_code, StandingRow.year).limit(page.limit).offset(page.offset)


def _row(of: Any, above: Any, below: Any, lacking: Any, formula: Any) -> Select[Any]:
    return select(
        of.county_code,
        of.year,
        of.evidence,
        of.document_id,
        above.label("numerator"),
        below.label("denominator"),
        lacking.label("lacking"),
        formula.label("formula"),
    )


def _clock(asked: Question, formula: ClockFormula) -> Select[Any]:
    """1 or 0 for each county-year whose place before the legal date is known; a year that is not over is left out."""
    over = [year for year in asked.years if due_date(year, AgencyKind.GOVERNMENT) < asked.today]
    known = StandingRow.clock.in_(formula.denominator)
    value = case((StandingRow.clock.in_(formula.numerator), 1), (known, 0))
    lacking = case((~known, ValueState.MISSING.value))
    return _row(StandingRow, value, literal(1), lacking, null()).where(
        *within(asked.codes, asked.years),
        StandingRow.evidence.not_in((Evidence.NEEDS_REVIEW, Evidence.NOT_FOUNDED)),
        StandingRow.clock != Clock.NOT_DUE,
        or_(StandingRow.document_id.is_not(None), StandingRow.year.in_(over)),
    )


def _shares(reports: Subquery, formulas: Sequence[Formula], ids: Mapping[str, int]) -> Select[Any]:
    """Both sums of the first formula of which a report has the anchor.

    A cell without a number makes its sum NULL. The further cells are looked up by the anchor's reading, and a later
    anchor where there is none yet: what a report's form does not have costs no look-up.
    """
    joined: Any = reports
    anchors: list[Any] = []
    aboves, belows, lacking, numbers = [], [], [], []
    for number, formula in enumerate(formulas):
        anchor = aliased(FigureRow)
        open_still: Any = reports.c.reading_id
        if anchors:
            open_still = case((and_(*(one.reading_id.is_(None) for one in anchors)), reports.c.reading_id))
        joined = joined.outerjoin(
            anchor, and_(anchor.reading_id == open_still, anchor.indicator_id == ids[formula.anchor])
        )
        parts = {formula.anchor: anchor}
        for code in formula.parts[1:]:
            part = parts[code] = aliased(FigureRow)
            joined = joined.outerjoin(part, and_(part.reading_id == anchor.reading_id, part.indicator_id == ids[code]))
        anchors.append(anchor)
        here = anchor.reading_id.is_not(None)
        above, below = _sum(parts, formula.numerator), _sum(parts, formula.denominator)
        aboves.append((here, above))
        belows.append((here, below))
        lacking.append((here, _lacking(list(parts.values()), above + below)))
        numbers.append((here, literal(number, Integer)))
    why = case(*lacking, else_=ValueState.MISSING.value)
    return _row(reports.c, case(*aboves), case(*belows), why, case(*numbers)).select_from(joined)


def _plain(cell: Any) -> ColumnElement[Any]:
    """A value as the driver gives it: our own type would be asked once a row."""
    return type_coerce(cell.value, Float)


def _sum(parts: Mapping[str, Any], codes: Sequence[str]) -> ColumnElement[Any]:
    return reduce(add, (_plain(parts[code]) for code in codes))


def _lacking(parts: Sequence[Any], total: ColumnElement[Any]) -> ColumnElement[Any]:
    """The states of the cells, where their sum has no value."""
    states: list[ColumnElement[str]] = [
        func.coalesce(type_coerce(part.state, String), ValueState.MISSING.value) for part in parts
    ]
    return case((total.is_(None), reduce(lambda before, state: before + " " + state, states)))


def told(lacking: str | None, above: float, below: float | None) -> ValueState:
    """The state of a row by its columns lacking, numerator and denominator."""
    if lacking is None:
        return state_of(above, below)
    return reason(lacking.split()) or ValueState.MISSING
