"""quiz of trainings; codes of posters and shares, who came by which

Revision: 0013, after 0012
"""
import sqlalchemy as sa
from alembic import op
import storage.columns


revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('poster_codes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('name', storage.columns.Words(), nullable=False),
    sa.Column('district_code', sa.String(length=4), nullable=True),
    sa.Column('about', sa.String(length=160), nullable=False),
    sa.Column('made_by', sa.String(length=64), nullable=False),
    sa.Column('made_at', storage.columns.Utc(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_poster_codes')),
    sa.UniqueConstraint('about', name=op.f('uq_poster_codes_about')),
    sa.UniqueConstraint('code', name=op.f('uq_poster_codes_code'))
    )
    op.create_table('quiz_sessions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('name', storage.columns.Words(), nullable=False),
    sa.Column('agency', sa.String(length=16), nullable=True),
    sa.Column('asked', sa.JSON(), nullable=False),
    sa.Column('made_by', sa.String(length=64), nullable=False),
    sa.Column('made_at', storage.columns.Utc(), nullable=False),
    sa.Column('closes_at', storage.columns.Utc(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quiz_sessions')),
    sa.UniqueConstraint('code', name=op.f('uq_quiz_sessions_code'))
    )
    op.create_table('came_by',
    sa.Column('person', sa.String(length=64), nullable=False),
    sa.Column('code_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', storage.columns.Utc(), nullable=False),
    sa.Column('new', sa.Boolean(), nullable=False),
    sa.Column('reported_at', storage.columns.Utc(), nullable=True),
    sa.ForeignKeyConstraint(['code_id'], ['poster_codes.id'], name=op.f('fk_came_by_code_id')),
    sa.PrimaryKeyConstraint('person', name=op.f('pk_came_by'))
    )
    with op.batch_alter_table('came_by', schema=None) as batch_op:
        batch_op.create_index('ix_came_by_at', ['at'], unique=False)

    op.create_table('poster_days',
    sa.Column('code_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('shared', sa.Integer(), nullable=False),
    sa.Column('scans', sa.Integer(), nullable=False),
    sa.Column('added', sa.Integer(), nullable=False),
    sa.Column('known', sa.Integer(), nullable=False),
    sa.Column('reports', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['code_id'], ['poster_codes.id'], name=op.f('fk_poster_days_code_id')),
    sa.PrimaryKeyConstraint('code_id', 'day', name=op.f('pk_poster_days'))
    )
    op.create_table('quiz_tries',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('session_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person', sa.String(length=64), nullable=True),
    sa.Column('pair', sa.String(length=24), nullable=False),
    sa.Column('part', sa.String(length=8), nullable=False),
    sa.Column('right', sa.JSON(), nullable=False),
    sa.Column('at', storage.columns.Utc(), nullable=False),
    sa.ForeignKeyConstraint(['session_id'], ['quiz_sessions.id'], name=op.f('fk_quiz_tries_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quiz_tries'))
    )
    with op.batch_alter_table('quiz_tries', schema=None) as batch_op:
        batch_op.create_index('ix_quiz_tries_named', ['at'], unique=False, sqlite_where=sa.text('person IS NOT NULL'), postgresql_where=sa.text('person IS NOT NULL'))
        batch_op.create_index('ix_quiz_tries_person', ['person'], unique=False)
        batch_op.create_index('ix_quiz_tries_session', ['session_id', 'person', 'part'], unique=True)



def downgrade() -> None:
    with op.batch_alter_table('quiz_tries', schema=None) as batch_op:
        batch_op.drop_index('ix_quiz_tries_session')
        batch_op.drop_index('ix_quiz_tries_person')
        batch_op.drop_index('ix_quiz_tries_named', sqlite_where=sa.text('person IS NOT NULL'), postgresql_where=sa.text('person IS NOT NULL'))

    op.drop_table('quiz_tries')
    op.drop_table('poster_days')
    with op.batch_alter_table('came_by', schema=None) as batch_op:
        batch_op.drop_index('ix_came_by_at')

    op.drop_table('came_by')
    op.drop_table('quiz_sessions')
    op.drop_table('poster_codes')
