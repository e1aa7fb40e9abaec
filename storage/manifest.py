"""The manifest: each finished WARC file's digest, chained to the one before, so that a later change to any shows.

It stands in SQL and, for whoever holds the files alone, in ``manifest.txt`` beside them (in the store, where there is
one): one line a file with its number, sha256, bytes, name and chain. The last chain value, kept elsewhere or published,
vouches for every file.
"""

import hashlib
import os
import secrets
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import BinaryIO

from sqlalchemy import select, text

from storage.captures import register_salvaged
from storage.database import Archive
from storage.errors import ArchiveError
from storage.models import WarcFile
from storage.records import Damage, DamageKind
from storage.salvage import Salvaged, read_finished
from storage.shelf import Shelf
from storage.store import NotThere, Store
from storage.warcfiles import PREFIX, locked_folder, sync_folder

MANIFEST = "manifest.txt"
_START = "0" * 64  # the chain before the first file


def link(before: str, name: str, size: int, sha256: str) -> str:
    """The chain's next value: sha256 over the value before it and what is said of the file."""
    return hashlib.sha256(f"{before} {sha256} {size} {name}\n".encode()).hexdigest()


def seal(archive: Archive, whole: Collection[str] = ()) -> int:
    """Take the finished files of this machine's folder into the manifest; returns how many were in none yet.

    ``whole`` are those of which SQL knows every record. The others are read, and what SQL does not know of them (a run
    was killed after it had finished a file, or the database comes from an older copy) is registered first. Harmless
    beside a running crawl, whose file has no final name yet, and when it is killed and called again.
    """
    found = [path.name for path in archive.warc_dir.glob(f"{PREFIX}*.warc.gz")]
    return seal_unknown(archive, found, whole)


def seal_unknown(archive: Archive, names: Collection[str], whole: Collection[str] = ()) -> int:
    """Take these finished files into the manifest, with what SQL does not know of those that are not ``whole``."""
    found = _unsealed(archive, names)
    register_salvaged(archive, [_read(archive.shelf, name) for name in found if name not in whole])
    return seal_whole(archive, found)


def seal_whole(archive: Archive, names: Collection[str]) -> int:
    """Take these files, which are finished and of which SQL knows every record, into the manifest."""
    digests = [_digest(archive.shelf, name) for name in _unsealed(archive, names)]
    count = 0
    with archive.write() as session:
        if archive.engine.dialect.name == "postgresql":  # SQLite's one writer needs no more
            session.execute(text("LOCK TABLE warc_file IN SHARE ROW EXCLUSIVE MODE"))
        last = session.scalar(select(WarcFile).order_by(WarcFile.number.desc()).limit(1))
        number, chain = (last.number, last.chain) if last else (0, _START)
        others = set(session.scalars(select(WarcFile.name).where(WarcFile.name.in_([name for name, *_ in digests]))))
        for name, size, sha256 in digests:
            if name in others:  # another process was faster
                continue
            number, chain, count = number + 1, link(chain, name, size, sha256), count + 1
            row = WarcFile(number=number, name=name, size=size, sha256=sha256, chain=chain)
            row.sealed_at = datetime.now(UTC)
            session.add(row)
    if archive.store is None:
        # After the commit: killed in between, the file is behind, and the next seal brings it up to date.
        _print_here(archive)
    return count


def print_in_store(archive: Archive, store: Store) -> None:
    """Bring ``manifest.txt`` in the store up to date; lines there that say otherwise are left to verification.

    Others may do so at the same time, with fewer lines. As each looks again after it has written, whoever is last has
    written all.
    """
    lines = None
    while (known := _lines(archive)) != lines:
        lines, held = known, _printed(archive)
        if held != lines and held == lines[: len(held)]:
            part = f"{MANIFEST}.{secrets.token_hex(4)}.part"
            store.write(part, ["".join(f"{line}\n" for line in lines).encode()])
            store.rename(part, MANIFEST)


def _unsealed(archive: Archive, names: Collection[str]) -> list[str]:
    with archive.read() as session:
        return sorted(set(names) - set(session.scalars(select(WarcFile.name))))


def _read(shelf: Shelf, name: str) -> Salvaged:
    with shelf.whole(name) as stream:
        return read_finished(stream, name)


def _digest(shelf: Shelf, name: str) -> tuple[str, int, str]:
    with shelf.whole(name) as stream:
        return name, stream.seek(0, os.SEEK_END), stream_sha256(stream)


def stream_sha256(stream: BinaryIO) -> str:
    """The digest of a whole file."""
    stream.seek(0)
    return hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]  # typeshed asks for readinto alone


def chain_damages(archive: Archive, *, at_work: bool = False) -> Iterator[Damage]:
    """Where the chain does not hold, in SQL or in the file beside the WARC files.

    ``at_work``: somebody may be sealing; in a store, his lines come when his files are there.
    """
    with archive.read() as session:
        rows = session.scalars(select(WarcFile).order_by(WarcFile.number)).all()
    chain = _START
    for place, row in enumerate(rows, 1):
        chain = link(chain, row.name, row.size, row.sha256)
        if row.number != place or row.chain != chain:
            detail = f"line {place} of the manifest in SQL was changed, or one before it was removed"
            yield Damage(DamageKind.MANIFEST_BROKEN, detail, row.name)
            return
    printed = _printed(archive)
    for place, (line, wanted) in enumerate(zip(printed, map(_line, rows), strict=False), 1):
        if line != wanted:
            yield Damage(DamageKind.MANIFEST_BROKEN, f"line {place} of {MANIFEST} and of the manifest in SQL differ")
            return
    if len(printed) > len(rows) or (len(printed) < len(rows) and not (at_work and archive.store)):
        detail = f"{MANIFEST} has {len(printed)} lines, the manifest in SQL {len(rows)}"
        yield Damage(DamageKind.MANIFEST_BROKEN, detail)


def _line(row: WarcFile) -> str:
    return f"{row.number} {row.sha256} {row.size} {row.name} {row.chain}"


def _lines(archive: Archive) -> list[str]:
    with archive.read() as session:
        return [_line(row) for row in session.scalars(select(WarcFile).order_by(WarcFile.number))]


def _printed(archive: Archive) -> list[str]:
    """The lines of ``manifest.txt``; none where there is no such file."""
    try:
        if archive.store is None:
            return (archive.warc_dir / MANIFEST).read_text("utf-8", "replace").splitlines()
        return b"".join(Store(archive.store).chunks(MANIFEST)).decode(errors="replace").splitlines()
    except (FileNotFoundError, NotThere):
        return []
    except OSError as error:
        raise ArchiveError(f"{archive.warc_dir / MANIFEST} cannot be read: {error.strerror}") from error


def _print_here(archive: Archive) -> None:
    """Bring ``manifest.txt`` up to date, whole or not at all; lines that say otherwise are left to verification."""
    path = archive.warc_dir / MANIFEST
    with locked_folder(archive.warc_dir):
        lines, held = _lines(archive), _printed(archive)
        if held == lines or held != lines[: len(held)]:
            return
        fresh = path.with_suffix(".new")
        try:
            with fresh.open("w", encoding="utf-8") as stream:
                stream.writelines(f"{line}\n" for line in lines)
                stream.flush()
                os.fsync(stream.fileno())
            fresh.rename(path)
            sync_folder(archive.warc_dir)
        except OSError as error:
            raise ArchiveError(f"{path} cannot be written: {error}") from error
