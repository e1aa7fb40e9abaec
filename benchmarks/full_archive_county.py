"""One county of a simulated archive: its portal's fate, its list, and what became of each year's report."""

import hashlib
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from benchmarks.full_archive_rows import Sheets
from reports.divisions import Division
from reports.model import AgencyKind, ContentKind, Report
from reports.states import CandidateVerdict, Reason, VisitOutcome
from reports.version import PARSER_VERSION
from storage.models import Agency, Attachment, Candidate, Document, Gone, Listing, Version
from storage.records import AttachmentKind

_PORTALS = {
    VisitOutcome.COMPLETE: 0.91,
    VisitOutcome.BLOCKED: 0.025,
    VisitOutcome.UNREACHABLE: 0.02,
    VisitOutcome.LIST_UNREADABLE: 0.02,
    VisitOutcome.DISALLOWED: 0.005,
    VisitOutcome.IDENTITY_MISMATCH: 0.005,
    VisitOutcome.NO_PORTAL: 0.005,
    None: 0.01,  # never visited
}
_YEARS = {"held": 0.885, "amended": 0.03, "not-listed": 0.02, "listed": 0.01, "withdrawn": 0.005, "doubtful": 0.01}
_YEARS |= {"image": 0.02, "attachment": 0.02}
_OFFICES, _COPIES = 0.12, 0.04  # years with a report of the office, with a second address
_PAGE = 60_000  # bytes
_COVERS = {"image": ContentKind.IMAGE_ONLY, "attachment": ContentKind.ATTACHMENT_ONLY}
RUNS = (timedelta(0), timedelta(days=7), timedelta(days=14))


class County:
    """Fills the sheets with what three crawls, a week apart, found of one county."""

    def __init__(
        self, division: Division, sheets: Sheets, runs: tuple[int, ...], templates: dict[str, list[Report]], seed: int
    ) -> None:
        self._division = division
        self._code = division.code
        self._sheets = sheets
        self._runs = runs
        self._templates = templates
        self._rng = random.Random(f"{seed}:{division.code}")  # noqa: S311 - practice
        self._home = f"http://www.c{division.code}.test/"
        self._agencies: dict[AgencyKind, int] = {}

    def fill(self, years: range) -> None:
        outcome = self._rng.choices(list(_PORTALS), list(_PORTALS.values()))[0]
        self._sheets.portal(self._code, None if outcome is VisitOutcome.NO_PORTAL else self._home)
        if outcome is VisitOutcome.COMPLETE:
            self._list([self._year(year) for year in years if self._division.existed(year)])
        if outcome is not None:
            for run, when in self._times():
                self._sheets.visit(self._code, run, when, outcome=outcome)

    def _times(self) -> Iterator[tuple[int, datetime]]:
        for run, after in zip(self._runs, RUNS, strict=True):
            yield run, self._sheets.now + after

    def _year(self, year: int) -> tuple[int, str, str]:
        """The documents of a year: which, at which address, and what the list has of it."""
        kind = self._rng.choices(list(_YEARS), list(_YEARS.values()))[0]
        url = f"{self._home}zfxxgknb/{year}/t{year}0131_{self._rng.randrange(10**6)}.html"
        if kind in ("not-listed", "listed"):
            return year, kind, url
        report = self._report(year, AgencyKind.GOVERNMENT)
        if kind in _COVERS:
            report = replace(report, figures={}, findings=(), tables=(), sections=(), content_kind=_COVERS[kind])
        elif kind == "doubtful":
            report = replace(report, review=("the year in the title is not that of the text",))
        self._document(url, report, kind)
        if self._rng.random() < _COPIES:
            self._document(url.replace(".html", ".pdf"), replace(report, content_kind=ContentKind.PDF), "held")
        if self._rng.random() < _OFFICES:
            self._document(url.replace("zfxxgknb", "bgs"), self._report(year, AgencyKind.OFFICE), "held")
        return year, kind, url

    def _report(self, year: int, kind: AgencyKind) -> Report:
        """A practice report of the form of those years (some are a form behind), as this agency's."""
        form = "v2008" if year < 2014 else "v2014" if year < 2019 else "v2019" if year < 2021 else "v2021"
        if form == "v2021" and self._rng.random() < 0.05:
            form = self._rng.choice(("v2019", "mixed"))
        agency = f"{self._division.name}人民政府" + ("办公室" if kind is AgencyKind.OFFICE else "")
        day = f"{year + 1}-{self._rng.choice(('01', '02', '03', '03', '04'))}-{self._rng.randrange(1, 29):02}"
        return replace(
            self._rng.choice(self._templates[form]),
            agency=agency,
            agency_kind=kind,
            county_code=self._code,
            year=year,
            title=f"{agency}{year}年政府信息公开工作年度报告",
            published_at=day,
            review=(),
        )

    def _document(self, url: str, report: Report, kind: str) -> None:
        sheets, times = self._sheets, list(self._times())
        gone = kind == "withdrawn"
        (run, first), last = times[0], times[0][1] if gone else times[-1][1]
        capture = sheets.capture(self._code, url, run, first, _PAGE)
        document = sheets.numbered(
            Document,
            report_id=self._report_row(report),
            portal_code=self._code,
            url=url,
            first_seen=first,
            last_seen=last,
            last_capture_id=capture,
        )
        if kind == "amended":
            self._version(document, 1, capture, report, first, first)
            run, first = times[1]
            sections = (*report.sections[:-1], replace(report.sections[-1], text=report.sections[-1].text + "（修订）"))
            report = replace(report, sections=sections)
            capture = sheets.capture(self._code, url, run, first, _PAGE)
            self._version(document, 2, capture, report, first, last)
        else:
            version = self._version(document, 1, capture, report, first, last)
            if kind == "attachment":
                named = {"url": url.replace(".html", ".doc"), "name": "附件", "error": "HTTP 404", "capture_id": None}
                sheets.numbered(Attachment, version_id=version, kind=AttachmentKind.ATTACHMENT, **named)
        if gone:
            run, when = times[1]
            seen = sheets.capture(self._code, url, run, when, 900, 404)
            sheets.numbered(Gone, document_id=document, capture_id=seen, reason=Reason.NOT_FOUND, seen_at=when)

    def _report_row(self, report: Report) -> int:
        kind = report.agency_kind
        if kind not in self._agencies:
            name = report.agency or ""
            self._agencies[kind] = self._sheets.numbered(Agency, county_code=self._code, name=name, kind=kind)
        return self._sheets.report_row(self._agencies[kind], report.year)

    def _version(self, document: int, number: int, capture: int, report: Report, *seen: datetime) -> int:
        """A version as an older parser read it, and today's."""
        fingerprint = hashlib.sha256(f"{document}:{number}".encode()).hexdigest()
        told = {"number": number, "first_seen": seen[0], "last_seen": seen[-1], "content_sha256": fingerprint}
        version = self._sheets.numbered(Version, document_id=document, fingerprint=fingerprint, **told)
        for parser in (str(int(PARSER_VERSION) - 1), PARSER_VERSION):
            doubt = {"needs_review": report.needs_review, "fingerprint": fingerprint}
            self._sheets.reading(version, report, parser, capture, **doubt)
        return version

    def _list(self, found: list[tuple[int, str, str]]) -> None:
        """The list page as all crawls saw it, without what was taken down or never stood there."""
        (first_run, first), (last_run, last) = list(self._times())[:: len(RUNS) - 1]
        captures = [self._sheets.capture(self._code, self._home, run, when, 9_000) for run, when in self._times()]
        listing = self._sheets.numbered(
            Listing,
            portal_code=self._code,
            url=f"{self._home}zfxxgknb/",
            number=1,
            column_name="政府信息公开年报",
            last=True,
            end_proof="last-page",
            content_sha256=f"{captures[0]:064x}",
            first_capture_id=captures[0],
            last_capture_id=captures[-1],
            first_run_id=first_run,
            last_run_id=last_run,
            first_seen=first,
            last_seen=last,
        )
        shown = [(year, url) for year, kind, url in found if kind not in ("not-listed", "withdrawn")]
        for position, (year, url) in enumerate(shown):
            self._sheets.add(
                Candidate,
                listing_id=listing,
                position=position,
                url=url,
                title=f"{self._division.name}人民政府{year}年政府信息公开工作年度报告",
                listed_date=f"{year + 1}-01-31",
                verdict=CandidateVerdict.REPORT,
                year=year,
                agency_kind=AgencyKind.GOVERNMENT,
                reason="title",
            )
