"""``scrapy crawl``: Scrapy's own command, which first checks what it was asked to do and says so in one line."""

import argparse
import logging

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.settings import SETTINGS_PRIORITIES

from crawler.arguments import ArgumentError
from crawler.command import PlainErrors
from crawler.plan import Plan
from crawler.session import CrawlSession
from storage.database import open_archive

# At the default log level a person sees one line a portal. Scrapy's list of components says nothing about this crawl,
# and a portal without an answer is a verdict of ours, not an error with a traceback.
QUIET = {
    "alembic": logging.WARNING,
    "scrapy.addons": logging.WARNING,
    "scrapy.crawler": logging.WARNING,
    "scrapy.core.engine": logging.WARNING,
    "scrapy.downloadermiddlewares.retry": logging.WARNING,
    "scrapy.downloadermiddlewares.robotstxt": logging.CRITICAL,
    "scrapy.middleware": logging.WARNING,
    "scrapy.utils.log": logging.WARNING,
}


class Command(PlainErrors, ScrapyCrawl):
    """Adds a check of the arguments, an example, and exit code 1 for a crawl that was stopped or failed."""

    def syntax(self) -> str:
        return "[options] reports -a county=CODE[,CODE…]"

    def short_desc(self) -> str:
        return "Visit the portals of counties and archive their reports"

    def long_desc(self) -> str:
        return (
            "Visit the portals of counties and archive their annual reports. Example: scrapy crawl reports "
            "-a county=610326 -a years=2019-2024. A county is named by its code, a prefecture or province by its "
            "prefix (6103, 61); -a agencies=all keeps departments' and townships' reports too; -a recheck=DAYS asks "
            "again for reports archived longer ago (default 30). Set GONGKAI_CONTACT to your mail address first."
        )

    def act(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        assert self.crawler_process is not None
        if args != ["reports"]:
            raise ArgumentError("name the one spider: scrapy crawl reports -a county=610326")
        if self.settings.getpriority("LOG_LEVEL") != SETTINGS_PRIORITIES["cmdline"]:
            for name, level in QUIET.items():
                logging.getLogger(name).setLevel(level)
        Plan.of(self.settings, opts.spargs)
        open_archive(self.settings["GONGKAI_DATABASE_URL"]).close()
        crawler = self._create_crawler("reports")
        self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        assert crawler.stats
        whole = crawler.stats.get_value("finish_reason") == "finished" and not CrawlSession.of(crawler).broken
        self.exitcode = 0 if whole and not crawler.stats.get_value("visit/failed") else 1
