"""``merge``: another archive's WARC files and rows brought into this one, in one transaction, after a copy of it."""

import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import delete, select, text

from storage.alive import database_file
from storage.backup import copy_database
from storage.database import Archive, open_archive
from storage.engine import make_engine
from storage.errors import ArchiveError
from storage.manifest import seal, stream_sha256
from storage.merge.kinds import KINDS, PARTS
from storage.merge.rows import Rows
from storage.models import CaptureRow, StandingRow, WarcFile
from storage.runs import anybody_at_work
from storage.search.index import clear, reindex_all
from storage.warcfiles import OPEN, PREFIX, sync_folder


@dataclass(frozen=True, slots=True)
class Merged:
    """What came from the other archive: WARC files, rows by table; ``before`` is a copy of this one as it was."""

    files: int
    rows: Mapping[str, int]
    before: Path


def merge(archive: Archive, other: Path, other_warc: Path | None = None) -> Merged:
    """Bring another SQLite archive into this one; called twice, the second time adds nothing.

    The other one is read from a copy and left as it is. Both have to be at rest.

    Raises:
        ArchiveError: one is at work or damaged, or the two hold different WARC files of one name.
    """
    path = _database(archive)
    if not other.is_file():
        raise ArchiveError(f"there is no archive at {other}")
    warc = other_warc or other.parent / "warc"
    if path.resolve() == other.resolve():
        raise ArchiveError(f"{other} is this archive itself")
    with _opened_copy(other, warc) as second:
        for one, database in ((archive, path), (second, other)):
            if anybody_at_work(one, database) or any(one.warc_dir.glob(f"{PREFIX}*{OPEN}")):
                raise ArchiveError(f"a crawl is at work on {one.warc_dir}, or was killed: run scrapy crawl there first")
        _check_files(archive, second)
        files = _copy_files(archive, second)
        before, rows = _merge_rows(archive, path, second)
    seal(archive)
    return Merged(files, rows, before)


def _database(archive: Archive) -> Path:
    if (path := database_file(archive.engine)) is None:
        raise ArchiveError("merging works on SQLite archives; PostgreSQL has tools of its own")
    return path


@contextmanager
def _opened_copy(database: Path, warc: Path) -> Iterator[Archive]:
    """The other archive, brought to today's schema in a copy."""
    with TemporaryDirectory(prefix="gongkai-merge-") as folder:
        copy = Path(folder) / "other.db"
        try:
            copy_database(database, copy)
        except sqlite3.Error as error:
            raise ArchiveError(f"{database} cannot be read: {error}") from error
        opened = open_archive(f"sqlite:///{copy}", warc)
        try:
            yield opened
        finally:
            opened.close()


def _copy_files(archive: Archive, second: Archive) -> int:
    """Bring the finished WARC files over, durably; those that are held already have to be the same.

    What is in the store by now is told by its seal.
    """
    held = archive.shelf.finished()
    with archive.read() as session:
        sealed = {name: sha256 for name, sha256 in session.execute(select(WarcFile.name, WarcFile.sha256))}  # noqa: C416
    target, copied = archive.warc_dir, 0
    for path in sorted(second.warc_dir.glob(f"{PREFIX}*.warc.gz")):
        here = target / path.name
        if path.name in held:
            if _sha256(path) != (_sha256(here) if here.exists() else sealed.get(path.name)):
                raise ArchiveError(f"{path.name} is here with other bytes; scrapy verify tells which is damaged")
            continue
        part = here.with_name(f"{path.name}.part")
        shutil.copyfile(path, part)
        with part.open("rb") as stream:
            os.fsync(stream.fileno())
        part.rename(here)
        copied += 1
    sync_folder(target)
    return copied


def _check_files(archive: Archive, second: Archive) -> None:
    """Refuse rows without their files: the other one's may be in a store of its own."""
    with second.read() as session:
        named = set(session.scalars(select(CaptureRow.warc_file).distinct()))
    if gone := sorted(named - second.shelf.finished().keys() - archive.shelf.finished().keys()):
        where = f"{len(gone)} WARC files of the other archive are not in {second.warc_dir}, {gone[0]} for one"
        raise ArchiveError(f"{where}; scrapy archive backup brings an archive and all its files into one folder")


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return stream_sha256(stream)


def _merge_rows(archive: Archive, path: Path, second: Archive) -> tuple[Path, Mapping[str, int]]:
    """All rows of both, in one transaction of the archive itself: whoever waits for its lock finds the result."""
    before = path.with_name(f"{path.name}.before-merge-{datetime.now(UTC):%Y%m%d%H%M%S}")
    with archive.write() as session:
        copy_database(path, before)
        target = session.connection()
        target.execute(text("PRAGMA defer_foreign_keys = ON"))
        target.execute(delete(StandingRow))
        clear(session)
        for table in (*(part.table for part in PARTS), *(kind.table for kind in reversed(KINDS))):
            target.execute(delete(table))
        copy = make_engine(f"sqlite:///{before}")
        try:
            with copy.connect() as ours, second.engine.connect() as theirs:
                added = Rows((ours, theirs), target).merge()
        finally:
            copy.dispose()
        reindex_all(session)
    return before, added
