"""The long tables: a row for each figure, for each version of a report, for each check."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Row as SqlRow
from sqlalchemy import String, func, select, type_coerce
from sqlalchemy.orm import Session

from reports import forms
from storage.amendments import that_counts
from storage.evidence import Held
from storage.exports import columns
from storage.exports.found import Cell, Origin, cells, origins, read
from storage.exports.panel import instant, number
from storage.exports.tables import Row, Scope, Table
from storage.models import FigureRow, FindingRow, Indicator, Reading, Version


def _figures(session: Session, scope: Scope, codes: Sequence[str]) -> Iterator[Row]:
    chosen = list(read(cells(session, scope, codes), scope))
    readings = [document.reading_id for _, document in chosen]
    known = origins(session, readings)
    figures = _figures_of(session, readings)
    labels = _labels(session)
    for cell, document in chosen:
        origin = known[document.reading_id]
        before = (cell.code, cell.year, origin.version.id)
        who = (document.kind, origin.reading.agency, cell.counts(document), origin.reading.form)
        source = _source(origin)
        for _, indicator, state, value, raw, note, *place, sure in figures[document.reading_id]:
            confidence = 1 if sure is None and place[0] is not None else sure
            yield (*before, *labels[indicator], state, value, raw, note, *who, *place, confidence, *source)


def _labels(session: Session) -> dict[int, tuple[str, str, str, str]]:
    """Code, labels and unit of the indicators, by their numbers."""
    english = {one.code: one.label_en for one in forms.indicators()}
    known = session.execute(select(Indicator.id, Indicator.code, Indicator.label, Indicator.unit))
    return {number: (code, label, english.get(code, ""), unit) for number, code, label, unit in known}


def _figures_of(session: Session, readings: Sequence[int]) -> dict[int, list[SqlRow[*tuple[Any, ...]]]]:
    place = (FigureRow.block, FigureRow.grid_row, FigureRow.grid_column, FigureRow.page, FigureRow.confidence)
    state = type_coerce(FigureRow.state, String)
    told = (FigureRow.reading_id, FigureRow.indicator_id, state, number(session), FigureRow.raw, FigureRow.note)
    query = select(*told, *place).where(FigureRow.reading_id.in_(readings))
    found: dict[int, list[SqlRow[*tuple[Any, ...]]]] = defaultdict(list)
    for row in session.execute(query.order_by(FigureRow.reading_id, FigureRow.indicator_id)):
        found[row[0]].append(row)
    return found


def _source(origin: Origin) -> tuple[Any, ...]:
    reading, capture = origin.reading, origin.capture
    numbers = (origin.document.report_id, reading.id, origin.capture_id)
    return (
        reading.parser,
        *numbers,
        origin.document.url,
        capture.payload_sha256,
        capture.warc_file,
        capture.warc_offset,
    )


def _reports(session: Session, scope: Scope, codes: Sequence[str]) -> Iterator[Row]:
    every = cells(session, scope, codes)
    documents = {document.document_id for cell in every for document in cell.documents}
    readings: dict[int, list[Reading]] = defaultdict(list)
    joined = select(Reading).join(Version, Version.id == Reading.version_id).where(Version.document_id.in_(documents))
    for reading in session.scalars(joined):
        readings[reading.version_id].append(reading)
    known = origins(session, [that_counts(some).id for some in readings.values()])
    versions: dict[int, list[Origin]] = defaultdict(list)
    for origin in sorted(known.values(), key=lambda one: one.version.number):
        versions[origin.document.id].append(origin)
    for cell in every:
        for document in cell.documents:
            for origin in versions[document.document_id]:
                yield _report(cell, document, origin)


def _report(cell: Cell, document: Held, origin: Origin) -> Row:
    reading, version, capture = origin.reading, origin.version, origin.capture
    return (
        *(cell.code, cell.year, version.id, cell.county, document.kind, reading.agency, reading.title),
        *(cell.counts(document), reading.id == document.reading_id, document.withdrawn is not None),
        *(document.decision.verdict if document.decision else None, "; ".join(document.review)),
        *(document.url, version.number, instant(version.first_seen), instant(version.last_seen)),
        *(reading.published_at, reading.published_from, reading.index_number, reading.source, reading.site_id_code),
        *(reading.content_kind, reading.form, reading.parser, reading.failed_checks, instant(capture.fetched_at)),
        *(capture.payload_sha256, capture.warc_file, capture.warc_offset),
        *(origin.document.report_id, document.document_id, reading.id, origin.capture_id),
    )


def _findings(session: Session, scope: Scope, codes: Sequence[str]) -> Iterator[Row]:
    chosen = list(read(cells(session, scope, codes), scope))
    known = origins(session, [document.reading_id for _, document in chosen])
    for cell, document in chosen:
        before = (cell.code, cell.year, known[document.reading_id].version.id)
        after = (document.kind, cell.counts(document), document.reading_id, document.url)
        checks = select(FindingRow).where(FindingRow.reading_id == document.reading_id).order_by(FindingRow.position)
        for one in session.scalars(checks):
            told = (one.position, one.check_code, one.subject, one.outcome, one.soft, one.detail, one.fingerprint)
            yield (*before, *told, *after)


def _count_reports(session: Session, scope: Scope, codes: Sequence[str]) -> int:
    return sum(1 for _ in _reports(session, scope, codes))


def _count(table: type[FigureRow] | type[FindingRow], session: Session, scope: Scope, codes: Sequence[str]) -> int:
    readings = [document.reading_id for _, document in read(cells(session, scope, codes), scope)]
    each = select(table.reading_id, func.count()).where(table.reading_id.in_(readings)).group_by(table.reading_id)
    counts = dict(session.execute(each).tuples())
    return sum(counts.get(reading, 0) for reading in readings)


FIGURES = Table(
    "figures",
    "数据：每项数据一行",
    "one row for each figure, with the place it was read from",
    columns.FIGURES,
    ("county_code", "year", "version_id", "indicator"),
    _figures,
    partial(_count, FigureRow),
)
REPORTS = Table(
    "reports",
    "报告：每份报告的每个版本一行",
    "one row for each version of a report",
    columns.REPORTS,
    ("county_code", "year", "version_id"),
    _reports,
    _count_reports,
)
FINDINGS = Table(
    "findings",
    "核验：每项检查一行",
    "one row for each check",
    columns.FINDINGS,
    ("county_code", "year", "version_id", "position"),
    _findings,
    partial(_count, FindingRow),
)
