"""One document with everything that is held of it, as a reader wants to see it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.model import Figure
from storage.amendments import Amendment, amendments, counting_reading
from storage.database import Archive
from storage.evidence import Held, gather
from storage.figures import figures_of
from storage.models import (
    Agency,
    Attachment,
    Division,
    Document,
    FindingRow,
    Reading,
    ReportRow,
    SectionRow,
    TableRow,
    Version,
)
from storage.standing import stand


@dataclass(frozen=True, slots=True)
class Shown:
    """A document at one of its versions. ``counts`` says whether it is the one that counts for its county's year."""

    held: Held
    county: str
    counts: bool
    url: str
    first_seen: datetime
    versions: tuple[Version, ...]
    version: Version
    current: Version  # what stands there now
    reading: Reading  # of the version that is shown, with its captures
    sections: tuple[SectionRow, ...]
    figures: dict[str, Figure]
    findings: tuple[FindingRow, ...]
    tables: tuple[TableRow, ...]
    attachments: tuple[Attachment, ...]
    others: tuple[Held, ...]  # the other documents of the same agency's kind and year
    amendments: tuple[Amendment, ...]


def show(archive: Archive, document_id: int, number: int | None = None) -> Shown | None:
    """The document at the version of that number (None: what stands there now); None where there is no such thing."""
    with archive.read() as session:
        document = session.get(Document, document_id)
        if document is None:
            return None
        versions = session.scalars(
            select(Version).where(Version.document_id == document_id).order_by(Version.number)
        ).all()
        current = max(versions, key=lambda one: (one.last_seen, one.number))
        version = next((one for one in versions if number is None or one.number == number), None)
        if number is None:
            version = current
        return None if version is None else _shown(session, document, tuple(versions), version, current)


def _shown(
    session: Session, document: Document, versions: tuple[Version, ...], version: Version, current: Version
) -> Shown | None:
    place = select(Agency.county_code).join(ReportRow, ReportRow.agency_id == Agency.id)
    about = session.scalar(place.where(ReportRow.id == document.report_id)) or document.portal_code
    found = gather(session, list({about, document.portal_code}))
    held = next(one for one in found.by_url[document.portal_code, document.url] if one.document_id == document.id)
    if held.county_code not in found.counties:  # a person said that it is another county's
        found = gather(session, [held.county_code])
    same = found.reports.get((held.county_code, held.year), [])
    standing = stand(found, held.county_code, held.year) if held.year is not None else None
    counting = standing.document if standing else None
    reading = counting_reading(session, version.id)
    _load(reading)
    return Shown(
        held=held,
        county=session.get_one(Division, held.county_code).name,
        counts=counting is not None and counting.document_id == document.id,
        url=document.url,
        first_seen=document.first_seen,
        versions=versions,
        version=version,
        current=current,
        reading=reading,
        sections=tuple(
            session.scalars(select(SectionRow).where(SectionRow.reading_id == reading.id).order_by(SectionRow.position))
        ),
        figures=figures_of(session, reading.id),
        findings=tuple(
            session.scalars(select(FindingRow).where(FindingRow.reading_id == reading.id).order_by(FindingRow.position))
        ),
        tables=tuple(session.scalars(select(TableRow).where(TableRow.reading_id == reading.id))),
        attachments=tuple(
            session.scalars(select(Attachment).where(Attachment.version_id == version.id).order_by(Attachment.id))
        ),
        others=tuple(one for one in same if one.document_id != document.id and one.kind is held.kind),
        amendments=tuple(amendments(session, document.id)),
    )


def _load(reading: Reading) -> None:
    """Fetch what would be asked for when the session is gone."""
    _ = reading.page_capture, reading.read_capture
