"""Made-up portals, exchanges, listings and reports for the tests of the storage room."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import func, select

from reports.model import AgencyKind, CellState, ContentKind, Figure, Finding, Outcome, Report, Section
from reports.states import CandidateVerdict, VisitOutcome
from storage.archive import begin_run, finish_run, save_captures, save_document, save_listings, save_visit
from storage.database import Archive, open_archive
from storage.documents import SaveOutcome
from storage.models import Base
from storage.records import (
    AttachmentRecord,
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

MEI = "610326"  # 眉县
PORTAL = PortalRecord(MEI, "http://www.meixian.test/")
LIST_URL = "http://www.meixian.test/gkml/"
START = datetime(2025, 4, 1, 2, 0, tzinfo=UTC)


def exchange(url: str, payload: bytes = b"text", status: int = 200, at: datetime = START, **fields: Any) -> Exchange:
    headers = (("Content-Type", "text/html"), ("Set-Cookie", "a=1"), ("ETag", '"e1"'), ("Set-Cookie", "b=2"))
    plain = Exchange(url, "GET", (("Host", "x"),), b"", status, "HTTP/1.1", headers, payload, "127.0.0.1", at)
    return replace(plain, **fields)


def report(year: int | None = 2024, text: str = "一", **fields: Any) -> Report:
    plain = Report(
        agency="眉县人民政府",
        agency_kind=AgencyKind.GOVERNMENT,
        county_code=MEI,
        year=year,
        title=f"眉县人民政府{year}年政府信息公开工作年度报告",
        content_kind=ContentKind.HTML,
        published_at=f"{(year or 2024) + 1}-01-31",
        sections=(Section(1, "一、总体情况", text),),
        figures={
            "review.reconsideration.total": Figure(12, "12", CellState.NUMBER),
            "disclosure.fees.amount_10k_yuan": Figure(7730.28, "7730.28", CellState.NUMBER),
            "review.reconsideration.other": Figure(None, "/", CellState.NOT_APPLICABLE),
        },
        findings=(Finding("C1", "review.reconsideration", Outcome.FAIL, "10 + 1 is not 0"),),
        parser="1",
    )
    return replace(plain, **fields)


def link(year: int, url: str | None = None, verdict: CandidateVerdict = CandidateVerdict.REPORT) -> CandidateRecord:
    return CandidateRecord(url or report_url(year), f"{year}年年报", f"{year + 1}-01-31", verdict, year)


def report_url(year: int) -> str:
    return f"http://www.meixian.test/{year}.html"


class Crawl:
    """A crawl of one portal, a minute an exchange: a WARC writer and the calls a crawler makes."""

    def __init__(self, archive: Archive, at: datetime = START, portal: PortalRecord = PORTAL) -> None:
        self.archive = archive
        self.portal = portal
        self.now = at
        self.writer = WarcWriter(archive.warc_dir, software="gongkai-archive/test")
        self.begin()

    def begin(self, after: timedelta = timedelta(0)) -> None:
        """A run of its own, that much later."""
        self.now += after
        self.run = begin_run(self.archive, "test", {"county": self.portal.code}, "gongkai-archive/test", "here")

    def fetch(self, url: str, payload: bytes = b"text", duplicate_of: Capture | None = None, **fields: Any) -> Capture:
        self.now += timedelta(minutes=1)
        capture = self.writer.write(exchange(url, payload, at=self.now, **fields), duplicate_of)
        self.writer.sync()
        return capture

    def kept(self, *captures: Capture) -> None:
        """Their rows, without anything that they are captures of."""
        save_captures(self.archive, self.run, self.portal.code, captures)

    def close(self) -> None:
        """The end of the run, its WARC file finished."""
        self.writer.close()
        finish_run(self.archive, self.run, RunOutcome.FINISHED)

    def listing(self, links: Sequence[CandidateRecord], payload: bytes = b"list", url: str = LIST_URL) -> Capture:
        capture = self.fetch(url, payload)
        page = ListingRecord(url, 1, "政府信息公开年报", True, tuple(links), capture)
        save_listings(self.archive, self.run, self.portal, [page], [capture])
        return capture

    def document(
        self,
        read: Report,
        payload: bytes | None = None,
        url: str | None = None,
        attachments: Sequence[AttachmentRecord] = (),
    ) -> SaveOutcome:
        url = url or report_url(read.year or 0)
        capture = self.fetch(url, read.text.encode() if payload is None else payload)
        record = DocumentRecord(url, capture, capture, read, tuple(attachments))
        return save_document(self.archive, self.run, self.portal, record, [capture])

    def visit(
        self, outcome: VisitOutcome = VisitOutcome.COMPLETE, detail: str = "", evidence: Capture | None = None
    ) -> None:
        begun = self.now - timedelta(minutes=30)
        record = VisitRecord(
            outcome, detail, begun, self.now, requests=3, list_pages=1, family="trs", evidence=evidence
        )
        save_visit(self.archive, self.run, self.portal, record, [])


def new_archive(folder: Path) -> Archive:
    """The archive of a folder, empty if there was none."""
    path = folder / "archive.db"
    if not path.exists():
        path.write_bytes(_empty_archive())
    return open_archive(f"sqlite:///{path}")


@cache
def _empty_archive() -> bytes:
    """To be copied, which is quicker than to make one."""
    with TemporaryDirectory(prefix="gongkai-empty-") as name:
        path = Path(name, "archive.db")
        open_archive(f"sqlite:///{path}").close()
        return path.read_bytes()


def count(archive: Archive, table: type[Base]) -> int:
    with archive.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0
