"""The page ``/search``: reports by what stands in them, with the words around what was found."""

from collections.abc import Iterable
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from reports.divisions.selection import SelectionError, select_counties
from reports.states import Evidence
from storage.errors import BadQuery
from storage.search.find import Found, find
from web.asked import due_years
from web.opening import archive_of
from web.rendering import render
from web.states import HELD, KINDS

_A_PAGE = 20
_LAST_PAGE = 500  # whoever turns further has to ask more exactly
_LONGEST = 200
_STATES = tuple(state for state in Evidence if KINDS[state] in HELD)  # of which there is a text


def page(request: Request) -> Response:
    """What is not understood (a county, a year) is said beside its field; the others still count."""
    asked = {name: request.query_params.get(name, "")[:_LONGEST].strip() for name in ("q", "county", "from", "to")}
    states = [state for state in request.query_params.getlist("state") if state in _STATES]
    number = _number(request.query_params.get("page"), range(1, _LAST_PAGE + 1)) or 1
    problems = []
    found = None
    try:
        codes = [county.code for county in select_counties(asked["county"])] if asked["county"] else None
    except SelectionError:
        codes, problems = None, ["county"]
    if asked["q"] and not problems:
        years = due_years(request)
        first = _number(asked["from"], years) or years[0]
        last = _number(asked["to"], years) or years[-1]
        first, last = min(first, last), max(first, last)
        chosen = None if (first, last) == (years[0], years[-1]) else range(first, last + 1)
        try:
            found = find(
                archive_of(request),
                asked["q"],
                codes=codes,
                years=chosen,
                states=[Evidence(state) for state in states] or None,
                limit=_A_PAGE,
                offset=(number - 1) * _A_PAGE,
            )
        except BadQuery:
            problems = ["query"]
    return render(
        request,
        "search.html",
        asked=asked,
        years=due_years(request),
        states=_STATES,
        chosen=states,
        problems=problems,
        found=found,
        number=number,
        turns=list(_turns(found, number, {**asked, "state": states})),
    )


def _turns(found: Found | None, number: int, asked: dict[str, str | list[str]]) -> Iterable[tuple[str, str]]:
    """The addresses of the pages before and after this one."""
    if found is None:
        return
    for name, other in (("before", number - 1), ("after", number + 1)):
        if 1 <= other <= _LAST_PAGE and (other - 1) * _A_PAGE < found.total:
            given = {key: value for key, value in asked.items() if value}
            yield name, "/search?" + urlencode({**given, "page": other}, doseq=True)


def _number(text: str | None, among: range) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 and int(text) in among else None
