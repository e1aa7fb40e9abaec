"""Alembic's entry point: runs on the connection it is given, or for a developer on ``GONGKAI_DATABASE_URL``."""

import os

from alembic import context
from sqlalchemy import Connection

from storage.engine import make_engine
from storage.models import Base


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,  # SQLite alters a table by building it anew
        transactional_ddl=True,  # SQLite can; Alembic assumes it cannot. A killed upgrade leaves the old schema.
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    with make_engine(os.environ["GONGKAI_DATABASE_URL"]).begin() as own:
        migrate(own)
