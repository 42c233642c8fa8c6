"""Run the migrations on the connection that `conversations.db.upgrade` hands over."""

from alembic import context

from conversations.models import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
