"""``scrapy crawl fed``: the crawl process of a worker (``scrapy work``), told over a socket what to visit.

One JSON object a line. It is told ``{"visit": CODE}``, ``{"stop": CODE}`` and at last ``{"end": ""}``; it tells
``{"code": CODE, "outcome": …}`` when a visit's end is in the archive. A socket that closes without an end means that
the worker died: then every visit ends after its page in flight, before another worker takes it up.
"""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler

from crawler.arguments import ArgumentError
from crawler.items import Item, VisitItem
from crawler.plan import Plan
from crawler.registry import Portal
from crawler.spiders.reports import ReportsSpider
from crawler.visit import Visit
from reports.divisions import Division, by_code
from reports.states import VisitOutcome


class FedSpider(ReportsSpider):
    """The reports spider, with a socket in the place of a list of counties: ``-a socket=FD``."""

    name = "fed"
    descriptor: int
    under_way: dict[str, Visit]
    writer: asyncio.StreamWriter | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: str) -> "FedSpider":
        descriptor = kwargs.pop("socket", "")
        if not descriptor.isdecimal():
            raise ArgumentError("fed is what scrapy work starts; name a county: scrapy crawl reports -a county=610326")
        spider = super(ReportsSpider, cls).from_crawler(crawler, *args, **kwargs)
        spider.plan = Plan.of_queue(crawler.settings)
        spider.descriptor, spider.under_way = int(descriptor), {}
        crawler.signals.connect(spider.saved, signal=signals.item_scraped)
        crawler.signals.connect(spider.lost, signal=signals.item_dropped)
        return spider

    async def portals(self) -> AsyncIterator[tuple[Portal, Division]]:
        """What the worker says, as it says it."""
        reader, self.writer = await asyncio.open_connection(sock=socket.socket(fileno=self.descriptor))
        while line := await reader.readline():
            told = json.loads(line)
            if "end" in told:
                return
            if (visit := self.under_way.get(told.get("stop", ""))) is not None:
                visit.fetch.stopped = True
            if code := told.get("visit"):
                county = by_code(code)
                assert county is not None
                yield self.plan.registry.get(code) or Portal(code), county
        self.writer = None
        self.logger.warning("The worker is gone: every visit ends after its page in flight")
        self._ending = asyncio.ensure_future(self.crawler.stop_async())  # from outside: a stop cancels what runs here

    def saved(self, item: Item) -> None:
        """A visit's end is in the archive."""
        if isinstance(item, VisitItem):
            self._tell(item.portal.code, item.visit.outcome)

    def lost(self, item: Item) -> None:
        """A visit's end could not be written."""
        if isinstance(item, VisitItem):
            self._tell(item.portal.code, VisitOutcome.FAILED)

    def _tell(self, code: str, outcome: VisitOutcome) -> None:
        self.under_way.pop(code, None)
        if self.writer is not None:
            self.writer.write(f"{json.dumps({'code': code, 'outcome': outcome})}\n".encode())

    def _visit(self, portal: Portal, county: Division, *rest: Any) -> Visit:
        visit = self.under_way[portal.code] = super()._visit(portal, county, *rest)
        return visit
