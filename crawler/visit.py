"""One visit to one portal, told in order: entry page, identity, report column, list pages, reports, verdict."""

import logging
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from scrapy import Request
from scrapy.http import HtmlResponse, Response

from crawler.candidates import judge
from crawler.discovery import Column, find_column, lists_own, look
from crawler.documents import DocumentReader
from crawler.families import FAMILIES
from crawler.families.base import Detection, Entry, Family, ListPage, ListUnreadable
from crawler.families.walk import list_pages
from crawler.fetch import Fetcher
from crawler.identity import check_owner
from crawler.items import Item, ListItem, VisitItem
from crawler.outcomes import OF_THE_HOST, BudgetSpent, NotFetched, VisitEnded
from crawler.pages import claims_of
from crawler.registry import Portal
from crawler.scope import Scope
from crawler.starts import first_request, with_start
from crawler.wanted import Wanted
from reports.divisions import Division
from reports.sniff import is_cut_off
from reports.states import CandidateVerdict, Reason, VisitOutcome
from storage.records import CandidateRecord, Capture, ListingRecord, PortalRecord, VisitRecord

logger = logging.getLogger(__name__)

_EMPTY = re.compile(
    "暂无|没有(相关|符合)?.{0,4}(信息|内容|记录|数据)|无(相关)?(内容|数据|记录)"
)  # what an empty list says


class Visit:
    """Everything one portal is asked, and what it yields; always ends with a ``VisitItem``."""

    def __init__(self, portal: Portal, division: Division, fetch: Fetcher, scope: Scope) -> None:
        self.portal = portal
        self.division = division
        self.fetch = fetch
        self.scope = scope
        self.record = PortalRecord(portal.code, portal.home, portal.notes)
        self.started = datetime.now(UTC)
        self.list_pages = 0
        self.number = 0  # of the list page at hand, in the order of the list
        self.column: Column | None = None
        self.site_id_code: str | None = None
        self.candidates: dict[str, CandidateRecord] = {}
        self.pages: dict[str, Capture] = {}  # of the list, by address: a list may be this year's report itself
        self.left_out = ""  # what a visit that read the whole list did not get to

    @property
    def entry(self) -> Request | None:
        """What the visit begins with; None where no address is known."""
        return first_request(self.portal, self.fetch.known)

    async def run(self, first: Response | Exception) -> AsyncIterator[Item]:
        """The whole visit; ``first`` is what came of the request ``entry``."""
        end: VisitEnded | None = None
        try:
            async for item in self._visit(first):
                yield item
        except VisitEnded as ended:
            end = ended
        except NotFetched as failure:
            end = VisitEnded(failure.outcome, str(failure), failure.capture, reason=failure.reason)
        except ListUnreadable as problem:
            end = VisitEnded(VisitOutcome.LIST_UNREADABLE, str(problem), reason=problem.reason)
        except BudgetSpent as spent:
            end = VisitEnded(VisitOutcome.LIST_UNREADABLE, str(spent), reason=Reason.BUDGET)
        except Exception as error:
            logger.exception("The visit to %s failed", self.portal.code)
            end = VisitEnded(VisitOutcome.FAILED, f"{type(error).__name__}: {error}", reason=Reason.ERROR)
        yield self._verdict(end)

    async def _visit(self, first: Response | Exception) -> AsyncIterator[Item]:
        self.column = await self._column(first)
        listings, problem = await self._list(self.column)
        if listings:
            yield ListItem(self.record, listings)
        if self.scope.probe and not problem:
            return
        if problem and not isinstance(problem, ListUnreadable | NotFetched):
            raise problem
        # Where it is the list alone that failed, what it told of is fetched before the visit is judged.
        if not problem and all(known.verdict is CandidateVerdict.OTHER for known in self.candidates.values()):
            problem = NoReport(f"no annual report among the {len(self.candidates)} links of {self.column.url}")
        wanted = self._wanted(self.column)
        async for item in wanted.listed(list(self.candidates.values()), self.pages):
            yield item
        if problem:
            raise problem
        async for left in wanted.no_longer_listed(self.candidates):
            yield left
        self.left_out = wanted.left_out

    async def _column(self, first: Response | Exception) -> Column:
        """The report column; where the one known is gone or empty, it is looked for anew."""
        entry = self.entry
        assert entry
        from_home = entry.url == self.portal.home
        try:
            page = self._owned(self.fetch.judged(await self.fetch.settle(first, entry), entry))
            if not from_home and (column := await self._known_column(page)):
                return column
        except (NotFetched, ListUnreadable):
            if from_home or not self.portal.home:
                raise
        if self.portal.home and not from_home:
            page = self._owned(await self.fetch.page(Request(self.portal.home)))
        await self.fetch.probe_soft_404(page.url)
        column = await find_column(page, self.fetch, self.division)
        self._owned(column.first)
        return column

    async def _known_column(self, page: HtmlResponse) -> Column | None:
        """The column that the visit began with, if it still lists reports."""
        known = self.fetch.known
        if self.portal.column_url or not known.list_start or known.family not in FAMILIES:
            return await look(page, self.fetch, self.division, sure=True)
        found = FAMILIES[known.family]
        if not lists_own(found.entries(page), self.division):
            return None
        again = found.detect(page)
        evidence = again.evidence or "as found before"
        return Column(known.column_url or page.url, page, Detection(found.name, again.score, evidence))

    def _owned(self, page: HtmlResponse) -> HtmlResponse:
        """The page, if it does not say that it belongs to somebody else."""
        owner = check_owner(page, self.division, self.portal.hosted_by)
        self.site_id_code = owner.site_id_code or self.site_id_code
        if owner.stranger:
            capture = page.meta.get("capture")
            raise VisitEnded(VisitOutcome.IDENTITY_MISMATCH, owner.stranger, capture, reason=Reason.SITE_CODE)
        return page

    async def _list(self, column: Column) -> tuple[tuple[ListingRecord, ...], Exception | None]:
        """The pages of the column, of which one is enough for a probe; and what ended the list before its end."""
        listings: list[ListingRecord] = []
        try:
            async for listing in self._listings(column):
                listings.append(listing)
                if self.scope.probe:
                    break
        except Exception as error:  # noqa: BLE001 - what was listed so far is good; raised after it
            return tuple(listings), error
        return tuple(listings), None

    async def _listings(self, column: Column) -> AsyncIterator[ListingRecord]:
        """Every page of the column and of its years' sub-columns, one level deep.

        Raises:
            ListUnreadable, NotFetched: one of them could not be read whole; the others are read all the same.
        """
        family = FAMILIES[self.portal.family or column.detection.family]
        places = [column.first.url]
        problem: Exception | None = None
        for place in places:
            first = column.first if place == column.first.url else None
            try:
                async for listed in self._pages(family, first or place):
                    if first:
                        places += self._places(listed, {column.url, *places})
                    cut_off = is_cut_off(listed.page.body)
                    yield self._listing(listed, last=listed.end is not None and place == places[-1] and not cut_off)
                    if cut_off:
                        raise ListUnreadable(f"{listed.page.url} breaks off before its end")
            except (ListUnreadable, NotFetched) as error:
                if isinstance(error, NotFetched) and error.outcome in OF_THE_HOST:
                    raise
                problem = problem or error
        if problem:
            raise problem

    async def _pages(self, family: Family, place: HtmlResponse | str) -> AsyncIterator[ListPage]:
        """The pages of one list; the first one, or the address of a year's column."""
        first = place
        if isinstance(first, str):
            first = await family.open(await self.fetch.page(Request(first)), self.fetch.page)
            if not family.entries(first) and not _EMPTY.search(first.text):
                raise ListUnreadable(f"the year's column {place} shows no list")
        before, begun = dict(self.candidates), self.number
        async for listed in list_pages(family, first, self.fetch.page, self.fetch.known.ended):
            if listed.again:
                self.candidates, self.number = before, begun
            yield listed

    def _places(self, listed: ListPage, known: set[str]) -> list[str]:
        """The years' own columns on a page of the list, new ones alone."""
        return [entry.url for entry in listed.entries if self._is_place(entry) and entry.url not in known]

    def _is_place(self, entry: Entry) -> bool:
        """Whether a link is that of a year's own column; one that may not be asked is refused like any other."""
        return entry.column and self.fetch.allowlist.allows(entry.url)

    def _listing(self, listed: ListPage, *, last: bool) -> ListingRecord:
        self.list_pages += 1
        self.number += 1
        self.pages[listed.page.url] = listed.page.meta["capture"]
        links = [entry for entry in listed.entries if not self._is_place(entry)]
        candidates = tuple(judge(entry, self.division, self.fetch.allowlist) for entry in links)
        for candidate in candidates:
            self.candidates.setdefault(candidate.url, candidate)
        return ListingRecord(
            url=listed.url,
            number=self.number,
            column_name=claims_of(listed.page).get("column", ""),
            last=last,
            candidates=candidates,
            capture=listed.page.meta["capture"],
            end=listed.end,
        )

    def _wanted(self, column: Column) -> Wanted:
        family = FAMILIES[self.portal.family or column.detection.family]
        return Wanted(DocumentReader(self.fetch, self.scope.recheck, self.record, family), self.scope)

    def _verdict(self, end: VisitEnded | None) -> VisitItem:
        whole = VisitOutcome.PROBED if self.scope.probe else VisitOutcome.COMPLETE
        visit = VisitRecord(
            outcome=end.outcome if end else whole,
            detail=end.detail if end else self.left_out,
            reason=end.reason if end else None,
            started_at=self.started,
            finished_at=datetime.now(UTC),
            requests=self.fetch.requests,
            list_pages=self.list_pages,
            transport=", ".join(f"{host}: {told}" for host, told in sorted(self.fetch.transport.items())),
            site_id_code=self.site_id_code,
            evidence=end.capture if end else None,
        )
        if self.column:
            visit = with_start(visit, self.column)
        told = visit.detail or f"list pages: {self.list_pages}, requests: {self.fetch.requests}"
        if visit.outcome is VisitOutcome.PROBED:
            told = f"{visit.family}: {visit.family_evidence}; {visit.column_url}"
        carried = {
            "code": self.portal.code,
            "outcome": visit.outcome,
            "reason": visit.reason,
            "requests": visit.requests,
        }
        logger.info("%s %s: %s (%s)", self.portal.code, self.division.name, visit.outcome, told, extra=carried)
        return VisitItem(self.record, visit)


class NoReport(ListUnreadable):
    """The list was read, and there is no annual report on it."""

    reason = Reason.NO_REPORT
