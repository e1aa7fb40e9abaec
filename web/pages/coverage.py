"""The pages ``/coverage``: the country by province, a province by prefecture, a prefecture by county and year."""

from collections import Counter
from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reports.states import Evidence
from storage.coverage import coverage
from storage.tallies import tally
from web.areas import Area, area, county, prefectures, provinces
from web.asked import due_years, year_in
from web.charts.tiles import tile_map
from web.opening import archive_of
from web.rendering import render
from web.states import HELD, Kind, kinds


def country(request: Request) -> Response:
    """One year: the map, and a row a province; where none is named, the newest of which anything is held."""
    year = year_in(request, request.query_params.get("year"))
    years = range(year, year + 1) if "year" in request.query_params else due_years(request)
    found = tally(archive_of(request), years, 2)
    year = next((one for one in reversed(years) if _held(found, one)), year)
    states = {code: by_year.get(year, Counter()) for code, by_year in found.items()}
    by_kind = {place.code: kinds(states.get(place.code, Counter())) for place in provinces()}
    whole: Counter[Kind] = Counter()
    for one in by_kind.values():
        whole.update(one)
    return render(
        request,
        "coverage/country.html",
        year=year,
        years=due_years(request),
        places=provinces(),
        kinds=by_kind,
        held={code: sum(one[kind] for kind in HELD) for code, one in by_kind.items()},
        whole=whole,
        all_held=sum(whole[kind] for kind in HELD),
        tiles=tile_map(states),
    )


def _held(found: Mapping[str, Mapping[int, Counter[Evidence]]], year: int) -> bool:
    return any(kinds(by_year.get(year, Counter()))[kind] for by_year in found.values() for kind in HELD)


def place(request: Request) -> Response:
    """A province's prefectures, or a prefecture's counties; where there is one prefecture alone, its counties."""
    code = request.path_params["code"]
    found = area(code)
    if found is None:
        if (one := county(code)) is not None:
            return RedirectResponse(f"/county/{one.code}", 307)
        raise HTTPException(404)
    if found.code != code:
        return RedirectResponse(f"/coverage/{found.code}", 307)
    if len(found.code) == 2 and len(inside := prefectures(found.code)) > 1:
        return _province(request, found, inside)
    return _prefecture(request, found)


def _province(request: Request, found: Area, inside: tuple[Area, ...]) -> Response:
    years = due_years(request)
    return render(
        request,
        "coverage/province.html",
        area=found,
        places=inside,
        years=years,
        tallies=tally(archive_of(request), years, 4, found.code),
    )


def _prefecture(request: Request, found: Area) -> Response:
    years = due_years(request)
    codes = [one.code for one in found.counties]
    rows = coverage(archive_of(request), codes, years, request.app.state.today())
    states = Counter(cell.evidence for row in rows for cell in row.cells)
    return render(request, "coverage/prefecture.html", area=found, years=years, rows=rows, states=states)
