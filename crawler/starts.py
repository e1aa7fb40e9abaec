"""Where a visit begins: what one learns of a portal's list is what the next one asks for first."""

from dataclasses import replace

from scrapy import Request

from crawler.discovery import Column
from crawler.registry import Portal
from storage.records import KnownPortal, ListStart, VisitRecord

_KEPT_HEADERS = ("Referer", "Content-Type", "X-Requested-With")  # of a list's first request; the others are always sent


def first_request(portal: Portal, known: KnownPortal) -> Request | None:
    """The registry's column, the list as it was found before, or the home page; None where no address is known."""
    if portal.column_url:
        return Request(portal.column_url)
    if start := known.list_start:
        return Request(start.url, method=start.method, body=start.body, headers=dict(start.headers))
    url = known.column_url or portal.home
    return Request(url) if url else None


def with_start(visit: VisitRecord, column: Column) -> VisitRecord:
    """The visit with what the next one can begin with."""
    found, request = column.detection, column.first.request
    start = ListStart(column.first.url)
    if request is not None:
        headers = tuple((name, text.decode("latin-1")) for name in _KEPT_HEADERS if (text := request.headers.get(name)))
        start = ListStart(column.first.url, request.method, request.body.decode("utf-8"), headers)
    return replace(
        visit,
        family=found.family,
        family_score=found.score,
        family_evidence=found.evidence,
        column_url=column.url,
        list_start=start,
    )
