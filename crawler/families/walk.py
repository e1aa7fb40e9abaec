"""Walks a list from its first page until its end is proven; nothing else allows to say that a year is not listed."""

from collections.abc import AsyncIterator, Mapping, Sequence

from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.families.base import Declared, End, Entry, Family, Fetch, ListPage, ListUnreadable
from crawler.outcomes import NotFetched
from crawler.pages import is_home
from reports.states import VisitOutcome

MAX_LIST_PAGES = 60


async def list_pages(
    family: Family, first: HtmlResponse, fetch: Fetch, ended: Mapping[str, frozenset[str]] | None = None
) -> AsyncIterator[ListPage]:
    """Every page of the list that ``first`` begins, in order.

    ``ended``: the links of lists whose end was proven before by answers past it, by the address of their first pages.
    Where a list shows these very links, and the newest first, that proof still holds: a new one would stand on top.

    Raises:
        ListUnreadable: the end cannot be reached or proven, or does not come.
        NotFetched: a page of it was refused, or did not answer.
    """
    proven = (ended or {}).get(ListPage(first, ()).url)
    under_way = _Walk(family, first, fetch, proven)
    while (listed := await under_way.step()) is not None:
        yield listed
    if under_way.problem:
        raise under_way.problem


class _Walk:
    """The state of one walk. A page is handed on only when it is known whether it was the last one."""

    def __init__(self, family: Family, first: HtmlResponse, fetch: Fetch, proven: frozenset[str] | None) -> None:
        self.family = family
        self.first = first
        self.fetch = fetch
        self.proven = None if proven is None else set(proven)
        self.seen: set[str] = set()
        self.dates: list[str] = []  # of the entries, as listed
        self.number = 0  # of pages asked for, those without a list included
        self.widest = 0  # links on the longest page
        self.fresh = 0  # pages with a new link
        self.stale = 0  # answers in a row without a new link
        self.repeats = False  # whether the last of these showed old links, instead of none
        self.declared = family.declared(first)
        self.told_empty = False  # whether the last answer said so of itself
        self.again = False  # whether the list changed while it was read, and is read once more
        self.problem: Exception | None = None
        self._following: HtmlResponse | None = first

    async def step(self) -> ListPage | None:
        """The next page of the list; None after the last one, or where a ``problem`` was met."""
        page, self._following = self._following, None
        if page is None:
            return None
        end: End | None = None
        try:
            entries = tuple(self.family.entries(page))
        except ListUnreadable as error:
            self.problem = error
            return None
        try:
            self._take(entries)
            end = await self._advance(page)
        except Exception as error:  # noqa: BLE001 - what this page lists is good all the same; raised after it
            self.problem = error
        return ListPage(page, entries, end, again=self.again and self.number == 1)

    def _take(self, entries: tuple[Entry, ...]) -> None:
        """Count the page, and whether it shows a link that was not there before."""
        self.number += 1
        urls = {entry.url for entry in entries}
        new = not urls <= self.seen
        self.seen |= urls
        self.widest = max(self.widest, len(urls))
        self.dates += [entry.date for entry in entries if entry.date]
        self.fresh += new
        self.stale = 0 if new else self.stale + 1
        self.repeats = bool(urls) and not new

    async def _advance(self, page: HtmlResponse) -> End | None:
        """Fetch the page after this one, past answers without a list; or say how the list ended."""
        declared = self.family.declared(page)
        if declared not in (self.declared, Declared()):  # an answer without a list declares nothing
            await self._start_again(declared)
            return None
        if self.seen == self.proven and self.dates and self.dates[0] > self.dates[-1]:
            return End.NOTHING_NEW
        asked: list[Request] = []
        while self.stale < 2:
            if self.stale and declared.pages and declared.pages <= self.fresh:
                return End.TOTAL  # the last page led one too far
            request = self.family.next_request(page, self.number)
            if request is None:
                self._check_reached(declared if declared != Declared() else self.declared)
                return End.TOTAL if declared != Declared() else End.LAST_PAGE
            if beyond := _among(request, asked):
                request = self._beyond(request, asked)
            if self.number >= MAX_LIST_PAGES:
                raise ListUnreadable(f"the list has no end within {MAX_LIST_PAGES} pages")
            asked.append(request)
            if (following := await self._page(request)) is not None:
                if beyond:
                    raise ListUnreadable(f"the list goes on after a page that cannot be had: {asked[0].url}")
                self._following = following
                return None
            self.number, self.stale = self.number + 1, self.stale + 1
        self._check_missing(declared)
        return End.NOTHING_NEW

    def _beyond(self, request: Request, asked: Sequence[Request]) -> Request:
        """The request behind one that gave no list.

        Behind the last of several pages one may well be linked that is not there; behind the first one, none, but one
        that nobody linked to may be asked for, and said to be empty.
        """
        further = self.family.beyond(request, len(asked)) if self.fresh > 1 or self.told_empty else None
        if further is None or _among(further, asked):
            raise ListUnreadable(f"the next page cannot be had: {request.url}")
        return further

    def _check_reached(self, declared: Declared) -> None:
        """Raise ``ListUnreadable`` where the pages end before what was declared: the last one may have lost its pager.

        A page without any report shows no links here, so one page's worth of records may be missing.
        """
        if declared.pages and declared.pages > self.number:
            raise ListUnreadable(f"page {self.number} of {declared.pages} leads no further")
        if declared.records and declared.records > len(self.seen) + self.widest:
            raise ListUnreadable(f"{len(self.seen)} of {declared.records} records were listed")

    def _check_missing(self, declared: Declared) -> None:
        """Raise ``ListUnreadable`` where two answers with nothing new do not prove the end."""
        # Totals are often too large by one page; where more is missing, it is the answers that are not to be believed.
        if declared.pages and declared.pages > self.fresh + (self.fresh > 1):
            raise ListUnreadable(f"{self.fresh} of {declared.pages} pages could be had")
        # A server may give its first page whatever is asked for; one that has no more gives none.
        if declared.records and self.fresh < 2 and self.repeats and declared.records > len(self.seen):
            raise ListUnreadable(f"{len(self.seen)} of {declared.records} records could be had")

    async def _page(self, request: Request) -> HtmlResponse | None:
        """The page of the list asked for; None where the portal says, or shows, that there is none."""
        try:
            page = await self.fetch(request)
        except NotFetched as failure:
            if failure.outcome is not VisitOutcome.LIST_UNREADABLE:
                raise  # a refusal or a silence says nothing of the list
            self.told_empty = False
            return None
        self.told_empty = self.family.says_nothing(page)
        if is_home(page.url) and not is_home(request.url):
            return None  # what does not exist is often sent to the home page
        # An error page served as success shows neither links nor a pager.
        if self.family.entries(page) or self.family.declared(page) != Declared():
            return page
        return page if self.family.next_request(page, self.number + 1) is not None else None

    async def _start_again(self, declared: Declared) -> None:
        if self.again:
            raise ListUnreadable("the list changes while it is read")
        self.again, self.declared = True, declared
        self.number, self.fresh, self.stale = 0, 0, 0
        self.seen.clear()
        self.dates.clear()
        self._following = await self.fetch(self.first.request or Request(self.first.url))


def _among(request: Request, asked: Sequence[Request]) -> bool:
    return any((request.url, request.body) == (one.url, one.body) for one in asked)
