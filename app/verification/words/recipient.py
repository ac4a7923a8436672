"""What the check `recipient` can say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.verification.outcome import Actor, Conclusion
from app.verification.words.base import FAILED, NOT_APPLICABLE, NOTHING_TO_RELY_ON, PASSED, UNDETERMINED, Remedy, Words

__all__ = ["WORDS"]

WORDS: Final[Mapping[str, Words]] = {
    "recipient.not-asked": Words(
        NOT_APPLICABLE, "The holder was not checked.", "No e-mail address or DID was given to compare with."
    ),
    "recipient.match": Words(
        PASSED,
        "It was issued to this e-mail address.",
        "The address that was given is the one in the badge. That says nothing about who uses the address.",
    ),
    "recipient.other": Words(
        FAILED,
        "It was not issued to this e-mail address.",
        "The badge holds a different e-mail address from the one that was given.",
        Remedy("Ask the holder which address they earned it under; it may be an older one.", Actor.HOLDER),
        "The badge is genuine but was not issued to this e-mail address.",
        conclusion=Conclusion.OTHER_HOLDER,
    ),
    "recipient.no-email": Words(
        UNDETERMINED,
        "The e-mail address could not be compared.",
        "The badge holds no e-mail address to compare with.",
        Remedy("Ask the issuer whether it was issued to this person.", Actor.ISSUER),
        "The badge is genuine, but it holds no e-mail address to compare with.",
        conclusion=Conclusion.UNSUPPORTED,
    ),
    "recipient.match-did": Words(
        PASSED,
        "It was issued to this DID.",
        "The DID that was given is the one in the badge. That says nothing about who controls it.",
    ),
    "recipient.other-did": Words(
        FAILED,
        "It was not issued to this DID.",
        "The badge names another holder than the DID that was given.",
        Remedy("Ask the holder which DID they had when they earned it; it may be an older one.", Actor.HOLDER),
        "The badge is genuine but was not issued to this DID.",
        conclusion=Conclusion.OTHER_HOLDER,
    ),
    "recipient.no-did": Words(
        UNDETERMINED,
        "The DID could not be compared.",
        "The badge does not say which DID its holder has.",
        Remedy("Ask the issuer whether it was issued to this person.", Actor.ISSUER),
        "The badge is genuine, but it holds no DID to compare with.",
        conclusion=Conclusion.UNSUPPORTED,
    ),
    "recipient.skipped": Words(NOT_APPLICABLE, "The holder was not checked.", NOTHING_TO_RELY_ON),
}
