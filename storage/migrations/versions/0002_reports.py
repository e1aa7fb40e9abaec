"""The tables of what was found: reports, documents, versions, readings, figures, findings."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer()),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name="fk_report_agency_id"),
        sa.PrimaryKeyConstraint("id", name="pk_report"),
        sa.UniqueConstraint("agency_id", "year", name="uq_report_agency_id_year"),
    )
    op.create_index(
        "uq_report_agency_id_without_year",
        "report",
        ["agency_id"],
        unique=True,
        sqlite_where=sa.text("year IS NULL"),
        postgresql_where=sa.text("year IS NULL"),
    )

    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("portal_code", sa.String(6), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_capture_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["last_capture_id"], ["capture.id"], name="fk_document_last_capture_id"),
        sa.ForeignKeyConstraint(["portal_code"], ["portal.code"], name="fk_document_portal_code"),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name="fk_document_report_id"),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
        sa.UniqueConstraint("portal_code", "url", "report_id", name="uq_document_portal_code_url_report_id"),
    )
    op.create_index("ix_document_report_id", "document", ["report_id"])

    op.create_table(
        "version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_version_document_id"),
        sa.PrimaryKeyConstraint("id", name="pk_version"),
        sa.UniqueConstraint("document_id", "fingerprint", name="uq_version_document_id_fingerprint"),
    )

    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("capture_id", sa.Integer()),
        sa.ForeignKeyConstraint(["capture_id"], ["capture.id"], name="fk_attachment_capture_id"),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name="fk_attachment_version_id"),
        sa.PrimaryKeyConstraint("id", name="pk_attachment"),
    )
    op.create_index("ix_attachment_version_id", "attachment", ["version_id"])

    op.create_table(
        "reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("parser", sa.Text(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("page_capture_id", sa.Integer(), nullable=False),
        sa.Column("read_capture_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("agency", sa.Text()),
        sa.Column("agency_kind", sa.String(24), nullable=False),
        sa.Column("county_code", sa.Text()),
        sa.Column("year", sa.Integer()),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("content_kind", sa.String(24), nullable=False),
        sa.Column("published_at", sa.Text()),
        sa.Column("published_from", sa.Text()),
        sa.Column("index_number", sa.Text()),
        sa.Column("source", sa.Text()),
        sa.Column("site_id_code", sa.Text()),
        sa.Column("form", sa.Text()),
        sa.Column("charset", sa.Text()),
        sa.Column("needs_review", sa.Boolean(), nullable=False),
        sa.Column("review", sa.JSON(), nullable=False),
        sa.Column("repairs", sa.JSON(), nullable=False),
        sa.Column("failed_checks", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["page_capture_id"], ["capture.id"], name="fk_reading_page_capture_id"),
        sa.ForeignKeyConstraint(["read_capture_id"], ["capture.id"], name="fk_reading_read_capture_id"),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name="fk_reading_version_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reading"),
        sa.UniqueConstraint("version_id", "parser", name="uq_reading_version_id_parser"),
    )

    op.create_table(
        "section",
        sa.Column("reading_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["reading_id"], ["reading.id"], name="fk_section_reading_id"),
        sa.PrimaryKeyConstraint("reading_id", "position", name="pk_section"),
    )

    op.create_table(
        "indicator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_indicator"),
        sa.UniqueConstraint("code", name="uq_indicator_code"),
    )

    op.create_table(
        "figure",
        sa.Column("reading_id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Float(53).with_variant(sa.Numeric(asdecimal=False), "sqlite")),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.ForeignKeyConstraint(["indicator_id"], ["indicator.id"], name="fk_figure_indicator_id"),
        sa.ForeignKeyConstraint(["reading_id"], ["reading.id"], name="fk_figure_reading_id"),
        sa.PrimaryKeyConstraint("reading_id", "indicator_id", name="pk_figure"),
        sqlite_with_rowid=False,
    )

    op.create_table(
        "finding",
        sa.Column("reading_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("check_code", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(24), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["reading_id"], ["reading.id"], name="fk_finding_reading_id"),
        sa.PrimaryKeyConstraint("reading_id", "position", name="pk_finding"),
    )
