"""Which reading of a county's year counts, as rows to join: indicators, exports and pages speak of the same figures."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select

from reports.states import Evidence
from storage.database import Archive
from storage.models import StandingRow
from storage.models.base import among
from storage.settled import settle

# One in review may be another's report, one that waits for a reader has no figures; what was withdrawn was published.
COUNTED = (Evidence.ARCHIVED, Evidence.AMENDED, Evidence.WITHDRAWN)


def counted(
    archive: Archive, codes: Sequence[str] | None, years: range
) -> Select[str, int, Evidence, int | None, int | None]:
    """One row for each county (None: all) and year whose report counts: code, year, evidence, document, reading.

    It is the rule of ``storage.standing``, settled first: the county government's own report, its best document, that
    one's present version, the newest reading of it that is more than a cover, and people's decisions before all. To be
    joined with figures by an outer join, which SQLite does not turn round: a few thousand reports with their figures
    are looked up in an instant, but all figures with their reports are not. To be asked for before the session that
    executes it is opened, since what is settled meanwhile is not seen in there.
    """
    settle(archive, codes, years)
    return counting(codes, years)


def counting(codes: Sequence[str] | None, years: range) -> Select[str, int, Evidence, int | None, int | None]:
    """The same, for whoever has settled already."""
    columns = (
        StandingRow.county_code,
        StandingRow.year,
        StandingRow.evidence,
        StandingRow.document_id,
        StandingRow.reading_id,
    )
    return select(*columns).where(StandingRow.evidence.in_(COUNTED), *within(codes, years))


def within(codes: Sequence[str] | None, years: range) -> list[Any]:
    """Conditions on the states of these counties (None: all) and years."""
    return [StandingRow.year >= years.start, StandingRow.year < years.stop, among(StandingRow.county_code, codes)]
