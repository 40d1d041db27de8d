"""waits: since when a question that was answered is quiet, so that it closes by itself

Revision: 0020, after 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

QUIET = sa.text("quiet_since IS NOT NULL")


def upgrade() -> None:
    op.add_column("waits", sa.Column("quiet_since", sa.DateTime(), nullable=True))
    op.create_index("ix_waits_quiet", "waits", ["quiet_since"], sqlite_where=QUIET, postgresql_where=QUIET)
    # Questions that were answered before and are still open: their days begin now.
    op.execute(
        "UPDATE waits SET quiet_since = CURRENT_TIMESTAMP WHERE case_id IS NOT NULL AND ended_at IS NOT NULL"
        " AND id IN (SELECT max(id) FROM waits GROUP BY case_id)"
        " AND case_id IN (SELECT id FROM cases WHERE kind <> 'complaint' AND closed_at IS NULL)"
    )


def downgrade() -> None:
    op.drop_index("ix_waits_quiet", "waits")
    op.drop_column("waits", "quiet_since")
