"""``scrapy probe``: what a portal is, where its annual reports are listed, and the registry row that says so."""

import argparse
import json
import logging
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from crawler.arguments import ArgumentError, check_contact
from crawler.command import PlainErrors
from crawler.commands.crawl import quieten
from crawler.plan import registry_of
from crawler.probing import Findings
from crawler.registry import COLUMNS, Portal, is_web_address
from crawler.spiders.probe import ProbeSpider
from reports.divisions import Division, by_code
from reports.divisions.selection import select_counties
from reports.states import VisitOutcome

EXIT_CODES = {
    VisitOutcome.PROBED: 0,
    VisitOutcome.FAILED: 1,
    VisitOutcome.LIST_UNREADABLE: 3,
    VisitOutcome.BLOCKED: 4,
    VisitOutcome.DISALLOWED: 5,
    VisitOutcome.UNREACHABLE: 6,
    VisitOutcome.IDENTITY_MISMATCH: 7,
}
SHOWN = 8  # links of the list's first page


class Command(PlainErrors):
    """Sends as a crawl does (robots.txt, delays, allow-list); nothing of it is kept."""

    def syntax(self) -> str:
        return "[options] URL"

    def short_desc(self) -> str:
        return "Look at one portal: its family, its owner, its report column, and the registry row to paste"

    def long_desc(self) -> str:
        codes = ", ".join(f"{code} {outcome}" for outcome, code in EXIT_CODES.items() if code > 1)
        return (
            "Look at a portal's home page or report column and say which family it is and by which marks, whose "
            "SiteIDCode it bears, where its annual reports are listed, what the first page of the list shows, and the "
            "row for the registry. Example: scrapy probe http://www.meixian.gov.cn/ --county 610326. "
            f"Exit code 0: the list was found and is the county's; 2 bad input, {codes}."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--county", metavar="CODE", help="whose portal it should be (default: as in the registry)")
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def act(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        assert self.crawler_process is not None
        if len(args) != 1:
            raise ArgumentError("name one address: scrapy probe http://www.meixian.gov.cn/")
        url = args[0] if "://" in args[0] else f"http://{args[0]}"
        county = _county(opts.county)
        check_contact(self.settings["GONGKAI_CONTACT"])
        known = registry_of(self.settings)
        portal = _portal(url, known.values(), county)
        quieten()
        for name in ("crawler.session", "scrapy.extensions.logstats"):  # nothing is counted, nothing kept
            logging.getLogger(name).setLevel(logging.WARNING)
        with tempfile.TemporaryDirectory(prefix="gongkai-probe-") as folder:
            self.settings.set("GONGKAI_DATABASE_URL", f"sqlite:///{folder}/probe.db", priority="cmdline")
            os.environ["GONGKAI_WARC_DIR"] = str(Path(folder) / "warc")
            os.environ.pop("GONGKAI_WARC_STORE", None)
            crawler = self.crawler_process.create_crawler("probe")
            self.crawler_process.crawl(crawler, portal=portal, county=county or by_code(portal.code))
            self.crawler_process.start()
        assert isinstance(crawler.spider, ProbeSpider)
        found = crawler.spider.findings
        if found is None:
            raise ArgumentError(f"{url} was not asked; the lines above say why")
        self.exitcode = EXIT_CODES.get(found.outcome, 1)
        for line in [json.dumps(_shown(found), ensure_ascii=False)] if opts.json else _text(found):
            print(line)


def _county(text: str | None) -> Division | None:
    if not text:
        return None
    chosen = select_counties(text)
    if len(chosen) > 1:
        raise ArgumentError(f"{text} are {len(chosen)} counties; name one")
    return chosen[0]


def _portal(url: str, known: Iterable[Portal], county: Division | None) -> Portal:
    """The portal at an address, with what the registry knows of it."""
    if not is_web_address(url):
        raise ArgumentError(f"{url!r} is no web address; write http://www.meixian.gov.cn/")
    host = urlsplit(url).hostname
    rows = [row for row in known if row.home and urlsplit(row.home).hostname == host]
    if county is not None:
        rows = [row for row in rows if row.code == county.code]
    row = rows[0] if len(rows) == 1 else Portal(county.code if county else "")
    return replace(row, home=url, column_url=None)


def _text(found: Findings) -> Iterator[str]:
    yield f"{'address':<11}{found.url}"
    if found.detection:
        yield f"{'family':<11}{found.detection.family} (score {found.detection.score}: {found.detection.evidence})"
        owners = " or ".join(f"{owner.name} ({owner.code})" for owner in found.owners) or "no division that is known"
        yield f"{'site code':<11}{f'{found.site_id_code}: {owners}' if found.site_id_code else 'none on the page'}"
    if found.column:
        yield f"{'column':<11}{found.column.url}"
        yield f"{'list':<11}{found.column.first.url}: {len(found.entries)} links on its first page"
        yield f"{'own years':<11}{', '.join(map(str, found.years)) or 'no report of the county itself on this page'}"
        for entry in found.entries[:SHOWN]:
            yield f"{'':<11}{entry.date or '':<11}{entry.title}"
        if len(found.entries) > SHOWN:
            yield f"{'':<11}… {len(found.entries) - SHOWN} more"
    for host, told in sorted(found.transport.items()):
        yield f"{'transport':<11}{host}: {told}"
    verdict = "found" if found.outcome is VisitOutcome.PROBED else f"{found.outcome} ({found.reason})"
    requests = f"{found.requests} request{'' if found.requests == 1 else 's'}"
    yield f"{'verdict':<11}{verdict}{f': {found.detail}' if found.detail else ''}, {requests}"
    if found.row:
        yield ""
        yield ",".join(COLUMNS)
        yield found.row
    elif found.column:
        yield "The page does not say whose it is; name the county to get a registry row: --county CODE"
    elif found.outcome is VisitOutcome.IDENTITY_MISMATCH:
        for owner in found.owners:
            yield f"If it is meant to be {owner.name}'s: --county {owner.code}"


def _shown(found: Findings) -> dict[str, object]:
    detection, column = found.detection, found.column
    return {
        "url": found.url,
        "outcome": found.outcome,
        "reason": found.reason,
        "detail": found.detail,
        "family": detection.family if detection else None,
        "family_score": detection.score if detection else None,
        "family_evidence": detection.evidence if detection else None,
        "site_id_code": found.site_id_code,
        "owners": [{"code": owner.code, "name": owner.name} for owner in found.owners],
        "county": found.county.code if found.county else None,
        "column_url": column.url if column else None,
        "list_url": column.first.url if column else None,
        "years": found.years,
        "links": [{"url": entry.url, "title": entry.title, "date": entry.date} for entry in found.entries],
        "transport": found.transport,
        "requests": found.requests,
        "registry_row": found.row or None,
    }
