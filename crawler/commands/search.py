"""``scrapy search``: the archived reports that hold a word, a name or a phrase, with the words around it."""

import argparse
import json
import sys
from collections.abc import Iterator
from functools import partial

from crawler.arguments import ArgumentError, parse_years
from crawler.command import ReadingCommand
from reports.divisions.selection import select_counties
from reports.states import Evidence
from storage.database import Archive, open_archive
from storage.search.find import Found, Hit, find
from storage.search.index import catch_up, rebuild, size

MOST = 1_000  # hits at once
_BOLD, _PLAIN = "\x1b[1;32m", "\x1b[0m"


class Command(ReadingCommand):
    """Reads the archive; indexes what an older version of this software left without an index."""

    def syntax(self) -> str:
        return "[options] QUERY"

    def short_desc(self) -> str:
        return "Find reports by the words in them: names, phrases, numbers, single characters"

    def long_desc(self) -> str:
        return (
            "Search the present text of every archived report: title, agency, sections with their headings. What "
            "stands between spaces has to be found all; each part is taken as it is written, and no sign has a "
            "meaning of its own. Traditional and Simplified, full-width and plain, capital and small are the same, "
            "line ends within a phrase do not matter. What was found stands in 【】. The best answers come first, and "
            "the newest where thousands of reports answer. Exit code 0: found, 1: nothing found, 2: it could not be "
            "done. Example: scrapy search 政府信息公开申请 12345 --county 6103 --years 2019-2024."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--county", metavar="CODES", help="codes, prefixes or names, separated by commas")
        parser.add_argument("--years", metavar="YEARS", help="2020, 2019-2024 or 2019,2021-2023")
        parser.add_argument(
            "--state", metavar="STATES", help="of the county's year in scrapy coverage, as archived,withdrawn"
        )
        parser.add_argument("--limit", metavar="N", default="10", help="how many to show (default: 10)")
        parser.add_argument("--skip", metavar="N", default="0", help="how many to leave out before them (default: 0)")
        parser.add_argument("--json", action="store_true", help="one JSON object a document and line")
        parser.add_argument("--rebuild", action="store_true", help="make the index anew first; needs no query")

    def act(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        if not args and not opts.rebuild:
            raise ArgumentError("say what to look for: scrapy search 依申请公开")
        limit, skip = _number(opts.limit, "limit", 1), _number(opts.skip, "skip", 0)
        ask = partial(
            find,
            codes=[county.code for county in select_counties(opts.county)] if opts.county else None,
            years=parse_years(opts.years) if opts.years else None,
            states=_states(opts.state) if opts.state else None,
            limit=limit,
            offset=skip,
        )
        archive = open_archive(self.settings["GONGKAI_DATABASE_URL"], must_exist=True)
        try:
            indexed = _indexed(archive, anew=opts.rebuild)
            found = ask(archive, " ".join(args)) if args else None
        finally:
            archive.close()
        if found is None:
            print(f"{indexed:,} documents are in the index.")
            return
        for line in map(_json, found.hits) if opts.json else _text(found, indexed, skip):
            print(line)
        self.exitcode = int(not found.total)


def _states(text: str) -> list[Evidence]:
    names = [name.strip() for name in text.split(",")]
    if unknown := next((name for name in names if name not in list(Evidence)), None):
        raise ArgumentError(f"--state {unknown}: it is one of {', '.join(Evidence)}")
    return [Evidence(name) for name in names]


def _number(text: str, name: str, least: int) -> int:
    most = MOST if least else 10**9
    if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
        raise ArgumentError(f"--{name} is {text!r}; it is a number from {least:,} to {most:,}")
    return int(text)


def _indexed(archive: Archive, *, anew: bool) -> int:
    """Index what is not indexed yet; how many documents there are to be searched."""
    done = (rebuild if anew else catch_up)(archive, tell=_tell)
    if done and sys.stderr.isatty():
        print(file=sys.stderr)
    return size(archive)


def _tell(done: int, of: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done:,} of {of:,} documents indexed", end="", file=sys.stderr, flush=True)


def _text(found: Found, indexed: int, skip: int) -> Iterator[str]:
    for hit in found.hits:
        yield f"{hit.code} {hit.county}  {hit.year or 'year unknown'}  {hit.state or 'no state'}  {hit.agency}"
        yield f"    {hit.title}"
        yield f"    {hit.section}: {_marked(hit)}" if hit.section else f"    {_marked(hit)}"
        yield f"    {hit.url}"
    if not indexed:
        yield "The archive holds no report yet; scrapy crawl reports fetches some."
    elif not found.total:
        yield f"Nothing found in {indexed:,} documents."
    elif not found.hits:
        yield f"{found.total:,} of {indexed:,} documents; --skip {skip:,} leaves none of them."
    else:
        yield f"{skip + 1:,} to {skip + len(found.hits):,} of {found.total:,} found in {indexed:,} documents."


def _marked(hit: Hit) -> str:
    """The snippet with what was found in brackets, and in colour on a terminal."""
    before, after = (f"{_BOLD}【", f"】{_PLAIN}") if sys.stdout.isatty() else ("【", "】")
    return "".join(f"{before}{text}{after}" if matched else text for text, matched in hit.snippet)


def _json(hit: Hit) -> str:
    shown = {
        "code": hit.code,
        "county": hit.county,
        "agency": hit.agency,
        "year": hit.year,
        "state": hit.state,
        "report": hit.report_id,
        "document": hit.document_id,
        "title": hit.title,
        "url": hit.url,
        "section": hit.section,
        "snippet": [{"text": text, "match": matched} for text, matched in hit.snippet],
    }
    return json.dumps(shown, ensure_ascii=False)
