"""The crawl's door to the archive: what is known at its start, where exchanges are recorded, how its run ends."""

import hashlib
import logging
from collections import defaultdict

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider

from crawler.fetch import RecorderFailed
from crawler.plan import Plan
from storage.archive import begin_run, finish_run, register_salvaged, save_captures
from storage.database import Archive, open_archive
from storage.errors import ArchiveError
from storage.known import known, known_payloads
from storage.records import Capture, Exchange, KnownPortal
from storage.salvage import salvage
from storage.warc import WarcWriter, read_content

logger = logging.getLogger(__name__)


class CrawlSession:
    """A Scrapy extension: opens the archive and its WARC file before the first request, and closes them after the last.

    Captures are collected per portal until the pipeline takes them into the transaction of the next item, so that a
    committed row never points to bytes that are not on disk (``take`` syncs first).
    """

    archive: Archive
    writer: WarcWriter
    run_id: int
    known: dict[str, KnownPortal]

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.opened = False
        self._payloads: dict[str, Capture] = {}
        self._pending: dict[str | None, list[Capture]] = defaultdict(list)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "CrawlSession":
        session = cls(crawler)
        crawler.signals.connect(session.open, signal=signals.spider_opened)
        crawler.signals.connect(session.close, signal=signals.spider_closed)
        return session

    @staticmethod
    def of(crawler: Crawler) -> "CrawlSession":
        """The session of a crawl, for the components that use it."""
        session = crawler.get_extension(CrawlSession)
        assert session is not None
        return session

    def open(self) -> None:
        """Begin the run: repair what a killed run left, then learn what the archive already knows.

        Raises:
            CloseSpider: the archive cannot be opened (a signal handler's other exceptions would go unnoticed).
        """
        try:
            self._open()
        except (OSError, ArchiveError) as error:
            logger.error("The archive cannot be used: %s", error)
            raise CloseSpider("archive") from error

    def _open(self) -> None:
        plan: Plan = self.crawler.spider.plan  # type: ignore[union-attr]
        settings = self.crawler.settings
        self.archive = open_archive(settings["GONGKAI_DATABASE_URL"])
        register_salvaged(self.archive, salvage(self.archive.warc_dir))
        self.run_id = begin_run(self.archive, plan.trigger, plan.arguments, settings["USER_AGENT"].split()[0])
        codes = [portal.code for portal, _ in plan.portals]
        self.known = known(self.archive, codes)
        self._payloads = known_payloads(self.archive, codes)
        self.writer = WarcWriter(
            self.archive.warc_dir,
            software=settings["USER_AGENT"].split()[0],
            operator=settings["GONGKAI_CONTACT"],
            settings={"robots": "obey", "delay": str(settings["DOWNLOAD_DELAY"]), **plan.arguments},
            vantage=settings["GONGKAI_VANTAGE"],
        )
        self.opened = True

    def record(self, exchange: Exchange, portal: str | None) -> Capture:
        """Write one exchange to the WARC file; a payload seen before becomes a revisit record.

        Raises:
            RecorderFailed: it could not be written; then it must not be used either.
        """
        try:
            capture = self.writer.write(exchange, duplicate_of=self._earlier(exchange, portal))
        except (OSError, ArchiveError) as error:
            raise RecorderFailed(f"{exchange.url} could not be recorded: {error}") from error
        if capture.record_type == "response" and capture.status == 200:
            self._payloads.setdefault(capture.payload_sha256, capture)
        self._pending[portal].append(capture)
        return capture

    def take(self, portal: str | None) -> list[Capture]:
        """The captures of a portal since the last call, with everything recorded so far safely on disk."""
        taken = self._pending.pop(portal, []) + self._pending.pop(None, [])
        self.writer.sync()
        return taken

    def body(self, capture: Capture) -> bytes:
        """The decoded body of an earlier capture, from its WARC file."""
        if capture.record_type != "response":
            capture = self._payloads[capture.payload_sha256]
        return read_content(self.archive.warc_dir, capture)

    def close(self, reason: str) -> None:
        """End the run; a run that was stopped is ``interrupted``, and what it left undone is due at once."""
        if not self.opened:
            return
        for portal in list(self._pending):
            save_captures(self.archive, self.run_id, portal, self.take(portal))
        self.writer.close()
        finish_run(self.archive, self.run_id, "finished" if reason == "finished" else "interrupted")
        self.archive.close()
        self._report(reason)

    def _report(self, reason: str) -> None:
        stats = self.crawler.stats.get_stats() if self.crawler.stats else {}
        visits = {name.split("/")[1]: value for name, value in stats.items() if name.startswith("visit/")}
        saved = {name.split("/")[1]: value for name, value in stats.items() if name.startswith("document/")}
        told = ", ".join(f"{value} {name}" for name, value in sorted({**visits}.items())) or "none"
        kept = ", ".join(f"{value} {name}" for name, value in sorted(saved.items())) or "none"
        logger.info("Crawl %s. Portals: %s. Reports: %s.", reason, told, kept)

    def _earlier(self, exchange: Exchange, portal: str | None) -> Capture | None:
        if exchange.status == 304:
            earlier = self.known.get(portal or "", KnownPortal()).urls.get(exchange.url)
            return earlier.capture if earlier else None
        return self._payloads.get(hashlib.sha256(exchange.payload).hexdigest()) if exchange.payload else None
