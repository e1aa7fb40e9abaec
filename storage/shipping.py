"""Finished WARC files brought from this machine's folder into the store, each proved there before it goes from here.

Killed at any point and called again it is harmless: a file is in the folder until the store has all its bytes under its
final name, and under that name no file is ever begun or replaced.
"""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from storage.captures import register_salvaged
from storage.database import Archive
from storage.errors import ArchiveError
from storage.manifest import print_in_store, seal, seal_unknown
from storage.models import WarcFile
from storage.salvage import salvage
from storage.store import CHUNK, Store
from storage.warcfiles import sync_folder

_LOCK = "shipping.lock"


@dataclass(frozen=True, slots=True)
class Shipped:
    """How many files went into the store; ``left`` says in a line each what stays here and why."""

    files: int
    left: tuple[str, ...] = ()


def put_away(archive: Archive) -> Shipped:
    """Finish what killed crawls left in this folder, seal all finished files, bring them into the store."""
    register_salvaged(archive, salvage(archive.warc_dir))
    seal(archive)
    return ship(archive)


def ship(archive: Archive) -> Shipped:
    """Bring what is finished and sealed into the store, where there is one; what the store does not take stays here.

    Files in the store that SQL does not know (it is an older copy) are registered and sealed. Several processes may do
    so at once, on one machine one after the other.
    """
    if archive.store is None:
        return Shipped(0)
    store = Store(archive.store)
    files, left = 0, list[str]()
    try:
        with _alone(archive.warc_dir):
            stored = store.sizes()
            seal_unknown(archive, stored)
            for row in _sealed_here(archive):
                if (wrong := _ship(store, archive.warc_dir / row.name, row)) is None:
                    files += 1
                else:
                    left.append(wrong)
        print_in_store(archive, store)
    except (OSError, ArchiveError) as error:
        left.append(f"finished WARC files stay in {archive.warc_dir} until the next crawl: {error}")
    return Shipped(files, tuple(left))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time for this folder: two would write the same unfinished copy."""
    with (folder / _LOCK).open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _sealed_here(archive: Archive) -> list[WarcFile]:
    here = {path.name for path in archive.warc_dir.glob("*.warc.gz")}
    with archive.read() as session:
        rows = session.scalars(select(WarcFile).order_by(WarcFile.number)).all()
        return [row for row in rows if row.name in here]


def _ship(store: Store, path: Path, row: WarcFile) -> str | None:
    """Bring one file into the store and remove it here; else why it stays."""
    held = store.size(row.name)
    if held is None:
        part = f"{row.name}.part"  # of a name that no other machine uses: begun anew, where it was begun before
        digest = hashlib.sha256()
        store.write(part, _read(path, digest))
        if digest.hexdigest() != row.sha256:
            store.remove(part)
            return f"{path} is not what was sealed and stays here: scrapy verify tells what is wrong"
        if _sha256(store, part) != row.sha256:
            store.remove(part)
            return f"{path} stays here: {store.name} gave other bytes back than it was given"
        store.rename(part, row.name)
        proved = store.size(row.name) == row.size
    else:
        proved = held == row.size and _sha256(store, row.name) == row.sha256
    if not proved:
        return f"{path} stays here: another file of that name is in {store.name}; move one of them away"
    path.unlink(missing_ok=True)
    sync_folder(path.parent)
    return None


def _read(path: Path, digest: Any) -> Iterator[bytes]:
    """The bytes of a file of this machine; ``digest`` is told of them."""
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
                yield chunk
    except OSError as error:
        raise ArchiveError(f"{path} cannot be read: {error.strerror}") from error


def _sha256(store: Store, name: str) -> str:
    digest = hashlib.sha256()
    for chunk in store.chunks(name):
        digest.update(chunk)
    return digest.hexdigest()
