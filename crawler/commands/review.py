"""``scrapy review``: lists the documents that wait for a person's decision, and records it."""

import argparse
import json
from collections.abc import Iterator
from datetime import datetime

from crawler.arguments import ArgumentError
from crawler.command import ReadingCommand
from reports.calendar import BEIJING, FIRST_YEAR
from reports.divisions.selection import select_counties
from reports.model import AgencyKind
from storage.database import Archive, open_archive
from storage.evidence import Held
from storage.records import Verdict
from storage.review import Correction, decide, in_doubt


class Command(ReadingCommand):
    """Reads the archive, or adds one decision to it."""

    def syntax(self) -> str:
        return "[options] [accept | correct | reject NUMBER]"

    def short_desc(self) -> str:
        return "List what waits for a person's decision, or record one: accept, correct or reject, by whom and why"

    def long_desc(self) -> str:
        return (
            "Without arguments, list the documents of which the parser is not sure whose report they are or of which "
            "year. Then say of one, by its number: accept (it is what the reading says), correct (it is --county's, of "
            "--year, --kind of agency) or reject (it is no report). The reading stays as it is; the decision stands "
            "beside it for as long as the document's content does, and the latest one counts. "
            "Example: scrapy review correct 17 --year 2020 --by 'Li Lei' --reason 'the title has a misprint'."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--county", metavar="CODES", help="which to list (codes, prefixes, names), or whose report it is instead"
        )
        parser.add_argument("--year", metavar="YEAR", help="the year reported on instead")
        kinds = ", ".join(AgencyKind)
        parser.add_argument("--kind", metavar="KIND", help=f"what the agency is instead ({kinds})")
        parser.add_argument("--by", metavar="NAME", help="who decides")
        parser.add_argument("--reason", metavar="TEXT", help="why")
        parser.add_argument("--json", action="store_true", help="one JSON object a document and line")

    def act(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        said = _said(args, opts) if args else None
        codes = [county.code for county in select_counties(opts.county)] if opts.county else None
        archive = open_archive(self.settings["GONGKAI_DATABASE_URL"], must_exist=True)
        try:
            for line in _listed(archive, codes, opts) if said is None else _decided(archive, *said, opts):
                print(line)
        finally:
            archive.close()


def _said(args: list[str], opts: argparse.Namespace) -> tuple[int, Verdict, Correction]:
    """What was typed as a decision, checked."""
    if len(args) != 2 or args[0] not in list(Verdict):
        raise ArgumentError("say accept, correct or reject, and the document's number: scrapy review accept 17 --by …")
    if not (args[1].isascii() and args[1].isdigit()):
        raise ArgumentError(f"{args[1]!r} is no document's number; scrapy review lists them")
    for name in ("by", "reason"):
        if not (getattr(opts, name) or "").strip():
            raise ArgumentError(f"a decision needs --{name}: others shall be able to follow it")
    verdict = Verdict(args[0])
    told = [name for name in ("county", "year", "kind") if getattr(opts, name)]
    if verdict is Verdict.CORRECT and not told:
        raise ArgumentError("correct needs what it is instead: --county, --year or --kind")
    if verdict is not Verdict.CORRECT and told:
        raise ArgumentError(f"--{told[0]} belongs to correct, not to {verdict}")
    return int(args[1]), verdict, _correction(opts)


def _correction(opts: argparse.Namespace) -> Correction:
    counties = select_counties(opts.county) if opts.county else ()
    if len(counties) > 1:
        raise ArgumentError(f"{opts.county} are {len(counties)} counties; a report is one's")
    if opts.kind and opts.kind not in list(AgencyKind):
        raise ArgumentError(f"--kind {opts.kind}: it is one of {', '.join(AgencyKind)}")
    year = opts.year or ""
    last = datetime.now(BEIJING).year - 1
    if year and not (year.isascii() and year.isdigit() and FIRST_YEAR <= int(year) <= last):
        raise ArgumentError(f"--year {year} is no report year; there are reports of {FIRST_YEAR} to {last}")
    return Correction(
        county_code=counties[0].code if counties else None,
        kind=AgencyKind(opts.kind) if opts.kind else None,
        year=int(year) if year else None,
    )


def _decided(
    archive: Archive, number: int, verdict: Verdict, correction: Correction, opts: argparse.Namespace
) -> Iterator[str]:
    decision = decide(archive, number, verdict, opts.by.strip(), opts.reason.strip(), correction)
    if opts.json:
        yield json.dumps({"document": number, "decision": decision.id, "verdict": verdict}, ensure_ascii=False)
    else:
        yield f"Document {number}: {verdict}, by {decision.decided_by}. The reading stays as it was."


def _listed(archive: Archive, codes: list[str] | None, opts: argparse.Namespace) -> Iterator[str]:
    waiting = in_doubt(archive, codes)
    for document in waiting:
        yield _json(document) if opts.json else _text(document)
    if not opts.json:
        yield f"{len(waiting)} documents wait for a decision." if waiting else "Nothing waits for a decision."


def _text(document: Held) -> str:
    who = f"{document.county_code} {document.year or 'year unknown'}, {document.kind}"
    return f"{document.document_id}  {who}: {document.title}\n    {'; '.join(document.review)}\n    {document.url}"


def _json(document: Held) -> str:
    shown = {
        "document": document.document_id,
        "portal": document.portal_code,
        "county": document.county_code,
        "year": document.year,
        "kind": document.kind,
        "title": document.title,
        "url": document.url,
        "review": document.review,
    }
    return json.dumps(shown, ensure_ascii=False)
