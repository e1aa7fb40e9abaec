"""The reports behind an indicator, one by one and in pages: what each of them gives, and the document it stands in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from reports.derived import COMPUTED, ValueState
from reports.states import Evidence
from storage.database import Archive
from storage.indicators.cells import Page, cells, told, total
from storage.indicators.question import Question
from storage.models import Division


@dataclass(frozen=True, slots=True)
class Row:
    """One county's year. ``value`` is None unless the state is number or zero; both sums are those of a share.

    ``document_id`` leads to the report, ``formula`` is the number of the one by which the share was computed.
    """

    code: str
    county: str
    year: int
    value: float | None
    numerator: float | None
    denominator: float | None
    state: ValueState
    evidence: Evidence
    document_id: int | None
    formula: int | None


def rows(archive: Archive, asked: Question, page: Page) -> tuple[int, Sequence[Row]]:
    """How many rows there are in all, and those of a page, in the order of counties and years."""
    part = cells(asked, page).subquery("cells")
    query = (
        select(part, Division.name.label("county"))
        .join(Division, Division.code == part.c.county_code)
        .order_by(part.c.county_code, part.c.year)
    )
    with archive.read() as session:
        found = session.execute(query).all()
        count = session.scalar(total(asked)) or 0
    return count, [_row(one, share=asked.indicator.derived is not None) for one in found]


def _row(one: Any, *, share: bool) -> Row:
    state = told(one.lacking, one.numerator, one.denominator)
    value = None
    if state in COMPUTED:
        value = one.numerator / one.denominator if share else one.numerator
    above, below = (one.numerator, one.denominator) if share and not one.lacking else (None, None)
    return Row(
        code=one.county_code,
        county=one.county,
        year=one.year,
        value=exact(value),
        numerator=exact(above),
        denominator=exact(below),
        state=state,
        evidence=one.evidence,
        document_id=one.document_id,
        formula=one.formula,
    )


def exact(value: float | None) -> float | None:
    """12 and not 12.0, on all databases."""
    return int(value) if value is not None and float(value).is_integer() else value
