"""What only one process may do on an archive at a time, on one machine or on many."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from storage.database import Archive

_OURS = 0x676F6E67  # "gong": the first key of our advisory locks, so that another program's are others


@contextmanager
def only_one(archive: Archive, name: str) -> Iterator[int | None]:
    """Hold the lock of this name until the block ends; None where somebody else holds it.

    On SQLite it is a lock on the file ``NAME.lock`` beside the database, and what is given is its file descriptor: a
    child process that inherits it keeps the lock as long as it lives. On PostgreSQL it is an advisory lock of the
    server's, which ends with this process whatever happens to it, and what is given is 0.
    """
    if archive.engine.dialect.name == "sqlite":
        with Path(archive.folder, f"{name}.lock").open("a", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield None
            else:
                yield lock.fileno()
        return
    with archive.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        key = {"ours": _OURS, "name": name}
        held = connection.scalar(text("SELECT pg_try_advisory_lock(:ours, hashtext(:name))"), key)
        try:
            yield 0 if held else None
        finally:
            if held:
                connection.execute(text("SELECT pg_advisory_unlock(:ours, hashtext(:name))"), key)
