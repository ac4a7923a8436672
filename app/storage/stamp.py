"""Whether anybody has changed anything: on SQLite a question of microseconds that never waits."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

_DATA_VERSION = "PRAGMA data_version"
_LIST_VERSION = "SELECT version FROM status_lists WHERE id = ?"


class Stamp:
    """A number that is another one after every commit to an SQLite file, whichever process made it.

    It comes from `PRAGMA data_version` on a connection that never writes and stays the same, since two connections
    count differently. Readers of a file in WAL mode wait for nobody; where SQLite would wait all the same (for a
    recovery, say) the answer is None, at once. Opened at first use, once there is a file.
    """

    def __init__(self, file: str) -> None:
        self._address = f"{Path(file).absolute().as_uri()}?mode=rw"  # rw: a file that is not there is not made
        self._lock = Lock()  # a connection is for one thread at a time
        self._cursor: sqlite3.Cursor | None = None
        self._closed = False

    def now(self) -> int | None:
        """The number of this moment. None when it cannot be had: then anything may have changed."""
        return self._number(_DATA_VERSION)

    def list_version(self, list_id: UUID) -> int | None:
        """The version of a status list, as committed. None when there is none, or it cannot be had."""
        return self._number(_LIST_VERSION, (list_id.hex,))

    def close(self) -> None:
        with self._lock:
            self._closed = True
            if self._cursor is not None:
                self._cursor.connection.close()

    def _number(self, statement: str, values: tuple[str, ...] = ()) -> int | None:
        with self._lock:
            try:
                row = (self._cursor or self._open()).execute(statement, values).fetchone()
            except sqlite3.Error:
                return None
        return row[0] if row is not None else None

    def _open(self) -> sqlite3.Cursor:
        """Never a second connection, not even after a failure: it would give old numbers a new meaning."""
        if self._closed:
            raise sqlite3.ProgrammingError("closed")
        connection = sqlite3.connect(self._address, uri=True, timeout=0, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA query_only=ON").close()
        self._cursor = connection.cursor()
        return self._cursor
