"""Run migrations on the connection accounts.db gives."""

from alembic import context

from accounts.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
context.run_migrations()
