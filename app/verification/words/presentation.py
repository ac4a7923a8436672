"""What the checks of presentations can say: `holder`, `challenge` and `presented`.

Only the VC-API knows presentations: a badge is shown to many, a presentation to one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.verification.outcome import Actor, Conclusion
from app.verification.words.base import (
    FAILED,
    NOT_APPLICABLE,
    NOTHING_TO_RELY_ON,
    PASSED,
    TRY_LATER,
    UNDETERMINED,
    Remedy,
    Words,
)

__all__ = ["WORDS"]

_ASK_FOR_A_NEW_ONE: Final = Remedy("Ask for it to be signed anew, for you and for this occasion.", Actor.HOLDER)
_FOR_SOMEBODY_ELSE: Final = "This was signed for another occasion or another reader."

WORDS: Final[Mapping[str, Words]] = {
    "challenge.answered": Words(PASSED, "It was signed for this occasion.", "The signature names what you asked for."),
    "challenge.differs": Words(
        FAILED,
        "It was not signed for this occasion.",
        "The signature does not name {what} that you asked for, so it may have been shown to somebody else before.",
        _ASK_FOR_A_NEW_ONE,
        _FOR_SOMEBODY_ELSE,
        conclusion=Conclusion.OTHER_OCCASION,
    ),
    "challenge.not-asked": Words(
        NOT_APPLICABLE, "For what occasion it was signed was not asked.", "You named neither a domain nor a challenge."
    ),
    "challenge.skipped": Words(NOT_APPLICABLE, "For what occasion it was signed was not checked.", NOTHING_TO_RELY_ON),
    "holder.proven": Words(PASSED, "Whoever shows it has shown who they are.", "“{holder}” signed the presentation."),
    "holder.unnamed": Words(
        PASSED,
        "Whoever shows it has signed it.",
        "“{holder}” signed the presentation, which names nobody as its holder.",
    ),
    "holder.unsigned": Words(
        NOT_APPLICABLE,
        "Who shows it was not asked.",
        "The presentation is not signed, and you asked about what is in it only.",
    ),
    "holder.missing": Words(
        FAILED,
        "The presentation is not signed.",
        "Anybody could have put these credentials together and shown them.",
        Remedy("Ask for a signed presentation.", Actor.HOLDER),
        "This presentation is not signed, so anybody could have made it.",
        conclusion=Conclusion.NOT_SIGNED,
    ),
    "holder.refused": Words(
        FAILED,
        "Whoever shows it is not who they say.",
        "The signature of the presentation is not its holder's, or does not fit: {reason}",
        Remedy("Ask the holder to present it again.", Actor.HOLDER),
        "This presentation was altered, or signed by somebody else than its holder.",
        conclusion=Conclusion.WRONG_SIGNER,
    ),
    "holder.out-of-date": Words(
        FAILED,
        "It was not signed for now.",
        "The presentation was signed for another time: {reason}",
        _ASK_FOR_A_NEW_ONE,
        "This presentation was signed for another time.",
        conclusion=Conclusion.OTHER_OCCASION,
    ),
    "holder.unchecked": Words(
        UNDETERMINED,
        "Who shows it could not be checked.",
        "The signature of the presentation could not be checked: {reason}",
        TRY_LATER,
        "This presentation could not be checked: its signature is of a kind or at a place out of reach.",
        conclusion=Conclusion.UNAVAILABLE,
    ),
    "holder.skipped": Words(NOT_APPLICABLE, "Who shows it was not checked.", NOTHING_TO_RELY_ON),
    "presented.none": Words(NOT_APPLICABLE, "It holds no credential.", "There is nothing in it to be checked."),
    "presented.hold": Words(
        PASSED, "All that it holds is valid.", "It holds {count} credential(s); each was checked for itself."
    ),
    "presented.invalid": Words(
        FAILED,
        "Something in it does not hold.",
        "Of the {count} credential(s) in this presentation, {bad} did not pass; see the report on each.",
        Remedy("Look at them one by one, and ask the holder about those that did not pass.", Actor.HOLDER),
        "Not every credential in this presentation is valid.",
        conclusion=Conclusion.CONTENTS,
    ),
    "presented.unchecked": Words(
        UNDETERMINED,
        "Not everything in it could be checked.",
        "Of the {count} credential(s) in this presentation, {open} could not be checked; see the report on each.",
        Remedy("Look at them one by one, and check those again later.", Actor.ASKER),
        "Not every credential in this presentation could be checked.",
        conclusion=Conclusion.UNAVAILABLE,
    ),
    "presented.skipped": Words(NOT_APPLICABLE, "What it holds was not checked.", NOTHING_TO_RELY_ON),
}
