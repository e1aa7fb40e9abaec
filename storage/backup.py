"""A copy of the archive that verifies, made while a crawl may be at work."""

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from storage.alive import database_file
from storage.database import Archive
from storage.engine import make_engine
from storage.errors import ArchiveError
from storage.members import TornMember, read_member
from storage.models import CaptureRow, WarcFile
from storage.store import CHUNK
from storage.warcfiles import sync_folder

DATABASE = "archive.db"
WARC = "warc"


@dataclass(frozen=True, slots=True)
class BackedUp:
    """How many WARC files were copied and how many were there already, and where the database is."""

    files: int
    kept: int
    database: Path


def copy_database(source: Path, target: Path) -> None:
    """Copy an SQLite database as one consistent state, while others read and write it (sqlite.org/backup)."""
    read_only = f"file:{source}?mode=ro"
    with closing(sqlite3.connect(read_only, uri=True)) as here, closing(sqlite3.connect(target)) as there:
        here.backup(there)


def back_up(archive: Archive, folder: Path) -> BackedUp:
    """Copy the database, then the WARC files that it names, into ``folder``: in this order nothing it names is missing.

    A sealed file never changes and is copied once. Of one that a crawl is writing, or finished since the database was
    copied, the records come along that the copy knows: the copy is an archive of that moment, and verifies.

    Raises:
        ArchiveError: the archive is in PostgreSQL, or a file that the database names is gone.
        OSError: the folder cannot be written.
    """
    if (database := database_file(archive.engine)) is None:
        files = "the files in the store by its own tools" if archive.store else "the WARC files"
        raise ArchiveError(f"this is for SQLite; use pg_dump for the database, then copy {files}")
    target = folder / WARC
    target.mkdir(parents=True, exist_ok=True)
    part = folder / f"{DATABASE}.part"
    part.unlink(missing_ok=True)
    copy_database(database, part)
    copied = kept = 0
    for name, size in _sizes(archive, part):
        if (target / name).exists() and (target / name).stat().st_size == size:
            kept += 1
            continue
        _copy(archive, target / name, size)
        copied += 1
    sync_folder(target)
    part.replace(folder / DATABASE)
    sync_folder(folder)
    return BackedUp(copied, kept, folder / DATABASE)


def _sizes(archive: Archive, database: Path) -> list[tuple[str, int]]:
    """The WARC files that the copied database names, and how many bytes of each it knows."""
    engine = make_engine(f"sqlite:///{database}")
    with engine.connect() as copy:
        sealed = {name: size for name, size in copy.execute(select(WarcFile.name, WarcFile.size))}  # noqa: C416
        end = func.max(CaptureRow.warc_offset + CaptureRow.warc_length)
        known = copy.execute(select(CaptureRow.warc_file, end).group_by(CaptureRow.warc_file)).all()
    engine.dispose()
    open_ones = ((name, _with_request(archive, name, size)) for name, size in known if name not in sealed)
    return sorted([*sealed.items(), *open_ones])


def _with_request(archive: Archive, name: str, end: int) -> int:
    """The end of the last record that SQL knows, and of its request behind it."""
    with archive.shelf.open(name) as stream:
        try:
            following = read_member(stream, end)
        except (EOFError, TornMember):
            return end
        return end + following.length if following.type == "request" else end


def _copy(archive: Archive, target: Path, size: int) -> None:
    """The first ``size`` bytes of a WARC file under its final name, on the disk when it stands there."""
    part = target.with_name(f"{target.name}.part")
    with archive.shelf.open(target.name, CHUNK) as source, part.open("wb") as copy:
        left = size
        while left and (chunk := source.read(min(left, CHUNK))):
            copy.write(chunk)
            left -= len(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    if left:
        raise ArchiveError(f"{target.name} is {left:,} bytes shorter than SQL knows; scrapy verify tells what is lost")
    part.replace(target)
