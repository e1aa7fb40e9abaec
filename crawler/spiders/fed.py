"""``scrapy crawl fed``: the crawl process of a worker (``scrapy work``), told over a socket what to visit.

One JSON object a line. It is told ``{"visit": CODE}``, ``{"stop": CODE}``, now and then ``{"beat": ""}``, and at last
``{"end": ""}``; it tells ``{"code": CODE, "outcome": …}`` when a visit's end is in the archive. A socket that closes
while visits are under way, or says nothing for half the time after which a worker counts as dead, means that others are
about to take them: then every visit ends after its page in flight.
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
    orders: "asyncio.Queue[str | None]"  # codes to visit; None: there are no more
    writer: asyncio.StreamWriter | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: str) -> "FedSpider":
        descriptor = kwargs.pop("socket", "")
        if not descriptor.isdecimal():
            raise ArgumentError("fed is what scrapy work starts; name a county: scrapy crawl reports -a county=610326")
        spider = super(ReportsSpider, cls).from_crawler(crawler, *args, **kwargs)
        spider.plan = Plan.of_queue(crawler.settings)
        spider.descriptor, spider.under_way, spider.orders = int(descriptor), {}, asyncio.Queue()
        crawler.signals.connect(spider.saved, signal=signals.item_scraped)
        crawler.signals.connect(spider.lost, signal=signals.item_dropped)
        return spider

    async def portals(self) -> AsyncIterator[tuple[Portal, Division]]:
        """What the worker says, as it says it."""
        reader, self.writer = await asyncio.open_connection(sock=socket.socket(fileno=self.descriptor))
        self._listening = asyncio.ensure_future(self._listen(reader))
        while (code := await self.orders.get()) is not None:
            if county := by_code(code):
                yield self.plan.registry.get(code) or Portal(code), county
            else:
                self.logger.error("%s is no county of this program's table of divisions", code)
                self._tell(code, VisitOutcome.FAILED)

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        """Hear the worker out: also after its last visit was begun, for it may want one to stop."""
        silence = self.settings.getfloat("GONGKAI_WORKER_SILENCE") / 2
        ended = False
        try:
            while line := await asyncio.wait_for(reader.readline(), silence):
                told = json.loads(line)
                if code := told.get("visit"):
                    self.orders.put_nowait(code)
                if (visit := self.under_way.get(told.get("stop", ""))) is not None:
                    visit.fetch.stopped = True
                if "end" in told:
                    ended = True
                    self.orders.put_nowait(None)
        except (TimeoutError, ConnectionError):
            pass
        self.writer = None
        if self.under_way or not ended:
            self.logger.warning("The worker is gone or silent: every visit ends after its page in flight")
            await self.crawler.stop_async()

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
