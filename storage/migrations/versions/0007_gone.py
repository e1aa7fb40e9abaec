"""Answers that nothing is at a document's address any more."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("capture_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(24), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_gone_document_id"),
        sa.ForeignKeyConstraint(["capture_id"], ["capture.id"], name="fk_gone_capture_id"),
        sa.PrimaryKeyConstraint("id", name="pk_gone"),
    )
    op.create_index("ix_gone_document_id", "gone", ["document_id"])
