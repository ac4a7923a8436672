"""Answers in memory, ready to be sent: what a route says about keeping them, and the bounded store they are kept in.

    return public_bytes(request, raw, "application/vc", keep=Signed(credential_id))

A route that says nothing is never kept. `hot.py` sends what is kept, and says when it may.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING
from uuid import UUID

from starlette.requests import Request

if TYPE_CHECKING:
    from starlette.responses import Response

OFFER = "laurel.offer"
"""Where an `Offer` stands in the ASGI scope of a request whose answer may be kept."""

MOST_BODY_BYTES = 512 * 1024
# Of an entry beside its body: headers, two lists of them, places in the table.
_ENTRY_BYTES = 3_000


@dataclass(frozen=True, slots=True)
class Signed:
    """Signed bytes of a credential: seldom removed, or signed again with another key (`Kept.forget`)."""

    credential_id: UUID


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Right as long as nothing at all has been stored since, and no longer than `seconds`, if there are any. Of a
    credential, if it is named, and goes with it.
    """

    credential_id: UUID | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class ListVersion:
    """Right as long as the status list has this version."""

    list_id: UUID
    version: int


Keep = Signed | Unchanged | ListVersion


@dataclass(slots=True)
class Offer:
    """Where a route leaves its whole answer (status 200), whatever it sends to this asker."""

    answer: Response | None = None
    keep: Keep = field(default_factory=Unchanged)
    route: str = ""


def offer(request: Request, answer: Response, keep: Keep) -> None:
    """`answer` may be sent again to whoever asks for the same path with the same Accept header and prefers the same
    language, as `keep` says.
    """
    found = request.scope.get(OFFER)
    if found is not None:
        found.answer, found.keep, found.route = answer, keep, request.scope["route"].path


@dataclass(slots=True)
class Entry:
    """One answer. `headers` are those of a 200 and `unchanged` those of a 304, both without a request id."""

    keep: Keep
    route: str
    etag: str
    headers: list[tuple[bytes, bytes]]
    unchanged: list[tuple[bytes, bytes]]
    body: bytes
    made: float  # when, on a clock that only goes forward
    stamp: int | None  # of the database, before it was made


Key = tuple[str, bytes, str]
"""The path; the Accept header as it came, empty when there was none, which means the same to every route; and which of
the languages of pages is preferred, empty for none of them.
"""


class Kept:
    """Entries up to a number of bytes; the one that was asked for longest ago leaves first. For any thread."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._lock = Lock()
        self._entries: OrderedDict[Key, Entry] = OrderedDict()
        self._size = 0
        self._purges = 0

    @property
    def purges(self) -> int:
        """How often something was forgotten: what was read before may be just that."""
        return self._purges

    @property
    def size(self) -> int:
        """In bytes."""
        return self._size

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, key: Key) -> Entry | None:
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None:
                self._entries.move_to_end(key)
            return entry

    def put(self, key: Key, entry: Entry, *, purges: int) -> None:
        """Keeps `entry`, unless it is too large or something was forgotten since `purges` was read."""
        if len(entry.body) > MOST_BODY_BYTES:
            return
        with self._lock:
            if purges != self._purges:
                return
            self._remove(key)
            self._entries[key] = entry
            self._size += _bytes(key, entry)
            while self._size > self._most_bytes:
                self._remove(next(iter(self._entries)))

    def forget(self, *credential_ids: UUID) -> None:
        """Removes what was kept of credentials. After the commit that removed or changed them, not before."""
        gone = set(credential_ids)
        with self._lock:
            self._purges += 1
            for key in [key for key, entry in self._entries.items() if _credential(entry.keep) in gone]:
                self._remove(key)

    def clear(self) -> None:
        with self._lock:
            self._purges += 1
            self._entries.clear()
            self._size = 0

    def _remove(self, key: Key) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._size -= _bytes(key, entry)


def _credential(keep: Keep) -> UUID | None:
    return None if isinstance(keep, ListVersion) else keep.credential_id


def _bytes(key: Key, entry: Entry) -> int:
    return len(entry.body) + len(key[0]) + len(key[1]) + _ENTRY_BYTES
