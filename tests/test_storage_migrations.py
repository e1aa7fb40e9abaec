"""An archive of any earlier schema keeps what it holds when it is upgraded, on SQLite and on PostgreSQL."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    DateTime,
    Enum,
    Float,
    Integer,
    MetaData,
    Numeric,
    Table,
    insert,
    select,
)

from storage.database import Archive, open_archive
from storage.engine import make_engine
from storage.known import known
from storage.models import Base
from storage.schema import MIGRATIONS, revisions
from storage.search.tables import is_ours_to_compare
from tests.postgresql import fresh_database

CONFIG = Config()
CONFIG.set_main_option("script_location", str(MIGRATIONS))
REVISIONS = sorted(one.revision for one in ScriptDirectory.from_config(CONFIG).walk_revisions())
NOON = datetime(2025, 4, 1, 4, tzinfo=UTC)
FAR = 1_000_000  # an id that nobody gives by itself
SEEDED = {"division", "indicator"}  # which an opened archive corrects
COMPARED = {"compare_type": True, "include_name": is_ours_to_compare}
KEPT = {"division": "610326", "portal": "610326", "watch": "61"}  # keys that are no numbers
Rows = dict[str, dict[str, Any]]


def test_revisions_are_known_by_their_files_without_loading_alembic() -> None:
    assert list(revisions()) == REVISIONS
    assert revisions()[-1] == ScriptDirectory.from_config(CONFIG).get_current_head()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'archive.db'}"
    return fresh_database(request.getfixturevalue("postgresql"))


def value(column: Any, model: Table | None) -> Any:  # noqa: PLR0911 - one of each kind
    """Something that a column can hold: of named values the first."""
    known_as = model.columns[column.name].type if model is not None and column.name in model.columns else None
    if isinstance(known_as, Enum):
        return known_as.enums[0]
    if isinstance(known_as, JSON):
        return {} if "arguments" in column.name or "repairs" in column.name else []
    match column.type:
        case DateTime():
            return NOON
        case Boolean():
            return False
        case Integer():
            return 1
        case Float() | Numeric():
            return 1.5
    return "6" * min(column.type.length or 3, 64)


def filled(connection: Connection) -> Rows:
    """One row in every table of the schema as it is, each pointing to the others."""
    schema = MetaData()
    schema.reflect(connection)
    rows: Rows = {}
    for table in schema.sorted_tables:
        if table.name == "alembic_version" or not is_ours_to_compare(table.name, "table", {}):
            continue
        model = Base.metadata.tables.get(table.name)
        row = {column.name: value(column, model) for column in table.columns}
        row |= {"id": FAR} if "id" in row else {}
        if table.name in KEPT:
            row[next(iter(table.primary_key.columns)).name] = KEPT[table.name]
        for key in table.foreign_keys:
            row[key.parent.name] = None if key.column.table is table else rows[key.column.table.name][key.column.name]
        typed = model if model is not None and set(row) <= set(model.columns.keys()) else table
        connection.execute(insert(typed), row)
        rows[table.name] = row
    return rows


@pytest.mark.parametrize("revision", REVISIONS)
def test_an_archive_of_every_schema_is_upgraded_with_what_it_holds(url: str, revision: str, tmp_path: Path) -> None:
    engine = make_engine(url)
    with engine.begin() as connection:
        CONFIG.attributes["connection"] = connection
        command.upgrade(CONFIG, revision)
        rows = filled(connection)
    engine.dispose()
    archive = open_archive(url, tmp_path / "warc")
    try:
        with archive.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts=COMPARED)
            assert compare_metadata(context, Base.metadata) == []
        for name in rows.keys() - SEEDED:
            row = rows[name]
            table = Base.metadata.tables[name]
            shared = [table.columns[column] for column in row if column in table.columns]
            with archive.read() as session:
                held = [one._asdict() for one in session.execute(select(*shared))]
            assert any({**one, **row} == {**row, **one} for one in held), f"{name}: {row} is not among {held[:3]}"
        read_all(archive, rows)
    finally:
        archive.close()


def read_all(archive: Archive, rows: Rows) -> None:
    """Everything can be read by today's models."""
    with archive.read() as session:
        for mapper in Base.registry.mappers:
            found = session.query(mapper.class_).limit(2).all()
            assert found or mapper.class_.__tablename__ not in rows
    known(archive, ["610326"])
