"""Captures in SQL: each fetch once, whoever reports it, and the way from a revisit to the bytes it stands for."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from sqlalchemy import Executable, case, func, or_, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.database import Archive
from storage.errors import ArchiveError
from storage.models import Agency, Attachment, CaptureRow, Division, Document, Portal, ReportRow, Version
from storage.records import Capture, PortalRecord, RecordType
from storage.salvage import Salvaged
from storage.warc import read_payload

_FIELDS = tuple(Capture.__dataclass_fields__)
HELD = {"key_share": True}  # as ``with_for_update``: nobody else makes what belongs to the row meanwhile
CAPTURE_COLUMNS = tuple(getattr(CaptureRow, name) for name in _FIELDS)  # Capture(*row) of a query for these


class CaptureIds:
    """The rows of captures, by their place in the WARC files."""

    def __init__(self, ids: dict[tuple[str, int], int]) -> None:
        self._ids = ids

    def __getitem__(self, capture: Capture) -> int:
        return self._ids[capture.warc_file, capture.warc_offset]

    def of(self, capture: Capture | None) -> int | None:
        return None if capture is None else self[capture]


def save_captures(archive: Archive, run_id: int, portal_code: str | None, captures: Sequence[Capture]) -> None:
    """Record exchanges of a portal's visit, or of no portal's, that no listing, document or visit brought along."""
    with archive.write() as session:
        known = portal_code is not None and session.get(Portal, portal_code) is not None
        store_captures(session, run_id, captures, portal_code if known else None)


def register_salvaged(archive: Archive, salvaged: Iterable[Salvaged]) -> int:
    """Record the captures of salvaged files that the archive does not know; returns how many they were."""
    captures = [capture for found in salvaged for capture in found.captures]
    if not captures:
        return 0
    with archive.write() as session:
        if archive.engine.dialect.name == "postgresql":  # several workers may find the same file, see ``seal``
            session.execute(text("LOCK TABLE capture IN SHARE ROW EXCLUSIVE MODE"))
        sizes = {capture.payload_sha256: capture.payload_bytes for capture in captures if not _revisit(capture)}
        wanted = {capture.payload_sha256 for capture in captures if _revisit(capture)} - sizes.keys()
        known = select(CaptureRow.payload_sha256, CaptureRow.payload_bytes).where(
            CaptureRow.payload_sha256.in_(wanted), CaptureRow.record_type != RecordType.REVISIT
        )
        sizes.update((digest, size) for digest, size in session.execute(known))
        whole = [replace(c, payload_bytes=sizes.get(c.payload_sha256, 0)) for c in captures]
        before = len(_known_places(session, whole))
        return len(store_captures(session, None, whole, None)._ids) - before  # noqa: SLF001 - of this module


def payload_of(archive: Archive, capture: Capture) -> bytes:
    """The payload a capture stands for, a revisit's too, as transferred; ``ArchiveError`` if damaged or lost."""
    if not _revisit(capture):
        return read_payload(archive.shelf, capture)
    with archive.read() as session:
        found = full_captures(session, {capture.payload_sha256}).get(capture.payload_sha256)
    if found is None:
        raise ArchiveError(f"{capture.url}: no full record of sha256 {capture.payload_sha256} is in the archive")
    return read_payload(archive.shelf, found)


def ids_of(archive: Archive, captures: Iterable[Capture]) -> CaptureIds:
    """The rows of captures that the archive knows."""
    with archive.read() as session:
        return CaptureIds(_known_places(session, captures))


def capture_at(archive: Archive, number: int) -> tuple[Capture, Capture | None] | None:
    """A capture by its row, and the full record of what it stands for; None for either that is not there."""
    with archive.read() as session:
        row = session.get(CaptureRow, number)
        if row is None:
            return None
        capture = to_capture(row)
        if not _revisit(capture):
            return capture, capture
        return capture, full_captures(session, {capture.payload_sha256}).get(capture.payload_sha256)


class Carried(NamedTuple):
    """A document that a capture carried, as page or as attachment."""

    document_id: int
    agency: str
    year: int | None


def carried(archive: Archive, number: int) -> tuple[str | None, list[Carried]]:
    """The portal that a capture is of, and the documents at its address or with it as an attachment, oldest first."""
    with archive.read() as session:
        place = select(CaptureRow.portal_code, CaptureRow.url).where(CaptureRow.id == number)
        code, url = session.execute(place).one_or_none() or (None, "")
        attached = select(Version.document_id).join(Attachment, Attachment.version_id == Version.id)
        attached = attached.join(Document, Document.id == Version.document_id)
        attached = attached.where(Document.portal_code == code, Attachment.url == url)
        rows = (
            select(Document.id, Agency.name, ReportRow.year)
            .join(ReportRow, ReportRow.id == Document.report_id)
            .join(Agency, Agency.id == ReportRow.agency_id)
            .where(Document.portal_code == code, or_(Document.url == url, Document.id.in_(attached)))
            .order_by(Document.id)
        )
        return code, [Carried(*row) for row in session.execute(rows)]


def full_captures(session: Session, digests: set[str]) -> dict[str, Capture]:
    """The first full record (a response, or what a person saved) of each payload."""
    found: dict[str, Capture] = {}
    wanted = sorted(digests)
    for start in range(0, len(wanted), 10_000):
        rows = (
            select(CaptureRow)
            .where(
                CaptureRow.payload_sha256.in_(wanted[start : start + 10_000]),
                CaptureRow.record_type != RecordType.REVISIT,
            )
            .order_by(CaptureRow.id)
        )
        for row in session.scalars(rows):
            found.setdefault(row.payload_sha256, to_capture(row))
    return found


def to_capture(row: CaptureRow) -> Capture:
    return Capture(**{name: getattr(row, name) for name in _FIELDS})


def store_captures(
    session: Session, run_id: int | None, captures: Iterable[Capture], portal_code: str | None
) -> CaptureIds:
    """Insert the captures that are not there yet, in the caller's transaction."""
    unique = {(capture.warc_file, capture.warc_offset): capture for capture in captures}
    whose = {"run_id": run_id, "portal_code": portal_code}
    rows = [{name: getattr(capture, name) for name in _FIELDS} | whose for capture in unique.values()]
    if not rows:
        return CaptureIds({})
    connection = session.connection()
    stored = connection.execute(_storing(connection.dialect.name), rows)
    return CaptureIds({(file, offset): row_id for file, offset, row_id in stored})


@cache
def _storing(dialect: str) -> Executable:
    """Insert captures, or find those that are there.

    Another process may have registered what it found in a finished file before its crawl came to say whose it is.
    """
    stored = postgresql.insert(CaptureRow) if dialect == "postgresql" else sqlite.insert(CaptureRow)
    nobodys = CaptureRow.run_id.is_(None)
    whose = {
        "run_id": func.coalesce(CaptureRow.run_id, stored.excluded.run_id),
        "portal_code": case((nobodys, stored.excluded.portal_code), else_=CaptureRow.portal_code),
    }
    stored = stored.on_conflict_do_update(index_elements=[CaptureRow.warc_file, CaptureRow.warc_offset], set_=whose)
    return stored.returning(CaptureRow.warc_file, CaptureRow.warc_offset, CaptureRow.id)


def _known_places(session: Session, captures: Iterable[Capture]) -> dict[tuple[str, int], int]:
    offsets = defaultdict(list)
    for capture in captures:
        offsets[capture.warc_file].append(capture.warc_offset)
    ids = {}
    for file, places in offsets.items():
        for start in range(0, len(places), 10_000):
            some = CaptureRow.warc_offset.in_(places[start : start + 10_000])
            rows = select(CaptureRow.warc_offset, CaptureRow.id).where(CaptureRow.warc_file == file, some)
            ids.update({(file, offset): row_id for offset, row_id in session.execute(rows)})
    return ids


def store_portal(session: Session, portal: PortalRecord) -> Portal:
    """The portal's row, made or brought up to date in the caller's transaction, which is alone with it from here on."""
    if alone_with(session, portal.code) is None:
        raise ArchiveError(f"{portal.code} is no division code")
    row = session.get(Portal, portal.code)
    if row is None:
        row = Portal(code=portal.code, home=portal.home, notes=portal.notes)
        session.add(row)
        session.flush()
    row.home, row.notes = portal.home, portal.notes
    return row


def alone_with(session: Session, code: str) -> Division | None:
    """A division's row, held until the transaction ends: what is of this division no other one makes meanwhile.

    SQLite lets one transaction write at a time anyway. PostgreSQL would let two make one portal, agency or report.
    """
    several = session.get_bind().dialect.name == "postgresql"
    return session.get(Division, code, with_for_update=HELD if several else None)


def _revisit(capture: Capture) -> bool:
    return capture.record_type is RecordType.REVISIT
