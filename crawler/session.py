"""The crawl's door to the archive: what is known of a portal, where exchanges are recorded, how the run ends."""

import hashlib
import logging
from collections import defaultdict

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider

from crawler.outcomes import RecorderFailed
from crawler.plan import Plan
from storage.archive import begin_run, finish_run, save_captures
from storage.database import Archive, open_archive
from storage.errors import ArchiveError
from storage.known import known, known_payloads
from storage.manifest import seal
from storage.records import Capture, Exchange, KnownPortal, RunOutcome
from storage.shelf import Sizes
from storage.shipping import Shipped, put_away, ship
from storage.store import StoreAway
from storage.warc import WarcWriter, read_content

logger = logging.getLogger(__name__)


class CrawlSession:
    """A Scrapy extension: opens the archive and its WARC file before the first request, and closes them after the last.

    Captures are collected per portal until the transaction of an item has committed them; robots.txt, which belongs
    to a host and not to one portal, under None.
    """

    archive: Archive
    writer: WarcWriter
    run_id: int

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.opened = False
        self.broken: str | None = None  # why the archive cannot be written any more
        self._warned: set[str] = set()
        self._payloads: dict[str | None, dict[str, Capture]] = defaultdict(dict)
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
        """Begin the run, after repairing what a killed one left.

        Raises:
            CloseSpider: the archive cannot be opened (a signal handler's other exceptions would go unnoticed).
        """
        plan = getattr(self.crawler.spider, "plan", None)
        if not isinstance(plan, Plan):
            logger.error("Nothing is sent: what is fetched goes through scrapy crawl reports, which archives it")
            raise CloseSpider("no plan")
        settings = self.crawler.settings
        software = settings["USER_AGENT"].split()[0]
        try:
            self.archive = open_archive(settings["GONGKAI_DATABASE_URL"])
            self._warn(put_away(self.archive))
            self.run_id = begin_run(self.archive, plan.trigger, plan.arguments, software, settings["GONGKAI_VANTAGE"])
        except (OSError, ArchiveError) as error:
            logger.error("The archive cannot be used: %s", error)
            raise CloseSpider("archive") from error
        self.writer = WarcWriter(
            self.archive.warc_dir,
            software=software,
            operator=settings["GONGKAI_CONTACT"],
            settings={"robots": "obey", "delay": str(settings["DOWNLOAD_DELAY"]), **plan.arguments},
            vantage=settings["GONGKAI_VANTAGE"],
        )
        self._sizes = Sizes(self.archive.shelf)
        self._payloads[None] = known_payloads(self.archive, [None])
        self.opened = True

    def begin(self, portal: str) -> KnownPortal:
        """What the archive knows of a portal, read when its visit begins."""
        self._payloads[portal] = known_payloads(self.archive, [portal])
        return known(self.archive, [portal]).get(portal, KnownPortal())

    def end(self, portal: str) -> None:
        """Forget what was read for a portal's visit."""
        self._payloads.pop(portal, None)

    def record(self, exchange: Exchange, portal: str | None, earlier: Capture | None) -> Capture:
        """Write one exchange to the WARC file; a payload that this portal sent before becomes a revisit record.

        ``earlier`` is the capture whose validators were sent: what a 304 confirms.

        Raises:
            RecorderFailed: it could not be written; then it must not be used either.
        """
        if self.broken:
            raise RecorderFailed(self.broken)
        if exchange.status != 304 and exchange.payload:
            earlier = self._payloads[portal].get(hashlib.sha256(exchange.payload).hexdigest())
        if earlier and not self._held(earlier):
            earlier = None  # a revisit of a record that is gone would lose the payload for good
        try:
            capture = self.writer.write(exchange, duplicate_of=earlier)
        except (OSError, ArchiveError) as error:
            self.give_up(f"{exchange.url} could not be recorded: {error}")
            raise RecorderFailed(str(error)) from error
        if capture.record_type == "response" and capture.status == 200:
            self._payloads[portal].setdefault(capture.payload_sha256, capture)
        self._pending[portal].append(capture)
        return capture

    def pending(self, portal: str | None) -> list[Capture]:
        """A portal's captures that no transaction has committed yet, all of them safely on disk."""
        self.writer.sync()
        return list(self._pending[portal])

    def committed(self, portal: str | None, captures: list[Capture]) -> None:
        """Strike these captures off: SQL knows them now."""
        del self._pending[portal][: len(captures)]

    def body(self, capture: Capture) -> bytes | None:
        """The decoded body of an earlier capture, None where its WARC file is damaged, gone or out of reach."""
        if self.archive.store and not self._held(capture):
            return None
        try:
            return read_content(self.archive.shelf, capture)
        except ArchiveError as error:
            if isinstance(error, StoreAway):
                self._sizes.lose()  # its time-outs would stop the whole crawl, page by page
            logger.error("%s", error)
            return None

    def _held(self, capture: Capture) -> bool:
        """Whether the WARC file of a capture is there, and long enough to hold it."""
        try:
            return self._sizes.of(capture.warc_file) >= capture.warc_offset + capture.warc_length
        except ArchiveError as error:
            logger.warning("What is in the store is asked for and kept anew: %s", error)
            return False

    def give_up(self, reason: str) -> None:
        """What cannot be kept must not be looked at: no portal is begun any more, and every visit under way fails."""
        if not self.broken:
            logger.error("The archive cannot be written: %s", reason)
            self.broken = reason

    def close(self, reason: str) -> None:
        """End the run; what one that was stopped (``interrupted``) or ``failed`` left undone is due at once."""
        if not self.opened:
            return
        for step in (self._save_the_rest, self.writer.close, self._seal):
            try:
                step()
            except (OSError, ArchiveError) as error:
                self.give_up(str(error))
        self._warn(ship(self.archive))
        whole = RunOutcome.FINISHED if reason == "finished" else RunOutcome.INTERRUPTED
        try:
            finish_run(self.archive, self.run_id, RunOutcome.FAILED if self.broken else whole)
        except ArchiveError as error:
            logger.error("The end of the run could not be written: %s; the next run sets it right", error)
        self.archive.close()
        self._summary(reason)

    def _save_the_rest(self) -> None:
        for portal in [portal for portal, captures in self._pending.items() if captures]:
            save_captures(self.archive, self.run_id, portal, self.pending(portal))

    def _seal(self) -> None:
        """Of what this crawl wrote, SQL knows every record, unless something went wrong."""
        seal(self.archive, () if self.broken else self.writer.finished)

    def _warn(self, shipped: Shipped) -> None:
        """Say once what did not go into the store: it is safe here, and no fault of the crawl."""
        for line in shipped.left:
            if line not in self._warned:
                logger.warning("%s", line)
                self._warned.add(line)

    def _summary(self, reason: str) -> None:
        assert self.crawler.stats
        stats = self.crawler.stats.get_stats()

        def counts(prefix: str) -> str:
            found = {name.removeprefix(prefix): value for name, value in stats.items() if name.startswith(prefix)}
            return ", ".join(f"{value} {name}" for name, value in sorted(found.items())) or "none"

        answers, size = stats.get("downloader/response_count", 0), stats.get("downloader/response_bytes", 0)
        unmodified = stats.get("downloader/response_status_count/304", 0)
        told = reason, counts("visit/"), counts("document/")
        logger.info("Crawl %s. Portals: %s. Reports: %s.", *told, extra={"run": self.run_id})
        refused = stats.get("allowlist/refused", 0)
        logger.info("Links: %s. Requests off the allow-list, refused: %d.", counts("link/"), refused)
        if not answers and [name for name in stats if name.startswith("visit/")] == ["visit/unreachable"]:
            logger.warning("No host answered at all: is this machine online, and does it resolve names?")
        logger.info("%d answers, %d of them 304 (not modified); %d kB came in.", answers, unmodified, size // 1000)
