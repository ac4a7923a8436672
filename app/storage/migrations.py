"""Brings a database to the newest schema. The steps stand in the folder `migrations/` beside the package.

The service may be in use meanwhile. On PostgreSQL a step that alters a table waits until whoever reads it has done, and
everybody else waits behind the step: so it waits only so long, gives way, and tries again.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg.errors import DeadlockDetected, LockNotAvailable
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.errors import ConfigurationError, StorageUnavailableError
from app.storage.faults import storage_faults
from app.storage.patience import without_limit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from app.storage.database import Database

FOLDER = Path(__file__).resolve().parents[2] / "migrations"
_LOCK = 0x6C61_7572_656C  # "laurel"; any number will do that other software does not use as well
# For a table; whoever asks for it then waits as long. Less than PostgreSQL's `deadlock_timeout` of a second: a step
# that has one table and wants another, while an award has that and wants the first, gives way before the award is
# broken off.
LOCK_SECONDS: Final = 0.5
_PAUSE_SECONDS = 1.0  # in which those who waited behind us are served
_TRIES = 120
_IN_USE = (
    "Somebody keeps a table that the migration alters: a long transaction, a dump or a backup (pg_stat_activity tells "
    "which). Nothing was changed; run `laurel migrate` again when that is over."
)


def migrate(database: Database) -> None:
    """Runs what is pending, all of it or nothing. Several processes may call it at once: one does the work.

    Raises StorageUnavailableError, StorageFullError, ConfigurationError.
    """
    for _ in range(_TRIES):
        try:
            with storage_faults():
                _upgrade(database)
        except StorageUnavailableError as error:
            if not _gave_way(error):
                raise
        else:
            return
        time.sleep(_PAUSE_SECONDS)
    raise StorageUnavailableError(_IN_USE)


def _upgrade(database: Database) -> None:
    with _alone(database) as connection:
        if _pending(connection):
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _gave_way(error: StorageUnavailableError) -> bool:
    cause = error.__cause__
    return isinstance(cause, OperationalError) and isinstance(cause.orig, LockNotAvailable | DeadlockDetected)


def migrations_pending(database: Database) -> bool:
    """Whether `migrate` would do anything. A schema newer than this release is not pending: it must do."""
    with database.reading() as session:
        return _pending(session.connection())


def _pending(connection: Connection) -> bool:
    current = set(MigrationContext.configure(connection).get_current_heads())
    heads, known = _revisions()
    return current != heads and current <= known


@cache
def _revisions() -> tuple[frozenset[str], frozenset[str]]:
    """The newest revisions, and all of them."""
    scripts = ScriptDirectory.from_config(_config())
    return frozenset(scripts.get_heads()), frozenset(step.revision for step in scripts.walk_revisions())


def _config() -> Config:
    if not (FOLDER / "env.py").is_file():
        raise ConfigurationError(f"The folder {FOLDER} with the database migrations is missing.")
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config


@contextmanager
def _alone(database: Database) -> Iterator[Connection]:
    """A connection in a transaction that no other migration runs beside."""
    with database.engine.connect() as connection:
        if database.dialect == "sqlite":
            with _sqlite_without_foreign_keys(connection):
                yield connection
            return
        # A step over many rows takes its time, and so may another migration before this one.
        with without_limit(connection.connection.driver_connection), connection.begin():
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS * 1000:.0f}ms'"))
            yield connection


@contextmanager
def _sqlite_without_foreign_keys(connection: Connection) -> Iterator[None]:
    """SQLite alters a table by making another in its place, which foreign keys would forbid halfway.

    They are off during the (immediate) transaction and checked as a whole before its end, as
    https://sqlite.org/lang_altertable.html section 7 has it. The switch works only outside a transaction.
    """
    driver = connection.connection.driver_connection
    if driver is None:  # only after the connection was lost
        raise ConfigurationError("The database connection was lost before the migration began.")
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        with connection.begin():
            yield
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            if broken:
                raise ConfigurationError(f"The migration would leave {len(broken)} references into nothing.")
    finally:
        driver.execute("PRAGMA foreign_keys=ON")
