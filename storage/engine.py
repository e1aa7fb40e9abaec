"""The database engine: how connections behave, and what SQLite needs to be safe with several processes."""

import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, create_engine, event
from sqlalchemy.engine import make_url

from storage.errors import ArchiveError

BUSY_SECONDS = 60  # how long a writer waits for another one: a page's transaction takes milliseconds


def make_engine(url: str) -> Engine:
    """An engine for the archive; on SQLite, writing transactions (``begin="IMMEDIATE"``) take the lock at once."""
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _connect)
    event.listen(engine, "begin", _begin)
    return engine


def keep_to_file(engine: Engine) -> None:
    """From now on connections open the file that is there: one deleted under a service must not come back empty."""

    def existing(_dialect: Dialect, _record: Any, args: list[Any], options: dict[str, Any]) -> None:
        if not options.get("uri"):
            args[0] = f"{Path(args[0]).absolute().as_uri()}?mode=rw"
            options["uri"] = True

    if engine.dialect.name == "sqlite":
        event.listen(engine, "do_connect", existing)


def _connect(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # the driver's implicit BEGINs leave DDL and reads outside of transactions
    connection.execute("PRAGMA foreign_keys = ON")
    # FULL, although WAL is never corrupted with NORMAL: with NORMAL the last commits may be gone after a power cut, and
    # "we have it" is answered by a committed row. The price is one fsync a page, a quarter of a millisecond.
    connection.execute("PRAGMA synchronous = FULL")


def _begin(connection: Connection) -> None:
    """Begin as asked; a deferred transaction that turns to writing could not wait for the lock, so writers ask first.

    SQLite refuses without waiting while another process recovers or tidies the log, hence the loop.
    """
    statement = "BEGIN " + connection.get_execution_options().get("begin", "DEFERRED")
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.connection.cursor().execute(statement)
        except sqlite3.OperationalError as error:
            if (error.sqlite_errorcode & 0xFF) != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise ArchiveError(f"cannot begin a transaction: {error}; is another program holding it?") from error
            time.sleep(0.02)
        else:
            return
