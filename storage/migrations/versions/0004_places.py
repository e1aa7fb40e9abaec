"""Where a figure was read and how surely, notes in cells, soft findings and their fingerprints."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NUMBER = sa.Float(53).with_variant(sa.Numeric(asdecimal=False), "sqlite")


def upgrade() -> None:
    op.create_table(
        "official_table",
        sa.Column("reading_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("block", sa.Integer(), nullable=False),
        sa.Column("form", sa.Text()),
        sa.Column("confidence", NUMBER, nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("page", sa.Integer()),
        sa.Column("start_byte", sa.Integer()),
        sa.Column("end_byte", sa.Integer()),
        sa.ForeignKeyConstraint(["reading_id"], ["reading.id"], name="fk_official_table_reading_id"),
        sa.PrimaryKeyConstraint("reading_id", "name", "block", name="pk_official_table"),
    )
    op.add_column("figure", sa.Column("note", sa.Text()))
    for name in ("block", "grid_row", "grid_column", "page"):
        op.add_column("figure", sa.Column(name, sa.Integer()))
    op.add_column("figure", sa.Column("confidence", NUMBER))
    op.add_column("finding", sa.Column("soft", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("finding", sa.Column("fingerprint", sa.String(16)))
