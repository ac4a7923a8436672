"""What the check `dates` can say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.verification.outcome import Actor, Conclusion
from app.verification.words.base import (
    ASK_FOR_THE_WHOLE,
    ASK_ISSUER_TO_MEND,
    FAILED,
    NOT_APPLICABLE,
    NOTHING_TO_RELY_ON,
    PASSED,
    UNDETERMINED,
    WITHHELD,
    Remedy,
    Words,
)

__all__ = ["WORDS"]

WORDS: Final[Mapping[str, Words]] = {
    "dates.open": Words(PASSED, "It is valid now.", "It is valid since {start} and has no end date."),
    "dates.until": Words(PASSED, "It is valid now.", "It is valid until {end} and names no first day."),
    "dates.none": Words(PASSED, "It is valid now.", "It names neither a first nor a last day."),
    "dates.within": Words(PASSED, "It is valid now.", "It is valid from {start} to {end}."),
    "dates.expired": Words(
        FAILED,
        "It has expired.",
        "It expired on {end}.",
        Remedy("Ask the holder whether the badge was renewed.", Actor.HOLDER),
        "This badge is genuine but expired on {day}.",
        conclusion=Conclusion.EXPIRED,
    ),
    "dates.early": Words(
        FAILED,
        "It is not valid yet.",
        "It is not valid before {start}.",
        Remedy("Check it again from that day on.", Actor.ASKER),
        "This badge is genuine but not valid before {day}.",
        conclusion=Conclusion.NOT_YET_VALID,
    ),
    "dates.withheld": Words(
        UNDETERMINED,
        "It does not show until when it is valid.",
        "This copy shows a part of the badge that its holder chose. No end date is in it; it may have been left out.",
        ASK_FOR_THE_WHOLE,
        WITHHELD,
        conclusion=Conclusion.UNSUPPORTED,
    ),
    "dates.unreadable": Words(
        UNDETERMINED,
        "Its dates cannot be read.",
        "The dates from which and until which it is valid are not written as the standard asks.",
        ASK_ISSUER_TO_MEND,
        "It cannot be told whether this badge is still valid: its dates cannot be read.",
        conclusion=Conclusion.MALFORMED,
    ),
    "dates.skipped": Words(NOT_APPLICABLE, "The dates were not checked.", NOTHING_TO_RELY_ON),
}
