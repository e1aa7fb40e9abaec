"""The long tables: a row for each figure, for each version of a report, for each check."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

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
        before = (cell.code, cell.year, origin.version_id)
        who = (document.kind, origin.agency, cell.counts(document), origin.form)
        source = _source(origin)
        for _, indicator, state, value, raw, note, *place, sure in figures[document.reading_id]:
            confidence = 1 if sure is None and place[0] is not None else sure
            yield (*before, *labels[indicator], state, value, raw, note, *who, *place, confidence, *source)


def _labels(session: Session) -> dict[int, tuple[str, str, str, str]]:
    """Code, labels and unit of the indicators, by their numbers."""
    english = {one.code: one.label_en for one in forms.indicators()}
    known = session.execute(select(Indicator.id, Indicator.code, Indicator.label, Indicator.unit))
    return {number: (code, label, english.get(code, ""), unit) for number, code, label, unit in known}


def _figures_of(session: Session, readings: Sequence[int]) -> dict[int, list[tuple[Any, ...]]]:
    place = (FigureRow.block, FigureRow.grid_row, FigureRow.grid_column, FigureRow.page, FigureRow.confidence)
    state = type_coerce(FigureRow.state, String)
    told = (FigureRow.reading_id, FigureRow.indicator_id, state, number(session), FigureRow.raw, FigureRow.note)
    query = select(*told, *place).where(FigureRow.reading_id.in_(readings))
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for row in session.connection().execute(query.order_by(FigureRow.reading_id, FigureRow.indicator_id)):
        found[row[0]].append(tuple(row))
    return found


def _source(origin: Origin) -> tuple[Any, ...]:
    numbers = (origin.report_id, origin.reading_id, origin.capture_id)
    place = (origin.payload_sha256, origin.warc_file, origin.warc_offset)
    return (origin.parser, *numbers, origin.url, *place)


def _reports(session: Session, scope: Scope, codes: Sequence[str]) -> Iterator[Row]:
    every = cells(session, scope, codes)
    documents = {document.document_id for cell in every for document in cell.documents}
    readings: dict[int, list[Reading]] = defaultdict(list)
    joined = select(Reading).join(Version, Version.id == Reading.version_id).where(Version.document_id.in_(documents))
    for reading in session.scalars(joined):
        readings[reading.version_id].append(reading)
    known = origins(session, [that_counts(some).id for some in readings.values()])
    versions: dict[int, list[Origin]] = defaultdict(list)
    for origin in sorted(known.values(), key=lambda one: one.number):
        versions[origin.document_id].append(origin)
    for cell in every:
        for document in cell.documents:
            for origin in versions[document.document_id]:
                yield _report(cell, document, origin)


def _report(cell: Cell, document: Held, origin: Origin) -> Row:
    return (
        *(cell.code, cell.year, origin.version_id, cell.county, document.kind, origin.agency, origin.title),
        *(cell.counts(document), origin.reading_id == document.reading_id, document.withdrawn is not None),
        *(document.decision.verdict if document.decision else None, "; ".join(document.review)),
        *(origin.url, origin.number, instant(origin.first_seen), instant(origin.last_seen)),
        *(origin.published_at, origin.published_from, origin.index_number, origin.source, origin.site_id_code),
        *(origin.content_kind, origin.form, origin.parser, origin.failed_checks, instant(origin.fetched_at)),
        *(origin.payload_sha256, origin.warc_file, origin.warc_offset),
        *(origin.report_id, origin.document_id, origin.reading_id, origin.capture_id),
    )


def _findings(session: Session, scope: Scope, codes: Sequence[str]) -> Iterator[Row]:
    chosen = list(read(cells(session, scope, codes), scope))
    known = origins(session, [document.reading_id for _, document in chosen])
    for cell, document in chosen:
        before = (cell.code, cell.year, known[document.reading_id].version_id)
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
    counts = {reading: number for reading, number in session.execute(each)}  # noqa: C416 - rows are no pairs to mypy
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
