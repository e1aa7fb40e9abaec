"""A copy made at any moment of a crawl is an archive that verifies, and is brought up to date by what is new."""

from pathlib import Path

from storage.backup import back_up
from storage.database import Archive, open_archive
from storage.holdings import holdings
from storage.models import CaptureRow, Version
from storage.verify import verify
from tests.postgresql import on_sqlite
from tests.storage_samples import Crawl, count, link, report


def proved(folder: Path) -> list[int]:
    """The captures and versions of a backup, which has to verify."""
    copy = open_archive(f"sqlite:///{folder / 'archive.db'}", must_exist=True)
    assert verify(copy).damages == ()
    found = [count(copy, table) for table in (CaptureRow, Version)]
    copy.close()
    return found


@on_sqlite
def test_a_copy_taken_during_a_crawl_verifies(archive: Archive, crawl: Crawl, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    crawl.listing([link(2024)])
    crawl.document(report())
    crawl.fetch("http://www.meixian.test/under-way.html", b"not committed yet")
    assert back_up(archive, folder).files == 1
    assert proved(folder) == [2, 1]


@on_sqlite
def test_a_later_copy_takes_what_is_new(archive: Archive, crawl: Crawl, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    crawl.document(report())
    back_up(archive, folder)
    crawl.document(report(2023))
    crawl.close()
    assert back_up(archive, folder).files == 1, "the file has grown"
    assert proved(folder) == [2, 2]
    again = back_up(archive, folder)
    assert (again.files, again.kept) == (0, 1)
    assert proved(folder) == [2, 2]


@on_sqlite
def test_a_file_finished_after_the_database_was_copied_is_cut_where_the_copy_ends(
    archive: Archive, crawl: Crawl, tmp_path: Path
) -> None:
    crawl.document(report())
    crawl.fetch("http://www.meixian.test/late.html", b"recorded, and the crawl was killed before its row")
    crawl.writer.close()
    back_up(archive, tmp_path / "backup")
    assert proved(tmp_path / "backup") == [1, 1]


def test_what_is_held_is_counted(archive: Archive, crawl: Crawl) -> None:
    crawl.document(report(), b"x" * 5_000)
    first = crawl.fetch("http://www.meixian.test/again.html", b"y" * 300)
    again = crawl.fetch("http://www.meixian.test/again.html", b"y" * 300, first)
    crawl.kept(first, again)
    crawl.writer.close()
    held = holdings(archive)
    assert (held.raw, held.repeated, held.warc_files) == (5_300, 300, 1)
    assert (held.counts["captures"], held.counts["versions"], held.counts["figures"]) == (3, 1, 3)
    assert 0 < held.warc < held.database
