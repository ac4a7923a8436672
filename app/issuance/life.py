"""The life of a credential: in what state it is, and what may still be done with it. One table, for every face.

    active ── time ──> expired
       │  revoke            │ revoke
       v                    v
    revoked ── replace ──> replaced          any of these ── erase ──> erased (its status bit stays)

Expiry is not stored: it follows from the clock. A renewal leaves its predecessor as it is, with a successor.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from app.errors import InvalidTransitionError


class State(StrEnum):
    """What the API calls `status`."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REPLACED = "replaced"
    ERASED = "erased"


class Move(StrEnum):
    """What may be done with a credential; also the names of the audit log's actions, after `credential.`."""

    REVOKE = "revoke"
    RENEW = "renew"
    REPLACE = "replace"
    RESIGN = "resign"
    ERASE = "erase"
    CHANGE = "change"  # of what is not signed: its visibility


@dataclass(frozen=True, slots=True)
class Standing:
    """The facts that are recorded about a credential. `succeeded`: another took its place or renewed it."""

    valid_until: datetime | None
    revoked: bool = False
    replaced: bool = False
    succeeded: bool = False
    erased: bool = False

    def state(self, now: datetime) -> State:
        """The one that says most. `replaced` says more than `revoked`, and that more than `expired`."""
        if self.erased:
            return State.ERASED
        if self.replaced:
            return State.REPLACED
        if self.revoked:
            return State.REVOKED
        return State.EXPIRED if self.valid_until is not None and self.valid_until < now else State.ACTIVE


_ERASED: Final = "Everything about its holder was removed from this credential; nothing is left to work with."
_SUCCEEDED: Final = "Another credential follows this one already; work with that."
_REVOKED: Final = "This credential was revoked, and a revocation is final."

_FORBIDDEN: Final[Mapping[Move, Mapping[str, str]]] = {
    Move.REVOKE: {"revoked": _REVOKED},
    Move.RENEW: {"erased": _ERASED, "succeeded": _SUCCEEDED, "revoked": _REVOKED},
    Move.REPLACE: {"erased": _ERASED, "succeeded": _SUCCEEDED},  # what was revoked for a mistake may be put right
    Move.RESIGN: {"erased": _ERASED},
    Move.ERASE: {"erased": _ERASED},
    Move.CHANGE: {"erased": _ERASED},
}


def require_move(move: Move, standing: Standing) -> None:
    """Raises InvalidTransitionError, in words for whoever asked, when it may not be done any more."""
    for fact, reason in _FORBIDDEN[move].items():
        if getattr(standing, fact):
            raise InvalidTransitionError(reason)
