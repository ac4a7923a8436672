"""What the check `creator` can say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.verification.words.base import NOT_APPLICABLE, NOTHING_TO_RELY_ON, PASSED, Words

__all__ = ["WORDS"]

WORDS: Final[Mapping[str, Words]] = {
    "creator.none": Words(
        NOT_APPLICABLE, "It names no other maker.", "The issuer itself counts as the maker of the achievement."
    ),
    "creator.same": Words(PASSED, "The issuer made the achievement.", "Maker and issuer are the same."),
    # The standard has no way to prove that the maker lets the issuer award it.
    "creator.other": Words(
        NOT_APPLICABLE,
        "Somebody else made the achievement.",
        "The issuer says that “{creator}” made it. Whether that maker agrees cannot be seen from a badge.",
    ),
    "creator.skipped": Words(NOT_APPLICABLE, "The maker of the achievement was not looked at.", NOTHING_TO_RELY_ON),
}
