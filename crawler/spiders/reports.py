"""``scrapy crawl reports``: visits the portals of the counties asked for, each in a conversation of its own."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, ClassVar

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.allowlist import Allowlist
from crawler.fetch import Fetcher
from crawler.items import Item, VisitItem
from crawler.plan import Plan
from crawler.registry import Portal
from crawler.session import CrawlSession
from crawler.visit import Visit
from reports.divisions import Division
from reports.states import Reason, VisitOutcome
from storage.records import PortalRecord, VisitRecord


class ReportsSpider(Spider):
    """The yearly reports of county governments: ``-a county=610326 -a years=2019-2024 -a agencies=county|all``."""

    name = "reports"
    probe: ClassVar[bool] = False
    plan: Plan
    session: CrawlSession
    allowlist: Allowlist
    permits: asyncio.Semaphore

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: str) -> "ReportsSpider":
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.plan = Plan.of(crawler.settings, kwargs, probe=cls.probe)
        return spider

    async def start(self) -> AsyncIterator[Request | VisitItem]:
        """The first request of every portal, so many portals at a time."""
        self.session = CrawlSession.of(self.crawler)
        self.permits = asyncio.Semaphore(self.settings.getint("GONGKAI_PORTALS_AT_ONCE"))
        allowlists = [Allowlist.of(portal) for portal in self.plan.reach]
        self.allowlist = Allowlist(
            (host for allowlist in allowlists for host in allowlist.hosts),
            (domain for allowlist in allowlists for domain in allowlist.domains),
        )
        async for portal, county in self.portals():
            await self.permits.acquire()
            if self.session.broken:
                return
            visit = self._visit(portal, county, Allowlist.of(portal))
            entry = visit.entry
            if entry is None:
                self._end(visit)
                yield _no_portal(visit)
                continue
            yield visit.fetch.prepare(
                entry.replace(callback=self.parse, errback=self.failed, cb_kwargs={"visit": visit})
            )

    async def portals(self) -> AsyncIterator[tuple[Portal, Division]]:
        """What is visited, with its county."""
        for portal, county in self.plan.portals:
            yield portal, county

    async def parse(self, response: Response, visit: Visit) -> AsyncIterator[Item]:
        """The rest of a portal's visit, from the answer to its first request on."""
        async for item in self._rest(visit, response):
            yield item

    async def failed(self, failure: Failure) -> AsyncIterator[Item]:
        """The same, where the first request got no answer."""
        assert isinstance(failure.value, Exception)
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it
        async for item in self._rest(request.cb_kwargs["visit"], failure.value):
            yield item

    async def _rest(self, visit: Visit, first: Response | Exception) -> AsyncIterator[Item]:
        try:
            async for item in visit.run(first):
                yield item
        finally:
            self._end(visit)

    def _end(self, visit: Visit) -> None:
        self.session.end(visit.portal.code)
        self.permits.release()

    def _visit(self, portal: Portal, county: Division, allowlist: Allowlist) -> Visit:
        assert self.crawler.engine
        fetch = Fetcher(
            portal.code,
            engine=self.crawler.engine,
            allowlist=allowlist,
            known=self.session.begin(portal.code),
            bodies=self.session,
            budget=self.settings.getint("GONGKAI_PAGE_BUDGET"),
            slot=portal.platform,
            tls=portal.tls,
        )
        return Visit(portal, county, fetch, self.plan.scope)


def _no_portal(visit: Visit) -> VisitItem:
    now = datetime.now(UTC)
    detail = "the registry knows no address; add a row to crawler/registry/portals.csv"
    record = PortalRecord(visit.portal.code, None, visit.portal.notes)
    outcome, reason = VisitOutcome.NO_PORTAL, Reason.NO_ADDRESS
    return VisitItem(record, VisitRecord(outcome, detail, now, now, requests=0, list_pages=0, reason=reason))
