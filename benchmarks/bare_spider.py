"""The yardstick: Scrapy fetching a list of addresses and keeping nothing; run as a program.

``python -m benchmarks.bare_spider URLS.json`` asks for each address once, with no delay, and reads no answer.
"""

import sys
from collections.abc import AsyncIterator

from scrapy import Request, Spider
from scrapy.http import Response

from benchmarks.keyword_spider import crawl


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
    crawl(BareSpider, sys.argv[1], ROBOTSTXT_OBEY=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
