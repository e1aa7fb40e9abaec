"""In whose queue a request waits: one at a time, with a delay, for each host and for all hosts of one platform."""

from time import monotonic
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler


class SlotMiddleware:
    """Names the download slot of every request: its host's platform where one is known, else the host.

    Stands above robots.txt, whose own request knows no portal: the host of a platform is known by then. A redirected
    request inherits the meta of the one before, so the slot is named anew each time.

    The delay is counted from the answer. Scrapy counts from the moment when it hands a request on; what delays that
    one on its way (a new connection, a busy processor) would bring the next one nearer to it than was promised.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._platforms: dict[str, str] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "SlotMiddleware":
        manners = cls(crawler)
        # Before the queue is looked at again; the second for what got no answer.
        crawler.signals.connect(manners.answered, signal=signals.response_downloaded)
        crawler.signals.connect(manners.answered, signal=signals.request_left_downloader)
        return manners

    def process_request(self, request: Request) -> None:
        host = urlsplit(request.url).hostname or ""
        if platform := request.meta.get("platform"):
            self._platforms.setdefault(host, platform)
        request.meta["download_slot"] = self._platforms.get(host, host)

    def answered(self, request: Request) -> None:
        """The next request of this slot is owed the whole delay from now on."""
        assert self.crawler.engine is not None
        if slot := self.crawler.engine.downloader.slots.get(request.meta.get("download_slot", "")):
            slot.lastseen = monotonic()
