"""What of each document is searched: the counting reading of its present version, as whose report of which year."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.grams import joined
from reports.model import WAITING
from storage.decisions import latest_decisions
from storage.models import Agency, Document, Reading, ReportRow, SectionRow, Version
from storage.records import Verdict


@dataclass(frozen=True, slots=True)
class Present:
    """A document as it stands; ``reading_id`` is None where a person said that it is no report."""

    document_id: int
    reading_id: int | None
    county_code: str
    year: int | None


def present(session: Session, documents: Sequence[int]) -> list[Present]:
    """These documents as they stand, by the rules of ``storage.evidence``: a person's word goes before the reading."""
    rows = (
        select(Document.id, Version.id, Reading.id, Agency.county_code, ReportRow.year)
        .join(Version, Version.document_id == Document.id)
        .join(Reading, Reading.version_id == Version.id)
        .join(ReportRow, ReportRow.id == Document.report_id)
        .join(Agency, Agency.id == ReportRow.agency_id)
        .where(Document.id.in_(documents))
        .order_by(Document.id, Version.last_seen, Version.number, Reading.content_kind.not_in(WAITING), Reading.id)
    )
    decided = latest_decisions(session, documents)
    last = {row[0]: row for row in session.execute(rows)}
    found = []
    for document, version, reading, county, year in last.values():
        decision, seen = decided.get(document, (None, None))
        if decision is None or seen != version:
            found.append(Present(document, reading, county, year))
        elif decision.verdict is Verdict.REJECT:
            found.append(Present(document, None, county, year))
        else:
            found.append(Present(document, reading, decision.county_code or county, decision.year or year))
    return found


def forms(session: Session, readings: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Each of these readings in its normal form: what it says of itself never changes, so neither does its form."""
    heads = select(Reading.id, Reading.title, Reading.agency).where(Reading.id.in_(readings)).order_by(Reading.id)
    parts = (
        select(SectionRow.reading_id, SectionRow.heading, SectionRow.text)
        .where(SectionRow.reading_id.in_(readings))
        .order_by(SectionRow.reading_id, SectionRow.position)
    )
    sections = {
        reading: [text for _, *texts in rows for text in texts]
        for reading, rows in groupby(session.execute(parts), key=lambda row: row.reading_id)
    }
    for reading, title, agency in session.execute(heads):
        named = () if not agency or agency in title else (agency,)
        yield reading, joined((title, *named, *sections.get(reading, ())))
