"""The spider behind ``scrapy probe``: one portal, looked at and not archived."""

from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.allowlist import Allowlist
from crawler.fetch import Fetcher
from crawler.plan import Plan
from crawler.probing import Findings, probe
from crawler.registry import Portal
from crawler.session import CrawlSession
from reports.divisions import Division
from storage.records import KnownPortal


class ProbeSpider(Spider):
    """Started by the command alone, which hands it the portal; ``findings`` hold what came of it."""

    name = "probe"
    plan: Plan
    portal: Portal
    county: Division | None
    allowlist: Allowlist
    findings: Findings | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "ProbeSpider":
        portal: Portal = kwargs.pop("portal")
        county: Division | None = kwargs.pop("county")
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.portal, spider.county = portal, county
        spider.plan = Plan.of_nothing({"url": portal.home or ""})
        spider.allowlist = Allowlist.of(portal)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        assert self.crawler.engine
        assert self.portal.home
        self.fetch = Fetcher(
            None,
            engine=self.crawler.engine,
            allowlist=self.allowlist,
            known=KnownPortal(),
            bodies=CrawlSession.of(self.crawler),
            budget=self.settings.getint("GONGKAI_PAGE_BUDGET"),
            tls=self.portal.tls,
        )
        yield self.fetch.prepare(Request(self.portal.home, callback=self.parse, errback=self.failed))

    async def parse(self, response: Response) -> None:
        await self._probe(response)

    async def failed(self, failure: Failure) -> None:
        assert isinstance(failure.value, Exception)
        await self._probe(failure.value)

    async def _probe(self, first: Response | Exception) -> None:
        assert self.portal.home
        self.findings = await probe(first, Request(self.portal.home), self.fetch, self.county, self.portal)
