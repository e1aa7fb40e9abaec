"""The page ``/``: what the archive is, how much it holds, where to begin."""

from datetime import UTC, datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from reports.states import Evidence
from storage.events import recent
from storage.tallies import tally, totals, unsound
from web.areas import tiles
from web.asked import due_years
from web.charts.tiles import tile_map
from web.opening import archive_of
from web.rendering import render
from web.states import HELD, kinds

_EVENTS = 6


def page(request: Request) -> Response:
    """Where nothing was crawled so far, it says how to begin."""
    archive = archive_of(request)
    years = due_years(request)
    noticed = recent(archive, datetime.now(UTC) - timedelta(days=365))
    states = totals(archive, years)
    by_kind = kinds(states)
    found = tally(archive, years[-1:], 2)
    return render(
        request,
        "home.html",
        kinds=by_kind,
        held=sum(by_kind[kind] for kind in HELD),
        cells=sum(states.values()) - states[Evidence.NOT_FOUNDED],
        untouched=states.keys() <= {Evidence.NEVER_TRIED, Evidence.NOT_FOUNDED},
        provinces=len(tiles()),
        years=years,
        year=years[-1],
        tiles=tile_map({code: by_year[years[-1]] for code, by_year in found.items()}),
        events=[one for one in noticed if one.year is None or one.year in years][:_EVENTS],
        unsound=unsound(archive, 0)[0],
    )
