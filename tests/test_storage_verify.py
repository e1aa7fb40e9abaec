"""Verification: an archive as it was written is proved; every damage is named, with what rests on it."""

import gzip
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from storage.archive import finish_run, register_salvaged
from storage.database import Archive
from storage.manifest import MANIFEST, seal
from storage.models import CaptureRow, WarcFile
from storage.records import Capture, Damage, DamageKind, RunOutcome
from storage.salvage import salvage
from storage.verify import Progress, last_verification, verify
from tests.storage_samples import LIST_URL, START, Crawl, link, report, report_url


@pytest.fixture
def page(archive: Archive, crawl: Crawl) -> Capture:
    """An ended crawl with a list and two reports; the capture of the first report's page."""
    crawl.listing([link(2024), link(2023)])
    crawl.document(report(2024, "二〇二四年" * 200))
    crawl.document(report(2023, "二〇二三年" * 200))
    crawl.visit()
    crawl.writer.close()
    finish_run(archive, crawl.run, RunOutcome.FINISHED)
    seal(archive)
    return next(capture for capture in captures(archive) if capture.url == report_url(2024))


def captures(archive: Archive) -> list[Capture]:
    (file,) = salvaged_again(archive)
    return list(file)


def salvaged_again(archive: Archive) -> list[tuple[Capture, ...]]:
    """The captures of each file, as salvage reads them: a reader of its own."""
    found = []
    for path in archive.warc_dir.glob("*.warc.gz"):
        path.rename(path.with_name(path.name + ".open"))
        found += [one.captures for one in salvage(archive.warc_dir)]
    return found


def only(archive: Archive) -> Damage:
    (damage,) = verify(archive).damages
    return damage


def test_what_was_written_is_proved(archive: Archive, page: Capture) -> None:
    told: list[Progress] = []
    result = verify(archive, tell=told.append)
    assert (result.damages, result.files, result.records, result.sealed) == ((), 1, 7, 0)
    assert told == [Progress(1, 1, result.size)]
    last = last_verification(archive)
    assert last is not None
    assert last[1] is not None


def altered(change: Callable[[bytearray, Capture], None]) -> Callable[[Archive, Capture], None]:
    def alter(archive: Archive, page: Capture) -> None:
        path = archive.warc_dir / page.warc_file
        data = bytearray(path.read_bytes())
        change(data, page)
        path.write_bytes(data)

    return alter


def flip(data: bytearray, page: Capture) -> None:
    data[page.warc_offset + page.warc_length // 2] ^= 0xFF


def cut(data: bytearray, page: Capture) -> None:
    del data[page.warc_offset + page.warc_length // 2 :]


def another_text(data: bytearray, page: Capture) -> None:
    """Well-made in everything but its digests."""
    start, end = page.warc_offset, page.warc_offset + page.warc_length
    record = gzip.decompress(bytes(data[start:end]))
    data[start:end] = gzip.compress(record.replace("二〇二四年".encode(), "二〇二五年".encode(), 1))


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        (flip, ["record-damaged", "file-altered"]),
        (another_text, ["record-damaged", "pointer-wrong", "pointer-wrong", "file-altered"]),
    ],
)
def test_altered_bytes_are_found_and_reading_goes_on_behind_them(
    archive: Archive, page: Capture, change: Callable[[bytearray, Capture], None], kinds: list[str]
) -> None:
    altered(change)(archive, page)
    result = verify(archive)
    found = [damage.kind.value for damage in result.damages if "unknown" not in damage.kind]
    assert found[0] == kinds[0]
    assert found[-1] == kinds[-1]
    first = result.damages[0]
    assert (first.warc_offset, first.url) == (page.warc_offset, report_url(2024))
    assert first.concerns == ("610326 眉县 2024: the report",)
    assert result.records >= 6


def test_a_file_that_was_cut_loses_what_stood_behind(archive: Archive, page: Capture) -> None:
    altered(cut)(archive, page)
    damages = verify(archive).damages
    assert [damage.kind for damage in damages] == [
        DamageKind.RECORD_DAMAGED,
        DamageKind.POINTER_WRONG,
        DamageKind.FILE_ALTERED,
    ]
    assert damages[1].concerns == ("610326 眉县 2023: the report",)


def test_a_missing_file_concerns_everything_in_it(archive: Archive, page: Capture) -> None:
    (archive.warc_dir / page.warc_file).unlink()
    damages = verify(archive).damages
    assert [damage.kind for damage in damages] == [DamageKind.FILE_MISSING]
    assert len(damages[0].concerns) == 3


def test_records_that_sql_does_not_know_are_named(archive: Archive, page: Capture) -> None:
    with archive.write() as session:
        session.execute(update(CaptureRow).values(warc_length=CaptureRow.warc_length + 1).where(CaptureRow.id == 2))
    assert only(archive).kind is DamageKind.POINTER_WRONG
    crawl = Crawl(archive)
    crawl.fetch(LIST_URL, b"never committed")
    crawl.writer.close()
    assert [damage.kind for damage in verify(archive).damages] == [DamageKind.POINTER_WRONG], "a crawl is at work"
    finish_run(archive, crawl.run, RunOutcome.FINISHED)
    kinds = [damage.kind for damage in verify(archive).damages]
    assert sorted(kinds) == [DamageKind.POINTER_WRONG, DamageKind.RECORD_UNKNOWN]


def test_a_repetition_without_its_first_record_is_lost(archive: Archive, page: Capture) -> None:
    crawl = Crawl(archive)
    again = crawl.fetch(report_url(2024), report(2024, "二〇二四年" * 200).text.encode(), page)
    crawl.writer.close()
    finish_run(archive, crawl.run, RunOutcome.FINISHED)
    register_salvaged(archive, ())
    with archive.write() as session:
        row = {name: getattr(again, name) for name in Capture.__dataclass_fields__}
        session.add(CaptureRow(**row | {"payload_sha256": "0" * 64}, run_id=crawl.run))
    kinds = [damage.kind for damage in verify(archive).damages]
    assert kinds == [DamageKind.POINTER_WRONG, DamageKind.PAYLOAD_LOST]


def test_an_unfinished_file_is_named_until_it_is_salvaged(archive: Archive, page: Capture) -> None:
    path = archive.warc_dir / page.warc_file
    path.rename(path.with_name(path.name + ".open"))
    assert only(archive).kind is DamageKind.FILE_UNFINISHED
    salvage(archive.warc_dir)
    assert verify(archive).damages == ()


def test_a_file_that_is_being_written_is_no_damage(archive: Archive) -> None:
    crawl = Crawl(archive)
    crawl.document(report(2024))
    with (archive.warc_dir / next(archive.warc_dir.glob("*.open")).name).open("ab") as stream:
        stream.write(b"\x1f\x8b half a record")
    assert verify(archive).damages == ()
    crawl.writer.close()


def swap_a_seal(archive: Archive) -> None:
    with archive.write() as session:
        session.execute(update(WarcFile).values(sha256="0" * 64).where(WarcFile.number == 1))


def drop_a_seal(archive: Archive) -> None:
    with archive.write() as session:
        session.execute(delete(WarcFile).where(WarcFile.number == 1))


def edit_the_file(archive: Archive) -> None:
    path = archive.warc_dir / MANIFEST
    path.write_text(path.read_text().replace("1 ", "2 ", 1))


@pytest.mark.parametrize("change", [swap_a_seal, drop_a_seal, edit_the_file])
def test_a_changed_manifest_shows(archive: Archive, page: Capture, change: Callable[[Archive], None]) -> None:
    second = Crawl(archive)
    second.document(report(2022))
    second.writer.close()
    finish_run(archive, second.run, RunOutcome.FINISHED)
    assert seal(archive) == 1
    assert verify(archive).damages == ()
    change(archive)
    assert DamageKind.MANIFEST_BROKEN in {damage.kind for damage in verify(archive).damages}


def test_a_stopped_verification_goes_on(archive: Archive, page: Capture) -> None:
    for year in (2022, 2021):
        crawl = Crawl(archive)
        crawl.document(report(year))
        crawl.writer.close()
        finish_run(archive, crawl.run, RunOutcome.FINISHED)
    altered(flip)(archive, page)

    def stop(progress: Progress) -> None:
        if progress.done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        verify(archive, tell=stop)
    stopped = last_verification(archive)
    assert stopped is not None
    assert stopped[1] is None
    told: list[Progress] = []
    result = verify(archive, tell=told.append)
    assert [progress.size > 0 for progress in told] == [False, False, True]
    assert (result.files, result.records) == (3, 12)
    assert {damage.kind for damage in result.damages} == {DamageKind.RECORD_DAMAGED, DamageKind.FILE_ALTERED}
    assert verify(archive, restart=True).records == 12


def test_no_path_leads_out_of_the_folder(archive: Archive, tmp_path: Path) -> None:
    now = Crawl(archive).now
    with archive.write() as session:
        row = {"url": "http://x.test/", "status": 200, "warc_offset": 0, "warc_length": 9, "payload_sha256": "0" * 64}
        outside = CaptureRow(**row, payload_bytes=1, warc_file="../archive.db", record_type="response")
        outside.fetched_at = now
        session.add(outside)
    assert DamageKind.FILE_MISSING in {damage.kind for damage in verify(archive).damages}


@pytest.mark.parametrize(
    "wrong",
    [{"status": 404}, {"fetched_at": START - timedelta(days=1)}, {"ip": "192.0.2.1"}],
    ids=lambda one: str(*one),
)
def test_what_sql_says_of_a_record_is_what_the_record_says(
    archive: Archive, page: Capture, wrong: dict[str, object]
) -> None:
    with archive.write() as session:
        session.execute(update(CaptureRow).values(**wrong).where(CaptureRow.id == 2))
    assert only(archive).kind is DamageKind.POINTER_WRONG
