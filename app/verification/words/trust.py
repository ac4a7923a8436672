"""What the check `trust` can say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.verification.outcome import Actor, Conclusion
from app.verification.words.base import NOT_APPLICABLE, PASSED, Remedy, Words

__all__ = ["WORDS"]

WORDS: Final[Mapping[str, Words]] = {
    "trust.not-asked": Words(
        NOT_APPLICABLE,
        "Not assessed whether the issuer is recognised.",
        "Anybody may issue badges. Whether this issuer is one to rely on is for you to decide.",
    ),
    "trust.recognised": Words(PASSED, "The issuer is recognised.", "“{issuer}” is on a list of known issuers: {on}."),
    # Recognition never touches the verdict: it says something about the asker's list, not about the badge.
    "trust.unrecognised": Words(
        NOT_APPLICABLE,
        "The issuer is not recognised.",
        "“{issuer}” is on no list of known issuers that was asked for. That says nothing against the badge.",
        Remedy("Find out who is behind that address before you rely on the badge.", Actor.ASKER),
        "This badge is genuine and valid, but its issuer is not one that you recognise.",
        conclusion=Conclusion.NOT_RECOGNISED,
    ),
    "trust.skipped": Words(
        NOT_APPLICABLE,
        "Not assessed whether the issuer is recognised.",
        "It is not established who issued it.",
    ),
}
