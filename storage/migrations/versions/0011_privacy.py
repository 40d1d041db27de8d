"""what sweeps and erasing look for; ids of people out of what is over

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SOME = (
    ("ix_talks_over", "talks", "touched_at", "NOT open"),
    ("ix_outbox_said", "outbox", "chat", "state IN ('sent','shown','dropped')"),
    ("ix_registry_requests_ended", "registry_requests", "ended_at", "person <> ''"),
    ("ix_registry_events_reason", "registry_events", "at", "reason IS NOT NULL"),
)
ALL = (("ix_talks_who", "talks", "person"), ("ix_deeds_at", "deeds", "at"), ("ix_deeds_thing", "deeds", "thing"))


def upgrade() -> None:
    op.execute("UPDATE inbox SET chat = '' WHERE state = 'done'")
    op.execute("UPDATE pushes SET chat = '' WHERE chat LIKE 'U%'")
    for name, table, column, where in SOME:
        op.create_index(name, table, [column], sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    for name, table, column in ALL:
        op.create_index(name, table, [column])


def downgrade() -> None:
    for name, table, *_ in (*SOME, *ALL):
        op.drop_index(name, table)
