"""``scrapy events``: what was noticed of portals, reports and the archive; tells people of it, when that is due."""

import argparse
import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta

from crawler.arguments import ArgumentError, parse_days
from crawler.command import ReadingCommand
from operations.digest import line
from reports.calendar import BEIJING
from storage.database import Archive, open_archive
from storage.events import digest_due, notice, recent
from storage.records import URGENT, Event, EventKind

_DAYS = "30"


class Command(ReadingCommand):
    """Notices what is new, then lists or tells it."""

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return (
            "List what was noticed: lists lost, portals that refuse, edits, deadlines, damage; or tell people (--tell)"
        )

    def long_desc(self) -> str:
        kinds = ", ".join(EventKind)
        return (
            f"Look at the archive for what is new, and list what was noticed, the newest first. Kinds: {kinds}. "
            "--tell sends what nobody was told of yet to the receivers that GONGKAI_NOTIFY names (addresses as Apprise "
            f"has them, separated by spaces, or the path of an Apprise configuration file): {' and '.join(URGENT)} at "
            "once, all else as one digest a day. The scheduler does that by itself; a timer of the system's that calls "
            "this tells of a scheduler that hangs. Exit code 0: listed, or told where anything had to be; 1: nobody "
            "could be told, and it waits; 2: it could not be done. "
            "Example: scrapy events --kind deadline-missed --days 60."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--days", metavar="N", help=f"what was noticed within so many days (default: {_DAYS})")
        parser.add_argument("--kind", metavar="KIND", help="events of this kind alone")
        parser.add_argument("--json", action="store_true", help="one JSON object an event and line")
        parser.add_argument("--tell", action="store_true", help="send what is due to be told, and list nothing")

    def act(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        if args:
            raise ArgumentError(f"{args[0]!r} is not understood; scrapy events takes options alone")
        kinds = _kinds(opts.kind)
        since = timedelta(days=parse_days(opts.days or _DAYS, "--days"))
        if opts.tell and (chosen := next((name for name in ("days", "kind", "json") if getattr(opts, name)), None)):
            raise ArgumentError(f"--{chosen} belongs to the list; --tell sends all that is due")
        now = datetime.now(UTC)
        with closing(open_archive(self.settings["GONGKAI_DATABASE_URL"], must_exist=True)) as archive:
            if opts.tell:
                self._tell(archive, now, self.settings["GONGKAI_NOTIFY"])
                return
            notice(archive, now)
            events = recent(archive, now - since, kinds)
        for told in map(_json, events) if opts.json else _text(events):
            print(told)

    def _tell(self, archive: Archive, now: datetime, notify: str) -> None:
        from operations.telling import NotTold, receivers, tell  # noqa: PLC0415 - Apprise is an extra

        receivers(notify)  # a setting that cannot be used is to be told now, and not when something happens
        notice(archive, now)
        try:
            count = tell(archive, now, notify, urgent_only=not digest_due(archive, now))
        except NotTold as failure:
            self.complain(str(failure))
            self.exitcode = 1
        else:
            print(f"told of {count} {'event' if count == 1 else 'events'}" if count else "nothing is due to be told")


def _kinds(chosen: str | None) -> tuple[EventKind, ...]:
    if chosen and chosen not in list(EventKind):
        raise ArgumentError(f"--kind {chosen}: it is one of {', '.join(EventKind)}")
    return (EventKind(chosen),) if chosen else tuple(EventKind)


def _text(events: Sequence[Event]) -> Iterator[str]:
    for event in events:
        told = "" if event.told_at else " (not told)"
        yield f"{event.noticed_at.astimezone(BEIJING):%Y-%m-%d %H:%M}  {event.kind:<21}{line(event)}{told}"
    yield f"{len(events)} {'event' if len(events) == 1 else 'events'} (Beijing time)"


def _json(event: Event) -> str:
    shown = {
        "id": event.id,
        "kind": event.kind,
        "code": event.code,
        "year": event.year,
        "detail": event.detail,
        "noticed_at": event.noticed_at.isoformat(),
        "told_at": event.told_at.isoformat() if event.told_at else None,
    }
    return json.dumps(shown, ensure_ascii=False)
