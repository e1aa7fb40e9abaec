"""The states of all cells as stored: made when they are asked for, and stale by whatever is written of a county.

What is stale stays until it is made anew: who settled, and reads a moment later, finds the state of a moment ago where
a crawl wrote in between, and never a county without one.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import String, Update, bindparam, delete, func, insert, or_, select, text, update
from sqlalchemy.orm import Session

from reports.calendar import BEIJING, FIRST_YEAR
from storage.database import Archive
from storage.evidence import Evidences, gather
from storage.models import Agency, Decision, Division, Document, ReportRow, Settlement, StandingRow
from storage.models.base import among
from storage.standing import legal_clock, stand

RULES = 3  # of storage/standing.py and the table of divisions: raised when they change, so that all is made anew
_STALE = 0  # the rules of a state that something was written about since
_AT_ONCE = 250  # counties in one transaction: a quarter of a second in which others wait, and 12 MB
_NEVER = date(9999, 1, 1)  # after every legal date


def unsettle(session: Session, portal_code: str) -> None:
    """Have the states made anew that rest on a portal: of its county, and of those whose reports were found on it.

    To be called in the transaction that writes, before it where a document may leave a county, and after.
    """
    session.execute(_unsettling(), {"portal": portal_code})


@cache
def _unsettling() -> Update:
    portal = bindparam("portal", type_=String)
    found = (
        select(Agency.county_code)
        .join(ReportRow, ReportRow.agency_id == Agency.id)
        .join(Document, Document.report_id == ReportRow.id)
        .where(Document.portal_code == portal)
    )
    said = select(Decision.county_code).join(Document, Document.id == Decision.document_id)
    said = said.where(Document.portal_code == portal, Decision.county_code.is_not(None))
    county = StandingRow.county_code
    stale = update(StandingRow).where(or_(county == portal, county.in_(found), county.in_(said)))
    stale = stale.where(StandingRow.rules != _STALE).values(rules=_STALE)
    return stale.execution_options(synchronize_session=False)  # nobody has them loaded who writes


def settle(archive: Archive, codes: Sequence[str] | None, years: range) -> None:
    """Make the states that are missing, of these counties (None: all) and at least these years."""
    last = max(datetime.now(BEIJING).year, years.stop - 1)
    first = min(FIRST_YEAR, years.start)
    with archive.read() as session:
        missing = _missing(session, codes, first, last)
    for start in range(0, len(missing), _AT_ONCE):
        with archive.write() as session:  # what is written meanwhile waits, and makes it stale again
            if archive.engine.dialect.name == "postgresql":  # where a writing transaction alone keeps nobody out
                session.execute(text("LOCK TABLE standing IN SHARE ROW EXCLUSIVE MODE"))
            some = _missing(session, missing[start : start + _AT_ONCE], first, last)
            found = gather(session, some)
            session.execute(delete(StandingRow).where(StandingRow.county_code.in_(some)))
            rows = [row for code in some for row in _rows(found, code, range(first, last + 1))]
            if rows:
                session.execute(insert(StandingRow), rows)
            session.execute(update(Settlement).values(number=Settlement.number + 1))


def settlement(archive: Archive) -> int:
    """A number that is another one whenever states were made: it is asked for before what is computed from them."""
    with archive.read() as session:
        return session.scalars(select(Settlement.number)).one()


def _missing(session: Session, codes: Sequence[str] | None, first: int, last: int) -> list[str]:
    """The counties of which no state is stored, or not for all these years, or by other rules."""
    whole = (
        select(StandingRow.county_code)
        .where(StandingRow.rules == RULES, StandingRow.year >= first, StandingRow.year <= last)
        .group_by(StandingRow.county_code)
        .having(func.count() == last - first + 1)
    )
    counties = select(Division.code).where(Division.level == "county", among(Division.code, codes))
    return list(session.scalars(counties.where(Division.code.not_in(whole)).order_by(Division.code)))


def _rows(found: Evidences, code: str, years: range) -> Iterator[dict[str, Any]]:
    for year in years:
        standing = stand(found, code, year)
        document = standing.document
        yield {
            "county_code": code,
            "year": year,
            "rules": RULES,
            "evidence": standing.evidence,
            "clock": legal_clock(standing, year, _NEVER),
            "detail": standing.detail,
            "document_id": None if document is None else document.document_id,
            "reading_id": None if document is None else document.reading_id,
            "title": None if document is None else document.title,
            "published_at": None if document is None else document.published_at,
            "failed": 0 if document is None else document.failed,
        }
