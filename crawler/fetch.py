"""One portal's requests: budget, validators, and a name for every way in which a request can end."""

from dataclasses import dataclass
from typing import Protocol

from scrapy import Request
from scrapy.core.engine import ExecutionEngine
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse, Response

from crawler.allowlist import Allowlist, OffAllowlist
from crawler.challenges import Blocked
from crawler.pages import as_page
from reports.states import VisitOutcome
from storage.records import Capture, KnownPortal


class VisitEnded(Exception):
    """The visit to this portal is over; ``outcome`` names why, ``capture`` is the answer that proves it."""

    def __init__(self, outcome: VisitOutcome, detail: str, capture: Capture | None = None) -> None:
        super().__init__(detail)
        self.outcome = outcome
        self.detail = detail
        self.capture = capture


class NotFetched(Exception):
    """One address could not be had; ``unreachable`` when the host gave no answer, or none but its own failure."""

    def __init__(self, detail: str, *, unreachable: bool = False, capture: Capture | None = None) -> None:
        super().__init__(detail)
        self.unreachable = unreachable
        self.capture = capture


class RecorderFailed(Exception):
    """The exchange could not be written to WARC, so it must not be used."""


class Bodies(Protocol):
    """Where the body of an earlier capture can be had: the crawl's session."""

    def body(self, capture: Capture) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with a body: a fresh one, or the archived one that the server said still holds."""

    response: Response
    capture: Capture
    body: bytes
    unchanged: bool

    @property
    def url(self) -> str:
        return self.response.url

    @property
    def content_type(self) -> str | None:
        return (self.response.headers.get("Content-Type") or b"").decode("latin-1") or self.capture.content_type

    def page(self) -> HtmlResponse:
        return as_page(self.response, self.body)


class Fetcher:
    """Sends the requests of one visit, one after the other, and counts them.

    Inline requests (``engine.download_async``) pass through all downloader middlewares and the host's delay, but not
    through the scheduler: a visit knows its own order.
    """

    def __init__(
        self,
        code: str,
        *,
        engine: ExecutionEngine,
        allowlist: Allowlist,
        known: KnownPortal,
        bodies: Bodies,
        budget: int,
        slot: str | None = None,
    ) -> None:
        self.code = code
        self.engine = engine
        self.allowlist = allowlist
        self.known = known
        self.bodies = bodies
        self.budget = budget
        self.slot = slot  # the shared platform's, so that its portals share one delay
        self.requests = 0

    def prepare(self, request: Request) -> Request:
        """The request with the portal's allow-list and, for an address known from earlier, its validators."""
        meta = {**request.meta, "portal": self.code, "allowlist": self.allowlist}
        if self.slot:
            meta["download_slot"] = self.slot
        prepared = request.replace(meta=meta, dont_filter=True)
        if request.method == "GET" and (known := self.known.urls.get(request.url)) and known.capture.status == 200:
            if known.capture.etag:
                prepared.headers["If-None-Match"] = known.capture.etag
            if known.capture.last_modified:
                prepared.headers["If-Modified-Since"] = known.capture.last_modified
        return prepared

    async def get(self, request: Request) -> Answer:
        """Send a request and judge its answer.

        Raises:
            NotFetched: this one address gave nothing usable.
            VisitEnded: nothing further should be asked of this portal.
        """
        if not self.engine.running:
            raise VisitEnded(VisitOutcome.INTERRUPTED, "the crawl was told to stop")
        if self.requests >= self.budget:
            raise VisitEnded(VisitOutcome.INTERRUPTED, f"the budget of {self.budget} requests is used up")
        prepared = self.prepare(request)
        result: Response | Exception
        try:
            result = await self.engine.download_async(prepared)
        except Exception as error:  # noqa: BLE001 - judge() names every one, and re-raises what it does not know
            result = error
        return self.judge(result, request.url)

    async def page(self, request: Request) -> HtmlResponse:
        """Send a request and read its answer as a page."""
        return (await self.get(request)).page()

    def judge(self, result: Response | Exception, asked: str) -> Answer:
        """Turn a response or an exception into an answer, or into the name of what went wrong."""
        self.requests += 1
        if isinstance(result, Exception):
            raise _named(result) from result
        capture: Capture = result.meta["capture"]
        known = self.known.urls.get(asked)
        if result.status == 304 and known:
            return Answer(result, capture, self.bodies.body(known.capture), unchanged=True)
        if result.status != 200:
            raise NotFetched(f"HTTP {result.status} at {result.url}", unreachable=result.status >= 500, capture=capture)
        unchanged = known is not None and known.capture.payload_sha256 == capture.payload_sha256
        return Answer(result, capture, result.body, unchanged)


def _named(error: Exception) -> Exception:
    if isinstance(error, Blocked):
        return VisitEnded(VisitOutcome.BLOCKED, str(error), error.capture)
    if isinstance(error, RecorderFailed):
        return VisitEnded(VisitOutcome.FAILED, str(error))
    if isinstance(error, OffAllowlist):
        return NotFetched(str(error))
    if isinstance(error, IgnoreRequest):
        if "robots.txt" in str(error):
            return VisitEnded(VisitOutcome.DISALLOWED, "robots.txt disallows it")
        return NotFetched(str(error))
    return NotFetched(f"{type(error).__name__}: {error}".rstrip(": "), unreachable=True)
