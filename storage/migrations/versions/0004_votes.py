"""followers' votes on a fix

Revision: 0004, after 0003
"""
import sqlalchemy as sa
from alembic import op


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('followers', schema=None) as batch_op:
        batch_op.add_column(sa.Column('vote', sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column('vote_round', sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('followers', schema=None) as batch_op:
        batch_op.drop_column('vote_round')
        batch_op.drop_column('vote')
