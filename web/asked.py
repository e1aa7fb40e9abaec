"""What an address asks for, checked: years, numbers, codes. What is not understood is a page that does not exist."""

from starlette.exceptions import HTTPException
from starlette.requests import Request

from reports.calendar import FIRST_YEAR
from reports.divisions import Division, counties
from web.areas import area, county

_LARGEST = 2**63 - 1  # what a database can number


def due_years(request: Request) -> range:
    """The years of which a report may have been due by today, the first one at least."""
    return range(FIRST_YEAR, max(request.app.state.today().year, FIRST_YEAR + 1))


def year_in(request: Request, text: str | None) -> int:
    """A year of those, the last one where none is named."""
    years = due_years(request)
    year = whole(text) if text else years[-1]
    if year not in years:
        raise HTTPException(404)
    return year


def years_in(request: Request, every: range) -> range:
    """The years ``from`` … ``to`` of those, all where none is named; the wrong way round, they are turned."""
    query = request.query_params
    given = [whole(query[name]) if query.get(name) else every[at] for name, at in (("from", 0), ("to", -1))]
    years = range(max(min(given), every[0]), min(max(given), every[-1]) + 1)
    if not years:
        raise HTTPException(404)
    return years


def place_in(request: Request) -> tuple[str, tuple[str, ...]]:
    """The digits of the ``place`` that is asked for ("" for the country), and its counties."""
    code = request.query_params.get("place", "")
    if not code:
        return "", tuple(one.code for one in counties())
    inside = area(code)
    if inside is not None:
        return inside.code, tuple(one.code for one in inside.counties)
    one = county(code)
    if one is None:
        raise HTTPException(404)
    return one.code, (one.code,)


def county_in(request: Request) -> Division:
    """The county whose code stands in the path."""
    found = county(request.path_params["code"])
    if found is None:
        raise HTTPException(404)
    return found


def whole(text: str) -> int:
    """A whole number, not negative, that a database can look for."""
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= _LARGEST):
        raise HTTPException(404)
    return int(text)
