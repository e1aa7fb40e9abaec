"""Opening an archive: made, upgraded and filled by whoever comes first; refused in one clear line."""

import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import func, insert, select, text
from sqlalchemy.dialects.postgresql.base import RESERVED_WORDS
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, StatementError

from reports.divisions import counties
from reports.forms import indicators
from storage.database import DEFAULT_URL, open_archive
from storage.errors import ArchiveError
from storage.models import Base, Division, Indicator, Watch
from storage.search.tables import is_ours_to_compare
from tests.postgresql import fresh_database
from tests.storage_samples import new_archive

ROOT = Path(__file__).parents[1]


def test_models_and_migrations_agree(tmp_path: Path) -> None:
    archive = new_archive(tmp_path)
    with archive.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": is_ours_to_compare}
        )
        assert compare_metadata(context, Base.metadata) == []
    archive.close()


def test_divisions_and_indicators_are_filled_in_once_and_corrected(tmp_path: Path) -> None:
    archive = new_archive(tmp_path)
    with archive.write() as session:
        session.execute(text("UPDATE division SET name = '?' WHERE code = '610326'"))
    archive.close()
    archive = new_archive(tmp_path)
    with archive.read() as session:
        assert session.scalar(select(func.count()).where(Division.level == "county")) == len(counties()) == 2846
        assert session.scalar(select(func.count(Indicator.id))) == len(indicators())
        mei = session.get_one(Division, "610326")
        assert (mei.name, mei.parent_code) == ("眉县", "610300")
        assert session.get_one(Division, "610300").parent_code == "610000"
    archive.close()


def test_commits_survive_a_power_cut_and_readers_do_not_block(tmp_path: Path) -> None:
    archive = new_archive(tmp_path)
    with archive.engine.connect() as connection:
        pragmas = [
            connection.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert pragmas == ["wal", 2, 1]
    archive.close()


@pytest.mark.parametrize("where", ["sqlite", "postgresql"])
def test_several_processes_may_open_a_fresh_archive_at_once(
    tmp_path: Path, where: str, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path}/new/archive.db"
    if where == "postgresql":
        url = fresh_database(request.getfixturevalue("postgresql"))
    program = "import sys; from storage.database import open_archive; open_archive(sys.argv[1]).close()"
    command = [sys.executable, "-W", "error", "-c", program, url]
    several = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(3)]  # noqa: S603
    assert [(process.communicate()[1], process.returncode) for process in several] == [(b"", 0)] * 3


def test_place_and_warc_folder_can_be_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path}/a/b.db"
    monkeypatch.delenv("GONGKAI_WARC_DIR", raising=False)
    archive = open_archive(url)
    assert (archive.folder, archive.warc_dir) == (tmp_path / "a", tmp_path / "a" / "warc")
    archive.close()
    monkeypatch.setenv("GONGKAI_WARC_DIR", str(tmp_path / "w"))
    archive = open_archive(url)
    assert archive.warc_dir == tmp_path / "w"
    archive.close()


def test_archive_of_the_project_stands_in_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert make_url(DEFAULT_URL).database == str(ROOT / "data" / "archive.db")


def test_archive_that_must_exist_is_not_made(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new/archive.db"
    with pytest.raises(ArchiveError, match=r"there is no archive at .*/new/archive\.db yet; scrapy crawl makes one"):
        open_archive(url, must_exist=True)
    assert list(tmp_path.iterdir()) == []
    open_archive(url).close()
    open_archive(url, must_exist=True).close()


def test_an_archive_deleted_while_it_is_open_does_not_come_back_empty(tmp_path: Path) -> None:
    archive = open_archive(f"sqlite:///{tmp_path}/the archive#1.db")
    archive.engine.dispose()
    for path in tmp_path.glob("the archive*"):
        path.unlink()
    with pytest.raises(ArchiveError, match="unable to open database file"), archive.read() as session:
        session.execute(text("SELECT 1"))
    assert not list(tmp_path.glob("the archive*"))


def test_every_column_can_be_selected_without_quotes(tmp_path: Path) -> None:
    archive = new_archive(tmp_path)
    with archive.read() as session:
        for table in Base.metadata.tables.values():
            columns = [column.name for column in table.columns]
            session.execute(text(f"SELECT {', '.join(columns)} FROM {table.name} ORDER BY {columns[-1]}"))  # noqa: S608
            assert not {table.name, *columns} & RESERVED_WORDS, "PostgreSQL's"
    archive.close()


def test_broken_constraint_is_our_mistake_and_no_trouble_of_the_disk(tmp_path: Path) -> None:
    archive = new_archive(tmp_path)
    with pytest.raises(IntegrityError), archive.write() as session:
        session.execute(insert(Division), {"code": "999999", "name": "", "level": "county", "parent_code": "99"})
    archive.close()


def _newer(path: Path) -> None:
    new_archive(path.parent).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()


def _foreign(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE sheep (name)")
    connection.close()


@pytest.mark.parametrize(
    ("prepare", "message"),
    [
        (_newer, "made by a newer version"),
        (_foreign, "another program's tables"),
        (lambda path: path.write_bytes(b"no database at all, " * 100), "not a database"),
        (lambda path: path.mkdir(), "unable to open"),
    ],
)
def test_unusable_database_is_refused_in_one_line(tmp_path: Path, prepare, message: str) -> None:  # type: ignore[no-untyped-def]
    prepare(tmp_path / "archive.db")
    with pytest.raises(ArchiveError, match=message) as refused:
        new_archive(tmp_path)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("url", ["nonsense", "sqlite://", "frog://x/y", "sqlite:////proc/none/archive.db"])
def test_unusable_address_is_refused_in_one_line(url: str) -> None:
    with pytest.raises(ArchiveError) as refused:
        open_archive(url)
    assert "\n" not in str(refused.value)


def test_timestamps_are_instants(tmp_path: Path) -> None:
    archive = new_archive(tmp_path)
    noon = datetime(2025, 1, 1, 12, tzinfo=UTC)
    with archive.write() as session:
        session.execute(insert(Watch), {"prefix": "61", "since": noon})
    with archive.read() as session:
        assert session.scalar(select(Watch.since)) == noon
    with pytest.raises(StatementError, match="without a zone"), archive.write() as session:
        session.execute(insert(Watch), {"prefix": "62", "since": noon.replace(tzinfo=None)})
    archive.close()
