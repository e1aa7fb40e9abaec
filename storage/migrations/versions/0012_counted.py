"""Which reading counts stands with the state of its cell, so that every figure of the country is one join away."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Rows that are there have none, but are of older rules: they are made anew before they are asked for one.
    with op.batch_alter_table("standing", table_kwargs={"sqlite_with_rowid": False}) as table:
        table.add_column(sa.Column("reading_id", sa.Integer()))
        table.create_foreign_key("fk_standing_reading_id", "reading", ["reading_id"], ["id"])
    op.create_index("ix_standing_counted", "standing", ["reading_id", "year", "county_code", "evidence", "document_id"])
