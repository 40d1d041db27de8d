"""what strangers and other systems see: released photos, keys, posts; indexes of the map

Revision: 0010, after 0009
"""
import sqlalchemy as sa
from alembic import op
import storage.columns


revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
_MAP = ['created_at', 'kind', 'status', 'category', 'urgent', 'district_code', 'subdistrict_code', 'lat', 'lng']
_FIXED = sa.text("status = 'fixed_reported' AND kind = 'move'")


def upgrade() -> None:
    op.create_table('photo_releases',
    sa.Column('media_id', _ID, nullable=False),
    sa.Column('case_id', _ID, nullable=False),
    sa.Column('shown', sa.Boolean(), nullable=False),
    sa.Column('by', sa.String(length=80), nullable=False),
    sa.Column('at', storage.columns.Utc(), nullable=False),
    sa.Column('reason', storage.columns.Words(), nullable=True),
    sa.ForeignKeyConstraint(['media_id'], ['media.id'], name=op.f('fk_photo_releases_media_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_photo_releases_case_id')),
    sa.PrimaryKeyConstraint('media_id', name=op.f('pk_photo_releases'))
    )
    op.create_index('ix_photo_releases_case_id', 'photo_releases', ['case_id'])
    op.create_table('api_keys',
    sa.Column('id', _ID, nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('begins', sa.String(length=12), nullable=False),
    sa.Column('scopes', sa.String(length=40), nullable=False),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('per_minute', sa.Integer(), nullable=False),
    sa.Column('made_by', sa.String(length=80), nullable=False),
    sa.Column('made_at', storage.columns.Utc(), nullable=False),
    sa.Column('used_at', storage.columns.Utc(), nullable=True),
    sa.Column('revoked_at', storage.columns.Utc(), nullable=True),
    sa.Column('revoked_by', sa.String(length=80), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_keys')),
    sa.UniqueConstraint('name', name=op.f('uq_api_keys_name')),
    sa.UniqueConstraint('hash', name=op.f('uq_api_keys_hash'))
    )
    op.create_table('api_posts',
    sa.Column('id', _ID, nullable=False),
    sa.Column('key_id', _ID, nullable=False),
    sa.Column('token', sa.String(length=64), nullable=True),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('case_number', sa.String(length=24), nullable=False),
    sa.Column('at', storage.columns.Utc(), nullable=False),
    sa.ForeignKeyConstraint(['key_id'], ['api_keys.id'], name=op.f('fk_api_posts_key_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_posts'))
    )
    op.create_index('ix_api_posts_at', 'api_posts', ['at'])
    op.create_index('uq_api_posts_token', 'api_posts', ['key_id', 'token'], unique=True)
    op.create_index('ix_api_posts_digest', 'api_posts', ['key_id', 'digest', 'at'])
    op.drop_index('ix_cases_created', 'cases')
    op.create_index('ix_cases_map', 'cases', _MAP)
    op.create_index('ix_case_events_fixed', 'case_events', ['at', 'case_id'], sqlite_where=_FIXED, postgresql_where=_FIXED)
    op.create_index('ix_case_events_at', 'case_events', ['at', 'case_id'])


def downgrade() -> None:
    op.drop_index('ix_case_events_at', 'case_events')
    op.drop_index('ix_case_events_fixed', 'case_events')
    op.drop_index('ix_cases_map', 'cases')
    op.create_index('ix_cases_created', 'cases', ['created_at'])
    op.drop_table('api_posts')
    op.drop_table('api_keys')
    op.drop_table('photo_releases')
