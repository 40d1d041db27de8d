"""people: names, places, merged accounts, nuisance; the blind index, labels, links to one's own data

Revision: 0017, after 0016
"""

import sqlalchemy as sa
from alembic import op

import storage.columns

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

COLUMNS = (
    ("nr", sa.Integer()),
    ("name", sa.LargeBinary()),
    ("name_at", storage.columns.Utc()),
    ("named_at", storage.columns.Utc()),
    ("called", sa.LargeBinary()),
    ("district_code", sa.String(4)),
    ("seen_at", storage.columns.Utc()),
    ("left_at", storage.columns.Utc()),
    ("merged_into", sa.String(64)),
    ("nuisance_at", storage.columns.Utc()),
    ("nuisance_why", storage.columns.Words()),
)
SOME = (
    ("ix_people_name", "name_at", "name_at IS NOT NULL"),
    ("ix_people_stale", "id", "stale"),
    ("ix_people_merged", "merged_into", "merged_into IS NOT NULL"),
    ("ix_people_left", "left_at", "left_at IS NOT NULL"),
    ("ix_people_nuisance", "nuisance_at", "nuisance_at IS NOT NULL"),
)


def upgrade() -> None:
    for name, kind in COLUMNS:
        op.add_column("people", sa.Column(name, kind, nullable=True))
    op.add_column("people", sa.Column("stale", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("people", sa.Column("grams", sa.Text(), nullable=True))
    op.execute("UPDATE people SET seen_at = CURRENT_TIMESTAMP, stale = (1 = 1)")
    op.execute("UPDATE people SET left_at = CURRENT_TIMESTAMP WHERE NOT follows AND notice_at IS NOT NULL")
    op.create_index("uq_people_nr", "people", ["nr"], unique=True)
    op.create_index("ix_people_seen", "people", ["seen_at"])
    for name, column, where in SOME:
        op.create_index(name, "people", [column], sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    op.create_index("ix_media_chat", "media", ["chat"])
    op.create_table(
        "people_grams",
        sa.Column("gram", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("nr", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("gram", "nr", name=op.f("pk_people_grams")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "people_tags",
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("tag", sa.String(40), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", storage.columns.Utc(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_people_tags_person"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person", "tag", name=op.f("pk_people_tags")),
    )
    op.create_table(
        "data_links",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("made_at", storage.columns.Utc(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_data_links_person"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_data_links")),
    )
    op.create_index(op.f("ix_data_links_person"), "data_links", ["person"])
    op.create_index(op.f("ix_data_links_made_at"), "data_links", ["made_at"])


def downgrade() -> None:
    op.drop_table("data_links")
    op.drop_table("people_tags")
    op.drop_table("people_grams")
    op.drop_index("ix_media_chat", "media")
    for name, *_ in (*SOME, ("ix_people_seen",), ("uq_people_nr",)):
        op.drop_index(name, "people")
    for name, _ in (*reversed(COLUMNS), ("stale", None), ("grams", None)):
        op.drop_column("people", name)
