"""The one pipeline: hands every item to the archive, one transaction each, and counts what came of it."""

import logging
from dataclasses import replace
from itertools import chain

from itemadapter import ItemAdapter
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from crawler.items import DocumentItem, GoneItem, Item, ListItem, UnchangedItem, VisitItem
from crawler.session import CrawlSession
from reports.states import VisitOutcome
from storage.archive import save_document, save_gone, save_listings, save_unchanged, save_visit
from storage.errors import ArchiveError
from storage.records import Capture, VisitRecord

logger = logging.getLogger(__name__)


class ArchivePipeline:
    """Writes items in the order in which the visits yield them; bytes are on disk before their rows are committed.

    Where one item of a portal cannot be written, its visit is recorded as failed, whatever it read: a list that did
    not reach the archive proves nothing.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.session = CrawlSession.of(crawler)
        self.failures: dict[str, str] = {}  # portal: the first thing that went wrong

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "ArchivePipeline":
        return cls(crawler)

    def process_item(self, item: Item) -> Item:
        code = ItemAdapter(item)["portal"].code
        captures = self.session.pending(code)
        try:
            outcome = self._save(item, captures)
        except Exception as error:
            if isinstance(error, ArchiveError):
                self.session.give_up(str(error))
            else:
                logger.exception("An item of %s could not be saved", code)
            self.failures.setdefault(code, f"not saved: {type(error).__name__}: {error}")
            raise DropItem(self.failures[code], log_level="DEBUG") from error
        self.session.committed(code, captures)
        assert self.crawler.stats
        self.crawler.stats.inc_value(outcome)
        if isinstance(item, ListItem):
            for candidate in chain.from_iterable(page.candidates for page in item.pages):
                self.crawler.stats.inc_value(f"link/{candidate.verdict}")
        return item

    def _save(self, item: Item, captures: list[Capture]) -> str:
        adapter = ItemAdapter(item)
        place = (self.session.archive, self.session.run_id, adapter["portal"])
        match item:
            case ListItem():
                save_listings(*place, adapter["pages"], captures)
                return "lists"
            case DocumentItem():
                return f"document/{save_document(*place, adapter['document'], captures)}"
            case UnchangedItem():
                save_unchanged(*place, adapter["url"], adapter["capture"], captures)
                return "document/unchanged"
            case GoneItem():
                save_gone(*place, adapter["gone"], captures)
                return "document/gone"
            case VisitItem():
                visit = self._judged(adapter["portal"].code, adapter["visit"])
                save_visit(*place, visit, captures)
                return f"visit/{visit.outcome}"

    def _judged(self, code: str, visit: VisitRecord) -> VisitRecord:
        failure = self.failures.pop(code, None)
        return replace(visit, outcome=VisitOutcome.FAILED, detail=failure) if failure else visit
