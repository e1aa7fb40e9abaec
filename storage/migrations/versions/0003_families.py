"""What finding a list took: its first request, the family's score, reasons, transport, proofs of the end, vantage."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("run", sa.Column("vantage", sa.Text()))
    op.add_column("portal", sa.Column("family_score", sa.Integer()))
    op.add_column("portal", sa.Column("list_start", sa.JSON()))
    op.add_column("visit", sa.Column("reason", sa.String(24)))
    op.add_column("visit", sa.Column("family_score", sa.Integer()))
    op.add_column("visit", sa.Column("list_start", sa.JSON()))
    op.add_column("visit", sa.Column("transport", sa.Text()))
    op.add_column("listing", sa.Column("end_proof", sa.Text()))
    op.add_column("candidate", sa.Column("reason", sa.Text()))
