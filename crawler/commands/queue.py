"""``scrapy queue``: what waits for workers, what they are at, what failed too often; retries and cancels."""

import argparse
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from typing import Any

from crawler.arguments import ArgumentError
from crawler.command import ReadingCommand
from crawler.neighbours import neighbourhoods
from crawler.plan import registry_of
from operations.queue import Job, cancel, queued, retry, workers
from operations.settings import WorkerSettings
from reports.divisions import by_code
from reports.divisions.selection import select_counties
from storage.database import open_archive

_NAMED = 20
_WORDS = {"doing": "under way", "aborted": "stopped"}


class Command(ReadingCommand):
    """Reads and changes the queue on PostgreSQL."""

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Show what waits for workers and what failed too often; retry it, or cancel"

    def long_desc(self) -> str:
        return (
            "Show the queue that scrapy work takes its visits from. A visit that failed three times, or was cancelled, "
            "stays here for a day and is not queued again before. Example: scrapy queue --retry 610326. Exit code 0: "
            "nothing failed; 1: something did."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--retry", metavar="CODES", help="queue again what failed or was cancelled (6103, all)")
        parser.add_argument("--cancel", metavar="CODES", help="do not begin these visits, and end those under way")
        parser.add_argument("--json", action="store_true", help="one JSON object a visit")

    def act(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        if args:
            raise ArgumentError(f"{args[0]!r} is not understood; scrapy queue takes options alone")
        with closing(open_archive(self.settings["GONGKAI_DATABASE_URL"], must_exist=True)) as archive:
            if archive.engine.dialect.name == "sqlite":
                raise ArgumentError("an archive on SQLite has no queue: python scheduler.py --plan names what is due")
            if opts.cancel:
                print(f"cancelled: {cancel(archive, _codes(opts.cancel))}")
            if opts.retry:
                together = neighbourhoods(registry_of(self.settings).values())
                print(f"queued again: {retry(archive, _codes(opts.retry), together)}")
            if opts.cancel or opts.retry:
                return
            jobs = list((queued(archive) or {}).values())
            silence = WorkerSettings.of(self.settings).silence
            for line in map(_json, jobs) if opts.json else _text(jobs, workers(archive, silence)):
                print(line)
        self.exitcode = int(any(job.status == "failed" for job in jobs))


def _text(jobs: list[Job], alive: int) -> Iterator[str]:
    waiting = sum(job.status == "todo" for job in jobs)
    yield f"workers     {alive}" + ("" if alive or not waiting else ": start one with scrapy work")
    if waiting:
        yield f"waiting     {waiting}"
    for status in ("doing", "failed", "cancelled", "aborted"):
        those = [job for job in jobs if job.status == status]
        if those:
            yield f"{_WORDS.get(status, status):<12}{len(those)}"
        for job in those[:_NAMED]:
            county = by_code(job.code)
            times = f", failed {job.attempts} times before" if job.attempts else ""
            yield f"            {job.code} {county.name if county else ''}{times}"
        if len(those) > _NAMED:
            yield f"            … and {len(those) - _NAMED} more; --json names them"
    if not jobs:
        yield "nothing waits"


def _json(job: Job) -> str:
    def plain(value: Any) -> str:
        return value.isoformat() if isinstance(value, datetime) else str(value)

    return json.dumps(asdict(job), default=plain)


def _codes(text: str) -> set[str]:
    return {county.code for county in select_counties(text)}
