"""The panel: a row for each county and year, gaps too, and a column for each indicator; coverage is without figures."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, String, select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from reports import forms
from reports.divisions import by_code
from reports.model import AgencyKind
from storage.exports import columns
from storage.exports.codebook import panel_fields
from storage.exports.found import Cell, Origin, cells, origins, read
from storage.exports.tables import Row, Scope, Table, Value
from storage.models import FigureRow, Indicator

IN_PARTS = {
    "yield_per": 1_000
}  # rows that are met and forgotten; Python's garbage collector looks at all that are kept


def _panel(session: Session, scope: Scope, codes: Sequence[str]) -> Iterator[Row]:
    every = cells(session, scope, codes)
    known = origins(session, [cell.standing.document.reading_id for cell in every if cell.standing.document])
    wide = _wide(session, [document.reading_id for _, document in read(every, replace(scope, everybody=False))])
    nothing = [None] * (2 * len(forms.indicators()))
    unread = [None] * (len(columns.PANEL) - len(columns.STATES))
    for cell in every:
        document = cell.standing.document
        if document is None:
            yield [*states(cell), *unread, *nothing]
        else:
            reading = document.reading_id
            figures = wide.get(reading, nothing) if cell.counts(document) else nothing
            yield [*states(cell), *_source(known[reading]), *figures]


def _source(origin: Origin) -> list[Value]:
    return [
        *(origin.agency, origin.title, origin.form, origin.content_kind, origin.published_at),
        *(origin.number, origin.parser, origin.failed_checks, origin.url),
        *(instant(origin.fetched_at), origin.payload_sha256),
    ]


def _wide(session: Session, readings: Sequence[int]) -> dict[int, list[Any]]:
    """By reading: the number of each indicator, and behind all of them the state where there is none."""
    places = _places(session)
    width = len(forms.indicators())
    figures = (
        select(FigureRow.reading_id, FigureRow.indicator_id, number(session), type_coerce(FigureRow.state, String))
        .where(FigureRow.reading_id.in_(readings))
        .order_by(FigureRow.reading_id)
    )
    wide: dict[int, list[Any]] = {}
    current, row = 0, []
    for reading, indicator, value, state in session.connection().execute(figures, execution_options=IN_PARTS):
        if reading != current:
            current, row = reading, [None] * (2 * width)
            wide[reading] = row
        place = places.get(indicator)
        if place is None:
            continue  # a code that no form of today names: the figures have it
        if value is None:
            row[width + place] = state
        else:
            row[place] = value
    return wide


def _places(session: Session) -> dict[int, int]:
    codes = {one.code: place for place, one in enumerate(forms.indicators())}
    known = session.execute(select(Indicator.id, Indicator.code))
    return {indicator: codes[code] for indicator, code in known if code in codes}


def number(session: Session) -> ColumnElement[Any]:
    """The value of a figure; SQLite has an integer as one already."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    return type_coerce(FigureRow.value, NullType()) if sqlite else FigureRow.value.expression


def states(cell: Cell) -> list[Value]:
    """The columns ``columns.STATES``."""
    county = by_code(cell.code)
    above = (county.city, county.province) if county else ("", "")
    return [cell.code, cell.county, *above, cell.year, cell.standing.evidence, cell.clock, cell.standing.detail]


def instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _coverage(session: Session, scope: Scope, codes: Sequence[str]) -> Iterator[Row]:
    for cell in cells(session, scope, codes):
        document = cell.standing.document
        own = sum(one.kind is AgencyKind.GOVERNMENT for one in cell.documents)
        told = (document.title, document.published_at, document.failed) if document else (None, None, None)
        url = document.url if document else None
        yield [*states(cell), *told, own, url]


def _count(_session: Session, scope: Scope, codes: Sequence[str]) -> int:
    return len(codes) * len(scope.years)


PANEL = Table(
    "panel",
    "面板：每县每年一行，每项指标一列",
    "one row for each county and year, gaps too, and one column for each indicator",
    (*columns.PANEL, *panel_fields()),
    ("county_code", "year"),
    _panel,
    _count,
)
COVERAGE = Table(
    "coverage",
    "覆盖：每县每年的存档状态与法定期限",
    "the state of evidence and the legal clock of each county and year",
    columns.COVERAGE,
    ("county_code", "year"),
    _coverage,
    _count,
)
