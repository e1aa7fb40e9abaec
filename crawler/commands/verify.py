"""``scrapy verify``: proves that what SQL says is held is there, unaltered, and that nothing lies there unknown."""

import argparse
import json
import sys

from crawler.arguments import ArgumentError
from crawler.command import ReadingCommand
from storage.database import open_archive
from storage.records import Damage
from storage.verify import Progress, Verified, verify


class Command(ReadingCommand):
    """Reads the archive and its WARC files; notes what it found in the archive."""

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Prove that everything archived is there and unaltered; name what is damaged, missing or unknown"

    def long_desc(self) -> str:
        return (
            "Read every WARC record and compute its digests anew, hold it against SQL in both directions, and each "
            "file against the manifest in which it was sealed. What is damaged is named with the reports that rest on "
            "it. A verification that was stopped goes on where it was; --restart begins a new one. "
            "Exit code 0: all is proved, 1: damage was found, 2: it could not be done. Example: scrapy verify."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--restart", action="store_true", help="begin anew, also where the last one was stopped")
        parser.add_argument("--json", action="store_true", help="one JSON object a damage and line, the sums last")

    def act(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        if args:
            raise ArgumentError(f"{args[0]!r} is not understood; scrapy verify takes options alone")
        archive = open_archive(self.settings["GONGKAI_DATABASE_URL"], must_exist=True)
        try:
            result = verify(archive, restart=opts.restart, tell=_tell)
        finally:
            archive.close()
        if sys.stderr.isatty():
            print(file=sys.stderr)
        for damage in result.damages:
            print(_json(damage) if opts.json else _text(damage))
        for name, host in () if opts.json else result.elsewhere:
            print(f"{name} is on another machine ({host}), not finished yet")
        print(json.dumps(_sums(result)) if opts.json else _summary(result))
        self.exitcode = int(bool(result.damages))


def _tell(progress: Progress) -> None:
    """Progress for who watches: on a terminal alone, in one line."""
    if sys.stderr.isatty():
        read = f"{progress.size / 1e6:,.1f} MB"
        print(f"\r{progress.done} of {progress.files} WARC files, {read}", end="", file=sys.stderr, flush=True)


def _text(damage: Damage) -> str:
    at = f", byte {damage.warc_offset}" if damage.warc_offset is not None else ""
    where = f" {damage.warc_file}{at}:" if damage.warc_file else ""
    lines = [f"{damage.kind}{where} {damage.detail}", *([damage.url] if damage.url else [])]
    lines += [f"concerns {one}" for one in damage.concerns]
    return "\n  ".join(lines)


def _json(damage: Damage) -> str:
    return json.dumps(
        {
            "kind": damage.kind,
            "warc_file": damage.warc_file,
            "offset": damage.warc_offset,
            "url": damage.url,
            "detail": damage.detail,
            "concerns": damage.concerns,
        },
        ensure_ascii=False,
    )


def _sums(result: Verified) -> dict[str, object]:
    return {
        "warc_files": result.files,
        "records": result.records,
        "bytes": result.size,
        "newly_sealed": result.sealed,
        "damages": len(result.damages),
        "elsewhere": dict(result.elsewhere),
    }


def _summary(result: Verified) -> str:
    told = f"{len(result.damages)} damages" if result.damages else "no damage"
    sealed = f", {result.sealed} files newly sealed" if result.sealed else ""
    return f"{result.files} WARC files, {result.records:,} records, {result.size / 1e6:,.1f} MB: {told}{sealed}"
