"""Alembic's way in. The connection is given by storage.schema.upgrade, inside its transaction."""

from alembic import context

from storage.columns import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, transactional_ddl=False)
context.run_migrations()
