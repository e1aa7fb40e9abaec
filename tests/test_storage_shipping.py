"""Finished WARC files come into a store whole or not at all, whoever is killed, and are proved and read there."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from storage.captures import payload_of, to_capture
from storage.database import Archive, open_archive
from storage.elsewhere import elsewhere
from storage.holdings import holdings
from storage.manifest import MANIFEST, seal
from storage.models import (
    CaptureRow,
    Document,
    FigureRow,
    FindingRow,
    Reading,
    ReportRow,
    Run,
    SearchEntry,
    SectionRow,
    StandingRow,
    Version,
    WarcFile,
)
from storage.records import Capture, DamageKind, RunOutcome
from storage.shipping import put_away, ship
from storage.store import Store, StoreAway
from storage.verify import verify
from tests.objects import KINDS, Killed, content, killed_at, names_in, new_store, overwrite, with_store
from tests.postgresql import on_sqlite
from tests.storage_samples import Crawl, count, report


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "s3":
        request.getfixturevalue("s3")
    return new_store(request.param, tmp_path / "store")


@pytest.fixture
def held(archive: Archive, url: str) -> Archive:
    """An archive with a store, and two finished and sealed files of two ended crawls in its folder."""
    held = with_store(archive, url)
    for year in (2024, 2023):
        crawled(held, year)
    return held


def crawled(archive: Archive, year: int) -> None:
    crawl = Crawl(archive)
    crawl.document(report(year, str(year) * 300))
    crawl.close()
    seal(archive)


def local(archive: Archive) -> list[str]:
    return sorted(path.name for path in archive.warc_dir.glob("gongkai-*"))


def sealed(archive: Archive) -> list[str]:
    with archive.read() as session:
        return list(session.scalars(select(WarcFile.name).order_by(WarcFile.number)))


def captures(archive: Archive) -> list[Capture]:
    with archive.read() as session:
        return [to_capture(row) for row in session.scalars(select(CaptureRow).order_by(CaptureRow.id))]


def proved(archive: Archive) -> None:
    """Everything is there, and can be read."""
    assert verify(archive).damages == ()
    assert [payload_of(archive, one) for one in captures(archive)]


def test_what_is_finished_and_sealed_goes_into_the_store(held: Archive) -> None:
    names = local(held)
    writing = Crawl(held)
    writing.document(report(2022))
    assert ship(held).files == 2
    assert [name for name in local(held) if name in names] == []
    assert sorted(Store(held.store or "").sizes()) == names
    assert holdings(held).warc_files == 3
    proved(held)
    writing.close()
    assert put_away(held).files == 1
    assert local(held) == []
    lines = content(held.store or "", MANIFEST).decode().splitlines()
    assert [line.split()[3] for line in lines] == sealed(held)
    proved(held)
    assert ship(held).files == 0


@on_sqlite
def test_killed_at_any_step_nothing_is_lost_and_the_next_one_ends_it(
    held: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    for step in range(1_000):
        try:
            with killed_at(step, monkeypatch):
                assert ship(held).left == ()
        except Killed:
            assert set(Store(held.store or "").sizes()) | set(local(held)) == set(sealed(held))
            assert [payload_of(held, one) for one in captures(held)]
        else:
            break
        if not local(held):
            crawled(held, 2022 - step)
    assert step > 20, "a kill in each step"
    proved(held)
    assert not [name for name in names_in(held.store or "") if name.endswith(".gz.part")]


@on_sqlite
def test_a_wrong_byte_in_the_store_is_found(held: Archive) -> None:
    ship(held)
    name = sealed(held)[0]
    data = bytearray(content(held.store or "", name))
    data[len(data) // 2] ^= 0xFF
    overwrite(held.store or "", name, bytes(data))
    found = verify(held).damages
    assert {one.warc_file for one in found} == {name}
    assert found[-1].kind is DamageKind.FILE_ALTERED


@on_sqlite
def test_no_other_file_of_that_name_is_replaced(held: Archive) -> None:
    name = sealed(held)[0]
    overwrite(held.store or "", name, b"another file")
    shipped = ship(held)
    assert (shipped.files, local(held)) == (1, [name])
    assert "another file of that name" in shipped.left[0]
    assert content(held.store or "", name) == b"another file"


@on_sqlite
def test_a_file_that_is_there_already_goes_from_here(held: Archive) -> None:
    name = sealed(held)[0]
    overwrite(held.store or "", name, (held.warc_dir / name).read_bytes())
    assert ship(held).files == 2
    proved(held)


@on_sqlite
def test_a_file_that_was_damaged_here_is_not_shipped(held: Archive) -> None:
    name = sealed(held)[0]
    with (held.warc_dir / name).open("ab") as stream:
        stream.write(b"more")
    shipped = ship(held)
    assert (shipped.files, local(held)) == (1, [name])
    assert "not what was sealed" in shipped.left[0]
    assert content(held.store or "", name) == b""


@on_sqlite
def test_what_the_store_gives_back_is_compared(held: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    names = local(held)
    with monkeypatch.context() as patch:
        write = Store.write
        patch.setattr(Store, "write", lambda self, name, chunks: write(self, name, [bytes(len(one)) for one in chunks]))
        shipped = ship(held)
    assert (shipped.files, local(held)) == (0, names)
    assert "other bytes back" in shipped.left[0]
    assert ship(held).files == 2


def test_several_machines_share_a_store(held: Archive, tmp_path: Path) -> None:
    folders = [held.warc_dir, *(tmp_path / f"machine-{number}" for number in range(3))]
    machines = []
    for folder in folders:
        folder.mkdir(exist_ok=True)
        machines.append(replace(held, warc_dir=folder))
    for number, machine in enumerate(machines):
        crawled(machine, 2010 + number)
    shipping = [threading.Thread(target=ship, args=(machine,)) for machine in machines]
    for thread in shipping:
        thread.start()
    for thread in shipping:
        thread.join()
    assert [local(machine) for machine in machines] == [[]] * 4
    assert len(sealed(held)) == 6
    for machine in machines:
        proved(machine)


def test_a_file_on_another_machine_is_no_damage_until_its_run_is_over(
    held: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ship(held)
    (tmp_path / "there").mkdir()
    url = held.engine.url.render_as_string(hide_password=False)
    there = open_archive(url, tmp_path / "there", store=held.store)
    with monkeypatch.context() as patch:
        patch.setattr("socket.gethostname", lambda: "worker-2")
        crawl = Crawl(there)
        crawl.document(report(2020))
    found = verify(held)
    (name,) = {one.warc_file for one in captures(held)} - set(sealed(held))
    assert (found.damages, found.elsewhere, found.files) == ((), ((name, "worker-2"),), 2)
    there.close()  # killed
    with held.write() as session:
        session.get_one(Run, crawl.run).outcome = RunOutcome.INTERRUPTED
    (damage,) = verify(held).damages
    assert (damage.kind, damage.warc_file) == (DamageKind.FILE_MISSING, name)
    assert "worker-2: start a crawl or scrapy archive ship there" in damage.detail
    assert not elsewhere(held, name).at_work
    crawl.writer.close()
    again = open_archive(url, tmp_path / "there", store=held.store)
    assert put_away(again).files == 1
    again.close()
    proved(held)


@on_sqlite
def test_files_in_the_store_that_an_older_database_does_not_know_are_registered(held: Archive) -> None:
    ship(held)
    known, later = count(held, CaptureRow), sealed(held)[1]
    with held.write() as session:
        for model in (
            SearchEntry,
            StandingRow,
            FigureRow,
            FindingRow,
            SectionRow,
            Reading,
            Version,
            Document,
            ReportRow,
        ):
            session.execute(delete(model))
        session.execute(delete(CaptureRow).where(CaptureRow.warc_file == later))
        session.execute(delete(WarcFile).where(WarcFile.name == later))
    assert {one.kind for one in verify(held).damages} == {DamageKind.RECORD_UNKNOWN, DamageKind.MANIFEST_BROKEN}
    assert ship(held).left == ()
    assert (count(held, CaptureRow), sealed(held)[1]) == (known, later)
    proved(held)


@on_sqlite
def test_a_store_that_is_away_costs_nothing_but_a_line(archive: Archive, tmp_path: Path) -> None:
    held = with_store(archive, f"file://{tmp_path}/not-mounted")
    crawled(held, 2024)
    (line,) = ship(held).left
    assert "until the next crawl" in line
    assert "mount it" in line
    assert [payload_of(held, one) for one in captures(held)]
    with pytest.raises(StoreAway):
        verify(held)
    (tmp_path / "not-mounted").mkdir()
    assert ship(held).files == 1
    proved(held)


def test_a_bucket_that_is_not_there_is_said_to_be_so(archive: Archive, s3: str) -> None:
    held = with_store(archive, "s3://no-such-bucket/warc")
    crawled(held, 2024)
    assert "s3://no-such-bucket/warc" in ship(held).left[0]
    assert len(local(held)) == 1
