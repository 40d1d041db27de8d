"""cases: questions, suggestions and compliments are found by their kind

Revision: 0018, after 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

NO_COMPLAINT = sa.text("kind <> 'complaint'")


def upgrade() -> None:
    op.create_index("ix_cases_kind", "cases", ["kind", "id"], sqlite_where=NO_COMPLAINT, postgresql_where=NO_COMPLAINT)


def downgrade() -> None:
    op.drop_index("ix_cases_kind", "cases")
