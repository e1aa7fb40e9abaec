"""The files ``/download/<table>.csv``, as ``scrapy export`` writes them, and ``/indicators/<code>/reports.csv``."""

from collections.abc import Iterator
from itertools import count, takewhile

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from storage.database import Archive
from storage.exports.formats.csv import csv_lines
from storage.exports.tables import Field, Kind, Scope, Table, rows_of
from storage.exports.write import TABLES, consistent
from storage.indicators.catalogue import catalogue
from storage.indicators.cells import Page
from storage.indicators.question import Question, ask
from storage.indicators.rows import rows
from storage.settled import settle
from web.asked import due_years, place_in, years_in
from web.filenames import disposition
from web.opening import archive_of

_AT_ONCE = 5_000  # rows of an indicator
_LINES = 500  # to an answer's part
_INDICATOR = (
    Field("county_code", Kind.STRING, "", ""),
    Field("county", Kind.STRING, "", ""),
    Field("year", Kind.INTEGER, "", ""),
    Field("value", Kind.NUMBER, "", ""),
    Field("numerator", Kind.NUMBER, "", ""),
    Field("denominator", Kind.NUMBER, "", ""),
    Field("state", Kind.STRING, "", ""),
    Field("evidence", Kind.STRING, "", ""),
)


def table(request: Request) -> Response:
    """A table of the export, of a province, prefecture or county, or of all; the country is some tens of megabytes."""
    asked = TABLES.get(request.path_params["table"])
    if asked is None:
        raise HTTPException(404)
    place, codes = place_in(request)
    scope = Scope(codes, tuple(years_in(request, due_years(request))), request.app.state.today())
    archive = archive_of(request)
    settle(archive, codes, range(scope.years[0], scope.years[-1] + 1))
    return _file("-".join(filter(None, (asked.name, place))), _table(archive, asked, scope))


def indicator(request: Request) -> Response:
    """What each report gives for an indicator."""
    known = catalogue().get(request.path_params["code"])
    if known is None:
        raise HTTPException(404)
    place, codes = place_in(request)
    years = years_in(request, due_years(request))
    archive = archive_of(request)
    question = ask(archive, known, codes if place else None, years, request.app.state.today())
    return _file("-".join(filter(None, (known.code, place))), _indicator(archive, question))


def _file(name: str, lines: Iterator[str]) -> Response:
    headers = {"Content-Disposition": disposition(f"/{name}.csv"), "Cache-Control": "private, no-cache"}
    return StreamingResponse(_parts(lines), media_type="text/csv; charset=utf-8", headers=headers)


def _parts(lines: Iterator[str]) -> Iterator[str]:
    """Lines by the hundred: each part of an answer costs a change of threads."""
    held: list[str] = []
    for line in lines:
        held.append(line)
        if len(held) == _LINES:
            yield "".join(held)
            held.clear()
    yield "".join(held)


def _table(archive: Archive, asked: Table, scope: Scope) -> Iterator[str]:
    with consistent(archive) as session:
        yield from csv_lines(asked.fields, rows_of(session, asked, scope, lambda _done, _rows: None))


def _indicator(archive: Archive, question: Question) -> Iterator[str]:
    pages = (rows(archive, question, Page(_AT_ONCE, start))[1] for start in count(0, _AT_ONCE))
    found = (row for page in takewhile(len, pages) for row in page)
    told = (
        (row.code, row.county, row.year, row.value, row.numerator, row.denominator, row.state, row.evidence)
        for row in found
    )
    yield from csv_lines(_INDICATOR, told)
