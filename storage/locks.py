"""What only one process may do on an archive at a time, on one machine or on many."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from storage.database import Archive

_OURS = 0x676F6E67  # "gong": the first key of our advisory locks, so that another program's are others


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock that is held; on SQLite with the descriptor of its file, which children may inherit to hold it too."""

    descriptor: int | None
    connection: Connection | None

    def is_held(self) -> bool:
        """Whether it still is: PostgreSQL gives a lock up together with its connection."""
        if self.connection is None:
            return True
        try:
            self.connection.execute(text("SELECT 1"))
        except DBAPIError:
            return False
        return True


@contextmanager
def only_one(archive: Archive, name: str) -> Iterator[Lock | None]:
    """Hold the lock of this name until the block ends; None where somebody else holds it.

    On SQLite it is a lock on the file ``NAME.lock`` beside the database. On PostgreSQL it is an advisory lock of the
    server's, which ends with this process whatever happens to it.
    """
    if archive.engine.dialect.name == "sqlite":
        with Path(archive.folder, f"{name}.lock").open("a", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield None
            else:
                yield Lock(lock.fileno(), None)
        return
    with archive.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        key = {"ours": _OURS, "name": name}
        held = connection.scalar(text("SELECT pg_try_advisory_lock(:ours, hashtext(:name))"), key)
        try:
            yield Lock(None, connection) if held else None
        finally:
            if held:
                with suppress(DBAPIError):  # it went with the connection
                    connection.execute(text("SELECT pg_advisory_unlock(:ours, hashtext(:name))"), key)
