"""The page ``/report/<document>``: text beside figures, findings in their cells, versions, the archived page."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from reports.calendar import due_date
from reports.divisions import Division
from storage.captures import to_capture
from storage.coverage import Cell, coverage
from storage.models import SectionRow
from storage.showing import Shown, show
from web.areas import county
from web.asked import due_years, whole
from web.labels import label, subject
from web.language import chosen, words
from web.marks import kind_of
from web.media import may_be_shown
from web.official import Grid, Layout
from web.opening import archive_of
from web.rendering import render
from web.telling import finding_text

_TABLES = {2: "disclosure", 3: "applications", 4: "review"}  # beside which section each is printed
_ORDER = ("fail", "soft", "doubt", "open", "pass")


class Part(NamedTuple):
    """A section of the text, and the official table that belongs beside it."""

    section: SectionRow | None
    table: str | None
    grids: tuple[Grid, ...]


def page(request: Request) -> Response:
    number = whole(request.path_params["document"])
    asked = request.query_params.get("version")
    archive = archive_of(request)
    shown = show(archive, number, whole(asked) if asked else None)
    if shown is None:
        raise HTTPException(404)
    reading = shown.reading
    language = chosen(request)
    capture = to_capture(reading.page_capture)
    layout = Layout(reading.form, shown.figures, shown.findings, words(language))
    files = [one for one in shown.attachments if one.capture_id is not None]
    findings = sorted(shown.findings, key=lambda one: (_ORDER.index(kind_of(one)), one.position))
    return render(
        request,
        "report.html",
        shown=shown,
        county=_county(shown),
        cell=_cell(request, shown) if shown.counts else None,
        due=_due(request, shown),
        layout=layout,
        parts=list(_parts(shown, layout)),
        findings=[(kind_of(one), one) for one in findings],
        files={one.id: one.capture_id for one in files},
        finding=lambda one: finding_text(one.detail, one.subject, language),
        subject=partial(subject, words=words(language)),
        label=partial(label, language=language),
        capture=capture,
        number=reading.page_capture.id,
        read_number=reading.read_capture.id,
        replayed=may_be_shown(capture),
    )


def _county(shown: Shown) -> Division | None:
    return county(shown.held.county_code)


def _due(request: Request, shown: Shown) -> date | None:
    """By when it had to be published; what claims another year than those of the Regulation had no such day."""
    year = shown.held.year
    return due_date(year, shown.held.kind) if year is not None and year in due_years(request) else None


def _cell(request: Request, shown: Shown) -> Cell | None:
    """The cell of the matrix for which the document counts."""
    year = shown.held.year
    if year is None or year not in due_years(request):
        return None
    years, today = range(year, year + 1), request.app.state.today()
    return coverage(archive_of(request), [shown.held.county_code], years, today)[0].cells[0]


def _parts(shown: Shown, layout: Layout) -> Iterator[Part]:
    """The sections in reading order, each with its table; tables without a section follow."""
    left = list(layout.names)
    for section in shown.sections:
        name = _TABLES.get(section.ordinal, "")
        if name in left:
            left.remove(name)
            yield Part(section, name, layout.grids(name))
        else:
            yield Part(section, None, ())
    for name in left:
        yield Part(None, name, layout.grids(name))
