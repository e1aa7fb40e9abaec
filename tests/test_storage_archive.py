"""The write side: one transaction each, nothing twice, nothing half; and what the next visit learns from it."""

import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError

from reports.model import CellState, Figure
from reports.states import CandidateVerdict, VisitOutcome
from storage import documents
from storage.archive import (
    SaveOutcome,
    begin_run,
    finish_run,
    register_salvaged,
    save_captures,
    save_document,
    save_listings,
    save_unchanged,
    save_visit,
)
from storage.captures import payload_of
from storage.database import Archive, open_archive
from storage.figures import figures
from storage.known import known, known_payloads
from storage.models import (
    Agency,
    Candidate,
    CaptureRow,
    Document,
    Listing,
    Portal,
    Reading,
    ReportRow,
    Run,
    Version,
    Visit,
)
from storage.records import DocumentRecord, ListingRecord, RunOutcome, VisitRecord
from storage.runs import anybody_at_work
from storage.salvage import salvage
from tests.postgresql import on_sqlite
from tests.storage_samples import LIST_URL, MEI, PORTAL, START, Crawl, count, link, new_archive, report, report_url

ROOT = Path(__file__).parents[1]


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


def test_captures_of_a_refused_document_can_be_saved_without_it(archive: Archive, crawl: Crawl) -> None:
    crawl.visit()
    capture = crawl.fetch(report_url(2024))
    broken = DocumentRecord(report_url(2024), capture, capture, replace(report(), parser=None))  # type: ignore[arg-type]
    with pytest.raises(IntegrityError):  # our own mistake, not the archive's: it must not look like a full disk
        save_document(archive, crawl.run, PORTAL, broken, [capture])
    save_captures(archive, crawl.run, MEI, [capture])
    assert [count(archive, table) for table in (CaptureRow, Agency, Document)] == [1, 0, 0]


def test_portal_learns_from_complete_visits_alone(archive: Archive, crawl: Crawl) -> None:
    for run, (outcome, code) in enumerate(
        (
            (VisitOutcome.IDENTITY_MISMATCH, "a stranger"),
            (VisitOutcome.COMPLETE, "its own"),
            (VisitOutcome.BLOCKED, "?"),
        )
    ):
        visit = VisitRecord(outcome, "", START, START, requests=1, list_pages=0, site_id_code=code)
        save_visit(archive, begin_run(archive, "test", {}, "x", "here"), PORTAL, visit, [])
        with archive.read() as session:
            assert session.get_one(Portal, MEI).site_id_code == (None if run == 0 else "its own")
            assert session.scalars(select(Visit.site_id_code).order_by(Visit.id.desc())).first() == code


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


def test_a_list_whose_end_was_proven_past_it_is_known_by_its_links(archive: Archive, crawl: Crawl) -> None:
    def read(number: int, year: int, end: str | None) -> None:
        capture = crawl.fetch(f"{LIST_URL}{number}", f"list {number}".encode())
        page = ListingRecord(f"{LIST_URL}{number}", number, "年报", end is not None, (link(year),), capture, end)
        save_listings(archive, crawl.run, crawl.portal, [page], [capture])

    read(1, 2021, None)
    read(2, 2020, "nothing-new")
    read(3, 2019, "last-page")
    assert known(archive, ["610326"])["610326"].ended == {}  # the visit is not over
    crawl.visit()
    assert known(archive, ["610326"])["610326"].ended == {f"{LIST_URL}1": frozenset(map(report_url, (2021, 2020)))}
    crawl = Crawl(archive, crawl.now)
    crawl.visit(VisitOutcome.UNREACHABLE)
    assert known(archive, ["610326"])["610326"].ended == {}


def test_not_modified_is_a_sighting_of_the_present_version(archive: Archive, crawl: Crawl) -> None:
    crawl.document(report(), b"page")
    url = report_url(2024)
    first = known(archive, [MEI])[MEI].urls[url]
    again = crawl.fetch(url, b"", first.capture, status=304, response_headers=())
    assert save_unchanged(archive, crawl.run, PORTAL, url, again, [again])
    assert not save_unchanged(archive, crawl.run, PORTAL, "http://www.meixian.test/none", again, [])
    held = known(archive, [MEI])[MEI]
    assert held.documents[url].checked_at == again.fetched_at
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


def test_runs_of_dead_processes_are_interrupted_and_no_others(archive: Archive, tmp_path: Path) -> None:
    url = archive.engine.url.render_as_string(hide_password=False)
    program = (
        "import os, signal, socket, sys\n"
        "from storage.archive import begin_run\n"
        "from storage.database import open_archive\n"
        "socket.gethostname = lambda: 'a machine that is gone'\n"
        "begin_run(open_archive(sys.argv[1]), 'test', {}, 'x', 'here'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", program, url], cwd=ROOT, check=False)  # noqa: S603 - our own
    until = time.monotonic() + 30  # a server needs a moment to see that a connection has gone
    while anybody_at_work(archive):
        assert time.monotonic() < until
    alive = begin_run(archive, "test", {}, "x", "here")
    with archive.write() as session:
        session.get_one(Run, alive).pid = 2**22 + 1  # of another container: no process of this one has that number
    another = open_archive(url, archive.warc_dir)
    assert anybody_at_work(another)
    finish_run(another, begin_run(another, "test", {}, "x", "here"), RunOutcome.FINISHED)
    with archive.read() as session:
        assert session.scalars(select(Run.outcome).order_by(Run.id)).all() == ["interrupted", None, "finished"]
    finish_run(archive, alive, RunOutcome.FINISHED)
    assert not anybody_at_work(another)
    assert not list(tmp_path.glob("*.run-*.lock"))
    another.close()


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


@on_sqlite
def test_what_is_known_of_a_portal_is_found_by_indexes(archive: Archive, crawl: Crawl) -> None:
    crawl.listing([link(2024)])
    crawl.document(report())
    asked: list[tuple[str, Any]] = []
    event.listen(archive.engine, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
    known(archive, [MEI])
    known_payloads(archive, [MEI])
    queries = [(sql, values) for sql, values in asked if sql.startswith("SELECT")]
    assert len(queries) < 10
    with archive.engine.connect() as connection:
        plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all() for sql, values in queries]
    steps = [row[3] for plan in plans for row in plan]
    assert steps
    assert not [step for step in steps if step.startswith("SCAN")]
