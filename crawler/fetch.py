"""One portal's requests: budget, validators, and a name for every way in which a request can end."""

import secrets
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.core.engine import ExecutionEngine
from scrapy.http import HtmlResponse, Response

from crawler.allowlist import Allowlist
from crawler.failures import named, refused
from crawler.judge import MAX_PAGE, Fingerprint, is_markup, judge
from crawler.outcomes import BudgetSpent, NotFetched, VisitEnded
from crawler.pages import as_page
from reports.states import Reason, VisitOutcome
from storage.records import Capture, KnownPortal


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

    def __init__(  # noqa: PLR0913 - named, and each a thing of its own
        self,
        code: str | None,
        *,
        engine: ExecutionEngine,
        allowlist: Allowlist,
        known: KnownPortal,
        bodies: Bodies,
        budget: int,
        slot: str | None = None,
        tls: str | None = None,
    ) -> None:
        self.code = code  # None: whose portal it is is just what is being asked
        self.engine = engine
        self.allowlist = allowlist
        self.known = known
        self.bodies = bodies
        self.budget = budget
        self.slot = slot  # the shared platform's, so that its portals share one delay
        self.tls = tls  # the profile that the portal's row names
        self.requests = 0
        self.stopped = False  # somebody wants this visit to end
        self.transport: dict[str, str] = {}  # host: what it took to reach it
        self._nothing_there: dict[str, Fingerprint | None] = {}

    def prepare(self, request: Request) -> Request:
        """The request with the portal's allow-list and, for an address known from earlier, its validators."""
        self.requests += 1
        earlier = self._earlier(request) if request.method == "GET" else None
        meta = {
            **request.meta,
            "portal": self.code,
            "allowlist": self.allowlist,
            "earlier": earlier,
            "platform": self.slot,
            "tls": self.tls,
            "transport": self.transport,
            "cookiejar": self.code,
        }
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
        if self.stopped or not self.engine.running:
            told = f"the {'visit' if self.stopped else 'crawl'} was told to stop"
            raise VisitEnded(VisitOutcome.INTERRUPTED, told, reason=Reason.STOPPED)
        if self.requests >= self.budget:
            raise BudgetSpent(f"the budget of {self.budget} requests is used up")
        result: Response | Exception
        try:
            result = await self.engine.download_async(self.prepare(request))
        except Exception as error:  # noqa: BLE001 - settle() names the download's failures and re-raises the rest
            result = error
        return await self.settle(result, request)

    async def page(self, request: Request) -> HtmlResponse:
        """Send a request and read its answer as a page that says something."""
        return self.judged(await self.get(request), request)

    def judged(self, answer: Answer, request: Request) -> HtmlResponse:
        """The answer as a page; data, and the fragments that scripts ask for, pass as they are.

        Raises:
            NotFetched: it is an error page served as success, a shell that only a script would fill, or too large.
        """
        if len(answer.body) > MAX_PAGE:
            told = f"a page of {len(answer.body)} bytes: {answer.url}"
            raise NotFetched(told, capture=answer.capture, reason=Reason.TOO_LARGE)
        page = answer.page()
        if request.method != "GET" or not is_markup(answer.content_type, page):
            return page
        if hollow := judge(page):
            raise NotFetched(f"{hollow.name}: {page.url}", hollow.outcome, answer.capture, reason=hollow.reason)
        nothing = self._nothing_there.get(_host(request.url))
        if nothing and nothing.matches(request.url, page):
            told = f"the host answers {request.url} as it answers any address"
            raise NotFetched(told, capture=answer.capture, reason=Reason.SOFT_404)
        return page

    async def probe_soft_404(self, url: str) -> None:
        """Learn, once a visit, what the host of ``url`` answers for an address that cannot exist; ``judged`` uses it.

        Raises:
            BudgetSpent, VisitEnded: as ``get`` does.
        """
        host = _host(url)
        if host in self._nothing_there:
            return
        self._nothing_there[host] = None
        try:
            answer = await self.get(Request(urljoin(url, f"/{secrets.token_hex(16)}.html"), meta={"probe": "soft-404"}))
        except NotFetched:
            return  # an honest error, or one that says nothing of other addresses
        self._nothing_there[host] = Fingerprint.of(answer.page())

    async def settle(self, result: Response | Exception, request: Request) -> Answer:
        """Turn what came of a request into an answer, or into the name of what went wrong.

        A 304 whose body the archive can no longer give is asked for again, without validators.
        """
        if isinstance(result, Exception):
            raise named(result) from result
        capture: Capture = result.meta["capture"]
        earlier = self._earlier(request)
        if result.status == 304 and earlier:
            if (body := self.bodies.body(earlier)) is not None:
                return Answer(result, capture, body, unchanged=True)
            del self.known.urls[request.url]
            return await self.get(request)
        if result.status != 200:
            raise refused(result, capture)
        unchanged = earlier is not None and earlier.payload_sha256 == capture.payload_sha256
        return Answer(result, capture, result.body, unchanged)

    def _earlier(self, request: Request) -> Capture | None:
        known = self.known.urls.get(request.url)
        return known.capture if known and known.capture.status == 200 else None


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
