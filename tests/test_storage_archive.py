"""The write side: one transaction a report, nothing twice, a new version only for new content."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from reports.model import AgencyKind, CellState, ContentKind, Figure
from reports.states import CandidateVerdict
from storage import documents
from storage.archive import (
    SaveOutcome,
    begin_run,
    finish_run,
    register_salvaged,
    save_captures,
    save_document,
    save_unchanged,
)
from storage.captures import payload_of
from storage.database import Archive
from storage.errors import ArchiveError
from storage.figures import figures
from storage.known import known
from storage.models import (
    Agency,
    Attachment,
    Base,
    Candidate,
    CaptureRow,
    Document,
    Listing,
    Reading,
    ReportRow,
    Run,
    Version,
)
from storage.records import AttachmentRecord, DocumentRecord, PortalRecord
from storage.salvage import salvage
from tests.storage_samples import LIST_URL, MEI, PORTAL, Crawl, link, new_archive, report, report_url

ROOT = Path(__file__).parents[1]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = new_archive(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def crawl(archive: Archive) -> Iterator[Crawl]:
    begun = Crawl(archive)
    yield begun
    begun.writer.close()


def count(archive: Archive, table: type[Base]) -> int:
    with archive.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_new_unchanged_amended_returned(archive: Archive, crawl: Crawl) -> None:
    first, second = report(text="甲"), report(text="乙")
    outcomes = [
        crawl.document(first, b"<p>1</p>"),
        crawl.document(replace(first, title="another title"), b"<p>counter 2</p>"),
        crawl.document(second),
        crawl.document(second),
        crawl.document(first),
    ]
    assert outcomes == ["new", "unchanged", "amended", "unchanged", "returned"]
    counts = [count(archive, table) for table in (ReportRow, Document, Version, Reading, CaptureRow)]
    assert counts == [1, 1, 2, 2, 5]


def test_saving_twice_is_harmless(archive: Archive, crawl: Crawl) -> None:
    capture = crawl.fetch(report_url(2024))
    record = DocumentRecord(report_url(2024), capture, capture, report())
    for expected in (SaveOutcome.NEW, SaveOutcome.UNCHANGED):
        assert save_document(archive, crawl.run, PORTAL, record, [capture, capture]) is expected
    save_captures(archive, crawl.run, MEI, [capture])
    assert [count(archive, table) for table in (CaptureRow, Version, Reading)] == [1, 1, 1]


def test_failure_on_the_way_leaves_nothing(archive: Archive, crawl: Crawl, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("in the middle")

    before = {table: count(archive, table) for table in (Agency, ReportRow, Document, CaptureRow)}
    with monkeypatch.context() as patch:
        patch.setattr(documents, "_store_attachments", fail)
        with pytest.raises(RuntimeError):
            crawl.document(report())
    assert {table: count(archive, table) for table in before} == before
    assert crawl.document(report()) is SaveOutcome.NEW


def test_better_parser_makes_a_reading_and_no_version(archive: Archive, crawl: Crawl) -> None:
    crawl.document(report(text="甲"), b"bytes")
    assert crawl.document(report(text="甲 read better", parser="2"), b"bytes") is SaveOutcome.UNCHANGED
    assert [count(archive, table) for table in (Version, Reading)] == [1, 2]
    assert crawl.document(report(text="甲 read better", parser="2"), b"other bytes") is SaveOutcome.UNCHANGED


def test_corrected_title_moves_the_document_and_a_reused_address_does_not(archive: Archive, crawl: Crawl) -> None:
    url = "http://www.meixian.test/annual.html"
    crawl.document(report(2022, text="甲"), b"1", url)
    assert crawl.document(report(2023, text="甲"), b"2", url) is SaveOutcome.AMENDED, "only its year was corrected"
    assert count(archive, Document) == 1
    assert crawl.document(report(2024, text="乙"), b"3", url) is SaveOutcome.NEW, "one address, every year's report"
    with archive.read() as session:
        years = session.scalars(select(ReportRow.year).join(Document).order_by(Document.id)).all()
    assert years == [2023, 2024]
    assert known(archive, [MEI])[MEI].documents[url].year == 2024


def test_unplaced_report_is_kept_with_its_portals_county(archive: Archive, crawl: Crawl) -> None:
    lost = report(None, agency=None, agency_kind=AgencyKind.OTHER, county_code=None, review=("year: none found",))
    assert crawl.document(lost, url="http://www.meixian.test/x") is SaveOutcome.NEW
    assert crawl.document(lost, url="http://www.meixian.test/x") is SaveOutcome.UNCHANGED
    with archive.read() as session:
        assert session.scalars(select(Agency.county_code)).all() == [MEI]
        assert session.scalars(select(Reading.review)).all() == [["year: none found"]]
    with pytest.raises(ArchiveError, match="999999 is no division code"):
        Crawl(archive, portal=PortalRecord("999999", None)).visit()


def test_attachment_that_arrives_late_completes_and_amends_nothing(archive: Archive, crawl: Crawl) -> None:
    url = "http://www.meixian.test/a.pdf"
    cover = report(sections=(), figures={}, content_kind=ContentKind.ATTACHMENT_ONLY)
    crawl.document(cover, b"cover", attachments=[AttachmentRecord(url, "a.pdf", "attachment", None, "HTTP 503")])
    held = known(archive, [MEI])[MEI]
    assert url in held.documents[report_url(2024)].read_urls
    assert url not in held.urls, "there is nothing to ask conditionally about"
    pdf = crawl.fetch(url, b"%PDF")
    late = AttachmentRecord(url, "a.pdf", "attachment", pdf)
    crawl.document(cover, b"cover", attachments=[late])
    crawl.document(cover, b"cover", attachments=[late])
    with archive.read() as session:
        assert [(a.error, a.capture and a.capture.url) for a in session.scalars(select(Attachment))] == [(None, url)]
    assert crawl.document(report(), b"cover") is SaveOutcome.NEW, "nothing could be read before"


def test_figures_keep_their_kind_and_unknown_codes_are_not_lost(archive: Archive, crawl: Crawl) -> None:
    given = {
        "review.reconsideration.total": Figure(0, "0", CellState.ZERO),
        "disclosure.fees.amount_10k_yuan": Figure(96171.6, "96171.6", CellState.NUMBER),
        "applications.new.total": Figure(None, "", CellState.BLANK),
        "stat.unheard.of": Figure(3, "3", CellState.NUMBER),
    }
    crawl.document(report(figures={**given, "applications.granted.total": Figure(10**400, "1…", CellState.NUMBER)}))
    read = figures(archive, MEI, 2024)
    assert read.pop("applications.granted.total") == Figure(None, "1…", CellState.TEXT), "beyond exactness: no number"
    assert read == given
    assert isinstance(read["review.reconsideration.total"].value, int)
    assert figures(archive, MEI, 2023) == {}


def test_unchanged_list_page_is_prolonged_and_not_copied(archive: Archive, crawl: Crawl) -> None:
    links = [link(2024), link(2023, verdict=CandidateVerdict.CHART)]
    crawl.listing(links, b"counter 1")
    last = crawl.listing(links, b"counter 2")
    assert [count(archive, table) for table in (Listing, Candidate, CaptureRow)] == [1, 2, 2]
    with archive.read() as session:
        row = session.scalars(select(Listing)).one()
        assert (row.last_capture.warc_offset, row.last_seen) == (last.warc_offset, last.fetched_at)
        assert row.first_seen < row.last_seen
    crawl.listing(links[:1], b"one link less")
    assert [count(archive, table) for table in (Listing, Candidate)] == [2, 3]


def test_not_modified_is_a_sighting_of_the_present_version(archive: Archive, crawl: Crawl) -> None:
    crawl.document(report(), b"page")
    url = report_url(2024)
    first = known(archive, [MEI])[MEI].urls[url]
    again = crawl.fetch(url, b"", first.capture, status=304, response_headers=())
    assert save_unchanged(archive, crawl.run, PORTAL, url, again, [again])
    assert not save_unchanged(archive, crawl.run, PORTAL, "http://www.meixian.test/none", again, [])
    held = known(archive, [MEI])[MEI]
    assert held.documents[url].checked_at == held.urls[url].checked_at == again.fetched_at
    assert held.urls[url].capture == first.capture
    assert payload_of(archive, again) == b"page"


def test_known_validators_are_those_of_an_answer_that_was_read(archive: Archive, crawl: Crawl) -> None:
    crawl.listing([link(2024)])
    crawl.document(report(), b"page")
    fresh = (("ETag", '"e2"'),)
    changed = crawl.fetch(report_url(2024), b"changed", response_headers=fresh)
    unread = crawl.fetch("http://www.meixian.test/new.html", b"new")
    save_captures(archive, crawl.run, MEI, [changed, unread])  # and then the crawl was killed
    urls = known(archive, [MEI])[MEI].urls
    assert set(urls) == {LIST_URL, report_url(2024)}
    assert urls[report_url(2024)].capture.etag == '"e1"'
    same_bytes = crawl.fetch(report_url(2024), b"page", urls[report_url(2024)].capture, response_headers=fresh)
    record = DocumentRecord(report_url(2024), same_bytes, same_bytes, report())
    save_document(archive, crawl.run, PORTAL, record, [same_bytes])
    answer = known(archive, [MEI])[MEI].urls[report_url(2024)].capture
    assert (answer.etag, answer.record_type) == ('"e2"', "response")


def test_runs_of_dead_processes_are_interrupted(archive: Archive) -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    killed, alive = (begin_run(archive, "test", {}, "x") for _ in range(2))
    with archive.write() as session:
        session.get_one(Run, killed).pid = process.pid
    finish_run(archive, begin_run(archive, "test", {}, "x"), "finished")
    with archive.read() as session:
        assert session.scalars(select(Run.outcome).order_by(Run.id)).all() == ["interrupted", None, "finished"]
    finish_run(archive, alive, "finished")


def test_kill_between_write_and_commit_loses_the_page_in_flight_and_nothing_else(tmp_path: Path) -> None:
    program = f"""
import os, signal
from pathlib import Path
from storage import documents
from tests.storage_samples import Crawl, new_archive, report
crawl = Crawl(new_archive(Path({str(tmp_path)!r})))
crawl.document(report(2023))
documents._store_attachments = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
crawl.document(report(2024))
"""
    died = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False)  # noqa: S603
    assert died.returncode == -signal.SIGKILL
    archive = new_archive(tmp_path)
    (found,) = salvage(archive.warc_dir)
    assert len(found.captures) == 2
    assert register_salvaged(archive, [found]) == 1
    assert list(known(archive, [MEI])[MEI].documents) == [report_url(2023)]
    assert [payload_of(archive, c) for c in found.captures] == ["一、总体情况\n一".encode()] * 2
    crawl = Crawl(archive)
    assert crawl.document(report(2024)) is SaveOutcome.NEW
    crawl.writer.close()
    archive.close()
