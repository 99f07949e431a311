"""Runs the migrations on the connection that `corpus.database` hands over."""

from alembic import context

from corpus.schema import Base

# The caller has begun a transaction, and commits it.
context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True
)
context.run_migrations()
