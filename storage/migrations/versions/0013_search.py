"""Full text over all reports; the index fills itself with what an older archive holds (storage/search/index.py)."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_entry",
        sa.Column("document_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("reading_id", sa.Integer()),
        sa.Column("county_code", sa.String(6), nullable=False),
        sa.Column("year", sa.Integer()),
        sa.Column("rules", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_search_entry_document_id"),
        sa.ForeignKeyConstraint(["reading_id"], ["reading.id"], name="fk_search_entry_reading_id"),
        sa.ForeignKeyConstraint(["county_code"], ["division.code"], name="fk_search_entry_county_code"),
        sa.PrimaryKeyConstraint("document_id", name="pk_search_entry"),
    )
    if op.get_bind().dialect.name == "sqlite":
        # The tokeniser splits at ASCII signs and nothing else: what a gram is, reports/grams.py decides.
        op.execute("CREATE VIRTUAL TABLE search_pairs USING fts5(grams, content='', tokenize='ascii')")
        op.execute(
            "CREATE VIRTUAL TABLE search_atoms "
            "USING fts5(grams, content='', detail='none', columnsize=0, tokenize='ascii')"
        )
    else:
        op.execute(
            "CREATE TABLE search_grams (document_id integer PRIMARY KEY, grams tsvector NOT NULL, form text NOT NULL)"
        )
        op.execute("CREATE INDEX ix_search_grams_grams ON search_grams USING gin (grams)")
