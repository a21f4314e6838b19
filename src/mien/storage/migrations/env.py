"""Alembic runs this for every command; the connection comes from `mien.storage.schema`."""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    # One transaction for all: whoever opened the connection commits.
    transaction_per_migration=False,
)
context.run_migrations()
