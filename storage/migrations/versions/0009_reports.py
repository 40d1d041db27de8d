"""reports

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op

import storage.columns

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("case_events", sa.Column("agency", sa.String(length=16), nullable=True))
    op.add_column("cases", sa.Column("first_acknowledge_by", storage.columns.Utc(), nullable=True))
    op.add_column("cases", sa.Column("first_due_at", storage.columns.Utc(), nullable=True))
    op.execute("UPDATE cases SET first_acknowledge_by = acknowledge_by, first_due_at = due_at")
    # Stars were only in the case until now; when they were given is not known: when it was closed.
    op.execute(
        "INSERT INTO case_events (case_id, status, actor, note, at, kind, told, spread, agency)"
        " SELECT id, status, 'citizen', CAST(rating AS VARCHAR(1)), COALESCE(closed_at, created_at), 'stars', TRUE, TRUE, agency"
        " FROM cases WHERE rating IS NOT NULL"
    )
    op.create_table(
        "report_snapshots",
        sa.Column("id", ID, nullable=False),
        sa.Column("report", sa.String(length=16), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("until", sa.String(length=10), nullable=False),
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("checksum", sa.String(length=64), nullable=False),
        sa.Column("last_event", sa.BigInteger(), nullable=False),
        sa.Column("made_at", storage.columns.Utc(), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("reason", storage.columns.Words(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_snapshots")),
        sa.UniqueConstraint(
            *("report", "fiscal_year", "quarter", "until", "scope", "version"),
            name=op.f("uq_report_snapshots_report_fiscal_year_quarter_until_scope_version"),
        ),
    )
    op.create_table(
        "usage_days",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("what", sa.String(length=24), nullable=False),
        sa.Column("detail", sa.String(length=64), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "what", "detail", name=op.f("pk_usage_days")),
    )
    op.create_table(
        "talk_ends",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", storage.columns.Utc(), nullable=False),
        sa.Column("flow", sa.String(length=32), nullable=False),
        sa.Column("left_at", sa.String(length=32), nullable=False),
        sa.Column("ended", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk_ends")),
    )
    op.create_index("ix_talk_ends_at", "talk_ends", ["at"])


def downgrade() -> None:
    for table in ("talk_ends", "usage_days", "report_snapshots"):
        op.drop_table(table)
    with op.batch_alter_table("cases") as batch:
        batch.drop_column("first_due_at")
        batch.drop_column("first_acknowledge_by")
    with op.batch_alter_table("case_events") as batch:
        batch.drop_column("agency")
