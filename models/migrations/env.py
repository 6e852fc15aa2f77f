"""Runs migrations on the connection that the store hands over; there is no other way in."""

from alembic import context

connection = context.config.attributes["connection"]
# Batch mode: SQLite cannot alter a table in place.
context.configure(connection=connection, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
