"""Which reports and readings are exported: by the same rules as the matrix, ``scrapy why`` and the WACZ files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.model import AgencyKind, ContentKind
from reports.states import Clock
from storage.captures import full_captures
from storage.counting import COUNTED
from storage.evidence import Held, gather
from storage.exports.tables import Scope
from storage.models import CaptureRow, Document, Reading, Version
from storage.records import RecordType
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
        """Whether this is the document that the panel's figures are of."""
        return self.standing.document is document and self.standing.evidence in COUNTED


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


class Origin(NamedTuple):
    """A reading, what it is a reading of, and the record that holds the bytes; ``capture_id`` is of that exchange."""

    reading_id: int
    version_id: int
    document_id: int
    report_id: int
    capture_id: int
    agency: str | None
    title: str
    form: str | None
    content_kind: ContentKind
    published_at: str | None
    published_from: str | None
    index_number: str | None
    source: str | None
    site_id_code: str | None
    parser: str
    failed_checks: int
    number: int  # of the version
    first_seen: datetime
    last_seen: datetime
    url: str
    fetched_at: datetime
    payload_sha256: str
    warc_file: str
    warc_offset: int


_NUMBERS = (Reading.id, Version.id, Document.id, Document.report_id, CaptureRow.id)
_MODELS = (Reading, Version, Document, CaptureRow)  # where the other fields are, the first that has one of the name
_FIELDS = [
    next(getattr(model, name) for model in _MODELS if name in model.__table__.columns)
    for name in Origin._fields[len(_NUMBERS) :]
]


def origins(session: Session, readings: Sequence[int]) -> dict[int, Origin]:
    """Where these readings come from, by their numbers."""
    joined = (
        select(*_NUMBERS, *_FIELDS, CaptureRow.record_type)
        .join_from(Reading, Version, Version.id == Reading.version_id)
        .join(Document, Document.id == Version.document_id)
        .join(CaptureRow, CaptureRow.id == Reading.read_capture_id)
        .where(Reading.id.in_(readings))
    )
    found: dict[int, Origin] = {}
    repeated: list[Origin] = []
    for *values, kind in session.connection().execute(joined):  # rows: of objects, half of the time would go into them
        origin = Origin(*values)
        found[origin.reading_id] = origin
        if kind is RecordType.REVISIT:
            repeated.append(origin)
    full = full_captures(session, {origin.payload_sha256 for origin in repeated})
    for origin in repeated:
        if (held := full.get(origin.payload_sha256)) is not None:
            found[origin.reading_id] = origin._replace(
                fetched_at=held.fetched_at, warc_file=held.warc_file, warc_offset=held.warc_offset
            )
    return found
