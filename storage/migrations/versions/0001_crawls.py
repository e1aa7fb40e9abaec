"""The tables of what was done: divisions, portals, runs, visits, captures, listings."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "division",
        sa.Column("code", sa.String(6), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("parent_code", sa.String(6)),
        sa.ForeignKeyConstraint(["parent_code"], ["division.code"], name="fk_division_parent_code"),
        sa.PrimaryKeyConstraint("code", name="pk_division"),
    )

    op.create_table(
        "portal",
        sa.Column("code", sa.String(6), nullable=False),
        sa.Column("home", sa.Text()),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("family", sa.Text()),
        sa.Column("family_evidence", sa.Text()),
        sa.Column("column_url", sa.Text()),
        sa.Column("site_id_code", sa.Text()),
        sa.ForeignKeyConstraint(["code"], ["division.code"], name="fk_portal_code"),
        sa.PrimaryKeyConstraint("code", name="pk_portal"),
    )

    op.create_table(
        "agency",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("county_code", sa.String(6), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.ForeignKeyConstraint(["county_code"], ["division.code"], name="fk_agency_county_code"),
        sa.PrimaryKeyConstraint("id", name="pk_agency"),
        sa.UniqueConstraint("county_code", "kind", "name", name="uq_agency_county_code_kind_name"),
    )
    op.create_index(
        "uq_agency_county_code_of_governments",
        "agency",
        ["county_code"],
        unique=True,
        sqlite_where=sa.text("kind = 'government'"),
        postgresql_where=sa.text("kind = 'government'"),
    )

    op.create_table(
        "watch",
        sa.Column("prefix", sa.String(6), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("prefix", name="pk_watch"),
    )

    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("software", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("outcome", sa.String(24)),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
    )

    op.create_table(
        "capture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer()),
        sa.Column("portal_code", sa.String(6)),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("record_type", sa.String(24), nullable=False),
        sa.Column("warc_file", sa.Text(), nullable=False),
        sa.Column("warc_offset", sa.BigInteger(), nullable=False),
        sa.Column("warc_length", sa.BigInteger(), nullable=False),
        sa.Column("payload_sha256", sa.String(64), nullable=False),
        sa.Column("payload_bytes", sa.BigInteger(), nullable=False),
        sa.Column("content_type", sa.Text()),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("ip", sa.Text()),
        sa.ForeignKeyConstraint(["portal_code"], ["portal.code"], name="fk_capture_portal_code"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_capture_run_id"),
        sa.PrimaryKeyConstraint("id", name="pk_capture"),
        sa.UniqueConstraint("warc_file", "warc_offset", name="uq_capture_warc_file_warc_offset"),
    )
    op.create_index("ix_capture_payload_sha256", "capture", ["payload_sha256"])
    op.create_index("ix_capture_portal_code_url", "capture", ["portal_code", "url"])

    op.create_table(
        "visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("portal_code", sa.String(6), nullable=False),
        sa.Column("outcome", sa.String(24), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("list_pages", sa.Integer(), nullable=False),
        sa.Column("family", sa.Text()),
        sa.Column("family_evidence", sa.Text()),
        sa.Column("column_url", sa.Text()),
        sa.Column("site_id_code", sa.Text()),
        sa.Column("evidence_id", sa.Integer()),
        sa.ForeignKeyConstraint(["evidence_id"], ["capture.id"], name="fk_visit_evidence_id"),
        sa.ForeignKeyConstraint(["portal_code"], ["portal.code"], name="fk_visit_portal_code"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_visit_run_id"),
        sa.PrimaryKeyConstraint("id", name="pk_visit"),
        sa.UniqueConstraint("run_id", "portal_code", name="uq_visit_run_id_portal_code"),
    )
    op.create_index("ix_visit_portal_code_outcome", "visit", ["portal_code", "outcome"])

    op.create_table(
        "listing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("portal_code", sa.String(6), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("column_name", sa.Text(), nullable=False),
        sa.Column("last", sa.Boolean(), nullable=False),
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.Column("first_capture_id", sa.Integer(), nullable=False),
        sa.Column("last_capture_id", sa.Integer(), nullable=False),
        sa.Column("first_run_id", sa.Integer(), nullable=False),
        sa.Column("last_run_id", sa.Integer(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["first_capture_id"], ["capture.id"], name="fk_listing_first_capture_id"),
        sa.ForeignKeyConstraint(["last_capture_id"], ["capture.id"], name="fk_listing_last_capture_id"),
        sa.ForeignKeyConstraint(["first_run_id"], ["run.id"], name="fk_listing_first_run_id"),
        sa.ForeignKeyConstraint(["last_run_id"], ["run.id"], name="fk_listing_last_run_id"),
        sa.ForeignKeyConstraint(["portal_code"], ["portal.code"], name="fk_listing_portal_code"),
        sa.PrimaryKeyConstraint("id", name="pk_listing"),
    )
    op.create_index("ix_listing_portal_code_url", "listing", ["portal_code", "url"])

    op.create_table(
        "candidate",
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("listed_date", sa.Text()),
        sa.Column("verdict", sa.String(24), nullable=False),
        sa.Column("year", sa.Integer()),
        sa.Column("agency_kind", sa.String(24)),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name="fk_candidate_listing_id"),
        sa.PrimaryKeyConstraint("listing_id", "position", name="pk_candidate"),
        sqlite_with_rowid=False,
    )
