"""Every endpoint of the API: the routes and the OpenAPI document are both made of this table."""

from starlette.routing import Route

from web.api import held, told
from web.api.endpoints import PAGED, Endpoint
from web.api.openapi import describe
from web.api.parameters import (
    COUNTY,
    DOCUMENT,
    FROM,
    INDICATOR,
    KIND,
    LEVEL,
    PLACE,
    QUERY,
    SINCE,
    STATE,
    TO,
    VERSION,
)

_WHERE = (PLACE, FROM, TO)
ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("/api/openapi.json", "openapi", "This document", lambda _: describe(ENDPOINTS), "OpenAPI"),
    Endpoint("/api/counties", "counties", "All counties, by code", held.all_counties, "Counties", (PLACE, *PAGED)),
    Endpoint(
        "/api/counties/{county}", "county", "One county and its portal", held.one_county, "CountyWithPortal", (COUNTY,)
    ),
    Endpoint(
        "/api/coverage",
        "coverage",
        "What is held of each county and year, and why what is missing is missing",
        held.matrix,
        "Coverage",
        (*_WHERE, *PAGED),
    ),
    Endpoint(
        "/api/reports", "reports", "The reports that are held", held.all_reports, "Reports", (*_WHERE, STATE, *PAGED)
    ),
    Endpoint(
        "/api/reports/{document}",
        "report",
        "One report: text, figures, checks, versions, and the bytes it was read from",
        held.one_report,
        "Report",
        (DOCUMENT, VERSION),
    ),
    Endpoint(
        "/api/indicators", "indicators", "All indicators with their formulas", told.all_indicators, "Indicators", PAGED
    ),
    Endpoint(
        "/api/indicators/{code}",
        "indicator",
        "An indicator year by year: its spread, and how many reports give no number and why",
        told.one_indicator,
        "IndicatorByYear",
        (INDICATOR, *_WHERE),
    ),
    Endpoint(
        "/api/indicators/{code}/ranking",
        "ranking",
        "An indicator by province, prefecture or county, highest first",
        told.ranking,
        "Ranking",
        (INDICATOR, LEVEL, *_WHERE, *PAGED),
    ),
    Endpoint(
        "/api/indicators/{code}/reports",
        "indicator_reports",
        "What each report gives for an indicator",
        told.one_by_one,
        "IndicatorRows",
        (INDICATOR, *_WHERE, *PAGED),
    ),
    Endpoint("/api/search", "search", "Full text over all reports", told.search, "Hits", (QUERY, *_WHERE, *PAGED)),
    Endpoint(
        "/api/events",
        "events",
        "What was noticed, the newest first",
        told.events,
        "Events",
        (SINCE, KIND, *PAGED),
        public=False,
    ),
    Endpoint("/api/status", "status", "How the background job is", told.health, "Health", public=False),
)
ROUTES: tuple[Route, ...] = tuple(one.route() for one in ENDPOINTS)
