"""The yardstick: Scrapy's own CrawlSpider with keyword rules, as one writes it in an afternoon; run as a program.

``python -m benchmarks.keyword_spider START.json`` crawls from the addresses in the file, a list of objects with
``home`` and ``hosts``; the practice server counts what it asks.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response
from scrapy.linkextractors import LinkExtractor
from scrapy.spiders import CrawlSpider, Rule

from crawler.settings import GONGKAI_PAGE_BUDGET

KEYWORDS = ("信息公开", "政务公开", "年报", "年度报告", "下一页", "下页")
SETTINGS: dict[str, Any] = {
    # As polite as our own crawl is in practice, and no further.
    "ROBOTSTXT_OBEY": True,
    "CONCURRENT_REQUESTS": 64,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "DOWNLOAD_DELAY": 0,
    "DOWNLOAD_TIMEOUT": 10,
    "RETRY_TIMES": 1,
    "TWISTED_DNS_RESOLVER": "tests.portals.resolver.PracticeResolver",
    "LOG_LEVEL": "ERROR",
    "TELNETCONSOLE_ENABLED": False,
}


class KeywordSpider(CrawlSpider):
    """Follows every link whose text has a keyword; what is called 年报 or 年度报告 is taken for a report."""

    name = "keywords"
    rules = (Rule(LinkExtractor(restrict_text=KEYWORDS), callback="parse_page", follow=True, process_request="bound"),)

    def __init__(self, starts: list[dict[str, Any]]) -> None:
        super().__init__()
        self.start_urls = [start["home"] for start in starts]
        self.allowed_domains = [host for start in starts for host in start["hosts"]]
        self.asked: Counter[str] = Counter()

    def bound(self, request: Request, response: Response) -> Request | None:
        """As many pages of a host as our own visit may ask of a portal."""
        host = urlsplit(request.url).hostname or ""
        self.asked[host] += 1
        return request if self.asked[host] <= GONGKAI_PAGE_BUDGET else None

    def parse_page(self, response: Response) -> Iterator[dict[str, str]]:
        title = response.xpath("string(//title)").get("")
        if "年度报告" in title or "年报" in title:
            yield {"url": response.url, "title": title}


def crawl(spider: type[Spider], given: str, **more: Any) -> None:
    """Run a yardstick's spider to its end, with what stands in a JSON file and ``more`` than the settings above."""
    os.environ.pop("SCRAPY_PROJECT", None)
    process = CrawlerProcess({**SETTINGS, **more})
    process.crawl(spider, json.loads(Path(given).read_text("utf-8")))
    process.start()


def main() -> int:
    crawl(KeywordSpider, sys.argv[1])
    return 0


if __name__ == "__main__":
    sys.exit(main())
