"""``scrapy crawl``: Scrapy's own command, which first checks what it was asked to do and says so in one line."""

import argparse
import logging

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.exceptions import UsageError
from scrapy.settings import SETTINGS_PRIORITIES

from crawler.plan import Plan, PlanError
from storage.database import open_archive
from storage.errors import ArchiveError

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


class Command(ScrapyCrawl):
    """Adds a check of the arguments, an example, and an exit code of 1 for a crawl that did not end by itself."""

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

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        assert self.crawler_process is not None
        if args != ["reports"]:
            raise UsageError("name one spider: scrapy crawl reports -a county=610326", print_help=False)
        if self.settings.getpriority("LOG_LEVEL") != SETTINGS_PRIORITIES["cmdline"]:
            for name, level in QUIET.items():
                logging.getLogger(name).setLevel(level)
        try:
            Plan.of(self.settings, opts.spargs)
            open_archive(self.settings["GONGKAI_DATABASE_URL"]).close()
        except (PlanError, ArchiveError) as error:
            raise UsageError(str(error), print_help=False) from error
        crawler = self._create_crawler("reports")
        self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        ended = crawler.stats.get_value("finish_reason") if crawler.stats else None
        self.exitcode = 0 if ended == "finished" else 1
