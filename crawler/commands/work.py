"""``scrapy work``: visits the portals that the scheduler queued on PostgreSQL, beside any number of other workers."""

import argparse
import asyncio
import logging
from contextlib import closing
from datetime import timedelta

from crawler.arguments import ArgumentError
from crawler.command import ReadingCommand
from crawler.commands.crawl import FED, quieten
from crawler.plan import Plan
from operations.processes import SCRAPY
from operations.settings import WorkerSettings
from storage.database import open_archive

VISIT_LIMIT = timedelta(hours=4)  # the most that a visit may ask, each time answered late


class Command(ReadingCommand):
    """A worker: starts a crawl process and hands it one portal after the other."""

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Visit what the scheduler queued on PostgreSQL, beside other workers on other machines"

    def long_desc(self) -> str:
        return (
            "Visit the portals that python scheduler.py queued, until stopped (Ctrl-C, SIGTERM: visits under way go "
            "back to the queue). Workers may join and leave at any time, on any machine; no two visit one portal, or "
            "two portals of one platform, at once. Needs an archive on PostgreSQL, the extra 'postgresql', and "
            "GONGKAI_CONTACT. With --once exit code 1: a visit failed. "
            "Example: GONGKAI_DATABASE_URL=postgresql://archive@db/archive scrapy work."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--once", action="store_true", help="end when nothing waits any more")

    def act(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        if args:
            raise ArgumentError(f"{args[0]!r} is not understood; scrapy work takes options alone")
        Plan.of_queue(self.settings)  # what is wrong with it is to be told here, and not by each crawl process
        worker = WorkerSettings.of(self.settings)
        with closing(open_archive(self.settings["GONGKAI_DATABASE_URL"])) as archive:
            if archive.engine.dialect.name == "sqlite":
                raise ArgumentError(
                    "an archive on SQLite has no queue: python scheduler.py visits what is due itself. For workers set "
                    "GONGKAI_DATABASE_URL to a PostgreSQL database"
                )
            from operations.worker import Worker  # noqa: PLC0415 - needs an extra

            # Does nothing where lines are JSON already.
            logging.basicConfig(format=self.settings["LOG_FORMAT"], datefmt=self.settings["LOG_DATEFORMAT"])
            logging.getLogger().setLevel(self.settings["LOG_LEVEL"])
            quieten()
            told = {"GONGKAI_PORTALS_AT_ONCE": worker.at_once, "GONGKAI_WORKER_SILENCE": worker.silence.total_seconds()}
            command = [*SCRAPY, "crawl", FED, *(f"-s{name}={value}" for name, value in told.items())]
            well = asyncio.run(Worker(archive, worker, command, VISIT_LIMIT).run(once=opts.once))
        self.exitcode = int(opts.once and not well)
