"""``scrapy export``: takes a part of the archive away, as a WACZ file or as an index for replay tools."""

import argparse
import json
import sys
from collections.abc import Collection
from pathlib import Path

from crawler.arguments import ArgumentError, parse_years
from crawler.command import ReadingCommand
from reports.divisions import by_code
from reports.divisions.selection import select_counties
from storage.cdxj import archive_index
from storage.database import Archive, open_archive
from storage.wacz.export import Exported, export_wacz

FORMATS = ("wacz", "cdxj")


class Command(ReadingCommand):
    """Reads the archive and its WARC files, and writes one file."""

    def syntax(self) -> str:
        return "[options] wacz | cdxj"

    def short_desc(self) -> str:
        return "Take archived reports away: a WACZ file for ReplayWeb.page, or a CDXJ index of all WARC files"

    def long_desc(self) -> str:
        return (
            "wacz: the archived pages of counties and years with their requests, attachments and list pages, an index, "
            "and the figures read from them (figures/figures.csv), in one file that ReplayWeb.page opens. "
            "cdxj: the index of all WARC files, for pywb and other replay tools. Nothing is overwritten. "
            "Example: scrapy export wacz --county 610326 -o meixian.wacz."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("-o", "--output", metavar="FILE", help="the file to write")
        parser.add_argument("--county", metavar="CODES", help="codes, prefixes or names, separated by commas")
        parser.add_argument("--years", metavar="YEARS", help="2020, 2019-2024 or 2019,2021-2023")
        parser.add_argument("--json", action="store_true", help="what was written as one JSON object")

    def act(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        if len(args) != 1 or args[0] not in FORMATS or not opts.output:
            raise ArgumentError(f"name a format ({', '.join(FORMATS)}) and a file: scrapy export wacz -o reports.wacz")
        if args[0] == "cdxj" and (opts.county or opts.years):
            raise ArgumentError("cdxj is the index of whole WARC files; --county and --years belong to wacz")
        codes = [county.code for county in select_counties(opts.county)] if opts.county else None
        years = parse_years(opts.years) if opts.years else None
        target = Path(opts.output)
        archive = open_archive(self.settings["GONGKAI_DATABASE_URL"], must_exist=True)
        try:
            if args[0] == "cdxj":
                self._index(archive, target)
                return
            software = self.settings["USER_AGENT"].split()[0]
            title = _title(codes, years)
            done = export_wacz(archive, target, codes, years, title=title, software=software, tell=_tell)
        except FileExistsError:
            raise ArgumentError(f"{target} is there already; name another file") from None
        except OSError as error:
            raise ArgumentError(f"{target} cannot be written: {error.strerror}") from error
        finally:
            archive.close()
        self._told(done, target, as_json=opts.json)

    def _index(self, archive: Archive, target: Path) -> None:
        count = 0
        with target.open("x", encoding="utf-8") as file:
            for line in archive_index(archive):
                file.write(f"{line}\n")
                count += 1
        print(f"{count} lines in {target}")

    def _told(self, done: Exported, target: Path, *, as_json: bool) -> None:
        if sys.stderr.isatty():
            print(file=sys.stderr)
        for one in done.damaged:
            print(f"left out, damaged: {one}", file=sys.stderr)
        self.exitcode = int(bool(done.damaged))
        if as_json:
            shown = {"file": str(target), "documents": done.reports, "records": done.records}
            print(json.dumps(shown | {"bytes": done.size, "damaged": done.damaged}, ensure_ascii=False))
        else:
            print(f"{target}: {done.reports} documents, {done.records} records, {done.size / 1e6:,.1f} MB")


def _title(codes: list[str] | None, years: Collection[int] | None) -> str:
    """政府信息公开工作年度报告 of whom and when, for the reader's title line."""
    counties = [county.name for code in codes or () if (county := by_code(code))]
    whose = "all counties" if codes is None else ", ".join(counties[:3]) + (" …" if len(counties) > 3 else "")
    when = f", {min(years)}–{max(years)}" if years and len(years) > 1 else f", {min(years)}" if years else ""
    return f"政府信息公开工作年度报告: {whose}{when}"


def _tell(done: int, of: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done} of {of} records", end="", file=sys.stderr, flush=True)
