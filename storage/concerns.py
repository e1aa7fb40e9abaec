"""What rests on a capture: the reports, attachments and list pages that a damaged record concerns, in words."""

from collections.abc import Iterator

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from storage.models import (
    Agency,
    Attachment,
    CaptureRow,
    Division,
    Document,
    Listing,
    Reading,
    ReportRow,
    Version,
    Visit,
)
from storage.records import Damage

_MOST = 20


def concerns(session: Session, damage: Damage) -> tuple[str, ...]:
    """The reports by county and year, and the list pages and visits, that rest on a record or on a whole file.

    A record's payload may be repeated by others: what rests on these is concerned too.
    """
    if damage.warc_file is None:
        return ()
    here = select(CaptureRow.id, CaptureRow.payload_sha256).where(CaptureRow.warc_file == damage.warc_file)
    if damage.warc_offset is not None:
        here = here.where(CaptureRow.warc_offset == damage.warc_offset)
    held = here.subquery()
    same = select(CaptureRow.id).where(CaptureRow.payload_sha256.in_(select(held.c.payload_sha256)))
    told = list(dict.fromkeys((*_reports(session, same), *_lists(session, same))))
    return tuple([*told[:_MOST], f"and {len(told) - _MOST} more"] if len(told) > _MOST else told)


def _reports(session: Session, captures: Select[int]) -> Iterator[str]:
    named = (
        select(Agency.county_code, Division.name, ReportRow.year)
        .join(ReportRow, ReportRow.agency_id == Agency.id)
        .join(Division, Division.code == Agency.county_code)
        .join(Document, Document.report_id == ReportRow.id)
        .join(Version, Version.document_id == Document.id)
        .order_by(Agency.county_code, ReportRow.year)
        .distinct()
    )
    read = named.join(Reading, Reading.version_id == Version.id).where(
        or_(Reading.page_capture_id.in_(captures), Reading.read_capture_id.in_(captures))
    )
    attached = named.join(Attachment, Attachment.version_id == Version.id).where(Attachment.capture_id.in_(captures))
    for rows, what in ((read, "the report"), (attached, "an attachment or picture")):
        for code, name, year in session.execute(rows):
            yield f"{code} {name} {year or 'of no known year'}: {what}"


def _lists(session: Session, captures: Select[int]) -> Iterator[str]:
    pages = select(Listing.portal_code, Listing.number).where(
        or_(Listing.first_capture_id.in_(captures), Listing.last_capture_id.in_(captures))
    )
    for code, number in session.execute(pages.order_by(Listing.portal_code, Listing.number).distinct()):
        yield f"{code}: page {number} of the list"
    for code in session.scalars(select(Visit.portal_code).where(Visit.evidence_id.in_(captures)).distinct()):
        yield f"{code}: the evidence of a visit"
