"""The archive's schema: which revision a database has, and its upgrade to the newest one."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect
from sqlalchemy import text as sql

from storage.errors import ArchiveError

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(engine: Engine, shown: str) -> None:
    """Bring a database, empty or of an older version, to the newest revision; to be called by one process at a time.

    Raises ``ArchiveError``, which calls the database ``shown``, where a newer version or another program made it.
    """
    if engine.dialect.name == "sqlite":
        raw = engine.raw_connection()
        raw.cursor().execute("PRAGMA journal_mode = WAL")
        raw.close()
    with engine.connect() as connection:
        if _revision(connection, shown) == revisions()[-1]:
            return
    with engine.execution_options(begin="IMMEDIATE").connect() as connection, _rebuilding(connection):
        revision = _revision(connection, shown)
        if revision is not None and revision not in revisions():
            raise ArchiveError(f"{shown} was made by a newer version (schema {revision}): update this software")
        _migrate(connection)


def _migrate(connection: Connection) -> None:
    # A quarter of a second to load: not for every command, which but once find nothing to upgrade.
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415 - see above

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@contextmanager
def _rebuilding(connection: Connection) -> Iterator[None]:
    """A transaction in which SQLite may build a table anew while others point to it (sqlite.org/lang_altertable, 7)."""
    raw = connection.connection.cursor() if connection.dialect.name == "sqlite" else None
    if raw is None:
        with connection.begin():
            yield
        return
    raw.execute("PRAGMA foreign_keys = OFF")  # nothing but a connection outside of transactions can
    try:
        with connection.begin():
            yield
            if broken := raw.execute("PRAGMA foreign_key_check").fetchone():
                raise ArchiveError(f"an upgrade would leave {broken[0]} without its {broken[2]}; nothing was changed")
    finally:
        raw.execute("PRAGMA foreign_keys = ON")


def _revision(connection: Connection, shown: str) -> str | None:
    there = inspect(connection)
    if there.has_table("alembic_version"):
        revision = connection.scalar(sql("SELECT version_num FROM alembic_version"))
        if revision is not None:
            return str(revision)
    if there.get_table_names():
        raise ArchiveError(f"{shown} holds another program's tables: name another database")
    return None


@cache
def revisions() -> tuple[str, ...]:
    """The revisions there are, oldest first: the number that a migration's file begins with."""
    return tuple(sorted(path.stem.partition("_")[0] for path in MIGRATIONS.glob("versions/*.py")))
