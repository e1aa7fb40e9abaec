"""The one pipeline: hands every item to the archive, one transaction each, and counts what came of it."""

from itemadapter import ItemAdapter
from scrapy.crawler import Crawler

from crawler.items import DocumentItem, ListingItem, UnchangedItem, VisitItem
from crawler.session import CrawlSession
from crawler.visit import Item
from storage.archive import save_document, save_listing, save_unchanged, save_visit


class ArchivePipeline:
    """Writes items in the order in which the visits yield them; bytes are on disk before their rows are committed."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.session = CrawlSession.of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "ArchivePipeline":
        return cls(crawler)

    def process_item(self, item: Item) -> Item:
        adapter = ItemAdapter(item)
        portal = adapter["portal"]
        place = (self.session.archive, self.session.run_id, portal)
        captures = self.session.take(portal.code)
        match item:
            case ListingItem():
                save_listing(*place, adapter["listing"], captures)
                self._count("listing/pages")
            case DocumentItem():
                outcome = save_document(*place, adapter["document"], captures)
                self._count(f"document/{outcome}")
            case UnchangedItem():
                save_unchanged(*place, adapter["url"], adapter["capture"], captures)
                self._count("document/unchanged")
            case VisitItem():
                save_visit(*place, adapter["visit"], captures)
                self._count(f"visit/{adapter['visit'].outcome}")
        return item

    def _count(self, name: str) -> None:
        assert self.crawler.stats
        self.crawler.stats.inc_value(name)
