"""The reports that are held, one row a county and year, in pages: which document it is, and how it stands."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select

from reports.states import Clock, Evidence
from storage.counting import within
from storage.database import Archive
from storage.models import Division, StandingRow
from storage.settled import settle


class Publication(NamedTuple):
    """A county's own report of a year, or what is taken for it while somebody has to look at it."""

    code: str
    county: str
    year: int
    evidence: Evidence
    clock: Clock
    title: str | None
    published_at: str | None  # Beijing time as printed
    failed: int  # checks
    document_id: int


def publications(
    archive: Archive, codes: Sequence[str] | None, years: range, state: Evidence | None, limit: int, offset: int
) -> tuple[int, list[Publication]]:
    """How many there are of these counties (None: all), years and state (None: any), and some of them, by county."""
    settle(archive, codes, years)
    held = [StandingRow.document_id.is_not(None), *within(codes, years)]
    if state is not None:
        held.append(StandingRow.evidence == state)
    query = (
        select(
            StandingRow.county_code,
            Division.name,
            StandingRow.year,
            StandingRow.evidence,
            StandingRow.clock,
            StandingRow.title,
            StandingRow.published_at,
            StandingRow.failed,
            StandingRow.document_id,
        )
        .join(Division, Division.code == StandingRow.county_code)
        .where(*held)
        .order_by(StandingRow.county_code, StandingRow.year)
    )
    with archive.read() as session:
        total = session.scalar(select(func.count()).select_from(StandingRow).where(*held)) or 0
        rows = session.execute(query.limit(limit).offset(offset)).all()
    return total, [Publication(*row[:-1], document) for row in rows if (document := row[-1]) is not None]
