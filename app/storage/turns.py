"""A queue at the door of a database that takes one writer at a time."""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

from app.errors import StorageUnavailableError
from app.storage.faults import BUSY

if TYPE_CHECKING:
    from collections.abc import Iterator


class Turns:
    """First come, first served.

    SQLite lets waiting writers sleep and try again, so the lucky overtake the early and one may starve.
    Within a process this hands the turn over in order. One thread may take it and another give it back.
    """

    def __init__(self, *, wait_seconds: float) -> None:
        self._wait_seconds = wait_seconds
        self._guard = Lock()
        self._taken = False
        self._waiting: deque[Lock] = deque()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Raises StorageUnavailableError when it takes too long to be one's turn."""
        self._take()
        try:
            yield
        finally:
            self._pass_on()

    def _take(self) -> None:
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            mine = Lock()
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=self._wait_seconds):
            return
        with self._guard:
            if mine in self._waiting:  # otherwise the turn was handed over in the last instant
                self._waiting.remove(mine)
                raise StorageUnavailableError(BUSY)

    def _pass_on(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False
