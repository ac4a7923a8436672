"""Remembering which signatures fitted. A pure function of its keys, so that remembering cannot change a report."""

from __future__ import annotations

from threading import Lock
from typing import final

__all__ = ["Memo"]


@final
class Memo:
    """A set of bounded size that forgets what was added first."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._known: dict[tuple[str, ...], None] = {}
        self._lock = Lock()

    def __contains__(self, key: tuple[str, ...]) -> bool:
        return key in self._known

    def add(self, key: tuple[str, ...]) -> None:
        with self._lock:
            self._known[key] = None
            while len(self._known) > self._size:
                del self._known[next(iter(self._known))]
