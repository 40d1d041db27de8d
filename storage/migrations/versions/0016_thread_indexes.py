"""What of threads is swept is found by an index; so are waits, also where SQLite looks for them by itself

Revision: 0016, after 0015
"""
import sqlalchemy as sa
from alembic import op


revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

WAITS = (('ix_waits_thread', 'thread_id'), ('ix_waits_case', 'case_id'))
KEPT = sa.text('words_id IS NOT NULL OR media_id IS NOT NULL')


def upgrade() -> None:
    op.create_index('ix_thread_events_kept', 'thread_events', ['at'], unique=False, sqlite_where=KEPT, postgresql_where=KEPT)
    for name, column in WAITS:
        op.drop_index(name, 'waits')
        op.create_index(name, 'waits', [column], unique=False)


def downgrade() -> None:
    op.drop_index('ix_thread_events_kept', 'thread_events')
    for name, column in WAITS:
        where = sa.text(f'ended_at IS NULL AND {column} IS NOT NULL')
        op.drop_index(name, 'waits')
        op.create_index(name, 'waits', [column], unique=False, sqlite_where=where, postgresql_where=where)
