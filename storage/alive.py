"""Whether a run is alive: it holds a lock that is gone with its process, whatever ends that, wherever it ran.

Host name and process number prove nothing where workers run in containers: names repeat, and every container counts its
processes from 1. On PostgreSQL the lock belongs to a connection, which the server closes when the machine behind it is
gone; on SQLite, whose processes share one file system, to an open file beside the database.
"""

import fcntl
from collections.abc import Collection
from pathlib import Path

from sqlalchemy import Engine, text

from storage.database import Archive

_CLASS = 0x676B  # of our advisory locks, apart from other programs' on the same database
_LIVING = text(
    "SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND classid = :class AND objsubid = 2 AND granted "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


def hold(archive: Archive, run: int) -> None:
    """Show that a run lives, until it is released, the archive is closed or the process is gone."""
    if (database := database_file(archive.engine)) is not None:
        lock = _lock(database, run).open("ab")
        fcntl.flock(lock, fcntl.LOCK_EX)
        archive.held[run] = lock.close
        return
    connection = archive.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    connection.detach()  # closed for good when it is closed: a pooled connection would keep the lock
    connection.execute(text("SELECT pg_advisory_lock(:class, :run)"), {"class": _CLASS, "run": run})
    archive.held[run] = connection.close


def release(archive: Archive, run: int) -> None:
    """Say that a run is over."""
    archive.held.pop(run, lambda: None)()
    forget(archive, run)


def forget(archive: Archive, run: int) -> None:
    """Remove what a run that is over has left of its lock."""
    if (database := database_file(archive.engine)) is not None:
        _lock(database, run).unlink(missing_ok=True)


def living(archive: Archive, runs: Collection[int], beside: Path | None = None) -> set[int]:
    """Which of these runs are alive; ``beside`` is the database file of which an SQLite archive is a copy."""
    if not runs:
        return set()
    if (database := beside or database_file(archive.engine)) is not None:
        return {run for run in runs if _is_locked(_lock(database, run))}
    with archive.read() as session:
        return set(runs).intersection(session.scalars(_LIVING, {"class": _CLASS}))


def database_file(engine: Engine) -> Path | None:
    """The file of an SQLite database; None for PostgreSQL."""
    return Path(engine.url.database or "") if engine.dialect.name == "sqlite" else None


def _lock(database: Path, run: int) -> Path:
    return database.with_name(f"{database.name}.run-{run}.lock")


def _is_locked(path: Path) -> bool:
    try:
        with path.open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
