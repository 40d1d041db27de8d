"""threads: when the next card of a conversation may be shown to officers, so that several messages come on one

Revision: 0019, after 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("threads", sa.Column("next_card_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("threads", "next_card_at")
