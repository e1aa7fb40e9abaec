"""The page ``/why/<code>/<year>``: the chain behind one cell of the matrix, each link with its proof."""

from functools import partial
from itertools import groupby

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from storage.captures import ids_of
from storage.coverage import coverage
from storage.why.chain import why
from web.asked import county_in, due_years, year_in
from web.language import chosen
from web.opening import archive_of
from web.rendering import render
from web.telling import step_text


def page(request: Request) -> Response:
    county = county_in(request)
    year = year_in(request, request.path_params["year"])
    if county.code != request.path_params["code"]:
        return RedirectResponse(f"/why/{county.code}/{year}", 307)
    archive, today = archive_of(request), request.app.state.today()
    steps = why(archive, county.code, year, today)
    captures = [one for step in steps for one in (step.capture, step.revisit) if one is not None]
    return render(
        request,
        "why.html",
        county=county,
        year=year,
        years=due_years(request),
        cell=coverage(archive, [county.code], range(year, year + 1), today)[0].cells[0],
        groups=[(kind, list(some)) for kind, some in groupby(steps, key=lambda step: step.kind)],
        captures=ids_of(archive, captures),
        step_text=partial(step_text, language=chosen(request)),
    )
