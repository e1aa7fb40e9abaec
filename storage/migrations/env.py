"""Alembic's entry point: runs on the connection it is given, or for a developer on ``GONGKAI_DATABASE_URL``."""

import os
from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.types import TypeDecorator

from storage.engine import make_engine
from storage.models import Base
from storage.search.tables import is_ours_to_compare


def plain_type(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """A new column's type as it is in SQL: a migration must not change when the models' own types do."""
    return f"sa.{item.impl_instance!r}" if kind == "type" and isinstance(item, TypeDecorator) else False


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_name=is_ours_to_compare,
        render_item=plain_type,
        render_as_batch=True,  # SQLite alters a table by building it anew
        transactional_ddl=True,  # SQLite can; Alembic assumes it cannot. A killed upgrade leaves the old schema.
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
elif not (url := os.environ.get("GONGKAI_DATABASE_URL")):
    raise CommandError("set GONGKAI_DATABASE_URL to the database to compare with, as in sqlite:////tmp/schema.db")
else:
    with make_engine(url).begin() as own:
        migrate(own)
