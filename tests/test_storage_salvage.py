"""Salvage: whatever a killed crawl left open ends as a whole file, wherever it was torn."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from storage.archive import register_salvaged
from storage.database import Archive
from storage.errors import ArchiveError
from storage.known import known_payloads
from storage.manifest import seal
from storage.members import read_members
from storage.models import CaptureRow, WarcFile
from storage.salvage import salvage
from storage.shelf import Shelf
from storage.warc import WarcWriter, read_payload
from tests.storage_samples import MEI, Crawl, exchange, new_archive


def abandoned(folder: Path, payloads: list[bytes]) -> tuple[str, bytes, list[int]]:
    """An open file as a killed process leaves it: its name, its bytes, and where each record ends."""
    writer = WarcWriter(folder, software="test/1")
    for number, payload in enumerate(payloads):
        capture = writer.write(exchange(f"http://x.test/{number}", payload))
    writer.close()
    path = folder / capture.warc_file
    data = path.read_bytes()
    with path.open("rb") as stream:
        ends = [member.offset + member.length for member in read_members(stream)]
    path.unlink()
    return capture.warc_file, data, ends


def test_file_torn_at_every_byte_of_its_last_two_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name, data, ends = abandoned(tmp_path, [b"first", b"second"])
    monkeypatch.setattr(os, "fsync", lambda _: None)  # a thousand of them take their time
    for cut in range(ends[-3], len(data)):
        folder = tmp_path / str(cut)
        folder.mkdir()
        (folder / f"{name}.open").write_bytes(data[:cut])
        (found,) = salvage(folder)
        intact = max(end for end in ends if end <= cut)
        assert found.file == name
        assert (folder / name).read_bytes() == data[:intact]
        assert found.torn_bytes == cut - intact
        torn = folder / f"{name}.torn"
        assert (torn.read_bytes() if torn.exists() else b"") == data[intact:cut], "nothing is deleted"
        assert [read_payload(Shelf(folder), c) for c in found.captures] == [b"first", b"second"][
            : 1 + (cut >= ends[-2])
        ]
        assert salvage(folder) == []


def test_file_without_a_whole_record_is_set_aside(tmp_path: Path) -> None:
    name, data, ends = abandoned(tmp_path, [b"only"])
    (tmp_path / f"{name}.open").write_bytes(data[: ends[0] - 1])
    (tmp_path / "gongkai-empty.warc.gz.open").touch()
    assert [(found.file, found.captures) for found in salvage(tmp_path)] == [("", ()), ("", ())]
    assert [path.name for path in tmp_path.iterdir()] == [f"{name}.torn"]


def test_what_several_processes_find_at_once_is_registered_once(archive: Archive) -> None:
    name, data, _ = abandoned(archive.warc_dir, [b"%d" % number for number in range(200)])
    (archive.warc_dir / name).write_bytes(data)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(seal, [archive] * 3))
    with archive.read() as session:
        assert (session.query(CaptureRow).count(), session.query(WarcFile).count()) == (200, 1)


def test_running_crawl_is_left_alone(tmp_path: Path) -> None:
    with WarcWriter(tmp_path, software="test/1") as writer:
        writer.write(exchange("http://x.test/"))
        assert salvage(tmp_path) == []


def test_finished_file_is_never_replaced(tmp_path: Path) -> None:
    name, data, _ = abandoned(tmp_path, [b"only"])
    (tmp_path / f"{name}.open").write_bytes(data)
    (tmp_path / name).write_bytes(b"another file")
    with pytest.raises(ArchiveError, match="exists already"):
        salvage(tmp_path)
    assert (tmp_path / name).read_bytes() == b"another file"


def test_salvaged_captures_are_registered_once_and_equal_those_written(tmp_path: Path) -> None:
    archive = new_archive(tmp_path)
    crawl = Crawl(archive)
    first = crawl.fetch("http://x.test/1", b"payload")
    again = crawl.fetch("http://x.test/2", b"payload", first)
    crawl.writer._file._stream.close()  # type: ignore[union-attr]  # the process is gone, the file still open
    found = salvage(archive.warc_dir)
    assert found[0].captures[0] == first
    assert register_salvaged(archive, found) == 2
    assert register_salvaged(archive, found) == 0
    assert known_payloads(archive, [MEI, None]) == {first.payload_sha256: first}
    assert known_payloads(archive, [MEI]) == {}, "whose they were a WARC file does not tell"
    assert again.payload_sha256 == first.payload_sha256
    archive.close()
