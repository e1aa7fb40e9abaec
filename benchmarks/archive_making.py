"""The archive that ``benchmarks.archive`` weighs: a county's list, its reports and its visit, and a later pass."""

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from benchmarks.reading_speed import Printed
from reports.model import Report
from reports.states import CandidateVerdict, VisitOutcome
from storage.archive import begin_run, finish_run, save_document, save_listings, save_unchanged, save_visit
from storage.database import Archive
from storage.records import (
    CandidateRecord,
    Capture,
    DocumentRecord,
    Exchange,
    ListingRecord,
    PortalRecord,
    RunOutcome,
    VisitRecord,
)
from storage.warc import WarcWriter

START = datetime(2025, 4, 1, 2, tzinfo=UTC)
_HEADERS = (
    ("Server", "nginx"),
    ("Date", "Tue, 01 Apr 2025 02:00:00 GMT"),
    ("Content-Type", "text/html; charset=utf-8"),
    ("Last-Modified", "Mon, 31 Mar 2025 09:12:44 GMT"),
    ("ETag", '"67ea5f2c-f0e1"'),
)
_ASKED = (
    ("Host", "www.example.test"),
    ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
    ("Accept-Language", "zh-CN"),
    ("User-Agent", "GongkaiArchive/0.1 (+contact; archives public government reports)"),
    ("Accept-Encoding", "gzip, deflate"),
)
_LINK = '<li><a href="/zfxxgknb/{0}/t{0}0131_10{0}.html" title="{1}人民政府{0}年政府信息公开工作年度报告">{0}</a></li>'


class Making:
    """One crawl of all counties, and what it cost."""

    def __init__(self, archive: Archive, at: datetime = START) -> None:
        self.archive = archive
        self.now = at
        self.run = begin_run(archive, "manual", {"county": "all"}, "gongkai-archive/benchmark", "here")
        self.writer = WarcWriter(archive.warc_dir, software="gongkai-archive/benchmark")
        self.saving = 0.0  # seconds in save_document
        self.figures = 0

    def close(self) -> None:
        self.writer.close()
        finish_run(self.archive, self.run, RunOutcome.FINISHED)

    def fetch(self, url: str, body: bytes, of: Capture | None = None, status: int = 200) -> Capture:
        self.now += timedelta(seconds=1)
        exchange = Exchange(url, "GET", _ASKED, b"", status, "HTTP/1.1", _HEADERS, body, "127.0.0.1", self.now)
        return self.writer.write(exchange, of)

    def portal(
        self, code: str, name: str, reports: Sequence[tuple[int, Printed, Report]]
    ) -> tuple[Capture, dict[str, Capture]]:
        """Archive a county; returns the capture of its list and those of its reports by address."""
        portal = PortalRecord(code, f"http://www.c{code}.test/")
        listing, links = self._list(portal, name)
        save_listings(self.archive, self.run, portal, [listing], [listing.capture])
        held = {}
        for year, page, report in reports:
            url = links[year].url
            held[url] = self.fetch(url, page.body)
            self.writer.sync()
            record = DocumentRecord(url, held[url], held[url], report)
            begun = time.perf_counter()
            save_document(self.archive, self.run, portal, record, [held[url]])
            self.saving += time.perf_counter() - begun
            self.figures += len(report.figures)
        self._visit(portal)
        return listing.capture, held

    def again(self, code: str, name: str, listed: Capture, held: dict[str, Capture], *, reports: bool) -> None:
        """A later visit to a county where nothing changed."""
        portal = PortalRecord(code, f"http://www.c{code}.test/")
        listing, _ = self._list(portal, name, listed)
        save_listings(self.archive, self.run, portal, [listing], [listing.capture])
        for url, capture in held.items() if reports else ():
            same = self.fetch(url, b"", capture, 304)
            save_unchanged(self.archive, self.run, portal, url, same, [same])
        self._visit(portal)

    def _list(
        self, portal: PortalRecord, name: str, before: Capture | None = None
    ) -> tuple[ListingRecord, dict[int, CandidateRecord]]:
        url = f"{portal.home}zfxxgknb/"
        links = {year: _link(portal, name, year) for year in range(2024, 2007, -1)}
        body = "".join(_LINK.format(year, name) for year in links).encode() * 4
        capture = self.fetch(url, b"" if before else body, before, 304 if before else 200)
        self.writer.sync()
        return ListingRecord(url, 1, "政府信息公开年报", True, tuple(links.values()), capture, "last-page"), links

    def _visit(self, portal: PortalRecord) -> None:
        begun = self.now - timedelta(minutes=1)
        visit = VisitRecord(VisitOutcome.COMPLETE, "", begun, self.now, requests=20, list_pages=1, family="trs")
        save_visit(self.archive, self.run, portal, visit, [])


def _link(portal: PortalRecord, name: str, year: int) -> CandidateRecord:
    url = f"{portal.home}zfxxgknb/{year}/t{year}0131_10{year}.html"
    title = f"{name}人民政府{year}年政府信息公开工作年度报告"
    return CandidateRecord(url, title, f"{year + 1}-01-31", CandidateVerdict.REPORT, year)


def distinct(pages: Iterator[Printed]) -> Iterator[Printed]:
    """The pages again and again, no two of the same bytes."""
    for number, page in enumerate(pages):
        yield page._replace(body=page.body.replace(b"</body>", f"<!-- visited {number} times --></body>".encode()))
