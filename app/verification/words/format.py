"""What the check `format` can say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.verification.outcome import Actor, Conclusion
from app.verification.words.base import (
    ASK_ISSUER_TO_MEND,
    FAILED,
    PASSED,
    UNDETERMINED,
    Remedy,
    Words,
)

__all__ = ["WORDS"]

WORDS: Final[Mapping[str, Words]] = {
    "format.read": Words(PASSED, "The badge could be read.", "It is {form} holding {kind}."),
    "format.read-old": Words(
        PASSED,
        "The badge could be read.",
        "It is {form} holding {kind}, in the older form of Verifiable Credentials 1.1.",
    ),
    "format.token": Words(PASSED, "A signed token was found.", "It is {form}."),
    "format.address": Words(
        UNDETERMINED,
        "The badge itself is somewhere else.",
        "It is {form}; the badge itself is at {url}, and was not fetched.",
        Remedy("Open the address yourself, download the badge file there, and check the file here.", Actor.ASKER),
        "This badge could not be checked: what was sent says only where it is.",
        conclusion=Conclusion.UNAVAILABLE,
    ),
    "format.presentation": Words(PASSED, "The presentation could be read.", "It is {form} holding a presentation."),
    "format.not-a-presentation": Words(
        FAILED,
        "This is not a presentation.",
        "Its content calls itself “{type}” and not a verifiable presentation.",
        Remedy("Ask the holder for the presentation itself.", Actor.HOLDER),
        "This is not a verifiable presentation.",
        conclusion=Conclusion.NOT_A_BADGE,
    ),
    "format.unreachable": Words(
        UNDETERMINED,
        "The badge could not be fetched.",
        "{url}: {reason}",
        Remedy("Open the address yourself, download the badge file there, and check the file here.", Actor.ASKER),
        "This badge could not be checked: {reason}",
        conclusion=Conclusion.UNAVAILABLE,
    ),
    "format.unreadable": Words(
        FAILED,
        "This cannot be read as a badge.",
        "It is neither a credential nor a signed token, or it is damaged.",
        Remedy("Ask the holder for the badge itself.", Actor.HOLDER),
        "This is not an Open Badge.",
        conclusion=Conclusion.NOT_A_BADGE,
    ),
    "format.not-a-badge": Words(
        FAILED,
        "This is not an Open Badge.",
        "It is {form}, but its content calls itself “{type}” and not an Open Badge credential.",
        Remedy("Ask the holder for the badge itself.", Actor.HOLDER),
        "This is not an Open Badge.",
        conclusion=Conclusion.NOT_A_BADGE,
    ),
    "format.receipt": Words(
        FAILED,
        "This is a verification receipt and not a badge.",
        "It is {form} holding a verification receipt, which says what somebody found when they checked a badge.",
        Remedy("Check the badge itself. A receipt is checked by the service that signed it.", Actor.ASKER),
        "This is a verification receipt, not an Open Badge.",
        conclusion=Conclusion.NOT_A_BADGE,
    ),
    "format.too-old": Words(
        UNDETERMINED,
        "It is an Open Badge of the oldest kind.",
        "It is {form} in the form that badges had before 2015, which cannot be checked here.",
        Remedy("Ask the issuer to confirm the badge, or to issue it again.", Actor.ISSUER),
        "This badge could not be checked: it is of a kind that went out of use before 2015.",
        conclusion=Conclusion.UNSUPPORTED,
    ),
    "format.versions-mixed": Words(
        FAILED,
        "Two versions of the standard are mixed.",
        "The token holds its credential in the place of one version of the standard, in the words of another.",
        ASK_ISSUER_TO_MEND,
        "This is not a correct Open Badge: it mixes two versions of the standard.",
        conclusion=Conclusion.MALFORMED,
    ),
}
