"""Copies of a PostgreSQL database, by the tools that come with it: pg_dump and pg_restore, of the server's version."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Final

from sqlalchemy import make_url, text

from app.errors import ConfigurationError, ConflictError, StorageUnavailableError
from app.storage.journal import sync_folder

if TYPE_CHECKING:
    from pathlib import Path

    from app.storage.database import Database

# How libpq wants to be told what the URL says; a password has no place among arguments, which everybody can see.
_QUERY: Final = {
    "host": "PGHOST",
    "port": "PGPORT",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "passfile": "PGPASSFILE",
}
_OTHERS: Final = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
_TABLES: Final = text("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'issuers'")


def dump(url: str, target: Path) -> None:
    """All tables as of one moment, in pg_dump's custom format, in a file that only its owner may read.

    Raises ConflictError when `target` exists, ConfigurationError without pg_dump, StorageUnavailableError.
    """
    if target.exists():
        raise ConflictError(f"{target} exists already; copies are never written over.")
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise ConfigurationError(f"{part} cannot be made ({error.strerror}).") from None
    try:
        # Row security: pg_dump refuses tables whose policies hold for their owner, unless it is told that it may be
        # shown less. It is shown everything, since no transaction of its says whose rows it wants.
        _run(url, "pg_dump", "--format=custom", "--no-owner", "--enable-row-security", "--file", str(part))
        _run(url, "pg_restore", "--list", str(part))
        _sync(part)
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
    sync_folder(target)


def load(url: str, copy: Path, *, force: bool) -> None:
    """The copy takes the place of what the database holds, all of it or nothing.

    Raises ConfigurationError without pg_restore, StorageUnavailableError.
    """
    options = ("--clean", "--if-exists") if force else ()
    _run(
        url, "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", *options, "--dbname", "", str(copy)
    )


def require_unused(database: Database, *, force: bool) -> None:
    """Raises ConflictError when others are connected, or when there are tables and no `force`."""
    with database.reading() as session:
        if session.scalar(_OTHERS):
            raise ConflictError("Others are connected to the database. Stop the service first.")
        if session.scalar(_TABLES) and not force:
            raise ConflictError("The database is not empty. With --force the copy takes the place of what it holds.")


def _run(url: str, tool: str, *arguments: str) -> None:
    found = shutil.which(tool)
    if found is None:
        raise ConfigurationError(f"{tool} is not installed here. It comes with PostgreSQL; take the server's version.")
    environment = {**os.environ, **_environment(url)}
    ended = subprocess.run(  # noqa: S603 - arguments of our own, without a shell
        [found, *(_named(argument, environment) for argument in arguments)],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode != 0:
        raise StorageUnavailableError(f"{tool} failed: {ended.stderr.strip()[-500:]}")


def _named(argument: str, environment: dict[str, str]) -> str:
    return argument or environment["PGDATABASE"]  # pg_restore wants the name itself


def _environment(url: str) -> dict[str, str]:
    parsed = make_url(url)
    told = {
        "PGHOST": parsed.host,
        "PGPORT": str(parsed.port) if parsed.port else None,
        "PGUSER": parsed.username,
        "PGPASSWORD": parsed.password,
        "PGDATABASE": parsed.database or parsed.username or "",
    }
    told |= {_QUERY[name]: str(value) for name, value in parsed.query.items() if name in _QUERY}
    return {name: value for name, value in told.items() if value is not None}


def _sync(file: Path) -> None:
    descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
