"""When API keys were last used: noted to the minute, beside the requests, never in their way."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Lock, Thread
from typing import Final
from uuid import UUID

import structlog

from app.storage import Database, api_keys

EVERY: Final = timedelta(minutes=1)
_MOST = 10_000  # keys whose last note is remembered; of others it is written again
_log = structlog.get_logger("laurel.keys")


class KeyUsage:
    """Thread-safe. Writes in a thread that ends when nothing is left to be written."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._noted: dict[UUID, datetime] = {}
        self._due: set[UUID] = set()
        self._lock = Lock()
        self._thread: Thread | None = None

    def note(self, key_id: UUID | None, now: datetime) -> None:
        """The key, if it is one, was used now. Costs a look into a dictionary, but once a minute."""
        if key_id is None or ((last := self._noted.get(key_id)) is not None and now - last < EVERY):
            return
        with self._lock:
            if len(self._noted) >= _MOST:
                self._noted.clear()
            self._noted[key_id] = now
            self._due.add(key_id)
            if self._thread is None:
                self._thread = Thread(target=self._write, args=(now,), name="laurel-key-usage", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Returns when what was noted is written."""
        thread = self._thread
        if thread is not None:
            thread.join()

    def _write(self, now: datetime) -> None:
        while due := self._next():
            try:
                with self._database.transaction() as session:
                    api_keys.touch_api_keys(session, due, now=now)
            except Exception:  # noqa: BLE001 - nobody waits for it, and nothing depends on it
                _log.warning("the last use of some API keys could not be noted", keys=len(due))

    def _next(self) -> set[UUID]:
        with self._lock:
            due, self._due = self._due, set()
            if not due:
                self._thread = None
            return due
