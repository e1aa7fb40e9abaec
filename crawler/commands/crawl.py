"""``scrapy crawl``: Scrapy's own command, which first checks what it was asked to do and says so in one line."""

import argparse
import gc
import logging

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.settings import SETTINGS_PRIORITIES

from crawler.arguments import ArgumentError
from crawler.command import PlainErrors
from crawler.plan import Plan
from crawler.session import CrawlSession
from storage.database import open_archive

SPIDERS = ("reports", "portals")
FED = "fed"  # started by a worker alone
_OBJECTS = 100_000  # that may be made before some are looked through, some tens of megabytes

# At the default log level a person sees one line a portal. Scrapy's list of components says nothing about this crawl,
# and a portal without an answer is a verdict of ours, not an error with a traceback.
QUIET = {
    "alembic": logging.WARNING,
    "procrastinate": logging.CRITICAL,  # what becomes of a visit is told by the worker
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
        return "[options] reports|portals -a county=CODE[,CODE…]"

    def short_desc(self) -> str:
        return "Visit the portals of counties and archive their reports (or only find where these are)"

    def long_desc(self) -> str:
        return (
            "Visit the portals of counties and archive their annual reports. Example: scrapy crawl reports "
            "-a county=610326 -a years=2019-2024. A county is named by its code, a prefecture or province by its "
            "prefix (6103, 61); -a agencies=all keeps departments' and townships' reports too; -a recheck=DAYS asks "
            "again for reports archived longer ago (default 30). 'portals' in place of 'reports' finds each portal's "
            "report column, reads its first page and no report, and keeps the verdict. Set GONGKAI_CONTACT to your "
            "mail address first."
        )

    def act(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        assert self.crawler_process is not None
        if len(args) != 1 or args[0] not in (*SPIDERS, FED):
            typed = f"there is no spider {args[0]}; " if args and args[0] not in SPIDERS else ""
            if args[1:] and not typed:
                typed = f"{args[1]!r} is not understood; "
            raise ArgumentError(
                f"{typed}name a spider and a county: scrapy crawl reports -a county=610326 (or portals)"
            )
        if self.settings.getpriority("LOG_LEVEL") != SETTINGS_PRIORITIES["cmdline"]:
            quieten()
        if args[0] == FED:
            Plan.of_queue(self.settings)
        else:
            Plan.of(self.settings, opts.spargs, probe=args[0] == "portals")
        open_archive(self.settings["GONGKAI_DATABASE_URL"]).close()
        crawler = self._create_crawler(args[0])
        self.crawler_process.crawl(crawler, **opts.spargs)
        # Pages are made and dropped as wholes: to look for cycles at every 700 objects takes a twentieth of the time.
        gc.set_threshold(_OBJECTS)
        self.crawler_process.start()
        assert crawler.stats
        whole = crawler.stats.get_value("finish_reason") == "finished" and not CrawlSession.of(crawler).broken
        self.exitcode = 0 if whole and not crawler.stats.get_value("visit/failed") else 1


def quieten() -> None:
    """Leave out of the log what says nothing of this crawl."""
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)
