"""Which reports and readings are exported: by the same rules as the matrix, ``scrapy why`` and the WACZ files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased

from reports.model import AgencyKind
from reports.states import Clock
from storage.captures import full_captures, to_capture
from storage.evidence import Held, gather
from storage.exports.tables import Scope
from storage.models import CaptureRow, Document, Reading, Version
from storage.records import Capture, RecordType
from storage.standing import Standing, legal_clock, stand


@dataclass(frozen=True, slots=True)
class Cell:
    """A county's year: its state, and the documents that are exported of it, the one that counts first."""

    code: str
    county: str
    year: int
    standing: Standing
    clock: Clock
    documents: tuple[Held, ...]

    def counts(self, document: Held) -> bool:
        """Whether this is the document that the panel's row is made of."""
        return self.standing.document is document


def cells(session: Session, scope: Scope, codes: Sequence[str]) -> list[Cell]:
    """All years of these counties, with the county's own reports, or with everybody's."""
    found = gather(session, codes)
    every = []
    for code in codes:
        for year in scope.years if code in found.counties else ():
            standing = stand(found, code, year)
            there = found.reports.get((code, year), [])
            chosen = [one for one in there if scope.everybody or one.kind is AgencyKind.GOVERNMENT]
            others = sorted((one for one in chosen if one is not standing.document), key=lambda one: one.document_id)
            documents = (*filter(None, (standing.document,)), *others)
            clock = legal_clock(standing, year, scope.today)
            every.append(Cell(code, found.counties[code], year, standing, clock, documents))
    return every


def read(every: Sequence[Cell], scope: Scope) -> Iterator[tuple[Cell, Held]]:
    """The documents whose figures and checks are exported: those that count, or all."""
    for cell in every:
        for document in cell.documents:
            if scope.everybody or cell.counts(document):
                yield cell, document


@dataclass(frozen=True, slots=True)
class Origin:
    """A reading with what it is a reading of, and the record that holds the bytes."""

    reading: Reading
    version: Version
    document: Document
    capture_id: int
    capture: Capture


_Read = aliased(CaptureRow)


def origins(session: Session, readings: Sequence[int]) -> dict[int, Origin]:
    """Where these readings come from, by their numbers."""
    joined = (
        select(Reading, Version, Document, _Read)
        .join(Version, Version.id == Reading.version_id)
        .join(Document, Document.id == Version.document_id)
        .join(_Read, _Read.id == Reading.read_capture_id)
        .where(Reading.id.in_(readings))
    )
    rows = list(session.execute(joined))
    full = full_captures(session, {row[3].payload_sha256 for row in rows if _repeats(row[3])})
    return {row[0].id: _origin(row, full) for row in rows}


def _origin(row: Row[Reading, Version, Document, CaptureRow], full: dict[str, Capture]) -> Origin:
    reading, version, document, capture = row
    kept = to_capture(capture)
    if _repeats(capture):
        kept = full.get(capture.payload_sha256, kept)
    return Origin(reading, version, document, capture.id, kept)


def _repeats(capture: CaptureRow) -> bool:
    return capture.record_type is RecordType.REVISIT
