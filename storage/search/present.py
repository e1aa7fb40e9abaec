"""What of each document is searched: the counting reading of its present version, as whose report of which year."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.grams import joined
from reports.model import WAITING, Report
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


def fields_of(session: Session, readings: Collection[int]) -> dict[int, list[tuple[str, str]]]:
    """What is searched of each of these readings, with the heading it stands under: title, agency, sections.

    All of it is as it was first stored, and so is what an index makes of it.
    """
    heads = select(Reading.id, Reading.title, Reading.agency).where(Reading.id.in_(readings)).order_by(Reading.id)
    sections = (
        select(SectionRow.reading_id, SectionRow.heading, SectionRow.text)
        .where(SectionRow.reading_id.in_(readings))
        .order_by(SectionRow.reading_id, SectionRow.position)
    )
    fields = {reading: _head(title, agency) for reading, title, agency in session.execute(heads)}
    for reading, heading, text in session.execute(sections):
        fields[reading] += [(heading, text), (heading, heading)]
    return fields


def form_of(report: Report) -> str:
    """The same of a report that was just read: in its normal form."""
    sections = (text for section in report.sections for text in (section.text, section.heading))
    return joined((*(text for _, text in _head(report.title, report.agency)), *sections))


def _head(title: str, agency: str | None) -> list[tuple[str, str]]:
    return [("", title)] if agency is None or agency in title else [("", title), ("", agency)]


def forms(session: Session, readings: Collection[int]) -> dict[int, str]:
    """Each of these readings in its normal form."""
    return {reading: joined(text for _, text in fields) for reading, fields in fields_of(session, readings).items()}
