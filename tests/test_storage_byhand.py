"""What a person saved by hand is archived once, proved like any capture, and told as what it is."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from reports import normalize
from reports.states import Evidence
from storage.byhand import Added, add
from storage.captures import payload_of
from storage.database import Archive
from storage.documents import SaveOutcome
from storage.known import known
from storage.models import CaptureRow, Run, Version
from storage.records import RecordType, RunOutcome, SavedFile
from storage.reparse import Reread, reparse
from storage.salvage import salvage
from storage.verify import verify
from storage.warc import WarcWriter
from storage.why.chain import why
from tests.storage_samples import MEI, PORTAL, Crawl, count, report_url

TOLD = {"by": "Li Lei", "file": "2024.html", "url": report_url(2024)}
PAGE = "<h1>眉县人民政府2024年政府信息公开工作年度报告</h1><p>一、总体情况</p><p>2024年主动公开政府信息{}条。</p>"


def saved(published: int = 812, day: int = 1) -> SavedFile:
    return SavedFile(report_url(2024), PAGE.format(published).encode(), "text/html", datetime(2025, 5, day, tzinfo=UTC))


def added(archive: Archive, file: SavedFile) -> Added:
    return add(archive, PORTAL, file, normalize(file.payload, county_code=MEI), TOLD, "gongkai-archive/test")


def test_a_saved_page_is_held_as_a_resource(archive: Archive) -> None:
    file = saved()
    held = added(archive, file)
    assert (held.outcome, held.capture.record_type, held.capture.status) == (SaveOutcome.NEW, RecordType.RESOURCE, 0)
    assert payload_of(archive, held.capture) == file.payload
    assert verify(archive).damages == ()
    steps = why(archive, MEI, 2024)
    assert steps[-1].text == f"2024: {Evidence.ARCHIVED}"
    (page,) = (step for step in steps if step.kind == "capture")
    assert page.text == "the page, saved by hand by Li Lei, 2025-05-01 08:00 Beijing time"
    with archive.read() as session:
        run = session.query(Run).one()
        assert (run.trigger, run.arguments, run.outcome) == ("by hand", TOLD, RunOutcome.FINISHED)


def test_the_same_file_is_added_once(archive: Archive) -> None:
    first = added(archive, saved())
    again = added(archive, saved(day=2))
    assert (again.capture, again.outcome) == (first.capture, None)
    assert [count(archive, table) for table in (CaptureRow, Run, Version)] == [1, 1, 1]


def test_an_older_copy_does_not_count_before_what_a_crawl_saw(archive: Archive, crawl: Crawl) -> None:
    crawl.document(normalize(PAGE.format(900).encode(), county_code=MEI), PAGE.format(900).encode())
    old = SavedFile(report_url(2024), saved().payload, "text/html", datetime(2025, 2, 1, tzinfo=UTC))
    assert added(archive, old).outcome is SaveOutcome.AMENDED
    document = known(archive, [MEI])[MEI].documents[report_url(2024)]
    assert document.checked_at.month == 4
    with archive.read() as session:
        first, second = session.query(Version).order_by(Version.number)
        assert second.last_seen < first.first_seen


def test_a_saved_page_is_read_again_like_any(archive: Archive) -> None:
    file = saved()
    read = replace(normalize(file.payload, county_code=MEI), parser="1")
    add(archive, PORTAL, file, read, TOLD, "gongkai-archive/test")
    assert [one.reread for one in reparse(archive)] == [Reread.SAME]


def test_a_record_that_was_torn_from_its_run_is_salvaged(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, software="gongkai-archive/test")
    capture = writer.add(saved())
    writer.sync()
    writer.close()
    (path,) = tmp_path.glob("*.warc.gz")
    path.rename(path.with_name(path.name + ".open"))
    (found,) = salvage(tmp_path)
    assert found.captures == (capture,)
