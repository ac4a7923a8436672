"""Status lists, kept by version: a change makes a new version, so an entry is never wrong, only old."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from uuid import UUID


class StatusCache:
    """A bounded, thread-safe map (list, version, form) -> bytes: signed, or the bits themselves."""

    def __init__(self, size: int = 256) -> None:
        self._size = size
        self._lock = Lock()
        self._entries: OrderedDict[tuple[UUID, int, str], bytes] = OrderedDict()

    def get(self, list_id: UUID, version: int, form: str) -> bytes | None:
        with self._lock:
            return self._entries.get((list_id, version, form))

    def put(self, list_id: UUID, version: int, form: str, raw: bytes) -> None:
        with self._lock:
            self._entries[list_id, version, form] = raw
            self._entries.pop((list_id, version - 1, form), None)
            while len(self._entries) > self._size:
                self._entries.popitem(last=False)
