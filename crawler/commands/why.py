"""``scrapy why``: the chain behind one cell of the matrix, from the portal to the checks, each link with its proof."""

import argparse
import json
from collections.abc import Iterable, Iterator
from itertools import groupby

from scrapy.settings import BaseSettings

from crawler.arguments import ArgumentError, parse_date
from crawler.command import ReadingCommand
from crawler.plan import registry_of
from reports.calendar import FIRST_YEAR
from reports.divisions.selection import select_counties
from storage.database import open_archive
from storage.records import Capture
from storage.shelf import Shelf
from storage.why.chain import why
from storage.why.steps import Step

LAST_YEAR = 2100
_CHANGES = 12  # of an amendment, shown where a person reads


class Command(ReadingCommand):
    """Reads the archive alone."""

    def syntax(self) -> str:
        return "[options] COUNTY YEAR"

    def short_desc(self) -> str:
        return "Show why a county's year stands as it does: list, link, WARC record, version, checks"

    def long_desc(self) -> str:
        return (
            "Show the chain behind one county's report of one year: portal, visit, list page, link, capture (WARC "
            "file, byte offset, sha256), version, reading and checks; or the proof that it is missing. "
            "Example: scrapy why 610326 2020."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--today", metavar="DATE", help="the date of the legal clock (default: today in Beijing)")
        parser.add_argument("--json", action="store_true", help="one JSON object a step and line")

    def act(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        if len(args) != 2 or not (args[1].isascii() and args[1].isdigit() and len(args[1]) == 4):
            raise ArgumentError("name a county and a year: scrapy why 610326 2020")
        counties = select_counties(args[0])
        if len(counties) > 1:
            raise ArgumentError(f"{args[0]} are {len(counties)} counties; name one")
        if not FIRST_YEAR <= int(args[1]) <= LAST_YEAR:
            raise ArgumentError(f"{args[1]} is no report year; the first reports were due for {FIRST_YEAR}")
        today = parse_date(opts.today)
        archive = open_archive(self.settings["GONGKAI_DATABASE_URL"], must_exist=True)
        steps = why(archive, counties[0].code, int(args[1]), today)
        archive.close()
        shown = [*steps[:1], *_former(self.settings, counties[0].code), *steps[1:]]
        for line in map(_json, shown) if opts.json else _lines(shown, archive.shelf):
            print(line)


def _former(settings: BaseSettings, code: str) -> Iterator[Step]:
    """The addresses a portal had before: old records were taken there."""
    portal = registry_of(settings).get(code)
    for home, since in portal.former if portal else ():
        yield Step("portal", f"its address before{f', from {since}' if since else ''}", home)


def _lines(steps: Iterable[Step], shelf: Shelf) -> Iterator[str]:
    """All steps, but of a long amendment its first changes alone."""
    for kind, grouped in groupby(steps, key=lambda step: step.kind):
        run = list(grouped)
        shown = run[:_CHANGES] if kind == "change" else run
        for step in shown:
            yield from _text(step, shelf)
        if len(run) > len(shown):
            yield f"{'':<9}… and {len(run) - len(shown)} more; --json shows them all"


def _text(step: Step, shelf: Shelf) -> Iterator[str]:
    yield f"{step.kind:<9}{step.text}"
    if step.url:
        yield f"{'':<9}{step.url}"
    for name, capture in (("held in", step.capture), ("again in", step.revisit)):
        if capture:
            yield f"{'':<9}{name} {shelf.place(capture.warc_file)}, byte {capture.warc_offset}"
            yield f"{'':<9}{'':<{len(name)}} sha256 {capture.payload_sha256}"


def _json(step: Step) -> str:
    shown: dict[str, object] = {"kind": step.kind, "text": step.text, "url": step.url}
    for name, capture in (("capture", step.capture), ("revisit", step.revisit)):
        if capture:
            shown[name] = _place(capture)
    return json.dumps(shown, ensure_ascii=False)


def _place(capture: Capture) -> dict[str, str | int]:
    return {
        "warc_file": capture.warc_file,
        "offset": capture.warc_offset,
        "length": capture.warc_length,
        "sha256": capture.payload_sha256,
        "status": capture.status,
        "fetched_at": capture.fetched_at.isoformat(),
    }
