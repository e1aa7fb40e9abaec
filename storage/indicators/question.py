"""What is asked of an indicator: which one, of which counties and years, on which day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from storage.database import Archive
from storage.indicators.catalogue import Known
from storage.models import Indicator
from storage.settled import settle


@dataclass(frozen=True, slots=True)
class Question:
    """An indicator, of these counties (None: all) and years; ``today`` is the legal clock's.

    ``ids`` are the rows of the official indicators that are needed.
    """

    indicator: Known
    codes: Sequence[str] | None
    years: range
    today: date
    ids: dict[str, int]


def ask(archive: Archive, indicator: Known, codes: Sequence[str] | None, years: range, today: date) -> Question:
    """A question, with the states that it rests on settled, so that several answers to it need not do so again."""
    settle(archive, codes, years)
    formulas = indicator.derived.formulas if indicator.derived else ()
    wanted = {code for formula in formulas for code in formula.parts} or {indicator.code}
    with archive.read() as session:
        rows = session.execute(select(Indicator.code, Indicator.id).where(Indicator.code.in_(wanted)))
        return Question(indicator, codes, years, today, {code: row_id for code, row_id in rows})  # noqa: C416
