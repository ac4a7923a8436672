"""The life of a signing key: in what state it is, and what may still be done with it. One table, for every face.

    pending ── activate ──> active ── retire ──> retired ── compromise ──> compromised
       │                                            │                          │
       └───────────────────────────────────── destroy ──> destroyed <──────────┘

A key is published from `pending` on, so that caches know it before it signs, and stays published in every state: what
it signed is to be verified as long as anybody keeps a badge. An active key that has leaked is retired first, by its
successor, and then marked: an issuer is never without a key. What was signed from the stated moment on counts no more;
that it leaked may turn out after it was destroyed, and earlier than was thought, never later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol, TypeVar

from app.errors import InvalidTransitionError


class KeyState(StrEnum):
    """As `app.models.KeyState`, which this room may not import."""

    PENDING = "pending"
    ACTIVE = "active"
    RETIRED = "retired"
    COMPROMISED = "compromised"
    DESTROYED = "destroyed"


class KeyMove(StrEnum):
    """What may be done with a key; also the names of the audit log's actions, after `key.`."""

    ACTIVATE = "activate"
    RETIRE = "retire"
    COMPROMISE = "compromise"
    DESTROY = "destroy"
    RESIGN = "resign"


_NEXT: Final[Mapping[KeyMove, Mapping[KeyState, KeyState]]] = {
    KeyMove.ACTIVATE: {KeyState.PENDING: KeyState.ACTIVE},
    KeyMove.RETIRE: {KeyState.ACTIVE: KeyState.RETIRED},
    KeyMove.COMPROMISE: {
        KeyState.PENDING: KeyState.COMPROMISED,
        KeyState.RETIRED: KeyState.COMPROMISED,
        KeyState.COMPROMISED: KeyState.COMPROMISED,
        KeyState.DESTROYED: KeyState.DESTROYED,
    },
    KeyMove.DESTROY: {
        KeyState.PENDING: KeyState.DESTROYED,
        KeyState.RETIRED: KeyState.DESTROYED,
        KeyState.COMPROMISED: KeyState.DESTROYED,
    },
    # Not a change of the key: its badges get another signature.
    KeyMove.RESIGN: {state: state for state in (KeyState.RETIRED, KeyState.COMPROMISED, KeyState.DESTROYED)},
}
_REASONS: Final[Mapping[KeyState, str]] = {
    KeyState.PENDING: "The key is pending: it has not signed anything yet.",
    KeyState.ACTIVE: "The key is active: badges are signed with it now. Rotate the issuer's keys first.",
    KeyState.RETIRED: "The key is retired: another one took its place, and it signs no more.",
    KeyState.COMPROMISED: "The key is marked as compromised already.",
    KeyState.DESTROYED: "The key is destroyed: only its public half is left.",
}


def next_state(move: KeyMove, state: str) -> KeyState:
    """The state after the move. Raises InvalidTransitionError, in words for whoever asked, when there is none."""
    now = KeyState(state)
    after = _NEXT[move].get(now)
    if after is None:
        raise InvalidTransitionError(_REASONS[now])
    return after


def require_earlier(since: datetime, known: datetime | None) -> None:
    """Raises InvalidTransitionError for a moment that would make good again what counts no more."""
    if known is not None and since >= known:
        moment = known.strftime("%Y-%m-%dT%H:%M:%SZ")
        raise InvalidTransitionError(
            f"The key counts no more since {moment}; only an earlier moment can be stated now."
        )


class Planned(Protocol):
    """A key and when it takes over; a row of the table is one."""

    @property
    def state(self) -> StrEnum: ...

    @property
    def activates_at(self) -> datetime | None: ...


Key = TypeVar("Key", bound=Planned)


def due_key(keys: Sequence[Key], now: datetime) -> Key | None:
    """Of keys for one purpose the pending one whose time has come; the latest, if there are several."""
    due = [key for key in keys if key.state == KeyState.PENDING and key.activates_at and key.activates_at <= now]
    return max(due, key=lambda key: key.activates_at or now, default=None)
