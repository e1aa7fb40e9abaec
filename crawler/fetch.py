"""One portal's requests: budget, validators, and a name for every way in which a request can end."""

from dataclasses import dataclass
from typing import Protocol

from scrapy import Request
from scrapy.core.engine import ExecutionEngine
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import HtmlResponse, Response

from crawler.allowlist import Allowlist
from crawler.challenges import Blocked
from crawler.pages import as_page
from crawler.robots import Disallowed
from reports.states import VisitOutcome
from storage.records import Capture, KnownPortal

# In words, and what it means for a visit that cannot do without the address.
_FAILURES: dict[type[Exception], tuple[str, VisitOutcome]] = {
    CannotResolveHostError: ("the name of the host is not known", VisitOutcome.UNREACHABLE),
    DownloadConnectionRefusedError: ("connection refused", VisitOutcome.UNREACHABLE),
    DownloadFailedError: ("the connection failed", VisitOutcome.UNREACHABLE),
    DownloadTimeoutError: ("no answer in time", VisitOutcome.UNREACHABLE),
    ResponseDataLossError: ("the answer broke off", VisitOutcome.UNREACHABLE),
    DownloadCancelledError: ("the answer is larger than allowed", VisitOutcome.LIST_UNREADABLE),
    NotSupported: ("the address is none that can be asked", VisitOutcome.LIST_UNREADABLE),
    UnsupportedURLSchemeError: ("the address is none that can be asked", VisitOutcome.LIST_UNREADABLE),
}


class VisitEnded(Exception):
    """The visit to this portal is over; ``outcome`` names why, ``capture`` is the answer that proves it."""

    def __init__(self, outcome: VisitOutcome, detail: str, capture: Capture | None = None) -> None:
        super().__init__(detail)
        self.outcome = outcome
        self.detail = detail
        self.capture = capture


class NotFetched(Exception):
    """One address could not be had; ``outcome`` is what that means for a visit that cannot do without it."""

    def __init__(
        self, detail: str, outcome: VisitOutcome = VisitOutcome.LIST_UNREADABLE, capture: Capture | None = None
    ) -> None:
        super().__init__(detail)
        self.outcome = outcome
        self.capture = capture


class BudgetSpent(Exception):
    """The portal has had as many requests as one visit may cost."""


class RecorderFailed(Exception):
    """The exchange could not be written to WARC, so it must not be used."""


class Bodies(Protocol):
    """Where the body of an earlier capture can be had: the crawl's session."""

    def body(self, capture: Capture) -> bytes | None:
        """The decoded body; None where the archive can no longer give it."""


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
        self.requests += 1
        earlier = self._earlier(request) if request.method == "GET" else None
        meta = {**request.meta, "portal": self.code, "allowlist": self.allowlist, "earlier": earlier}
        if self.slot:
            meta["download_slot"] = self.slot
        prepared = request.replace(meta=meta, dont_filter=True)
        if earlier and earlier.etag:
            prepared.headers["If-None-Match"] = earlier.etag
        if earlier and earlier.last_modified:
            prepared.headers["If-Modified-Since"] = earlier.last_modified
        return prepared

    async def get(self, request: Request) -> Answer:
        """Send a request and judge its answer.

        Raises:
            NotFetched: this one address gave nothing usable.
            BudgetSpent: nothing was sent.
            VisitEnded: nothing further should be asked of this portal.
        """
        if not self.engine.running:
            raise VisitEnded(VisitOutcome.INTERRUPTED, "the crawl was told to stop")
        if self.requests >= self.budget:
            raise BudgetSpent(f"the budget of {self.budget} requests is used up")
        result: Response | Exception
        try:
            result = await self.engine.download_async(self.prepare(request))
        except Exception as error:  # noqa: BLE001 - settle() names the download's failures and re-raises the rest
            result = error
        return await self.settle(result, request)

    async def page(self, request: Request) -> HtmlResponse:
        """Send a request and read its answer as a page."""
        return (await self.get(request)).page()

    async def settle(self, result: Response | Exception, request: Request) -> Answer:
        """Turn what came of a request into an answer, or into the name of what went wrong.

        A 304 whose body the archive can no longer give is asked for again, without validators.
        """
        if isinstance(result, Exception):
            raise _named(result) from result
        capture: Capture = result.meta["capture"]
        earlier = self._earlier(request)
        if result.status == 304 and earlier:
            if (body := self.bodies.body(earlier)) is not None:
                return Answer(result, capture, body, unchanged=True)
            del self.known.urls[request.url]
            return await self.get(request)
        if result.status != 200:
            outcome = VisitOutcome.UNREACHABLE if result.status >= 500 else VisitOutcome.LIST_UNREADABLE
            raise NotFetched(f"HTTP {result.status} at {result.url}", outcome, capture)
        unchanged = earlier is not None and earlier.payload_sha256 == capture.payload_sha256
        return Answer(result, capture, result.body, unchanged)

    def _earlier(self, request: Request) -> Capture | None:
        known = self.known.urls.get(request.url)
        return known.capture if known and known.capture.status == 200 else None


def _named(error: Exception) -> Exception:
    """What a download's exception means; any other one is a mistake of ours and stays as it is."""
    if isinstance(error, Blocked):
        return NotFetched(str(error), VisitOutcome.BLOCKED, error.capture)
    if isinstance(error, Disallowed):
        return NotFetched(str(error), VisitOutcome.DISALLOWED)
    if isinstance(error, RecorderFailed):
        return VisitEnded(VisitOutcome.FAILED, str(error))
    if isinstance(error, IgnoreRequest):
        return NotFetched(str(error))
    for kind, (words, outcome) in _FAILURES.items():
        if isinstance(error, kind):
            return NotFetched(words, outcome)
    return error
