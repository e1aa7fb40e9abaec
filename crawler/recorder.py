"""The recorder: every exchange of the crawl as it went over the wire, written to WARC before anything reads it."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response

from crawler.session import CrawlSession
from storage.records import Exchange


class RecorderMiddleware:
    """Stands nearest to the wire: below decompression, redirects and retries.

    A middleware and not a signal handler: Scrapy swallows the exceptions of signal handlers, and a page that could not
    be recorded (full disk) must not be used. The capture is left in ``request.meta["capture"]``.
    """

    def __init__(self, session: CrawlSession) -> None:
        self.session = session

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "RecorderMiddleware":
        return cls(CrawlSession.of(crawler))

    def process_request(self, request: Request) -> None:
        # A redirected or retried request inherits the meta of the one before.
        request.meta.pop("capture", None)

    def process_response(self, request: Request, response: Response) -> Response:
        request.meta["capture"] = self.session.record(
            _exchange(request, response), request.meta.get("portal"), request.meta.get("earlier")
        )
        return response


def _exchange(request: Request, response: Response) -> Exchange:
    host = ("Host", urlsplit(request.url).netloc.rpartition("@")[2])
    return Exchange(
        url=request.url,
        method=request.method,
        request_headers=(host, *_pairs(request.headers)),
        request_body=request.body,
        status=response.status,
        protocol=response.protocol or "HTTP/1.1",
        response_headers=_pairs(response.headers),
        payload=response.body,
        ip=str(response.ip_address) if response.ip_address else None,
        fetched_at=datetime.now(UTC),
    )


def _pairs(headers: Headers) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name in headers for value in headers.getlist(name)
    )
