"""``scrapy status``: whether the scheduler is alive, what runs, what is overdue, and what fails again and again."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from crawler.arguments import ArgumentError, parse_days
from crawler.command import ReadingCommand
from operations.queue import Summary, summary
from operations.settings import WorkerSettings
from reports.calendar import BEIJING
from reports.divisions import by_code
from storage.database import open_archive
from storage.status import Status, status

_NAMED = 10


class Command(ReadingCommand):
    """Reads the archive and the scheduler's heartbeat."""

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Show whether the scheduler is alive, what runs, what is overdue and what keeps failing"

    def long_desc(self) -> str:
        return (
            "Show how the background job is. Exit code 0: all is well, 1: somebody has to look after something (the "
            "scheduler is stalled or dead, a visit is overdue by a day or failed in the queue, nobody works on the "
            "queue, the last verification found damage). "
            "Example: scrapy status."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def act(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        if args:
            raise ArgumentError(f"{args[0]!r} is not understood; scrapy status takes options alone")
        every = timedelta(days=parse_days(self.settings["GONGKAI_VISIT_DAYS"], "GONGKAI_VISIT_DAYS"))
        now = datetime.now(UTC)
        archive = open_archive(self.settings["GONGKAI_DATABASE_URL"], must_exist=True)
        found = status(archive, now, every)
        queue = summary(archive, WorkerSettings.of(self.settings).silence)
        archive.close()
        self.exitcode = int(not (found.is_well and (queue is None or queue.is_well)))
        for line in [_json(found, queue)] if opts.json else _text(found, queue, now):
            print(line)


def _text(found: Status, queue: Summary | None, now: datetime) -> Iterator[str]:
    beat = f", last beat {(now - found.beat.at).total_seconds():.0f} s ago, pid {found.beat.pid}" if found.beat else ""
    yield f"scheduler   {found.scheduler}{beat}; {found.watched} counties watched"
    if queue is not None:
        told = f"{queue.waiting} waiting, {queue.under_way} under way, {queue.failed} failed"
        start = "" if queue.workers or not queue.waiting else ": start one with scrapy work"
        yield f"queue       {told}; {queue.workers} workers{start}"
    for run in found.running:
        yield f"running     run {run.id} ({run.trigger}), since {_time(run.started_at)}, pid {run.pid} on {run.host}"
    if (last := found.last_run) is not None:
        yield f"last run    {last.id} ({last.trigger}): {last.outcome}, begun {_time(last.started_at)}"
    for duty in found.overdue[:_NAMED]:
        yield f"overdue     {duty.code} {duty.county} since {_time(duty.at)}: {duty.reason}"
    if len(found.overdue) > _NAMED:
        yield f"overdue     … and {len(found.overdue) - _NAMED} more; python scheduler.py --plan names them"
    for code, outcome, times in found.failing[:_NAMED]:
        county = by_code(code)
        yield f"failing     {code} {county.name if county else ''}: {outcome}, {times} visits in a row"
    if len(found.failing) > _NAMED:
        yield f"failing     … and {len(found.failing) - _NAMED} more; --json names them"
    if found.verified_at is None:
        yield "verified    never to the end"
    else:
        yield f"verified    {_time(found.verified_at)}: {found.damages or 'no'} damage" + "s" * (found.damages > 1)


def _json(found: Status, queue: Summary | None) -> str:
    shown = {
        "well": found.is_well and (queue is None or queue.is_well),
        "scheduler": found.scheduler,
        "last_beat": found.beat.at.isoformat() if found.beat else None,
        "watched": found.watched,
        "queue": asdict(queue) if queue else None,
        "running": [run.id for run in found.running],
        "overdue": [{"code": duty.code, "since": duty.at.isoformat(), "reason": duty.reason} for duty in found.overdue],
        "failing": [{"code": code, "outcome": outcome, "visits": times} for code, outcome, times in found.failing],
        "verified_at": found.verified_at.isoformat() if found.verified_at else None,
        "damages": found.damages,
    }
    return json.dumps(shown, ensure_ascii=False)


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M} Beijing time"
