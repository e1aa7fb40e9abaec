"""The manifest: each finished WARC file's digest, chained to the one before, so that a later change to any shows.

It stands in SQL and, for whoever holds the files alone, in ``manifest.txt`` beside them: one line a file with its
number, sha256, bytes, name and chain. The last chain value, kept elsewhere or published, vouches for every file.
"""

import hashlib
import os
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from storage.captures import register_salvaged
from storage.database import Archive
from storage.errors import ArchiveError
from storage.models import WarcFile
from storage.records import Damage, DamageKind
from storage.salvage import read_finished
from storage.warcfiles import PREFIX, locked_folder, sync_folder

MANIFEST = "manifest.txt"
_START = "0" * 64  # the chain before the first file
_CHUNK = 1 << 20


def link(before: str, name: str, size: int, sha256: str) -> str:
    """The chain's next value: sha256 over the value before it and what is said of the file."""
    return hashlib.sha256(f"{before} {sha256} {size} {name}\n".encode()).hexdigest()


def seal(archive: Archive, whole: Collection[str] = ()) -> int:
    """Take the finished files that are in no manifest yet into it; returns how many they were.

    ``whole`` are those of which SQL knows every record. The others are read, and what SQL does not know of them (a run
    was killed after it had finished a file, or the database comes from an older copy) is registered first. Harmless
    beside a running crawl, whose file has no final name yet, and when it is killed and called again.
    """
    found = _unsealed(archive)
    register_salvaged(archive, [read_finished(path) for path in found if path.name not in whole])
    return seal_whole(archive, {path.name for path in found})


def seal_whole(archive: Archive, names: Collection[str]) -> int:
    """Take these files, which are finished and of which SQL knows every record, into the manifest."""
    found = [path for path in _unsealed(archive) if path.name in names]
    digests = [(path.name, path.stat().st_size, file_sha256(path)) for path in found]
    count = 0
    with archive.write() as session:
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
    # After the commit: killed in between, the file is behind, and the next seal brings it up to date.
    with locked_folder(archive.warc_dir), archive.read() as session:
        rows = session.scalars(select(WarcFile).order_by(WarcFile.number)).all()
        _write(archive.warc_dir, [_line(row) for row in rows])
    return count


def _unsealed(archive: Archive) -> list[Path]:
    with archive.read() as session:
        sealed = set(session.scalars(select(WarcFile.name)))
    return [path for path in sorted(archive.warc_dir.glob(f"{PREFIX}*.warc.gz")) if path.name not in sealed]


def file_sha256(path: Path) -> str:
    """The digest of a whole file. Raises ``ArchiveError`` where it cannot be read."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        raise ArchiveError(f"{path} cannot be read: {error.strerror}") from error
    return digest.hexdigest()


def chain_damages(archive: Archive) -> Iterator[Damage]:
    """Where the chain does not hold, in SQL or in the file beside the WARC files."""
    with archive.read() as session:
        rows = session.scalars(select(WarcFile).order_by(WarcFile.number)).all()
    chain = _START
    for place, row in enumerate(rows, 1):
        chain = link(chain, row.name, row.size, row.sha256)
        if row.number != place or row.chain != chain:
            detail = f"line {place} of the manifest in SQL was changed, or one before it was removed"
            yield Damage(DamageKind.MANIFEST_BROKEN, detail, row.name)
            return
    try:
        printed = (archive.warc_dir / MANIFEST).read_text("utf-8").splitlines() if rows else []
    except (OSError, UnicodeDecodeError) as error:
        yield Damage(DamageKind.MANIFEST_BROKEN, f"{MANIFEST} cannot be read: {error}")
        return
    for place, (line, wanted) in enumerate(zip(printed, map(_line, rows), strict=False), 1):
        if line != wanted:
            yield Damage(DamageKind.MANIFEST_BROKEN, f"line {place} of {MANIFEST} and of the manifest in SQL differ")
            return
    if len(printed) != len(rows):
        detail = f"{MANIFEST} has {len(printed)} lines, the manifest in SQL {len(rows)}"
        yield Damage(DamageKind.MANIFEST_BROKEN, detail)


def _line(row: WarcFile) -> str:
    return f"{row.number} {row.sha256} {row.size} {row.name} {row.chain}"


def _write(folder: Path, lines: Sequence[str]) -> None:
    """Bring ``manifest.txt`` up to date, whole or not at all; lines that say otherwise are left to verification."""
    path = folder / MANIFEST
    try:
        held = path.read_text("utf-8").splitlines() if path.exists() else []
        if held == lines or held != lines[: len(held)]:
            return
        fresh = path.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as stream:
            stream.writelines(f"{line}\n" for line in lines)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.rename(path)
        sync_folder(folder)
    except (OSError, UnicodeDecodeError) as error:
        raise ArchiveError(f"{path} cannot be written: {error}") from error
