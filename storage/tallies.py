"""The matrix added up: how many counties of each province or prefecture stand in which state, year by year."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select

from reports.states import Evidence
from storage.database import Archive
from storage.models import Division, StandingRow
from storage.settled import settle


class Unsound(NamedTuple):
    """A report that counts and of which sums do not add up."""

    code: str
    county: str
    year: int
    failed: int  # checks
    document_id: int


def tally(archive: Archive, years: range, digits: int, within: str = "") -> dict[str, dict[int, Counter[Evidence]]]:
    """Counties by state, by the first ``digits`` of their codes and by year; of those alone that begin with ``within``.

    A place in which there is no county has no entry.
    """
    settle(archive, _codes(archive, within) if within else None, years)
    place = func.substr(StandingRow.county_code, 1, digits)
    query = (
        select(place, StandingRow.year, StandingRow.evidence, func.count())
        .where(StandingRow.year >= years.start, StandingRow.year < years.stop)
        .where(StandingRow.county_code.startswith(within, autoescape=True))
        .group_by(place, StandingRow.year, StandingRow.evidence)
        .order_by(place)
    )
    found: dict[str, dict[int, Counter[Evidence]]] = defaultdict(lambda: defaultdict(Counter))
    with archive.read() as session:
        for code, year, evidence, count in session.execute(query):
            found[code][year][evidence] = count
    return {code: dict(by_year) for code, by_year in found.items()}


def totals(archive: Archive, years: range) -> Counter[Evidence]:
    """All counties' years by state."""
    settle(archive, None, years)
    among_them = (StandingRow.year >= years.start, StandingRow.year < years.stop)
    query = select(StandingRow.evidence, func.count()).where(*among_them).group_by(StandingRow.evidence)
    with archive.read() as session:
        return Counter({state: count for state, count in session.execute(query)})  # noqa: C416 - rows are no pairs


def unsound(archive: Archive, most: int) -> tuple[int, Sequence[Unsound]]:
    """How many reports have sums that do not add up, and the newest of them."""
    failed = StandingRow.failed > 0
    query = (
        select(StandingRow.county_code, Division.name, StandingRow.year, StandingRow.failed, StandingRow.document_id)
        .join(Division, Division.code == StandingRow.county_code)
        .where(failed, StandingRow.document_id.is_not(None))
        .order_by(StandingRow.year.desc(), StandingRow.county_code)
    )
    with archive.read() as session:
        total = session.scalar(select(func.count()).select_from(StandingRow).where(failed)) or 0
        rows = session.execute(query.limit(most)).all()
    return total, [
        Unsound(code, county, year, count, document)
        for code, county, year, count, document in rows
        if document is not None
    ]


def _codes(archive: Archive, within: str) -> list[str]:
    inside = Division.code.startswith(within, autoescape=True)
    with archive.read() as session:
        return list(session.scalars(select(Division.code).where(Division.level == "county", inside)))
