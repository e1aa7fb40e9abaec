"""``scrapy add``: archives a page that a person saved by hand, its provenance marked so."""

import argparse
import getpass
import json
import mimetypes
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings
from w3lib.url import safe_url_string

from crawler.allowlist import Allowlist
from crawler.arguments import ArgumentError
from crawler.command import ReadingCommand
from crawler.plan import registry_of
from crawler.registry import Portal
from reports import normalize, unread
from reports.divisions.selection import select_counties
from reports.model import Report, Unreadable
from reports.sniff import LARGEST
from storage.byhand import Added, add
from storage.database import open_archive
from storage.records import PortalRecord, SavedFile
from storage.shipping import ship


class Command(ReadingCommand):
    """Reads one file and sends nothing."""

    def syntax(self) -> str:
        return "FILE --county CODE --url U [options]"

    def short_desc(self) -> str:
        return "Archive a page or file that you saved by hand from a portal that answers to browsers alone"

    def long_desc(self) -> str:
        return (
            "Archive a report that a person saved with a browser: the file's bytes go into a WARC file as a resource "
            "record, with who saved it, from which address and when, and are read like any report. The address has to "
            "be on the portal's own hosts, as the registry names them. "
            "Example: scrapy add report.html --county 610326 --url http://www.meixian.gov.cn/2020.html --by 'Li Lei'."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--county", metavar="CODE", help="whose portal it was saved from: a code or a name")
        parser.add_argument("--url", metavar="U", help="the address that it was saved from")
        parser.add_argument("--by", metavar="NAME", help="who saved it (default: your login name)")
        parser.add_argument("--saved", metavar="DATE", help="on which day (default: when the file was last changed)")
        parser.add_argument("--ocr", action="store_true", help="recognise the text of pictures and scanned PDFs")
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def act(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        if len(args) != 1 or not opts.county or not opts.url:
            raise ArgumentError("name one file, its county and its address: scrapy add FILE --county 610326 --url U")
        url = _address(opts.url)
        portal = _portal(self.settings, opts.county, url)
        path = Path(args[0])
        saved = _saved(path, url, opts.saved)
        report = _read(saved, path.name, portal.code, ocr=opts.ocr)
        told = {"by": opts.by or getpass.getuser(), "file": path.name, "url": url}
        archive = open_archive(self.settings["GONGKAI_DATABASE_URL"])
        try:
            record = PortalRecord(portal.code, portal.home, portal.notes)
            added = add(archive, record, saved, report, told, self.settings["USER_AGENT"].split()[0])
            for line in ship(archive).left:
                print(f"scrapy add: {line}", file=sys.stderr)
        finally:
            archive.close()
        print(_json(added, report) if opts.json else _text(added, report))


def _address(typed: str) -> str:
    """The address as a crawl would send it: escaped, without the fragment."""
    try:
        parts = urlsplit(typed)
        sound = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        sound = False
    if not sound:
        raise ArgumentError(f"--url {typed}: write the address as the browser shows it, http://… or https://…")
    return safe_url_string(typed).partition("#")[0]


def _portal(settings: BaseSettings, county: str, url: str) -> Portal:
    counties = select_counties(county)
    if len(counties) > 1:
        raise ArgumentError(f"{county} are {len(counties)} counties; the file is from one portal")
    portal = registry_of(settings).get(counties[0].code) or Portal(counties[0].code)
    former = tuple(host for home, _ in portal.former if (host := urlsplit(home).hostname))
    if not Allowlist.of(replace(portal, hosts=(*portal.hosts, *former))).allows(url):
        known = portal.home or "none is known"
        raise ArgumentError(
            f"{url} is on no host of {counties[0].name}'s portal ({known}): mirrors lie. If the portal is there, give "
            "it a row in registry.local.csv (docs/registry.md)"
        )
    return portal


def _saved(path: Path, url: str, day: str | None) -> SavedFile:
    try:
        with path.open("rb") as file:
            body = file.read(LARGEST + 1)
        changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError as error:
        raise ArgumentError(f"{path}: {error.strerror}") from error
    try:
        when = datetime.fromisoformat(day).astimezone(UTC) if day else changed
    except ValueError as error:
        raise ArgumentError(f"--saved is {day!r}; write 2026-11-28, or 2026-11-28T09:30+08:00") from error
    if when > datetime.now(UTC):
        raise ArgumentError(f"--saved is {day or when}, which is still to come")
    return SavedFile(url, body, mimetypes.guess_type(path.name)[0] or "application/octet-stream", when)


def _read(saved: SavedFile, name: str, code: str, *, ocr: bool) -> Report:
    try:
        return normalize(saved.payload, url=saved.url, file_name=name, county_code=code, ocr=ocr)
    except Unreadable as error:
        if error.waits_for is None:
            raise ArgumentError(f"{name} cannot be archived as a report: {error}") from error
        return unread(error.waits_for, url=saved.url, county_code=code, title_hint=Path(name).stem)


def _text(added: Added, report: Report) -> str:
    who = f"{report.agency or 'agency unknown'} {report.year or 'year unknown'}"
    doubt = "; it waits for a decision: scrapy review" if report.needs_review else ""
    what = f"archived ({added.outcome})" if added.outcome else "is archived already"
    return f"{who}: {what}{doubt}\nheld in {added.capture.warc_file}, byte {added.capture.warc_offset}"


def _json(added: Added, report: Report) -> str:
    shown = {
        "agency": report.agency,
        "county": report.county_code,
        "year": report.year,
        "outcome": added.outcome or "known",
        "review": report.review,
        "warc_file": added.capture.warc_file,
        "offset": added.capture.warc_offset,
        "sha256": added.capture.payload_sha256,
    }
    return json.dumps(shown, ensure_ascii=False)
