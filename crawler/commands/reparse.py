"""``scrapy reparse``: reads archived reports again with today's parser, from their WARC bytes, without any request."""

import argparse
import json
import os
import sys
from collections import Counter

from crawler.arguments import ArgumentError
from crawler.command import ReadingCommand
from reports.divisions.selection import select_counties
from reports.version import PARSER_VERSION
from storage.database import open_archive
from storage.differences import Change
from storage.reparse import Outcome, Reread, reparse


class Command(ReadingCommand):
    """Reads the WARC files and adds readings; sends nothing."""

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Read archived reports again with today's parser, from their WARC records"

    def long_desc(self) -> str:
        return (
            f"Read again, from their bytes in the WARC files, the reports that an older parser read (today's is "
            f"{PARSER_VERSION}) and those that wait for a reader. The new reading stands beside the old ones, which "
            "stay; scrapy why shows both. Exit code 1: bytes of a version are lost or cannot be read any more. "
            "Example: scrapy reparse --county 6103 --ocr --dry-run."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--county", metavar="CODES", help="codes, prefixes or names, separated by commas")
        parser.add_argument(
            "--since-parser", metavar="V", help="only what parsers before V read; without it, before today's"
        )
        parser.add_argument("--ocr", action="store_true", help="recognise the text of pictures and scanned PDFs too")
        parser.add_argument("--dry-run", action="store_true", help="tell what would change, and keep nothing")
        parser.add_argument(
            "--jobs", metavar="N", type=int, default=os.cpu_count() or 1, help="how many processes read at once"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object a document and line, the sums last")

    def act(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        if args:
            raise ArgumentError(f"{args[0]!r} is not understood; name counties with --county")
        if opts.jobs < 1:
            raise ArgumentError("--jobs is at least 1")
        before = _version(opts.since_parser)
        codes = [county.code for county in select_counties(opts.county)] if opts.county else None
        archive = open_archive(self.settings["GONGKAI_DATABASE_URL"], must_exist=True)
        kinds: Counter[Reread] = Counter()
        changes: Counter[Change] = Counter()
        found = reparse(
            archive, codes, before=before, ocr=opts.ocr, dry_run=opts.dry_run, processes=opts.jobs, tell=_tell
        )
        try:
            for one in found:
                kinds[one.reread] += 1
                changes.update(one.changes)
                if opts.json:
                    print(json.dumps(_shown(one), ensure_ascii=False))
                elif one.reread not in (Reread.SAME, Reread.WAITING):
                    print(_text(one))
        finally:
            archive.close()
        if sys.stderr.isatty():
            print(file=sys.stderr)
        self.exitcode = int(bool(kinds[Reread.FAILED]))
        print(json.dumps({"documents": kinds, "figures": changes}) if opts.json else _summary(kinds, changes, opts))


def _version(printed: str | None) -> int:
    if printed is None:
        return int(PARSER_VERSION)
    if not (printed.isascii() and printed.isdigit() and 0 < int(printed) <= int(PARSER_VERSION)):
        raise ArgumentError(f"--since-parser {printed}: parsers are numbered from 1 to {PARSER_VERSION}")
    return int(printed)


def _tell(done: int, of: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done} of {of} versions", end="", file=sys.stderr, flush=True)


def _shown(one: Outcome) -> dict[str, object]:
    told: dict[str, object] = {
        "county": one.portal_code,
        "title": one.title,
        "url": one.url,
        "outcome": one.reread,
        "figures": dict(one.changes),
    }
    return told | {"detail": one.detail, "moved": one.moved}


def _text(one: Outcome) -> str:
    counted = ", ".join(f"{number} figures {change}" for change, number in one.changes.items())
    told = "; ".join(filter(None, (one.detail, counted, one.moved)))
    return f"{one.portal_code} {one.reread}{f' ({told})' if told else ''}: {one.title}\n  {one.url}"


def _summary(kinds: Counter[Reread], changes: Counter[Change], opts: argparse.Namespace) -> str:
    if not kinds:
        older = opts.since_parser or f"{PARSER_VERSION}, today's"
        return f"Nothing to read again: no reading{' there' if opts.county else ''} is by a parser before {older}."
    told = ", ".join(f"{kinds[kind]} {kind}" for kind in Reread if kinds[kind])
    figures = ", ".join(f"{changes[change]} {change}" for change in Change if changes[change]) or "none changed"
    rehearsal = " Nothing was kept: a dry run." if opts.dry_run else ""
    return f"Versions: {kinds.total()} ({told}). Figures: {figures}.{rehearsal}"
