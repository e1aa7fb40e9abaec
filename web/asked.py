"""What an address asks for, checked: years, numbers, codes. What is not understood is a page that does not exist."""

from typing import NamedTuple

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


def years_in(request: Request, every: range, first: int | None = None) -> range:
    """The years ``from`` … ``to`` of those; where none is named, from ``first`` on. The wrong way round, they turn."""
    query = request.query_params
    start = whole(query["from"]) if query.get("from") else every[0] if first is None else first
    end = whole(query["to"]) if query.get("to") else every[-1]
    years = range(max(min(start, end), every[0]), min(max(start, end), every[-1]) + 1)
    if not years:
        raise HTTPException(404)
    return years


class Place(NamedTuple):
    """What is asked about: two, four or six digits ("" for the country), the name, the counties inside."""

    code: str
    name: str
    codes: tuple[str, ...]


def place_in(request: Request) -> Place:
    """The ``place`` that is asked for."""
    code = request.query_params.get("place", "")
    if not code:
        return Place("", "", tuple(one.code for one in counties()))
    if (inside := area(code)) is not None:
        return Place(inside.code, inside.name, tuple(one.code for one in inside.counties))
    if (one := county(code)) is not None:
        return Place(one.code, one.name, (one.code,))
    raise HTTPException(404)


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
