"""Two archives become one: nothing twice, nothing lost, times joined, and ids that still grow with time."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from reports.model import CellState, Figure, Report
from reports.states import Evidence, VisitOutcome
from storage.coverage import coverage
from storage.database import Archive, open_archive
from storage.errors import ArchiveError
from storage.events import mark_told, notice, recent, untold
from storage.figures import figures
from storage.merge.archives import merge
from storage.models import Candidate, CaptureRow, Document, FigureRow, Listing, Reading, Run, Version, Visit
from storage.records import Verdict
from storage.review import decide
from storage.verify import verify
from storage.watching import watch
from tests.storage_samples import MEI, START, Crawl, count, link, new_archive, report, report_url

TABLES = (Run, Visit, CaptureRow, Listing, Candidate, Document, Version, Reading, FigureRow)
TOTAL = "review.reconsideration.total"


def crawled(folder: Path, days: int, *reports: Report, links: tuple[int, ...] = (2024,)) -> Path:
    """An archive whose one crawl was so many days after ``START``."""
    folder.mkdir(exist_ok=True)
    archive = new_archive(folder)
    crawl = Crawl(archive, START + timedelta(days=days))
    crawl.listing([link(year) for year in links])
    for read in reports:
        crawl.document(read)
    crawl.visit(VisitOutcome.COMPLETE)
    crawl.close()
    archive.close()
    return folder / "archive.db"


def counts(archive: Archive) -> list[int]:
    return [count(archive, table) for table in TABLES]


@pytest.fixture
def other(tmp_path: Path) -> Path:
    return tmp_path / "other"


def opened(database: Path) -> Archive:
    return open_archive(f"sqlite:///{database}", must_exist=True)


def test_what_both_hold_is_held_once_with_the_times_of_both(tmp_path: Path, other: Path) -> None:
    ours = opened(crawled(tmp_path / "ours", 7, report(), report(2023)))
    merged = merge(ours, crawled(other, 0, report(), report(2022), links=(2024, 2022)))
    assert merged.files == 1
    with ours.read() as session:
        document = session.query(Document).filter_by(url=report_url(2024)).one()
        version = session.query(Version).filter_by(document_id=document.id).one()
        assert (document.last_seen - document.first_seen).days == 7
        assert version.first_seen == document.first_seen
        assert session.query(Reading).filter_by(version_id=version.id).count() == 1
    assert [count(ours, table) for table in (Document, Version, Reading, Run, Visit)] == [3, 3, 3, 2, 2]
    assert figures(ours, MEI, 2022)[TOTAL].value == 12
    assert verify(ours).damages == ()
    ours.close()


def test_the_latest_visit_is_the_latest_in_time(tmp_path: Path, other: Path) -> None:
    """The other one's list is older: what it shows and ours does not any more is no gap of today."""
    ours = opened(crawled(tmp_path / "ours", 7, report()))
    merge(ours, crawled(other, 0, report(2023), links=(2024, 2023, 2020)))
    (row,) = coverage(ours, [MEI], range(2020, 2025), date(2025, 9, 1))
    assert [cell.evidence for cell in row.cells] == [
        Evidence.NOT_LISTED,
        Evidence.NOT_LISTED,
        Evidence.NOT_LISTED,
        Evidence.ARCHIVED,
        Evidence.ARCHIVED,
    ]
    ours.close()


def test_an_edit_that_only_the_two_together_show(tmp_path: Path, other: Path) -> None:
    changed = report(text="edited", figures={TOTAL: Figure(13, "13", CellState.NUMBER)})
    ours = opened(crawled(tmp_path / "ours", 7, changed))
    merge(ours, crawled(other, 0, report()))
    (row,) = coverage(ours, [MEI], range(2024, 2025), date(2025, 9, 1))
    assert row.cells[0].evidence is Evidence.AMENDED
    with ours.read() as session:
        assert [one.number for one in session.query(Version).order_by(Version.first_seen)] == [1, 2]
    assert figures(ours, MEI, 2024)[TOTAL].value == 13
    ours.close()


def test_two_parsers_make_no_edit_of_the_same_bytes(tmp_path: Path, other: Path) -> None:
    body = report()
    older = replace(body, parser="0", figures={})
    ours = opened(crawled(tmp_path / "ours", 7, body))
    merge(ours, crawled(other, 0, older))
    assert [count(ours, Version), count(ours, Reading)] == [1, 2]
    ours.close()


def test_what_people_were_told_of_the_other_one_they_are_not_told_again(tmp_path: Path, other: Path) -> None:
    ours = opened(crawled(tmp_path / "ours", 7, report()))
    archive = opened(crawled(other, 0, report()))
    watch(archive, MEI)
    crawl = Crawl(archive, START + timedelta(days=1))
    crawl.visit(VisitOutcome.IDENTITY_MISMATCH)
    crawl.close()
    noticed = {event.key for event in notice(archive, crawl.now)}
    mark_told(archive, [event.id for event in untold(archive)], crawl.now)
    archive.close()
    merge(ours, other / "archive.db")
    assert len(noticed) == 1
    assert {event.key for event in recent(ours, START)} == noticed
    assert (notice(ours, crawl.now), untold(ours)) == ([], [])
    ours.close()


def test_a_second_merge_adds_nothing(tmp_path: Path, other: Path) -> None:
    ours = opened(crawled(tmp_path / "ours", 0, report()))
    database = crawled(other, 7, report(2023), report())
    decide(opened(database), 1, Verdict.REJECT, "Li Lei", "no report")
    merge(ours, database)
    once = counts(ours)
    again = merge(ours, database)
    assert (again.files, dict(again.rows), counts(ours)) == (0, {}, once)
    ours.close()


def test_the_archive_as_it_was_is_kept(tmp_path: Path, other: Path) -> None:
    ours = opened(crawled(tmp_path / "ours", 0, report()))
    was = counts(ours)
    merged = merge(ours, crawled(other, 7, report(2023)))
    before = open_archive(f"sqlite:///{merged.before}", ours.warc_dir)
    assert counts(before) == was != counts(ours)
    before.close()
    ours.close()


def test_what_cannot_be_merged_leaves_everything_as_it_is(tmp_path: Path, other: Path) -> None:
    ours = opened(crawled(tmp_path / "ours", 0, report()))
    was = counts(ours)
    database = crawled(other, 7, report(2023))
    (file,) = (other / "warc").glob("*.warc.gz")
    (ours.warc_dir / file.name).write_bytes(b"something else")
    with pytest.raises(ArchiveError, match="with other bytes"):
        merge(ours, database)
    with pytest.raises(ArchiveError, match="this archive itself"):
        merge(ours, tmp_path / "ours" / "archive.db")
    with pytest.raises(ArchiveError, match="no archive at"):
        merge(ours, tmp_path / "none.db")
    assert counts(ours) == was
    ours.close()


def test_one_at_work_is_not_merged(tmp_path: Path, other: Path) -> None:
    ours = opened(crawled(tmp_path / "ours", 0, report()))
    database = crawled(other, 7, report(2023))
    (file,) = (other / "warc").glob("*.warc.gz")
    file.rename(file.with_name(f"{file.name}.open"))
    with pytest.raises(ArchiveError, match="crawl is at work"):
        merge(ours, database)
    ours.close()
