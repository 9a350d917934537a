"""Alembic's entry. ``advnet db upgrade`` hands the connection over; nothing is read from an ini file."""

from alembic import context

from advnet import models
from advnet.db import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()

__all__ = ["models"]
