"""``scrapy export``: takes a part of the archive away, as tables, a data package, a WACZ file or an index."""

import argparse
import json
import sys
from collections.abc import Collection
from pathlib import Path

from crawler.arguments import ArgumentError, parse_years
from crawler.command import ReadingCommand
from crawler.commands._tables import PACKAGES, STDOUT, export_tables, file_format, scope_of
from reports.divisions import by_code
from reports.divisions.selection import select_counties
from storage.cdxj import archive_index
from storage.database import Archive, open_archive
from storage.exports.target import new_file
from storage.exports.write import FORMATS, TABLES
from storage.wacz.export import Exported, export_wacz

REPLAYED = ("wacz", "cdxj")
WHAT = (*TABLES, *PACKAGES, *REPLAYED)
_ONLY = {  # options that belong to some alone
    "format": (*TABLES, "datapackage"),
    "agencies": ("figures", "reports", "findings", *PACKAGES),
    "today": (*TABLES, *PACKAGES),
    "previous": ("release",),
    "county": (*TABLES, *PACKAGES, "wacz"),
    "years": (*TABLES, *PACKAGES, "wacz"),
}


class Command(ReadingCommand):
    """Reads the archive, for WACZ its WARC files too, and writes one file or folder."""

    def syntax(self) -> str:
        return f"[options] {' | '.join(TABLES)} | datapackage | release VERSION | wacz | cdxj"

    def short_desc(self) -> str:
        return "Take data away: tables (CSV, Parquet, JSON Lines, XLSX), a data package or release, WACZ, CDXJ"

    def long_desc(self) -> str:
        return (
            "panel: a row for each county and year, gaps too, a column for each indicator. figures, findings: a row "
            "each. reports: a row for each version. coverage: states alone. Example: scrapy export panel --county 61 "
            "-o panel.csv. datapackage: a folder with all of them and a codebook. release VERSION: the same with "
            "digests, citation and what changed since --previous FOLDER. wacz: archived pages with all that proves "
            "them, for ReplayWeb.page. cdxj: the index of all WARC files. Nothing is overwritten."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("-o", "--output", metavar="PATH", help="the file or folder to write; - for standard output")
        parser.add_argument("--county", metavar="CODES", help="codes, prefixes or names, with commas (default: all)")
        parser.add_argument("--years", metavar="YEARS", help="e.g. 2020 or 2015-2024 (default: 2008 to the last due)")
        parser.add_argument("--format", metavar="NAME", help=f"{', '.join(FORMATS)} (default: as the file is called)")
        parser.add_argument(
            "--agencies", metavar="WHOSE", help="county (default), or all: offices, departments, copies"
        )
        parser.add_argument("--today", metavar="DATE", help="the date of the legal clock (default: today in Beijing)")
        parser.add_argument("--previous", metavar="FOLDER", help="the release before this one")
        parser.add_argument("--json", action="store_true", help="what was written as one JSON object")

    def act(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        what = self._checked(args, opts)
        archive = open_archive(self.settings["GONGKAI_DATABASE_URL"], must_exist=True)
        try:
            if what in REPLAYED:
                self._replayed(archive, what, opts)
            else:
                software = self.settings["USER_AGENT"].split()[0]
                self._told_rows(export_tables(archive, what, opts, args[-1], software), opts)
        except FileExistsError:
            raise ArgumentError(f"{opts.output} is there already; name another") from None
        except BrokenPipeError:
            raise
        except OSError as error:
            raise ArgumentError(f"{opts.output} cannot be written: {error.strerror or error}") from error
        finally:
            archive.close()

    def _checked(self, args: list[str], opts: argparse.Namespace) -> str:
        """What is to be exported; raises ``ArgumentError`` where what was typed does not go together."""
        what = args[0] if args else ""
        if what not in WHAT:
            raise ArgumentError(f"name what to export ({', '.join(WHAT)}): scrapy export panel -o panel.csv")
        if len(args) != 1 + (what == "release"):
            raise ArgumentError(
                "a release has one version: scrapy export release 2026.1"
                if what == "release"
                else f"{args[1]!r} is not understood; {what} takes options alone"
            )
        for option, belongs in _ONLY.items():
            if getattr(opts, option) is not None and what not in belongs:
                raise ArgumentError(f"--{option} belongs to {', '.join(belongs)}")
        if what == "release":
            opts.output = opts.output or f"gongkai-data-{args[1]}"
        if not opts.output:
            raise ArgumentError(f"name what to write: scrapy export {what} -o {_example(what)}")
        if what in REPLAYED:
            if opts.output == STDOUT:
                raise ArgumentError(f"{what} does not go to standard output; name a file with -o")
        else:
            opts.agencies = opts.agencies or "county"
            scope_of(opts)
            file_format(what, opts)
        return what

    def _replayed(self, archive: Archive, what: str, opts: argparse.Namespace) -> None:
        assert self.settings is not None
        target = Path(opts.output)
        if what == "cdxj":
            self._index(archive, target)
            return
        codes = [county.code for county in select_counties(opts.county)] if opts.county else None
        years = parse_years(opts.years) if opts.years else None
        software = self.settings["USER_AGENT"].split()[0]
        title = _title(codes, years)
        done = export_wacz(archive, target, codes, years, title=title, software=software, tell=_tell)
        self._told(done, target, as_json=opts.json)

    def _index(self, archive: Archive, target: Path) -> None:
        count = 0
        with new_file(target) as part, part.open("w", encoding="utf-8") as file:
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

    def _told_rows(self, rows: dict[str, int], opts: argparse.Namespace) -> None:
        stream = sys.stderr if opts.output == STDOUT else sys.stdout
        if opts.json:
            print(json.dumps({"file": opts.output, "rows": rows}, ensure_ascii=False), file=stream)
        else:
            told = ", ".join(f"{number:,} rows of {name}" for name, number in rows.items())
            print(f"{opts.output}: {told}", file=stream)


def _example(what: str) -> str:
    return {"wacz": "reports.wacz", "cdxj": "index.cdxj", "datapackage": "gongkai-data"}.get(what, f"{what}.csv")


def _title(codes: list[str] | None, years: Collection[int] | None) -> str:
    """政府信息公开工作年度报告 of whom and when, for the reader's title line."""
    counties = [county.name for code in codes or () if (county := by_code(code))]
    whose = "all counties" if codes is None else ", ".join(counties[:3]) + (" …" if len(counties) > 3 else "")
    when = f", {min(years)}–{max(years)}" if years and len(years) > 1 else f", {min(years)}" if years else ""
    return f"政府信息公开工作年度报告: {whose}{when}"


def _tell(done: int, of: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done} of {of} records", end="", file=sys.stderr, flush=True)
