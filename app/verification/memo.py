"""Remembering which signatures fitted. A pure function of its keys, so that remembering cannot change a report.

Only what fits is remembered: what does not may be a matter of what this version knows or has the time for.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import final

__all__ = ["Memo"]


@final
class Memo:
    """A set of bounded size that forgets what was added first. For any thread."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._known: OrderedDict[tuple[object, ...], None] = OrderedDict()
        self._lock = Lock()

    def __contains__(self, key: tuple[object, ...]) -> bool:
        return key in self._known

    def add(self, key: tuple[object, ...]) -> None:
        with self._lock:
            self._known[key] = None
            while len(self._known) > self._size:
                self._known.popitem(last=False)
