"""The manifest of the WARC files, and what verifications found."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "warc_file",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("chain", sa.String(64), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_warc_file"),
        sa.UniqueConstraint("name", name="uq_warc_file_name"),
    )
    op.create_table(
        "verification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_verification"),
    )
    op.create_table(
        "verified_file",
        sa.Column("verification_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["verification_id"], ["verification.id"], name="fk_verified_file_verification_id"),
        sa.PrimaryKeyConstraint("verification_id", "name", name="pk_verified_file"),
    )
    op.create_table(
        "damage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("verification_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("warc_file", sa.Text()),
        sa.Column("warc_offset", sa.BigInteger()),
        sa.Column("url", sa.Text()),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("concerns", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["verification_id"], ["verification.id"], name="fk_damage_verification_id"),
        sa.PrimaryKeyConstraint("id", name="pk_damage"),
    )
    op.create_index("ix_damage_verification_id", "damage", ["verification_id"])
