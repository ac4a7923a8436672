"""What the check `refresh` can say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.verification.outcome import Conclusion
from app.verification.words.base import NOT_APPLICABLE, NOTHING_TO_RELY_ON, PASSED, Words

__all__ = ["WORDS"]

WORDS: Final[Mapping[str, Words]] = {
    "refresh.none": Words(
        NOT_APPLICABLE, "It names no place for newer copies.", "The issuer offers no newer copies of it."
    ),
    "refresh.current": Words(PASSED, "It is the newest copy.", "The issuer's address for newer copies holds none."),
    "refresh.replaced": Words(
        NOT_APPLICABLE,
        "A newer copy took its place.",
        "The issuer offers a newer copy of this badge. This report is about that one.",
        summary="This copy of the badge was replaced by a newer one, which is genuine and valid.",
        conclusion=Conclusion.REPLACED,
    ),
    "refresh.unsupported": Words(
        NOT_APPLICABLE,
        "It was not asked whether there is a newer copy.",
        "The issuer offers newer copies in a way that is not supported here. The copy at hand was checked.",
    ),
    "refresh.unreachable": Words(
        NOT_APPLICABLE,
        "It could not be asked whether there is a newer copy.",
        "The issuer's address for newer copies gave none: {reason} The copy at hand was checked.",
    ),
    "refresh.unusable": Words(
        NOT_APPLICABLE,
        "What was offered as a newer copy is none.",
        "The issuer's address for newer copies holds no sound copy of this badge. The one at hand was checked.",
    ),
    "refresh.skipped": Words(NOT_APPLICABLE, "It was not asked whether there is a newer copy.", NOTHING_TO_RELY_ON),
}
