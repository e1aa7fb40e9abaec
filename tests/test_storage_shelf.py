"""Reading WARC files from the folder and from a store: what it costs, and that every command finds them in either."""

import os
import pickle
from pathlib import Path

import pytest

from storage.backup import back_up
from storage.captures import to_capture
from storage.cdxj import archive_index
from storage.database import Archive, open_archive
from storage.errors import ArchiveError
from storage.manifest import seal
from storage.merge.archives import merge
from storage.models import CaptureRow, Reading
from storage.records import Capture
from storage.reparse import reparse
from storage.shelf import Shelf, Sizes
from storage.shipping import ship
from storage.store import NotThere, StoreAway, check_store
from storage.verify import verify
from storage.wacz.export import export_wacz
from storage.warc import WarcWriter, read_payload
from tests.objects import KINDS, content, new_store, overwrite, requests_counted, with_store
from tests.postgresql import on_sqlite
from tests.storage_samples import MEI, Crawl, count, exchange, link, new_archive, report

URL = "http://x.test/"


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "s3":
        request.getfixturevalue("s3")
    return new_store(request.param, tmp_path / "store")


def shipped(archive: Archive, url: str) -> Archive:
    """An archive with a file in the store, and one that has been finished since."""
    held = with_store(archive, url)
    for year in (2024, 2023):
        crawl = Crawl(held)
        crawl.listing([link(year)])
        crawl.document(report(year), f"<html><title>{year}</title><p>一、总体情况</p>{'政府' * 300}</html>".encode())
        crawl.visit()
        crawl.close()
        if year == 2024:
            assert put(held) == 1
    return held


def put(archive: Archive) -> int:
    seal(archive)
    return ship(archive).files


def captures(archive: Archive) -> list[Capture]:
    with archive.read() as session:
        return [to_capture(row) for row in session.query(CaptureRow).order_by(CaptureRow.id)]


def fifty_megabytes(folder: Path, url: str, payload: bytes) -> Capture:
    """The capture of a record amid a file of that size in a store."""
    (folder / "warc").mkdir()
    with WarcWriter(folder / "warc", software="test/1") as writer:
        for number in range(3):
            writer.write(exchange(f"{URL}{number}", os.urandom(9_000_000)))
        capture = writer.write(exchange(URL, payload))
        for number in range(3):
            writer.write(exchange(f"{URL}{number}", os.urandom(9_000_000)))
    path = folder / "warc" / capture.warc_file
    assert path.stat().st_size > 50_000_000
    overwrite(url, capture.warc_file, path.read_bytes())
    path.unlink()
    return capture


@pytest.mark.parametrize("size", [20_000, 700_000])
def test_a_record_amid_a_large_file_costs_one_request_of_its_size(
    s3: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    url = new_store("s3", tmp_path)
    payload = os.urandom(size)
    capture = fifty_megabytes(tmp_path, url, payload)
    with requests_counted(monkeypatch) as asked:
        assert read_payload(Shelf(tmp_path / "warc", url), capture) == payload
    assert asked["get_object"] == len(asked) - 1 == 1
    assert asked["bytes"] <= size + (1 << 16)


def test_a_crawl_lists_the_store_once(s3: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = new_store("s3", tmp_path)
    overwrite(url, "gongkai-1.warc.gz", b"12345")
    sizes = Sizes(Shelf(tmp_path, url))
    (tmp_path / "gongkai-2.warc.gz.open").write_bytes(b"123")
    with requests_counted(monkeypatch) as asked:
        found = [sizes.of(f"gongkai-{number}.warc.gz") for number in (1, 2, 3) for _ in range(50)]
    assert found == [*[5] * 50, *[3] * 50, *[0] * 50]
    assert asked["head_object"] == 0
    assert len(asked) <= 1


def test_a_store_that_is_away_is_asked_once_in_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = Sizes(Shelf(tmp_path, f"file://{tmp_path}/not-mounted"))
    with pytest.raises(StoreAway):
        sizes.of("gongkai-1.warc.gz")
    assert sizes.of("gongkai-1.warc.gz") == 0
    new_store("folder", tmp_path / "not-mounted")
    overwrite(f"file://{tmp_path}/not-mounted", "gongkai-1.warc.gz", b"12345")
    assert sizes.of("gongkai-1.warc.gz") == 0
    monkeypatch.setattr("time.monotonic", lambda: 1e9)
    assert sizes.of("gongkai-1.warc.gz") == 5
    sizes.lose()
    assert sizes.of("gongkai-1.warc.gz") == 0


def test_a_shelf_goes_into_another_process(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, "s3://bucket/warc")
    assert pickle.loads(pickle.dumps(shelf)) == shelf  # noqa: S301 - our own


def test_a_place_is_told_without_asking_the_store(tmp_path: Path) -> None:
    (tmp_path / "gongkai-1.warc.gz").touch()
    shelf = Shelf(tmp_path, "sftp://me:secret@host/warc/")
    assert shelf.place("gongkai-1.warc.gz") == str(tmp_path / "gongkai-1.warc.gz")
    assert shelf.place("gongkai-2.warc.gz") == "sftp://me:***@host/warc/gongkai-2.warc.gz"


def test_a_file_that_is_nowhere_is_named(url: str, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, url)
    with pytest.raises(NotThere, match="neither here nor in"), shelf.open("gongkai-1.warc.gz") as stream:
        stream.read(1)
    with pytest.raises(NotThere, match="neither here nor in"), shelf.whole("gongkai-1.warc.gz"):
        pass
    overwrite(url, "gongkai-1.warc.gz", b"12345")
    with shelf.open("gongkai-1.warc.gz") as stream:
        stream.seek(5)
        assert stream.read(10) == b"", "behind the end"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("/mnt/share/warc", "write s3://BUCKET/FOLDER"),
        ("s4://bucket/warc", "write s3://BUCKET/FOLDER"),
        ("s3://", "write s3://BUCKET/FOLDER"),
        ("gs://bucket/warc", "needs a package"),
        ("file://mnt/share", "the whole path"),
        ("file://{}", "name another"),
    ],
)
def test_what_can_be_no_store_is_refused(tmp_path: Path, wrong: str, told: str) -> None:
    with pytest.raises(ArchiveError, match=told):
        check_store(wrong.format(tmp_path), tmp_path)


def test_the_environment_names_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_WARC_STORE", f"file://{tmp_path}/store")
    opened = open_archive(f"sqlite:///{tmp_path}/archive.db")
    assert opened.shelf == Shelf(tmp_path / "warc", f"file://{tmp_path}/store")
    opened.close()
    opened = open_archive(f"sqlite:///{tmp_path}/archive.db", tmp_path / "other")
    assert opened.store is None, "not of another archive"
    opened.close()
    monkeypatch.setenv("GONGKAI_WARC_STORE", f"file://{tmp_path}/warc")
    with pytest.raises(ArchiveError, match="name another"):
        open_archive(f"sqlite:///{tmp_path}/archive.db")


@on_sqlite
def test_exports_come_from_the_store_and_the_folder(archive: Archive, url: str, tmp_path: Path) -> None:
    held = shipped(archive, url)
    done = export_wacz(held, tmp_path / "mei.wacz", [MEI], None, title="x", software="test/1")
    assert (done.reports, done.records, done.damaged) == (2, 4, ())
    assert len(list(archive_index(held))) == 4


@on_sqlite
def test_readings_come_from_the_store_and_the_folder(archive: Archive, tmp_path: Path) -> None:
    held = shipped(archive, new_store("folder", tmp_path / "store"))
    assert [one.detail for one in reparse(held, before=1_000_000)] == ["", ""]
    assert count(held, Reading) == 4


@on_sqlite
def test_a_backup_takes_the_files_of_the_store_along(archive: Archive, url: str, tmp_path: Path) -> None:
    held = shipped(archive, url)
    assert back_up(held, tmp_path / "backup").files == 2
    copy = open_archive(f"sqlite:///{tmp_path}/backup/archive.db", tmp_path / "backup" / "warc")
    assert verify(copy).damages == ()
    copy.close()


@on_sqlite
def test_an_archive_is_merged_into_one_with_a_store_and_not_without_its_files(
    archive: Archive, url: str, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = shipped(new_archive(tmp_path / "other"), url)
    database = tmp_path / "other" / "archive.db"
    with pytest.raises(ArchiveError, match="scrapy archive backup brings"):
        merge(archive, database)
    assert count(archive, CaptureRow) == 0
    back_up(other, tmp_path / "whole")
    ours = with_store(archive, new_store("folder", tmp_path / "ours"))
    assert merge(ours, tmp_path / "whole" / "archive.db").files == 2
    assert put(ours) == 2
    again = merge(ours, tmp_path / "whole" / "archive.db")
    assert (again.files, dict(again.rows)) == (0, {})
    name = captures(ours)[0].warc_file
    (tmp_path / "whole" / "warc" / name).write_bytes(b"another file")
    with pytest.raises(ArchiveError, match="with other bytes"):
        merge(ours, tmp_path / "whole" / "archive.db")
    assert content(ours.store or "", name) != b"another file"
    other.close()
