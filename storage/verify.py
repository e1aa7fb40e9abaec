"""Whether what is held can be proved: every WARC record against its digests and SQL, every seal, the database itself.

Every pointer in SQL has to lead to a whole record with the digest that SQL knows, every record that SQL has to know
has to be known, and every finished file has to be the one that was sealed. A verification that is stopped goes on
behind the last file it was done with.
"""

import fcntl
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.captures import CAPTURE_COLUMNS
from storage.concerns import concerns
from storage.database import Archive
from storage.elsewhere import Elsewhere, elsewhere
from storage.errors import ArchiveError
from storage.fileproof import FileProof, compare, read_file
from storage.manifest import chain_damages, print_in_store, seal_whole, stream_sha256
from storage.models import CaptureRow, DamageRow, Run, Verification, VerifiedFile, WarcFile
from storage.records import Capture, Damage, DamageKind
from storage.runs import anybody_at_work
from storage.store import NotThere, Store, StoreAway
from storage.warcfiles import OPEN
from storage.wholeness import database_damages, lost_payloads


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a verification is: files done of all, and the bytes of WARC read."""

    done: int
    files: int
    size: int


@dataclass(frozen=True, slots=True)
class Verified:
    """What a whole verification found; ``files``, ``records`` and ``size`` (bytes) were read, ``sealed`` are new.

    ``elsewhere`` are files that other machines are writing, each with its machine: they are no damage.
    """

    files: int
    records: int
    size: int
    sealed: int
    damages: tuple[Damage, ...]
    elsewhere: tuple[tuple[str, str], ...] = ()


def verify(archive: Archive, *, restart: bool = False, tell: Callable[[Progress], None] = lambda _: None) -> Verified:
    """Verify the whole archive, going on with a verification that was stopped unless ``restart``.

    ``tell`` is called after each file. Changes nothing but the notes on the verification and the manifest, into which
    finished files are taken that are not in it yet and in which nothing was found wrong.
    """
    number, done = _begin(archive, restart=restart)
    names = _names(archive)
    size = 0
    away: list[tuple[str, str]] = []
    for place, name in enumerate(names, 1):
        if name not in done:
            read = _file(archive, number, name)
            if isinstance(read, Elsewhere):
                away.append((name, read.host))
            else:
                size += read
        tell(Progress(place, len(names), size))
    sealed = 0 if anybody_at_work(archive) else _seal(archive, number)
    return _finish(archive, number, len(names) - len(away), sealed, tuple(away))


def _seal(archive: Archive, number: int) -> int:
    """Take the finished files in which nothing was found wrong into the manifest."""
    sealed = seal_whole(archive, archive.shelf.finished().keys() - _damaged(archive, number))
    if archive.store is not None:
        print_in_store(archive, Store(archive.store))
    return sealed


def _begin(archive: Archive, *, restart: bool) -> tuple[int, frozenset[str]]:
    """The verification to go on with, or a new one, and the files it is done with."""
    with archive.write() as session:
        row = session.scalar(select(Verification).order_by(Verification.id.desc()).limit(1))
        if row is None or row.finished_at is not None or restart:
            row = Verification(started_at=datetime.now(UTC), records=0, size=0)
            session.add(row)
            session.flush()
        done = session.scalars(select(VerifiedFile.name).where(VerifiedFile.verification_id == row.id))
        return row.id, frozenset(done)


def _names(archive: Archive) -> list[str]:
    """The final names of all WARC files: those that SQL knows, and those that are there."""
    with archive.read() as session:
        known = set(session.scalars(select(CaptureRow.warc_file).distinct()))
        known.update(session.scalars(select(WarcFile.name)))
    return sorted(known | archive.shelf.sizes().keys())


def _file(archive: Archive, number: int, name: str) -> int | Elsewhere:
    """Verify one file and note the result; returns the bytes that were read, or on which machine it is under way."""
    proof, size = FileProof(name), 0
    try:
        proof, size = _read(archive, name)
    except StoreAway:
        raise
    except NotThere as error:
        where = elsewhere(archive, name)
        if where.at_work:
            return where
        proof.damage(DamageKind.FILE_MISSING, where.lost if archive.store else str(error))
    except ArchiveError as error:
        proof.damage(DamageKind.FILE_UNREADABLE, str(error))
    with archive.write() as session:
        row = session.get_one(Verification, number)
        row.records += proof.records
        row.size += size
        session.add(VerifiedFile(verification_id=number, name=name))
        _note(session, number, [replace(one, concerns=concerns(session, one)) for one in proof.damages])
    return size


def _read(archive: Archive, name: str) -> tuple[FileProof, int]:
    """What a file proves, and its bytes."""
    here = archive.shelf.local(name)
    left_open = here is not None and here.name.endswith(OPEN)
    growing = here is not None and left_open and _is_written(here)
    with archive.read() as session:
        sealed = session.scalar(select(WarcFile).where(WarcFile.name == name))
    # Of a sealed file SQL knows every record, whoever is at work.
    at_work = growing or (sealed is None and anybody_at_work(archive))
    with archive.shelf.whole(name) as stream:
        size = os.fstat(stream.fileno()).st_size
        proof = read_file(stream, name, _captures(archive, name), growing=growing)
        # What SQL knows is asked again: a crawl may have committed more while the file was read.
        compare(proof, _captures(archive, name), every=not at_work)
        if sealed is not None and not left_open:
            _compare_seal(proof, stream, sealed)
    if left_open and not growing:
        proof.damage(DamageKind.FILE_UNFINISHED, "a crawl that was killed left it; the next crawl finishes it")
    return proof, size


def _captures(archive: Archive, name: str) -> dict[int, Capture]:
    with archive.read() as session:
        rows = session.execute(select(*CAPTURE_COLUMNS).where(CaptureRow.warc_file == name))
        return {capture.warc_offset: capture for capture in (Capture(*row) for row in rows)}


def _is_written(path: Path) -> bool:
    """Whether a living process holds the file's lock."""
    try:
        with path.open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _compare_seal(proof: FileProof, stream: BinaryIO, sealed: WarcFile) -> None:
    digest = stream_sha256(stream)
    if digest != sealed.sha256:
        told = f"sealed on {sealed.sealed_at:%Y-%m-%d} was {sealed.sha256}"
        proof.damage(DamageKind.FILE_ALTERED, f"its sha256 is {digest}; {told}")


def _finish(archive: Archive, number: int, files: int, sealed: int, away: tuple[tuple[str, str], ...]) -> Verified:
    """Look at what is in no single file, and close the verification."""
    broken = list(chain_damages(archive, at_work=anybody_at_work(archive)))
    with archive.read() as session:
        rest = [*broken, *lost_payloads(session), *database_damages(session)]
    with archive.write() as session:
        _note(session, number, rest)
        row = session.get_one(Verification, number)
        row.finished_at = datetime.now(UTC)
        damages = select(DamageRow).where(DamageRow.verification_id == number).order_by(DamageRow.id)
        found = tuple(
            Damage(one.kind, one.detail, one.warc_file, one.warc_offset, one.url, tuple(one.concerns))
            for one in session.scalars(damages)
        )
        return Verified(files, row.records, row.size, sealed, found, away)


def _damaged(archive: Archive, number: int) -> set[str]:
    """The files in which this verification found something wrong."""
    named = select(DamageRow.warc_file).where(DamageRow.verification_id == number, DamageRow.warc_file.is_not(None))
    with archive.read() as session:
        return {name for name in session.scalars(named) if name}


def _note(session: Session, number: int, damages: Iterable[Damage]) -> None:
    for one in damages:
        session.add(
            DamageRow(
                verification_id=number,
                kind=one.kind,
                detail=one.detail,
                warc_file=one.warc_file,
                warc_offset=one.warc_offset,
                url=one.url,
                concerns=list(one.concerns),
            )
        )


def verification_due(archive: Archive, now: datetime, every: timedelta) -> bool:
    """Whether the last whole verification began too long ago, or there was none since the first crawl so long ago.

    One that was stopped is due at once. A beginning in the future is a clock that was wrong: it counts for nothing.
    """
    last = last_verification(archive)
    with archive.read() as session:
        first = session.scalar(select(func.min(Run.started_at)))
    if last is not None and last[1] is None:
        return True
    since = last[0] if last is not None else first
    return since is not None and not timedelta(0) <= now - since < every


def last_verification(archive: Archive) -> tuple[datetime, datetime | None, int] | None:
    """When the last verification began and ended, and how many damages it has found; None if there was none."""
    with archive.read() as session:
        row = session.scalar(select(Verification).order_by(Verification.id.desc()).limit(1))
        if row is None:
            return None
        found = session.scalar(select(func.count()).where(DamageRow.verification_id == row.id))
        return row.started_at, row.finished_at, found or 0
