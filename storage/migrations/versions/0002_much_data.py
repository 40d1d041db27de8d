"""indexes for much data

Revision ID: 0002
Revises: 0001
Create Date: 2026-11-21

"""
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

OPEN_CASES = "closed_at IS NULL"
LATE = "NOT late_told AND closed_at IS NULL AND kind = 'complaint'"
CLOSED = "status = 'closed'"
OVER = "state IN ('sent','shown','dropped','unsure')"
DONE = "state = 'done'"
OF_CASE = "case_id IS NOT NULL"
OF_EVENT = "event_id IS NOT NULL"
IN_SET = "set_id IS NOT NULL"
LOOSE = "case_id IS NULL AND sha256 IS NOT NULL"


def _some(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def upgrade() -> None:
    op.drop_index("ix_cases_near", "cases")
    op.drop_index("ix_cases_history", "cases")
    op.drop_index("ix_cases_due", "cases")
    _some("ix_cases_near", "cases", ["category", "lat", "lng"], OPEN_CASES)
    _some("ix_cases_history", "cases", ["category", "district_code", "closed_at", "created_at"], CLOSED)
    _some("ix_cases_late", "cases", ["due_at"], LATE)
    op.create_index("ix_cases_created", "cases", ["created_at"])
    _some("ix_inbox_done", "inbox", ["received_at"], DONE)
    _some("ix_outbox_over", "outbox", ["created_at"], OVER)
    op.drop_index("ix_media_case", "media")
    _some("ix_media_case", "media", ["case_id"], OF_CASE)
    _some("ix_media_event", "media", ["event_id"], OF_EVENT)
    _some("ix_media_set", "media", ["set_id"], IN_SET)
    _some("ix_media_loose", "media", ["created_at"], LOOSE)


def downgrade() -> None:
    op.drop_index("ix_media_loose", "media")
    op.drop_index("ix_media_set", "media")
    op.drop_index("ix_media_event", "media")
    op.drop_index("ix_media_case", "media")
    op.create_index("ix_media_case", "media", ["case_id"])
    op.drop_index("ix_outbox_over", "outbox")
    op.drop_index("ix_inbox_done", "inbox")
    op.drop_index("ix_cases_created", "cases")
    op.drop_index("ix_cases_late", "cases")
    op.drop_index("ix_cases_history", "cases")
    op.drop_index("ix_cases_near", "cases")
    op.create_index("ix_cases_due", "cases", ["due_at"])
    op.create_index("ix_cases_history", "cases", ["category", "district_code", "closed_at"])
    op.create_index("ix_cases_near", "cases", ["category", "lat"])
