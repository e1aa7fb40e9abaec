"""Which reports a visit asks for: those that the list shows and the scope wants, then those that left the list."""

import logging
from collections.abc import AsyncIterator, Collection, Mapping, Sequence

from scrapy import Request

from crawler.candidates import stand_ins
from crawler.documents import DocumentReader
from crawler.items import DocumentItem, GoneItem, UnchangedItem
from crawler.outcomes import OF_THE_HOST, BudgetSpent, NotFetched
from crawler.scope import Scope
from reports.states import CandidateVerdict, Reason
from storage.records import CandidateRecord, Capture, GoneRecord, KnownDocument

logger = logging.getLogger(__name__)

MAX_FAILURES_IN_A_ROW = 5
_NOTHING_THERE = (404, 410)  # RFC 9110, 15.5.5 and 15.5.11; a 403 or 500 says nothing of what is there


class Wanted:
    """The reports of one visit, one after the other; ``left_out`` says what the budget did not suffice for."""

    def __init__(self, reader: DocumentReader, scope: Scope) -> None:
        self.reader = reader
        self.scope = scope
        self.left_out = ""

    async def listed(
        self, candidates: Sequence[CandidateRecord], pages: Mapping[str, Capture]
    ) -> AsyncIterator[DocumentItem | UnchangedItem]:
        """The reports that the scope wants, as listed; one that cannot be had does not keep the others away.

        ``pages`` are those of the list by address: one of them may be this year's report itself.

        Raises:
            NotFetched: the host refused or failed several times in a row.
        """
        wanted = [candidate for candidate in candidates if self.scope.wants(candidate)]
        if not self.scope.all_agencies:
            wanted += [candidate for candidate in stand_ins(candidates) if self.scope.in_years(candidate)]
        failures = 0
        for position, candidate in enumerate(wanted):
            try:
                item = await self.reader.read(candidate, as_listed=pages.get(candidate.url))
                failures = 0
            except BudgetSpent as spent:
                self.left_out = f"{spent} before {len(wanted) - position} of {len(wanted)} reports"
                return
            except NotFetched as failure:
                self._tell(candidate.url, failure)
                failures = failures + 1 if failure.outcome in OF_THE_HOST else 0
                if failures == MAX_FAILURES_IN_A_ROW:
                    raise
                continue
            if item:
                yield item

    async def no_longer_listed(self, links: Collection[str]) -> AsyncIterator[DocumentItem | UnchangedItem | GoneItem]:
        """What became of the archived reports that a list read to its end does not show any more.

        A list may show its newest reports alone, so an address that left it is asked itself. What fails here says
        nothing of the list, and the first trouble of the host ends it.
        """
        known = self.reader.fetch.known.documents.values()
        asked = [one for one in known if one.url not in links and not self.reader.checked_lately(one)]
        for position, one in enumerate(asked):
            if not self.reader.fetch.allowlist.allows(one.url):
                continue
            try:
                yield await self._still_there(one)
            except BudgetSpent as spent:
                self.left_out = self.left_out or f"{spent} before {len(asked) - position} reports that left the list"
                return
            except NotFetched as failure:
                if (gone := _gone(failure)) and failure.capture:
                    yield GoneItem(self.reader.portal, GoneRecord(one.url, gone, failure.capture))
                    continue
                self._tell(one.url, failure)
                if failure.outcome in OF_THE_HOST:
                    return

    async def _still_there(self, known: KnownDocument) -> DocumentItem | UnchangedItem:
        request, fetch = Request(known.url), self.reader.fetch
        answer = await fetch.get(request)
        if not answer.unchanged:
            await fetch.probe_soft_404(known.url)
            fetch.judged(answer, request)
        listed_as = CandidateRecord(known.url, known.title, None, CandidateVerdict.REPORT)
        return await self.reader.understand(listed_as, answer)

    def _tell(self, url: str, failure: NotFetched) -> None:
        logger.warning("%s %s: %s", self.reader.portal.code, url, failure)


def _gone(failure: NotFetched) -> Reason | None:
    """The proof that nothing is there; None where the answer may have another cause."""
    if failure.reason is Reason.SOFT_404:
        return Reason.SOFT_404
    refused = failure.capture is not None and failure.capture.status in _NOTHING_THERE
    return Reason.NOT_FOUND if refused else None
