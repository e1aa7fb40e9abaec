"""The state of every county and year, stored for quick reading; made anew by the software when it is missing."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "standing",
        sa.Column("county_code", sa.String(6), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.String(24), nullable=False),
        sa.Column("clock", sa.String(24), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer()),
        sa.Column("title", sa.Text()),
        sa.Column("published_at", sa.Text()),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("rules", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["county_code"], ["division.code"], name="fk_standing_county_code"),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_standing_document_id"),
        sa.PrimaryKeyConstraint("county_code", "year", name="pk_standing"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_standing_marks",
        "standing",
        ["county_code", "year", "rules", "evidence", "clock", "failed", "document_id"],
    )
