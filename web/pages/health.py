"""The page ``/health``: how the archive is kept: visits, runs, what is overdue, was noticed, does not add up."""

from datetime import UTC, datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from reports.divisions import by_code
from storage.events import recent
from storage.measures import sizes
from storage.runs import recent_runs
from storage.status import status
from storage.tallies import unsound
from web.asked import due_years
from web.opening import archive_of
from web.rendering import render

_LISTED = 30
_SINCE = timedelta(days=90)


def page(request: Request) -> Response:
    archive = archive_of(request)
    now, every = datetime.now(UTC), request.app.state.every
    years = due_years(request)
    events = [one for one in recent(archive, now - _SINCE) if one.year is None or one.year in years]
    total, sums = unsound(archive, _LISTED)
    found = status(archive, now, every)
    return render(
        request,
        "health.html",
        now=now,
        job=found,
        sizes=sizes(archive),
        runs=recent_runs(archive, 10),
        events=events[:_LISTED],
        more_events=len(events) - _LISTED,
        unsound=sums,
        unsound_total=total,
        failing=[(by_code(code), code, outcome, times) for code, outcome, times in found.failing[:_LISTED]],
        days=_SINCE.days,
        listed=_LISTED,
    )
