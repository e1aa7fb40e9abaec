"""A reading into its rows: the report's fields, sections, figures and findings."""

from datetime import UTC, datetime
from weakref import WeakKeyDictionary

from sqlalchemy import Pool, insert, select
from sqlalchemy.orm import Session

from reports.model import CellState, Figure, Outcome, Report
from storage.models import FigureRow, FindingRow, Indicator, Reading, SectionRow, TableRow

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


def store_reading(
    session: Session, version_id: int, report: Report, page_capture: int, read_capture: int, *, first: bool = False
) -> int:
    """Insert the reading of a version unless this parser has read it so before; its row.

    The captures are those of its bytes; ``first`` says that the version has no reading yet.
    """
    if not first:
        read = select(Reading.id).where(Reading.version_id == version_id, Reading.parser == report.parser)
        if (held := session.scalar(read.where(Reading.fingerprint == report.fingerprint))) is not None:
            return held
    reading = Reading(
        version_id=version_id,
        read_at=datetime.now(UTC),
        page_capture_id=page_capture,
        read_capture_id=read_capture,
        review=list(report.review),
        repairs=dict(report.repairs),
        failed_checks=sum(finding.outcome is Outcome.FAIL and not finding.soft for finding in report.findings),
        **{name: getattr(report, name) for name in _COPIED},
    )
    session.add(reading)
    session.flush()
    _store_parts(session, reading.id, report)
    return reading.id


def _store_parts(session: Session, reading_id: int, report: Report) -> None:
    sections = [
        {"reading_id": reading_id, "position": at, "ordinal": s.ordinal, "heading": s.heading, "text": s.text}
        for at, s in enumerate(report.sections)
    ]
    findings = [
        {"reading_id": reading_id, "position": at}
        | {"check_code": f.check, "subject": f.subject, "outcome": f.outcome, "detail": f.detail}
        | {"soft": f.soft, "fingerprint": f.fingerprint}
        for at, f in enumerate(report.findings)
    ]
    indicators = _indicator_ids(session, set(report.figures))
    figures = [
        {"reading_id": reading_id, "indicator_id": indicators[code]} | _figure(figure)
        for code, figure in report.figures.items()
    ]
    tables = [
        {"reading_id": reading_id, "name": table.name, "form": table.form, "confidence": table.confidence}
        | {"block": block, "part": source.part, "page": source.page}
        | {"start_byte": source.start, "end_byte": source.end}
        for table in report.tables
        for block, source in table.blocks
    ]
    # By the tables and not the classes: what the ORM does for each of two hundred rows is not needed here.
    connection = session.connection()
    for kind, rows in ((TableRow, tables), (SectionRow, sections), (FigureRow, figures), (FindingRow, findings)):
        if rows:
            connection.execute(insert(kind), rows)


def _figure(figure: Figure) -> dict[str, object]:
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


def _indicator_ids(session: Session, codes: set[str]) -> dict[str, int]:
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
