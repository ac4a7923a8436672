"""What the check `endorsements` can say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.verification.words.base import NOT_APPLICABLE, NOTHING_TO_RELY_ON, PASSED, Words

__all__ = ["WORDS"]

WORDS: Final[Mapping[str, Words]] = {
    "endorsements.none": Words(
        NOT_APPLICABLE, "It carries no endorsement.", "Nobody else vouches for it inside the badge."
    ),
    "endorsements.hold": Words(
        PASSED, "Its endorsements hold.", "It carries {count} endorsement(s), each signed by whoever gave it."
    ),
    # An endorsement is somebody else's statement: that one does not hold says nothing against the badge.
    "endorsements.doubtful": Words(
        NOT_APPLICABLE,
        "Not every endorsement could be confirmed.",
        "It carries {count} endorsement(s), of which {held} hold(s). The badge stands without the others.",
    ),
    "endorsements.elsewhere": Words(
        NOT_APPLICABLE,
        "An endorsement in it is about something else.",
        "It carries {count} endorsement(s): {held} hold(s), and {other} more are genuine, but about neither the badge, "
        "its issuer nor what was achieved. The badge stands without those.",
    ),
    "endorsements.deep": Words(
        NOT_APPLICABLE, "Endorsements were not checked.", "What lies so deep inside another is not followed further."
    ),
    "endorsements.not-followed": Words(
        NOT_APPLICABLE,
        "Endorsements were not checked.",
        "It points to {count} endorsement(s). Those of badges of version 2 are not followed.",
    ),
    "endorsements.skipped": Words(NOT_APPLICABLE, "Endorsements were not checked.", NOTHING_TO_RELY_ON),
}
