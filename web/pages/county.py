"""The page ``/county/<code>``: every year of one county, its figures over time, its portal; and how one is found."""

from functools import partial

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reports.calendar import due_date
from reports.model import AgencyKind
from storage.coverage import coverage
from storage.places import place
from storage.series import series
from web.areas import look_up
from web.asked import county_in, due_years
from web.charts.lines import CODES, charts
from web.labels import label
from web.language import chosen
from web.opening import archive_of
from web.rendering import render

_MOST = 60  # counties that are listed for a name


def page(request: Request) -> Response:
    county = county_in(request)
    if county.code != request.path_params["code"]:
        return RedirectResponse(f"/county/{county.code}", 307)  # a code that it bore before
    archive = archive_of(request)
    years = due_years(request)
    cells = coverage(archive, [county.code], years, request.app.state.today())[0].cells
    return render(
        request,
        "county.html",
        county=county,
        cells=tuple(reversed(cells)),
        due={year: due_date(year, AgencyKind.GOVERNMENT) for year in years},
        place=place(archive, county.code),
        charts=charts(series(archive, county.code, CODES, years), years),
        label=partial(label, language=chosen(request)),
    )


def find(request: Request) -> Response:
    """The county that is meant; a choice where several are."""
    asked = request.query_params.get("q", "")[:40]
    found = look_up(asked)
    if len(found) == 1:
        return RedirectResponse(f"/county/{found[0].code}", 307)
    return render(request, "find.html", asked=asked, found=found[:_MOST], total=len(found))
