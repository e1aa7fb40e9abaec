"""The yardstick: Scrapy fetching a list of addresses and keeping nothing; run as a program.

``python -m benchmarks.bare_spider URLS.json`` asks for each address once, with no delay, and reads no answer.
"""

import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response

SETTINGS: dict[str, Any] = {
    "CONCURRENT_REQUESTS": 64,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "DOWNLOAD_DELAY": 0,
    "ROBOTSTXT_OBEY": False,
    "TWISTED_DNS_RESOLVER": "tests.portals.resolver.PracticeResolver",
    "LOG_LEVEL": "ERROR",
    "TELNETCONSOLE_ENABLED": False,
}


class BareSpider(Spider):
    """Throws every answer away."""

    name = "bare"

    def __init__(self, urls: list[str]) -> None:
        super().__init__()
        self.urls = urls

    async def start(self) -> AsyncIterator[Request]:
        for url in self.urls:
            yield Request(url, dont_filter=True)

    def parse(self, response: Response) -> None:
        pass


def main() -> int:
    urls = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    os.environ.pop("SCRAPY_PROJECT", None)
    process = CrawlerProcess(SETTINGS)
    process.crawl(BareSpider, urls=urls)
    process.start()
    return 0


if __name__ == "__main__":
    sys.exit(main())
