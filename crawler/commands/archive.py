"""``scrapy archive``: how much is held, another archive brought in, a copy made during a crawl, files shipped."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from crawler.arguments import ArgumentError
from crawler.command import ReadingCommand
from storage.backup import back_up
from storage.database import Archive, open_archive
from storage.holdings import Holdings, holdings
from storage.merge.archives import merge
from storage.shipping import put_away

_ACTIONS = {"stat": 1, "ship": 1, "merge": 2, "backup": 2}  # words in all


class Command(ReadingCommand):
    """Looks after the archive as a whole."""

    def syntax(self) -> str:
        return "[options] stat | merge OTHER.db | backup FOLDER | ship"

    def short_desc(self) -> str:
        return "Show how much is held, bring another archive in, make a copy that verifies, fill the store"

    def long_desc(self) -> str:
        return (
            "stat: counts, and bytes beside what was fetched. merge: bring the WARC files and rows of another SQLite "
            "archive into this one without duplicates; a copy of this one's database is kept beside it. backup: copy "
            "database and WARC files into a folder, also while a crawl is at work; called again, it copies what is "
            "new. The copy is an archive of its own. ship: bring this machine's finished WARC files into the store of "
            "GONGKAI_WARC_STORE, as each crawl does. Example: scrapy archive backup /mnt/backup/gongkai."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--warc", metavar="FOLDER", help="with merge: the other one's WARC files, if not beside it")
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def act(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        action = args[0] if args else ""
        if len(args) != _ACTIONS.get(action):
            raise ArgumentError("say stat, merge OTHER.db, backup FOLDER or ship: scrapy archive stat")
        if opts.warc and action != "merge":
            raise ArgumentError(f"--warc belongs to merge, not to {action}")
        archive = open_archive(self.settings["GONGKAI_DATABASE_URL"], must_exist=True)
        try:
            told, shown = self._ship(archive) if action == "ship" else _done(archive, action, args[-1], opts)
        except OSError as error:
            raise ArgumentError(f"{error.filename or args[-1]}: {error.strerror}") from error
        finally:
            archive.close()
        print(json.dumps(shown, ensure_ascii=False) if opts.json else told)

    def _ship(self, archive: Archive) -> tuple[str, dict[str, object]]:
        if archive.store is None:
            raise ArgumentError("GONGKAI_WARC_STORE names no store to ship to, s3://BUCKET/FOLDER or file:///FOLDER")
        shipped = put_away(archive)
        for line in shipped.left:
            print(f"scrapy archive: {line}", file=sys.stderr)
        self.exitcode = int(bool(shipped.left))
        return f"{shipped.files} WARC files went into the store", {"warc_files": shipped.files, "left": shipped.left}


def _done(archive: Archive, action: str, place: str, opts: argparse.Namespace) -> tuple[str, dict[str, object]]:
    """What was done, for people and for scripts."""
    if action == "stat":
        held = holdings(archive)
        return _table(held), asdict(held)
    if action == "merge":
        merged = merge(archive, Path(place), Path(opts.warc) if opts.warc else None)
        rows = ", ".join(f"{number} of {name}" for name, number in merged.rows.items()) or "none"
        told = f"{merged.files} WARC files copied; new rows: {rows}.\nThe database as it was: {merged.before}"
        return told, {"warc_files": merged.files, "rows": dict(merged.rows), "before": str(merged.before)}
    copied = back_up(archive, Path(place))
    told = f"{copied.files} WARC files copied, {copied.kept} were there; the database is {copied.database}"
    return told, {"warc_files": copied.files, "kept": copied.kept, "database": str(copied.database)}


def _table(held: Holdings) -> str:
    raw = max(held.raw, 1)
    lines = [f"{name:<12}{number:>14,}" for name, number in held.counts.items()]
    lines += [
        "",
        f"{'fetched':<12}{held.raw:>14,} bytes, each payload once; {held.repeated:,} more were met again",
        f"{'WARC':<12}{held.warc:>14,} bytes in {held.warc_files} files, {held.warc / raw:.1%} of what was fetched",
        f"{'database':<12}{held.database:>14,} bytes, {held.database / raw:.1%}",
    ]
    return "\n".join(lines)
