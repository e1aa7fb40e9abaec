"""Opening the archive: its folders, its schema brought up to date, its divisions and indicators filled in."""

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy import text as sql
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, NoSuchModuleError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from storage.engine import keep_to_file, make_engine
from storage.errors import ArchiveError, NoArchive
from storage.schema import upgrade
from storage.seed import seed
from storage.shelf import Shelf
from storage.store import check_store

DEFAULT_FOLDER = Path(__file__).parents[1] / "data"  # of the project, wherever the command was typed
DEFAULT_URL = f"sqlite:///{DEFAULT_FOLDER / 'archive.db'}"


@dataclass(frozen=True, slots=True)
class Archive:
    """An opened archive: the database, the folder in which WARC files are written, the store of the finished ones."""

    url: str
    engine: Engine
    folder: Path  # of the database file, for what stands beside it
    warc_dir: Path
    store: str | None = None  # an fsspec URL; without one, finished files stay in the folder
    held: dict[int, Callable[[], None]] = field(default_factory=dict, compare=False)  # runs of ours, see storage.alive
    sums: dict[Any, Any] = field(default_factory=dict, compare=False)  # see storage.indicators.summaries

    @property
    def shelf(self) -> Shelf:
        """Where WARC files are read from."""
        return Shelf(self.warc_dir, self.store)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session on one consistent state of the archive."""
        with _clear_errors(self.url), Session(self.engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction, begun with the write lock held: all of it is kept, or nothing."""
        writer = self.engine.execution_options(begin="IMMEDIATE")
        with _clear_errors(self.url), Session(writer, expire_on_commit=False) as session, session.begin():
            session.connection()
            yield session

    def close(self) -> None:
        while self.held:
            self.held.popitem()[1]()
        self.engine.dispose()


def open_archive(
    url: str | None = None, warc_dir: Path | None = None, *, store: str | None = None, must_exist: bool = False
) -> Archive:
    """Open the archive at a database URL, creating and upgrading it as needed; safe when several processes do so.

    Without ``url``: ``data/archive.db`` in the project's folder. Without ``warc_dir``: ``GONGKAI_WARC_DIR``, else the
    folder ``warc`` beside the database, and ``GONGKAI_WARC_STORE`` for the store. With ``must_exist`` no SQLite file
    is created.
    Raises ``ArchiveError`` where it is missing, cannot be reached or written, was made by a newer version of this
    software, or belongs to another program.
    """
    text = url or DEFAULT_URL
    shown = text.partition("://")[0] + "://…"  # until it is known where in it a password stands
    try:
        parsed = make_url(text)
        shown = parsed.render_as_string(hide_password=True)
        folder = _folder(parsed, must_exist=must_exist)
        warc, shared = _places(folder) if warc_dir is None else (warc_dir, store)
        folder.mkdir(parents=True, exist_ok=True)
        warc.mkdir(parents=True, exist_ok=True)
        if shared:
            check_store(shared, warc)
        with _clear_errors(shown):
            engine = make_engine(text)
            try:
                with _alone(engine):
                    upgrade(engine, shown)
                    with Session(engine.execution_options(begin="IMMEDIATE")) as session, session.begin():
                        seed(session)
                keep_to_file(engine)
            except BaseException:
                engine.dispose()
                raise
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise ArchiveError(f"{shown} is no database URL that can be used here: {_first_line(error)}") from error
    except OSError as error:
        raise ArchiveError(f"the archive's folders cannot be written: {error}") from error
    return Archive(shown, engine, folder, warc, shared or None)


def _places(folder: Path) -> tuple[Path, str | None]:
    """The folder of the WARC files and the store, as the environment has them."""
    chosen = os.environ.get("GONGKAI_WARC_DIR")
    return Path(chosen) if chosen else folder / "warc", os.environ.get("GONGKAI_WARC_STORE")


def _folder(url: URL, *, must_exist: bool) -> Path:
    if url.get_backend_name() != "sqlite":
        return DEFAULT_FOLDER
    if not url.database or url.database == ":memory:":
        raise ArchiveError("an archive needs a file: name one, as in sqlite:///data/archive.db")
    path = Path(url.database)
    if must_exist and not path.exists():
        raise NoArchive(f"there is no archive at {path} yet; scrapy crawl makes one")
    return path.parent


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    """One process at a time while a database is created or upgraded."""
    if engine.dialect.name == "sqlite":
        with Path(f"{engine.url.database}.lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sql("SELECT pg_advisory_lock(hashtext('gongkai schema'))"))
        try:
            yield
        finally:
            connection.execute(sql("SELECT pg_advisory_unlock(hashtext('gongkai schema'))"))


@contextmanager
def _clear_errors(shown: str) -> Iterator[None]:
    """What is wrong around us, in one line; a broken constraint is our own mistake and stays as it is."""
    try:
        yield
    except PoolTimeout as error:
        raise ArchiveError(f"{shown}: too many are reading at once; try again in a moment") from error
    except (DBAPIError, sqlite3.Error) as error:
        cause = (isinstance(error, DBAPIError) and error.orig) or error
        around = isinstance(error, OperationalError | InterfaceError | sqlite3.OperationalError)
        # SQLite's word for a file that is no database, or a damaged one; its subclasses are mistakes of the caller.
        if not around and type(cause) is not sqlite3.DatabaseError:
            raise
        raise ArchiveError(f"{shown}: {_first_line(cause)}; check the path, its rights and the disk") from error


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
