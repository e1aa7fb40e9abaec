"""Whether what is held can be proved: every WARC record against its digests and SQL, every seal, the database itself.

Every pointer in SQL has to lead to a whole record with the digest that SQL knows, every record that SQL has to know
has to be known, and every finished file has to be the one that was sealed. A verification that is stopped goes on
behind the last file it was done with.
"""

import fcntl
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import exists, func, select, text
from sqlalchemy.orm import Session, aliased

from storage.captures import CAPTURE_COLUMNS
from storage.concerns import concerns
from storage.database import Archive
from storage.fileproof import FileProof, compare, read_file
from storage.manifest import chain_damages, file_sha256, seal_whole
from storage.models import CaptureRow, DamageRow, Run, Verification, VerifiedFile, WarcFile
from storage.records import Capture, Damage, DamageKind, RecordType
from storage.runs import anybody_at_work
from storage.warcfiles import OPEN, PREFIX

_MOST_LOST = 1_000  # named one by one


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a verification is: files done of all, and the bytes of WARC read."""

    done: int
    files: int
    size: int


@dataclass(frozen=True, slots=True)
class Verified:
    """What a whole verification found; ``files``, ``records`` and ``size`` (bytes) were read, ``sealed`` are new."""

    files: int
    records: int
    size: int
    sealed: int
    damages: tuple[Damage, ...]


def verify(archive: Archive, *, restart: bool = False, tell: Callable[[Progress], None] = lambda _: None) -> Verified:
    """Verify the whole archive, going on with a verification that was stopped unless ``restart``.

    ``tell`` is called after each file. Changes nothing but the notes on the verification and the manifest, into which
    finished files are taken that are not in it yet and in which nothing was found wrong.
    """
    number, done = _begin(archive, restart=restart)
    names = _names(archive)
    size = 0
    for place, name in enumerate(names, 1):
        if name not in done:
            size += _file(archive, number, name)
        tell(Progress(place, len(names), size))
    sealed = 0 if anybody_at_work(archive) else seal_whole(archive, set(names) - _damaged(archive, number))
    return _finish(archive, number, len(names), sealed)


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
    """The final names of all WARC files: those that SQL knows, and those in the folder."""
    with archive.read() as session:
        known = set(session.scalars(select(CaptureRow.warc_file).distinct()))
        known.update(session.scalars(select(WarcFile.name)))
    known.update(path.name.removesuffix(OPEN) for path in archive.warc_dir.glob(f"{PREFIX}*.warc.gz"))
    known.update(path.name.removesuffix(OPEN) for path in archive.warc_dir.glob(f"{PREFIX}*{OPEN}"))
    return sorted(known)


def _file(archive: Archive, number: int, name: str) -> int:
    """Verify one file and note the result; returns the bytes that were read."""
    named = Path(name).name == name  # else it leads out of the folder
    path, open_path = archive.warc_dir / name, archive.warc_dir / (name + OPEN)
    growing = named and not path.exists() and open_path.exists() and _is_written(open_path)
    at_work = growing or anybody_at_work(archive)
    there = next((one for one in (path, open_path) if named and one.exists()), None)
    if there is None:
        proof = FileProof(name)
        proof.damage(DamageKind.FILE_MISSING, f"{path} is missing: restore it from a copy")
        size = 0
    else:
        size = there.stat().st_size
        proof = read_file(there, name, _captures(archive, name), growing=growing)
        # What SQL knows is asked again: a crawl may have committed more while the file was read.
        compare(proof, _captures(archive, name), every=not at_work)
        _compare_seal(archive, proof, there)
        if there == open_path and not growing:
            proof.damage(DamageKind.FILE_UNFINISHED, "a crawl that was killed left it; the next crawl finishes it")
    with archive.write() as session:
        row = session.get_one(Verification, number)
        row.records += proof.records
        row.size += size
        session.add(VerifiedFile(verification_id=number, name=name))
        _note(session, number, [replace(one, concerns=concerns(session, one)) for one in proof.damages])
    return size


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


def _compare_seal(archive: Archive, proof: FileProof, path: Path) -> None:
    with archive.read() as session:
        row = session.scalar(select(WarcFile).where(WarcFile.name == proof.name))
    if row is None or path.name != proof.name:
        return
    digest = file_sha256(path)
    if digest != row.sha256:
        sealed = f"sealed on {row.sealed_at:%Y-%m-%d} was {row.sha256}"
        proof.damage(DamageKind.FILE_ALTERED, f"its sha256 is {digest}; {sealed}")


def _finish(archive: Archive, number: int, files: int, sealed: int) -> Verified:
    """Look at what is in no single file, and close the verification."""
    with archive.read() as session:
        rest = [*chain_damages(archive), *_lost_payloads(session), *_database(session)]
    with archive.write() as session:
        _note(session, number, rest)
        row = session.get_one(Verification, number)
        row.finished_at = datetime.now(UTC)
        damages = select(DamageRow).where(DamageRow.verification_id == number).order_by(DamageRow.id)
        found = tuple(
            Damage(one.kind, one.detail, one.warc_file, one.warc_offset, one.url, tuple(one.concerns))
            for one in session.scalars(damages)
        )
        return Verified(files, row.records, row.size, sealed, found)


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


def _lost_payloads(session: Session) -> list[Damage]:
    """Repetitions of a payload of which no full record is known."""
    full = aliased(CaptureRow)
    held = exists().where(full.payload_sha256 == CaptureRow.payload_sha256, full.record_type != RecordType.REVISIT)
    lost = (
        select(CaptureRow.warc_file, CaptureRow.warc_offset, CaptureRow.url, CaptureRow.payload_sha256)
        .where(CaptureRow.record_type == RecordType.REVISIT, ~held)
        .order_by(CaptureRow.id)
        .limit(_MOST_LOST)
    )
    found = (
        Damage(DamageKind.PAYLOAD_LOST, f"no full record of sha256 {sha256} is known", file, offset, url)
        for file, offset, url, sha256 in session.execute(lost).all()
    )
    return [replace(damage, concerns=concerns(session, damage)) for damage in found]


def _database(session: Session) -> list[Damage]:
    """What the database says of itself; SQLite's own checks, PostgreSQL has none to ask."""
    if session.get_bind().dialect.name != "sqlite":
        return []
    lines = [str(row[0]) for row in session.execute(text("PRAGMA integrity_check(20)")) if row[0] != "ok"]
    lines += [f"{row[0]} {row[1]} points to no {row[2]}" for row in session.execute(text("PRAGMA foreign_key_check"))]
    return [Damage(DamageKind.DATABASE_DAMAGED, line) for line in lines[:_MOST_LOST]]


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
