"""What every family of portals answers, and how a list is walked until its end is proven."""

import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.outcomes import NotFetched
from reports.states import Reason, VisitOutcome

Fetch = Callable[[Request], Awaitable[HtmlResponse]]

MAX_LIST_PAGES = 60
_ABSOLUTE_LINK = re.compile(r"""<a\s[^>]{0,300}?href\s*=\s*["']?https?://([^/:"'\s>]+)[^>]*>""", re.IGNORECASE)


class ListUnreadable(Exception):
    """The list could not be read to its end; the message says what was met. What was read of it stays good."""

    reason: ClassVar[Reason] = Reason.LIST_END


class End(StrEnum):
    """How the end of a list was proven; nothing else allows to say that a year was not listed."""

    TOTAL = "total"  # as many pages or records as the list declares
    LAST_PAGE = "last-page"  # the page offers no next one, and nothing on it speaks of more
    NOTHING_NEW = "nothing-new"  # two answers past it showed no link that had not been there before


@dataclass(frozen=True, slots=True)
class Detection:
    """How much a page looks like a family, and by which marks."""

    family: str
    score: int
    evidence: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of a list. ``column`` marks a year's own sub-column instead of an article."""

    url: str
    title: str
    date: str | None  # YYYY-MM-DD
    column: bool = False


@dataclass(frozen=True, slots=True)
class Declared:
    """What a page says of its list: how many pages, how many records; None where it says nothing."""

    pages: int | None = None
    records: int | None = None


@dataclass(frozen=True, slots=True)
class ListPage:
    """One answer of a list; ``end`` says that, and how, the list was found to end with it."""

    page: HtmlResponse
    entries: tuple[Entry, ...]
    end: End | None = None

    @property
    def url(self) -> str:
        """The address; where the question was in the body of a POST, that stands behind ``#``."""
        request = self.page.request
        body = request.body.decode("utf-8", "replace") if request is not None and request.method == "POST" else ""
        return f"{self.page.url}#{body}" if body else self.page.url


class Family(ABC):
    """One CMS family. A subclass overrides what differs from ``Generic`` alone.

    ``marks`` are regular expressions with scores: what the family's pages have in their source.
    """

    name: ClassVar[str]
    marks: ClassVar[dict[str, int]] = {}

    def detect(self, page: HtmlResponse) -> Detection:
        """The sum of the marks found in the page's source; the generic family alone scores without any."""
        source = _own_source(page)
        found = [(match[0], score) for mark, score in self.marks.items() if (match := re.search(mark, source))]
        evidence = ", ".join(f"“{' '.join(text.split())[:60]}”" for text, _ in found)
        return Detection(self.name, sum(score for _, score in found), evidence)

    @abstractmethod
    async def open(self, page: HtmlResponse, fetch: Fetch) -> HtmlResponse:
        """The first page of the list that a column's page stands for: itself, or what its frame or script would load.

        Costs no request where the page shows no sign of a list of annual reports behind it.
        """

    @abstractmethod
    def entries(self, page: HtmlResponse) -> list[Entry]:
        """What this page of a list lists; nothing but the list, no menus.

        Raises:
            ListUnreadable: there is a list, but not in a form that can be read.
        """

    @abstractmethod
    def next_request(self, page: HtmlResponse, number: int) -> Request | None:
        """The request for the page after the ``number``-th (counted from 1), None where the list ends.

        After an answer without a list, ``page`` is still the last one that had it, and ``number`` has grown: a family
        that computes addresses then names the one after the gap.

        Raises:
            ListUnreadable: there is a next page, but only a script knows its address.
        """

    def declared(self, page: HtmlResponse) -> Declared:
        """How long the list says it is."""
        return Declared()

    def beyond(self, request: Request, gap: int) -> Request | None:
        """The request ``gap`` pages after one that gave no list, where the page with the list renders no other."""
        return None

    def canonical(self, url: str) -> str:
        """The one address of a document that has several (mobile twins)."""
        return url

    def further_pages(self, page: HtmlResponse) -> list[str]:
        """The addresses of an article's second and later pages, where its text is cut into several."""
        return []

    async def pages(self, first: HtmlResponse, fetch: Fetch) -> AsyncIterator[ListPage]:
        """Walk the list from its first page until its end is proven.

        Raises:
            ListUnreadable: the end cannot be reached or proven, or does not come.
            NotFetched: a page of it was refused, or did not answer.
        """
        walk = Walk(self, first, fetch)
        while (listed := await walk.step()) is not None:
            yield listed
        if walk.problem:
            raise walk.problem


class Walk:
    """The state of one walk. A page is handed on only when it is known whether it was the last one."""

    def __init__(self, family: Family, first: HtmlResponse, fetch: Fetch) -> None:
        self.family = family
        self.first = first
        self.fetch = fetch
        self.seen: set[str] = set()
        self.number = 0  # of pages asked for, those without a list included
        self.fresh = 0  # pages with a new link
        self.stale = 0  # answers in a row without a new link
        self.declared = family.declared(first)
        self.again = False  # whether the list changed while it was read, and is read once more
        self.problem: Exception | None = None
        self._following: HtmlResponse | None = first

    async def step(self) -> ListPage | None:
        """The next page of the list; None after the last one, or where a ``problem`` was met."""
        page = self._following
        if page is None:
            return None
        self._following = None
        try:
            return await self._read(page)
        except ListUnreadable as error:
            self.problem = error
            return None

    async def _read(self, page: HtmlResponse) -> ListPage:
        entries = tuple(self.family.entries(page))
        end: End | None = None
        try:
            self._take(entries)
            end = await self._advance(page)
        except Exception as error:  # noqa: BLE001 - what this page lists is good all the same; raised after it
            self.problem = error
        return ListPage(page, entries, end)

    def _take(self, entries: tuple[Entry, ...]) -> None:
        """Count the page, and whether it shows a link that was not there before."""
        self.number += 1
        urls = {entry.url for entry in entries}
        new = not urls <= self.seen
        self.seen |= urls
        self.fresh += new
        self.stale = 0 if new else self.stale + 1

    async def _advance(self, page: HtmlResponse) -> End | None:
        """Fetch the page after this one, past answers without a list; or say how the list ended."""
        declared = self.family.declared(page)
        if declared not in (self.declared, Declared()):  # an answer without a list declares nothing
            await self._start_again(declared)
            return None
        asked: set[bytes] = set()
        past: Request | None = None  # the address without a list that the page itself leads to
        while self.stale < 2:
            if self.stale and declared.pages and declared.pages <= self.number - self.stale:
                return End.TOTAL  # the last page led one too far
            request = self.family.next_request(page, self.number)
            if request is None:
                return End.TOTAL if declared != Declared() else End.LAST_PAGE
            if _question(request) in asked:
                past = request
                # Behind the last of several pages one may well be linked that is not there; behind the first one, none.
                request = self.family.beyond(request, len(asked)) if self.fresh > 1 else None
            if request is None or _question(request) in asked:
                raise ListUnreadable(f"the next page cannot be had: {past.url if past else page.url}")
            if self.number >= MAX_LIST_PAGES:
                raise ListUnreadable(f"the list has no end within {MAX_LIST_PAGES} pages")
            asked.add(_question(request))
            following = await self._page(request)
            if following is not None and self._has_list(following):
                if past is not None:
                    raise ListUnreadable(f"the list goes on after a page that cannot be had: {past.url}")
                self._following = following
                return None
            self.number, self.stale = self.number + 1, self.stale + 1
        # Totals are often too large by one page; where more is missing, it is the answers that are not to be believed.
        if declared.pages and declared.pages > self.fresh + (self.fresh > 1):
            raise ListUnreadable(f"{self.fresh} of {declared.pages} pages could be had")
        if declared.records and self.fresh < 2 and declared.records > len(self.seen):
            # A server that gives its first page whatever is asked for.
            raise ListUnreadable(f"{len(self.seen)} of {declared.records} records could be had")
        return End.NOTHING_NEW

    def _has_list(self, page: HtmlResponse) -> bool:
        """Whether an answer is a page of the list: an error page served as success shows neither links nor pager."""
        if self.family.entries(page) or self.family.declared(page) != Declared():
            return True
        return self.family.next_request(page, self.number + 1) is not None

    async def _page(self, request: Request) -> HtmlResponse | None:
        """The page asked for; None where the portal says that there is none, or that it is not there."""
        try:
            return await self.fetch(request)
        except NotFetched as failure:
            if failure.outcome is not VisitOutcome.LIST_UNREADABLE:
                raise  # a refusal or a silence says nothing of the list
            return None

    async def _start_again(self, declared: Declared) -> None:
        if self.again:
            raise ListUnreadable("the list changes while it is read")
        self.again, self.declared = True, declared
        self.number, self.fresh, self.stale = 0, 0, 0
        self.seen.clear()
        self._following = await self.fetch(self.first.request or Request(self.first.url))


def _own_source(page: HtmlResponse) -> str:
    """The page's source without links to other hosts: a neighbour's report on a list tells of the neighbour's family."""
    own = urlsplit(page.url).hostname

    def kept(link: re.Match[str]) -> str:
        return link[0] if (link[1] or "").lower() == own else ""

    return _ABSOLUTE_LINK.sub(kept, page.text)


def _question(request: Request) -> bytes:
    return request.url.encode() + b"\0" + request.body
