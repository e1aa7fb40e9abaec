"""The reading room as a web application: pages and a small API over one archive, which it only reads."""

from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from reports.calendar import BEIJING
from storage.database import Archive
from web.api.table import ROUTES as API
from web.errors import HANDLERS
from web.opening import Opening
from web.pages import about, api, county, coverage, download, health, home, indicators, raw, report, search, why
from web.security import Guard

_STATIC = Path(__file__).parent / "static"
# Pages are plain functions: Starlette runs them in a pool of threads, so that a slow query keeps nobody waiting.
ROUTES = (
    Route("/", home.page),
    Route("/coverage", coverage.country),
    Route("/coverage/{code}", coverage.place),
    Route("/county", county.find),
    Route("/county/{code}", county.page),
    Route("/why/{code}/{year}", why.page),
    Route("/report/{document}", report.page),
    Route("/capture/{capture}", raw.page),
    Route("/raw/{capture}", raw.replay),
    Route("/raw/{capture}/original", raw.original),
    Route("/search", search.page),
    Route("/indicators", indicators.page),
    Route("/indicators/{code}", indicators.one),
    Route("/indicators/{code}/reports.csv", download.indicator),
    Route("/download/{table}.csv", download.table),
    Route("/api", api.page),
    *API,
    Route("/health", health.page),
    Route("/about", about.page),
)


def make_app(
    archive: Archive | Opening,
    *,
    hosts: Collection[str] = (),
    today: Callable[[], date] = lambda: datetime.now(BEIJING).date(),
    every: timedelta = timedelta(days=7),
    contact: str = "",
) -> Starlette:
    """The application over an archive.

    Args:
        archive: what is shown.
        hosts: further names that it answers to.
        today: the date of the legal clock.
        every: the time between two visits to a portal from which nothing is expected.
        contact: the operator's mail address, for questions and removals; "" where none is shown.
    """
    routes = [*ROUTES, Mount("/static", StaticFiles(directory=_STATIC))]
    app = Starlette(routes=routes, middleware=[Middleware(Guard, hosts=hosts)], exception_handlers=HANDLERS)
    app.state.opening = archive if isinstance(archive, Opening) else Opening(archive)
    app.state.today, app.state.every = today, every
    app.state.open_to_all = bool(hosts)
    app.state.contact = contact
    return app
