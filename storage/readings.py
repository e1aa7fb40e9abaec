"""A reading into its rows: the report's fields, sections, figures and findings."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Pool, insert, select
from sqlalchemy.orm import Session

from reports.model import CellState, Figure, Outcome, Report
from storage.inserting import insert_row, insert_rows
from storage.models import FigureRow, FindingRow, Indicator, Reading, SectionRow, TableRow
from storage.models.base import Base

_COPIED = (
    "parser",
    "fingerprint",
    "agency",
    "agency_kind",
    "county_code",
    "year",
    "title",
    "content_kind",
    "published_at",
    "published_from",
    "index_number",
    "source",
    "site_id_code",
    "form",
    "charset",
    "needs_review",
)
_KNOWN: WeakKeyDictionary[Pool, dict[str, int]] = WeakKeyDictionary()  # by what all engines of one database share
EXACT = 2**53  # beyond it a stored number could come back as another one


@dataclass(frozen=True, slots=True)
class Rows:
    """A report as rows that lack only what the transaction knows, which may be used once.

    They are made before it: nobody else can write while it is under way.
    """

    reading: dict[str, Any]
    figures: dict[str, dict[str, Any]]  # by the indicator's code
    parts: dict[type[Base], list[dict[str, Any]]]


def rows_of(report: Report) -> Rows:
    reading = {name: getattr(report, name) for name in _COPIED} | {
        "review": list(report.review),
        "repairs": dict(report.repairs),
        "failed_checks": sum(finding.outcome is Outcome.FAIL and not finding.soft for finding in report.findings),
        "read_at": datetime.now(UTC),
    }
    sections = [
        {"position": at, "ordinal": section.ordinal, "heading": section.heading, "text": section.text}
        for at, section in enumerate(report.sections)
    ]
    findings = [
        {"position": at, "check_code": f.check, "subject": f.subject, "outcome": f.outcome, "detail": f.detail}
        | {"soft": f.soft, "fingerprint": f.fingerprint}
        for at, f in enumerate(report.findings)
    ]
    tables = [
        {"name": table.name, "form": table.form, "confidence": table.confidence}
        | {"block": block, "part": source.part, "page": source.page}
        | {"start_byte": source.start, "end_byte": source.end}
        for table in report.tables
        for block, source in table.blocks
    ]
    figures = {code: _figure(figure) for code, figure in report.figures.items()}
    return Rows(reading, figures, {TableRow: tables, SectionRow: sections, FindingRow: findings})


def store_reading(
    session: Session, version_id: int, rows: Rows, page_capture: int, read_capture: int, *, first: bool = False
) -> int:
    """Insert the reading of a version unless this parser has read it so before; its row.

    The captures are those of its bytes; ``first`` says that the version has no reading yet.
    """
    if not first:
        read = select(Reading.id).where(Reading.version_id == version_id, Reading.parser == rows.reading["parser"])
        same = read.where(Reading.fingerprint == rows.reading["fingerprint"])
        if (held := session.scalar(same)) is not None:
            return held
    captures = {"page_capture_id": page_capture, "read_capture_id": read_capture}
    reading_id = insert_row(session, Reading, rows.reading | {"version_id": version_id} | captures)
    indicators = _indicator_ids(session, rows.figures.keys())
    for code, figure in rows.figures.items():
        figure["indicator_id"] = indicators[code]
    rows.parts[FigureRow] = list(rows.figures.values())
    for kind, some in rows.parts.items():
        for row in some:
            row["reading_id"] = reading_id
        insert_rows(session, kind, some)
    return reading_id


def _figure(figure: Figure) -> dict[str, Any]:
    exact = figure.value is None or abs(figure.value) <= EXACT  # NaN is not
    origin = figure.origin
    return {
        "value": figure.value if exact else None,
        "raw": figure.raw,
        "state": figure.state if exact else CellState.TEXT,
        "note": figure.note or None,
        "block": origin.block if origin else None,
        "grid_row": origin.row if origin else None,
        "grid_column": origin.column if origin else None,
        "page": origin.page if origin else None,
        "confidence": origin.confidence if origin and origin.confidence < 1 else None,
    }


def _indicator_ids(session: Session, codes: Set[str]) -> dict[str, int]:
    """The rows of the codes; a code that no official form names gets one without a label rather than being lost.

    Those of official forms are remembered: they stand there since the archive was opened, and never change. Another
    one's may be of this very transaction, which need not be committed.
    """
    known = _KNOWN.setdefault(session.get_bind().engine.pool, {})
    if codes <= known.keys():
        return known
    rows = select(Indicator.code, Indicator.id, Indicator.label).where(Indicator.code.in_(codes))
    found = session.execute(rows).all()
    known.update((row.code, row.id) for row in found if row.label)
    if unlisted := sorted(codes - {row.code for row in found}):
        session.execute(insert(Indicator), [{"code": code, "label": "", "unit": ""} for code in unlisted])
        found = session.execute(rows).all()
    return {row.code: row.id for row in found}
