"""A parser may read a version twice, with OCR and without; and what people decided about documents."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("reading") as reading:
        reading.drop_constraint("uq_reading_version_id_parser", type_="unique")
        reading.create_unique_constraint(
            "uq_reading_version_id_parser_fingerprint", ["version_id", "parser", "fingerprint"]
        )
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("reading_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(24), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("county_code", sa.String(6)),
        sa.Column("agency_kind", sa.String(24)),
        sa.Column("year", sa.Integer()),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_decision_document_id"),
        sa.ForeignKeyConstraint(["reading_id"], ["reading.id"], name="fk_decision_reading_id"),
        sa.ForeignKeyConstraint(["county_code"], ["division.code"], name="fk_decision_county_code"),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
    )
    op.create_index("ix_decision_document_id", "decision", ["document_id"])
