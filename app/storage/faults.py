"""What can go wrong between us and the database, told apart from bugs."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy import Index, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from app.errors import StorageFullError, StorageUnavailableError, UnavailableError
from app.models import Base

if TYPE_CHECKING:
    from collections.abc import Iterator

BUSY = "The database is busy. Nothing was stored; try again in a moment."
# What was on its way when a connection was lost may have been stored.
AWAY = "The database cannot be used at the moment. Send the same again in a moment: nothing is done twice."
FULL = "The disk of the database is full. Nothing was stored."

_POSTGRESQL_DISK_FULL = "53100"
_POSTGRESQL_READ_ONLY = "25006"  # also what a standby answers that has not been promoted
_SQLITE_AWAY = frozenset(
    {
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_ABORT,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOTADB,
    }
)
_SQLITE_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


@contextmanager
def storage_faults() -> Iterator[None]:
    """Turns trouble with disk, connection or locks into StorageFullError or StorageUnavailableError.

    Everything else passes: an IntegrityError for the services, the rest because a bug is not bad weather.
    """
    try:
        yield
    except PoolTimeoutError as error:
        raise StorageUnavailableError(BUSY) from error
    except DBAPIError as error:
        fault = _fault(error)
        if fault is None:
            raise
        raise fault from error


def broken_constraint(error: IntegrityError) -> str | None:
    """The name of the constraint that refused a row, the same on both databases.

    None where the database does not tell: NOT NULL on both, foreign keys and triggers on SQLite.
    """
    if isinstance(error.orig, psycopg.Error):
        return error.orig.diag.constraint_name
    kind, _, what = str(error.orig).partition(" constraint failed: ")
    if kind == "UNIQUE":
        return _unique_names().get(frozenset(what.split(", ")))
    return what if kind == "CHECK" else None


def _fault(error: DBAPIError) -> UnavailableError | None:
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return _sqlite_fault(cause)
    if isinstance(cause, psycopg.Error):
        return _postgresql_fault(cause, disconnected=error.connection_invalidated)
    return None


def _sqlite_fault(cause: sqlite3.Error) -> UnavailableError | None:
    code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF  # extended codes keep the primary one below
    if code == sqlite3.SQLITE_FULL:
        return StorageFullError(FULL)
    if code in _SQLITE_BUSY:
        return StorageUnavailableError(BUSY)
    return StorageUnavailableError(AWAY) if code in _SQLITE_AWAY else None


def _postgresql_fault(cause: psycopg.Error, *, disconnected: bool) -> UnavailableError | None:
    if cause.sqlstate == _POSTGRESQL_DISK_FULL:
        return StorageFullError(FULL)
    if disconnected or cause.sqlstate == _POSTGRESQL_READ_ONLY:
        return StorageUnavailableError(AWAY)
    # Connections lost and refused, shutdown, deadlock, lock time-outs, memory; not constraints, not SQL.
    return StorageUnavailableError(AWAY) if isinstance(cause, psycopg.OperationalError) else None


def _unique_names() -> dict[frozenset[str], str]:
    """SQLite names the columns of a broken UNIQUE; this leads from them to the name of the constraint."""
    rules: list[UniqueConstraint | PrimaryKeyConstraint | Index] = []
    for table in Base.metadata.tables.values():
        rules += [rule for rule in table.constraints if isinstance(rule, UniqueConstraint | PrimaryKeyConstraint)]
        rules += [index for index in table.indexes if index.unique]
    return {frozenset(str(column) for column in rule.columns): str(rule.name) for rule in rules}
