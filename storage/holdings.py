"""How much an archive holds: counts, and bytes beside the raw bytes of what was fetched."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from storage.database import Archive
from storage.models import (
    Base,
    CaptureRow,
    Document,
    FigureRow,
    FindingRow,
    Portal,
    Reading,
    ReportRow,
    Run,
    Version,
    Visit,
)
from storage.records import RecordType

_COUNTED: dict[str, type[Base]] = {
    "portals": Portal,
    "runs": Run,
    "visits": Visit,
    "captures": CaptureRow,
    "reports": ReportRow,
    "documents": Document,
    "versions": Version,
    "readings": Reading,
    "figures": FigureRow,
    "findings": FindingRow,
}


@dataclass(frozen=True, slots=True)
class Holdings:
    """``counts`` by name; all sizes in bytes.

    ``raw`` are the payloads as transferred, each once; ``repeated`` those that were met again, which cost a revisit
    record alone.
    """

    counts: dict[str, int]
    database: int
    warc_files: int
    warc: int
    raw: int
    repeated: int


def holdings(archive: Archive) -> Holdings:
    """Count everything; takes seconds where there are millions of figures."""
    files = archive.shelf.sizes()
    size = func.sum(CaptureRow.payload_bytes)
    again = CaptureRow.record_type == RecordType.REVISIT
    with archive.read() as session:
        counts = {
            name: session.scalar(select(func.count()).select_from(model)) or 0 for name, model in _COUNTED.items()
        }
        raw = session.scalar(select(size).where(~again)) or 0
        repeated = session.scalar(select(size).where(again)) or 0
        database = _database_size(archive, session)
    return Holdings(counts, database, len(files), sum(files.values()), raw, repeated)


def _database_size(archive: Archive, session: Session) -> int:
    if archive.engine.dialect.name != "sqlite":
        return session.scalar(text("SELECT pg_database_size(current_database())")) or 0
    name = archive.engine.url.database or ""
    return sum(path.stat().st_size for suffix in ("", "-wal") if (path := Path(name + suffix)).exists())
