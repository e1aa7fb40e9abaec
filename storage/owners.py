"""Whose report a document is: the agency and the report in SQL, made where they are not there yet."""

from typing import NamedTuple

from sqlalchemy import Integer, and_, bindparam, select, update
from sqlalchemy.orm import Session

from reports.model import AgencyKind, Report
from storage.captures import alone_with
from storage.inserting import insert_row
from storage.models import Agency, Division, ReportRow


class Owner(NamedTuple):
    """The report that a document is one of, and the county that it is counted under."""

    report_id: int
    county_code: str


def owner_of(session: Session, portal_code: str, report: Report) -> Owner:
    """To be called with the portal's division held, see ``alone_with``.

    A division's government is one, however its reports print it: with its city, without it, or in short.
    """
    county = session.get_one(Division, portal_code)
    # A doubtful identity is looked at where it was found.
    if report.county_code not in (None, portal_code) and not report.needs_review:
        county = alone_with(session, report.county_code) or county
    government = report.agency_kind is AgencyKind.GOVERNMENT
    name = county.name + "人民政府" if government else report.agency or ""
    asked = {"county": county.code, "kind": report.agency_kind, "name": name, "year": report.year}
    held = session.execute(_GOVERNMENT if government else _AGENCY, asked).one_or_none()
    agency_id, named, report_id = held or (None, name, None)
    if agency_id is None:
        agency = {"county_code": county.code, "name": name, "kind": report.agency_kind}
        agency_id = insert_row(session, Agency, agency)
    elif named != name:  # a division may have been renamed since
        session.execute(update(Agency).where(Agency.id == agency_id).values(name=name))
    if report_id is None:
        report_id = insert_row(session, ReportRow, {"agency_id": agency_id, "year": report.year})
    return Owner(report_id, county.code)


# What has no year yet is collected in one row, so that None is asked for as a value.
_GOVERNMENT = (
    select(Agency.id, Agency.name, ReportRow.id)
    .outerjoin(
        ReportRow,
        and_(ReportRow.agency_id == Agency.id, ReportRow.year.is_not_distinct_from(bindparam("year", type_=Integer))),
    )
    .where(Agency.county_code == bindparam("county"), Agency.kind == bindparam("kind"))
)
_AGENCY = _GOVERNMENT.where(Agency.name == bindparam("name"))
