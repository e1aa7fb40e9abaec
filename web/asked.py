"""What an address asks for, checked: years, numbers, codes. What is not understood is a page that does not exist."""

from starlette.exceptions import HTTPException
from starlette.requests import Request

from reports.calendar import FIRST_YEAR
from reports.divisions import Division
from web.areas import county

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
