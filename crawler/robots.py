"""robots.txt as Scrapy obeys it, with a name of its own for what it forbids."""

from scrapy import Request, Spider
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware as ScrapyRobotsTxt
from scrapy.exceptions import IgnoreRequest

from crawler.transport import TransportMiddleware


class Disallowed(IgnoreRequest):
    """The host's robots.txt asks not to fetch this address."""


class RobotsTxtMiddleware(ScrapyRobotsTxt):
    """Raises ``Disallowed`` where Scrapy's raises a bare ``IgnoreRequest``, as it does for many other reasons."""

    async def process_request(self, request: Request, spider: Spider | None = None) -> None:
        if tls := request.meta.get("tls"):
            # Said here since the host's robots.txt, which knows no portal, is asked for before anything else.
            transport = self.crawler.get_downloader_middleware(TransportMiddleware)
            assert transport
            transport.prefer(request.url, tls)
        try:
            await super().process_request(request)
        except IgnoreRequest as error:
            raise Disallowed(f"robots.txt disallows {request.url}") from error
