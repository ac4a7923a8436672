"""What clients saw over time, and whether one register per credential could have answered all that.

A revocation is final, so a credential's history is right when three things hold, whatever overlaps and whatever was
never answered: once somebody knows of the revocation, nobody who asks later hears that it stands; before anybody has
asked to revoke it, nobody hears that it is revoked; and what was issued is there.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from enum import Enum


class Said(Enum):
    ACTIVE = "active"
    REVOKED = "revoked"
    ABSENT = "absent"
    NOTHING = "nothing"  # no answer, or one that says to come again: it may have happened or not


@dataclass(frozen=True)
class Event:
    """One question or demand about a credential that is known to be issued; times in seconds."""

    credential: str
    asked: str  # "revoke", or the name of a way to ask
    begun: float
    ended: float
    said: Said


def violations(events):
    """What no order of the events explains, in words."""
    by_credential = defaultdict(list)
    for event in events:
        by_credential[event.credential].append(event)
    return [wrong for history in by_credential.values() for wrong in _violations(history)]


def _violations(history):
    known = min((event.ended for event in history if event.said is Said.REVOKED), default=math.inf)
    wanted = min((event.begun for event in history if event.asked == "revoke"), default=math.inf)
    for event in history:
        if event.said is Said.ABSENT:
            yield f"{event} although it had been issued"
        if event.said is Said.ACTIVE and event.begun > known:
            yield f"{event} although its revocation was known at {known:.3f}"
        if event.said is Said.REVOKED and event.ended < wanted:
            yield f"{event} although nobody had asked for that before {wanted:.3f}"
