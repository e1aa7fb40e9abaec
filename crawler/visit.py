"""One visit to one portal, told in order: entry page, identity, report column, list pages, reports, verdict."""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from scrapy import Request
from scrapy.http import HtmlResponse, Response

from crawler.discovery import find_column, reports_listed
from crawler.documents import DocumentReader
from crawler.families import FAMILIES, detect
from crawler.families.generic import Detection, Entry, ListPage, ListUnreadable
from crawler.fetch import BudgetSpent, Fetcher, NotFetched, VisitEnded
from crawler.identity import check_owner
from crawler.items import DocumentItem, Item, ListingItem, UnchangedItem, VisitItem
from crawler.pages import claims_of
from crawler.registry import Portal
from reports.divisions import Division
from reports.identity import classify_title
from reports.model import AgencyKind
from reports.sniff import is_cut_off
from reports.states import CandidateVerdict, VisitOutcome
from storage.records import CandidateRecord, ListingRecord, PortalRecord, VisitRecord

logger = logging.getLogger(__name__)

MAX_FAILURES_IN_A_ROW = 5
_OF_THE_HOST = (VisitOutcome.BLOCKED, VisitOutcome.UNREACHABLE)  # failures that say something of more than one address


@dataclass(frozen=True, slots=True)
class Scope:
    """What a crawl is after: report years (None: all), whose reports, and when archived ones are asked again."""

    years: frozenset[int] | None
    all_agencies: bool
    recheck: timedelta

    def wants(self, candidate: CandidateRecord) -> bool:
        wanted = {CandidateVerdict.REPORT} | ({CandidateVerdict.OTHER_AGENCY} if self.all_agencies else set())
        in_years = self.years is None or candidate.year is None or candidate.year in self.years
        return candidate.verdict in wanted and in_years


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
        self.detection: Detection | None = None
        self.column_url: str | None = None
        self.site_id_code: str | None = None
        self.candidates: dict[str, CandidateRecord] = {}
        self.left_out = ""  # what a visit that read the whole list did not get to

    @property
    def entry_url(self) -> str | None:
        """Where the visit begins: the column if it is known, else the home page."""
        return self.portal.column_url or self.fetch.known.column_url or self.portal.home

    async def run(self, first: Response | Exception) -> AsyncIterator[Item]:
        """The whole visit; ``first`` is what came of the request for ``entry_url``."""
        end: VisitEnded | None = None
        try:
            async for item in self._visit(first):
                yield item
        except VisitEnded as ended:
            end = ended
        except NotFetched as failure:
            end = VisitEnded(failure.outcome, str(failure), failure.capture)
        except (ListUnreadable, BudgetSpent) as problem:
            end = VisitEnded(VisitOutcome.LIST_UNREADABLE, str(problem))
        except Exception as error:
            logger.exception("The visit to %s failed", self.portal.code)
            end = VisitEnded(VisitOutcome.FAILED, f"{type(error).__name__}: {error}")
        yield self._verdict(end or VisitEnded(VisitOutcome.COMPLETE, self.left_out))

    async def _visit(self, first: Response | Exception) -> AsyncIterator[Item]:
        problem: Exception | None = None
        column = await self._column(first)
        try:
            async for listing in self._listings(column):
                yield ListingItem(self.record, listing)
        except (ListUnreadable, NotFetched) as error:
            problem = error  # what was listed so far is good: its reports are fetched before the visit is judged
        if not problem and all(known.verdict is CandidateVerdict.OTHER for known in self.candidates.values()):
            problem = ListUnreadable(f"no annual report among the {len(self.candidates)} links of {self.column_url}")
        async for item in self._documents():
            yield item
        if problem:
            raise problem

    async def _column(self, first: Response | Exception) -> HtmlResponse:
        """The first page of the report column; where the one known is gone or empty, it is looked for anew."""
        assert self.entry_url
        page: HtmlResponse | None = None
        from_home = self.entry_url == self.portal.home
        try:
            page = self._owned((await self.fetch.settle(first, Request(self.entry_url))).page())
        except NotFetched:
            if from_home or not self.portal.home:
                raise
        if page is None or from_home or not reports_listed(page):
            if self.portal.home and not from_home:
                page = self._owned(await self.fetch.page(Request(self.portal.home)))
            assert page
            page = self._owned(await find_column(page, self.fetch))
        self.column_url = page.url
        self.detection = detect(page)
        return page

    def _owned(self, page: HtmlResponse) -> HtmlResponse:
        """The page, if it does not say that it belongs to somebody else."""
        owner = check_owner(page, self.division, self.portal.hosted_by)
        self.site_id_code = owner.site_id_code or self.site_id_code
        if owner.stranger:
            raise VisitEnded(VisitOutcome.IDENTITY_MISMATCH, owner.stranger, page.meta.get("capture"))
        return page

    async def _listings(self, column: HtmlResponse) -> AsyncIterator[ListingRecord]:
        """Every page of the column and of its years' sub-columns, one level deep."""
        assert self.detection
        family = FAMILIES[self.portal.family or self.detection.family]
        columns: list[HtmlResponse | str] = [column]
        number = 0
        for place in columns:
            first = place if isinstance(place, HtmlResponse) else await self.fetch.page(Request(place))
            async for listed in family.pages(first, self.fetch.page):
                number += 1
                if first is column:
                    known = {column.url, *columns[1:]}
                    columns += [entry.url for entry in listed.entries if entry.column and entry.url not in known]
                cut_off = is_cut_off(listed.page.body)
                yield self._listing(listed, number, last=listed.last and place is columns[-1] and not cut_off)
                if cut_off:
                    raise ListUnreadable(f"{listed.page.url} breaks off before its end")

    def _listing(self, listed: ListPage, number: int, *, last: bool) -> ListingRecord:
        self.list_pages += 1
        candidates = tuple(self._candidate(entry) for entry in listed.entries if not entry.column)
        for candidate in candidates:
            self.candidates.setdefault(candidate.url, candidate)
        return ListingRecord(
            url=listed.page.url,
            number=number,
            column_name=claims_of(listed.page).get("column", ""),
            last=last,
            candidates=candidates,
            capture=listed.page.meta["capture"],
        )

    def _candidate(self, entry: Entry) -> CandidateRecord:
        claim = classify_title(entry.title, county=self.division)
        if not self.fetch.allowlist.allows(entry.url):
            verdict = CandidateVerdict.OFF_ALLOWLIST
        elif claim.chart:
            verdict = CandidateVerdict.CHART
        elif claim.site_statistics:
            verdict = CandidateVerdict.SITE_STATISTICS
        elif not claim.is_report:
            verdict = CandidateVerdict.OTHER
        elif claim.agency_kind in (AgencyKind.GOVERNMENT, None):
            verdict = CandidateVerdict.REPORT
        else:
            verdict = CandidateVerdict.OTHER_AGENCY
        return CandidateRecord(entry.url, entry.title, entry.date, verdict, claim.year, claim.agency_kind)

    async def _documents(self) -> AsyncIterator[DocumentItem | UnchangedItem]:
        """The reports that the scope wants, as listed; one that cannot be had does not keep the others away."""
        reader = DocumentReader(self.fetch, self.scope.recheck, self.record)
        wanted = [candidate for candidate in self.candidates.values() if self.scope.wants(candidate)]
        failures = 0
        for position, candidate in enumerate(wanted):
            try:
                item = await reader.read(candidate)
                failures = 0
            except BudgetSpent as spent:
                self.left_out = f"{spent} before {len(wanted) - position} of {len(wanted)} reports"
                return
            except NotFetched as failure:
                logger.warning("%s %s: %s", self.portal.code, candidate.url, failure)
                failures = failures + 1 if failure.outcome in _OF_THE_HOST else 0
                if failures == MAX_FAILURES_IN_A_ROW:
                    raise
                continue
            if item:
                yield item

    def _verdict(self, end: VisitEnded) -> VisitItem:
        visit = VisitRecord(
            outcome=end.outcome,
            detail=end.detail,
            started_at=self.started,
            finished_at=datetime.now(UTC),
            requests=self.fetch.requests,
            list_pages=self.list_pages,
            family=self.detection.family if self.detection else None,
            family_evidence=self.detection.evidence if self.detection else None,
            column_url=self.column_url,
            site_id_code=self.site_id_code,
            evidence=end.capture,
        )
        told = end.detail or f"list pages: {self.list_pages}, requests: {self.fetch.requests}"
        logger.info("%s %s: %s (%s)", self.portal.code, self.division.name, end.outcome, told)
        return VisitItem(self.record, visit)
