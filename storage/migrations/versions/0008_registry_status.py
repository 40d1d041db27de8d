"""what waits at the registry is found without walking over what is over

Revision: 0008, after 0007
"""
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('registry_requests', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_registry_requests_status'), ['status', 'asked_at', 'id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('registry_requests', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_registry_requests_status'))
