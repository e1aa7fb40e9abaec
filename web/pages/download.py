"""The files ``/download/<table>.csv``, as ``scrapy export`` writes them, and ``/indicators/<code>/reports.csv``."""

from collections.abc import Callable, Iterator
from io import TextIOWrapper
from tempfile import TemporaryFile
from typing import BinaryIO, TextIO

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from storage.exports.columns import CODE, COUNTY, EVIDENCE, YEAR
from storage.exports.formats.csv import write_csv
from storage.exports.tables import Field, Kind, Scope
from storage.exports.write import TABLES, print_table
from storage.indicators.catalogue import catalogue
from storage.indicators.cells import Page
from storage.indicators.question import ask
from storage.indicators.rows import rows
from web.asked import due_years, place_in, years_in
from web.filenames import disposition
from web.opening import archive_of

_PART = 64 * 1024  # bytes
_ALL = Page(10**6, 0)  # the whole country has 50,000 rows
_INDICATOR = (
    CODE,
    COUNTY,
    YEAR,
    Field("value", Kind.NUMBER, "数值", "the number or share"),
    Field("numerator", Kind.NUMBER, "分子", "of a share: the sum above"),
    Field("denominator", Kind.NUMBER, "分母", "of a share: the sum below"),
    Field("state", Kind.STRING, "状态", "number, zero, or why there is none"),
    EVIDENCE,
)


def table(request: Request) -> Response:
    """A table of the export, of a province, prefecture or county, or of all; the country is some tens of megabytes."""
    asked = TABLES.get(request.path_params["table"])
    if asked is None:
        raise HTTPException(404)
    place = place_in(request)
    scope = Scope(place.codes, tuple(years_in(request, due_years(request))), request.app.state.today())
    archive = archive_of(request)
    return _file(
        f"{asked.name}-{place.code}",
        lambda file: print_table(archive, asked, scope, file, "csv", lambda _name, _done, _of, _rows: None),
    )


def indicator(request: Request) -> Response:
    """What each report gives for an indicator."""
    known = catalogue().get(request.path_params["code"])
    if known is None:
        raise HTTPException(404)
    place = place_in(request)
    years = years_in(request, due_years(request))
    archive = archive_of(request)
    question = ask(archive, known, place.codes if place.code else None, years, request.app.state.today())
    found = (
        (row.code, row.county, row.year, row.value, row.numerator, row.denominator, row.state, row.evidence)
        for row in rows(archive, question, _ALL)[1]
    )
    return _file(f"{known.code}-{place.code}", lambda file: write_csv(file, _INDICATOR, found))


def _file(name: str, write: Callable[[TextIO], object]) -> Response:
    """A file that is whole before its first byte is sent.

    So who reads slowly keeps no session of the archive open, and what goes wrong is an error page.
    """
    held = TemporaryFile()  # noqa: SIM115 - closed by who sends it
    try:
        text = TextIOWrapper(held, "utf-8", newline="")
        write(text)
        text.flush()
        text.detach()
    except BaseException:
        held.close()
        raise
    headers = {
        "Content-Disposition": disposition(f"/{name.rstrip('-')}.csv"),
        "Content-Length": str(held.tell()),
        "Cache-Control": "private, no-cache",
    }
    return StreamingResponse(_sent(held), media_type="text/csv; charset=utf-8", headers=headers)


def _sent(file: BinaryIO) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while part := file.read(_PART):
            yield part
