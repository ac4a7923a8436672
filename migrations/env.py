"""Alembic's entry point. `app.storage.migrate` calls it with a connection that is in a transaction."""

from __future__ import annotations

from alembic import context

from app.models import Base


def run() -> None:
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=Base.metadata,
        transactional_ddl=True,  # on SQLite too: its tables come and go with the transaction
        render_as_batch=True,  # SQLite alters a table by making another
    )
    with context.begin_transaction():
        context.run_migrations()


run()
