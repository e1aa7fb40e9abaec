"""Which rows of two archives are the same thing, and what becomes of them: a table of tables, parents first."""

from dataclasses import dataclass, field
from typing import cast

from sqlalchemy import Table

from storage.models import (
    Agency,
    Attachment,
    Base,
    Candidate,
    CaptureRow,
    Decision,
    Document,
    EventRow,
    FigureRow,
    FindingRow,
    Gone,
    Listing,
    Portal,
    Reading,
    ReportRow,
    Run,
    SectionRow,
    TableRow,
    Version,
    Visit,
    Watch,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """How the rows of one table are brought together.

    ``key`` are the columns, references translated, by which two rows are one; ``order`` the time by which the rows of
    both archives are numbered, since ids grow with time. Of two that are one the first is kept, but for ``least`` and
    ``most``, which take the earlier and the later time, and ``newer``, which come from the row with the later ``most``.
    """

    table: Table
    key: tuple[str, ...]
    references: dict[str, str] = field(default_factory=dict)  # column: table
    order: str | None = None
    least: str | None = None
    most: str | None = None
    newer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that belong to a parent and come with it, where the parent is new."""

    table: Table
    parent: str  # column
    of: str  # table
    references: dict[str, str] = field(default_factory=dict)


def _table(model: type[Base]) -> Table:
    return cast("Table", model.__table__)


KINDS = (
    Kind(_table(Run), ("host", "pid", "started_at"), order="started_at"),
    Kind(_table(Portal), ("code",)),
    Kind(_table(CaptureRow), ("warc_file", "warc_offset"), {"run_id": "run"}),
    Kind(
        _table(Listing),
        ("portal_code", "url", "first_capture_id"),
        {"first_capture_id": "capture", "last_capture_id": "capture", "first_run_id": "run", "last_run_id": "run"},
        order="first_seen",
        most="last_seen",
        newer=("last_capture_id", "last_run_id"),
    ),
    Kind(_table(Visit), ("run_id", "portal_code"), {"run_id": "run", "evidence_id": "capture"}, order="finished_at"),
    Kind(_table(Agency), ("county_code", "kind", "name")),
    Kind(_table(ReportRow), ("agency_id", "year"), {"agency_id": "agency"}),
    Kind(
        _table(Document),
        ("portal_code", "url", "report_id"),
        {"report_id": "report", "last_capture_id": "capture"},
        order="first_seen",
        least="first_seen",
        most="last_seen",
        newer=("last_capture_id",),
    ),
    Kind(
        _table(Version),
        ("document_id", "fingerprint"),
        {"document_id": "document"},
        order="first_seen",
        least="first_seen",
        most="last_seen",
    ),
    Kind(
        _table(Reading),
        ("version_id", "parser", "fingerprint"),
        {"version_id": "version", "page_capture_id": "capture", "read_capture_id": "capture"},
        order="read_at",
    ),
    Kind(_table(Attachment), ("version_id", "url", "kind"), {"version_id": "version", "capture_id": "capture"}),
    Kind(
        _table(Gone),
        ("document_id", "capture_id"),
        {"document_id": "document", "capture_id": "capture"},
        order="seen_at",
    ),
    Kind(
        _table(Decision),
        ("document_id", "decided_at", "decided_by"),
        {"document_id": "document", "reading_id": "reading"},
        order="decided_at",
    ),
    Kind(_table(Watch), ("prefix",)),
    # Their keys are made of times, not of numbers: what the other archive told of is not told again. A sign of life is
    # no row of these, since it belongs to the one machine.
    Kind(_table(EventRow), ("key",), order="noticed_at"),
)
PARTS = (
    Part(_table(Candidate), "listing_id", "listing"),
    Part(_table(SectionRow), "reading_id", "reading"),
    Part(_table(TableRow), "reading_id", "reading"),
    Part(_table(FigureRow), "reading_id", "reading", {"indicator_id": "indicator"}),
    Part(_table(FindingRow), "reading_id", "reading"),
)
