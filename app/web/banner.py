"""What a report means, in one word: the conclusion that a page announces first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from app.verification import Actor, Conclusion, Outcome, Report


@dataclass(frozen=True, slots=True)
class Look:
    """A word, an icon and a tone: three ways to say one thing, so that none depends on seeing colour."""

    word: str
    icon: str
    tone: str


LOOKS: Mapping[Conclusion, Look] = MappingProxyType({
    Conclusion.VALID: Look("Valid", "check", "good"),
    Conclusion.NOT_RECOGNISED: Look("Valid, but you do not know the issuer", "check", "warn"),
    Conclusion.REPLACED: Look("Replaced by a newer copy", "check", "good"),
    Conclusion.EXPIRED: Look("Expired", "clock", "warn"),
    Conclusion.NOT_YET_VALID: Look("Not yet valid", "clock", "warn"),
    Conclusion.REVOKED: Look("Revoked", "ban", "bad"),
    Conclusion.SUPERSEDED: Look("Revoked and replaced", "ban", "bad"),
    Conclusion.SUSPENDED: Look("Suspended", "ban", "bad"),
    Conclusion.TEST: Look("Only a test", "flask", "warn"),
    Conclusion.ALTERED: Look("Altered", "cross", "bad"),
    Conclusion.NOT_SIGNED: Look("Not signed", "cross", "bad"),
    Conclusion.WRONG_SIGNER: Look("Not signed by its issuer", "cross", "bad"),
    Conclusion.MALFORMED: Look("Not a correct badge", "cross", "bad"),
    Conclusion.OTHER_HOLDER: Look("Issued to somebody else", "cross", "bad"),
    Conclusion.CONTENTS: Look("Not everything in it is valid", "cross", "bad"),
    Conclusion.PRINTED: Look("The page shows something else", "cross", "bad"),
    Conclusion.OTHER_OCCASION: Look("Signed for another occasion", "cross", "bad"),
    Conclusion.UNAVAILABLE: Look("Cannot be checked now", "question", "quiet"),
    Conclusion.UNSUPPORTED: Look("Cannot be checked here", "question", "quiet"),
    Conclusion.NOT_A_BADGE: Look("Not a badge", "cross", "bad"),
})  # fmt: skip
OUTCOMES: Mapping[Outcome, Look] = MappingProxyType({
    Outcome.PASSED: Look("Passed", "check", "good"),
    Outcome.FAILED: Look("Failed", "cross", "bad"),
    Outcome.UNDETERMINED: Look("Could not be checked", "question", "quiet"),
    Outcome.NOT_APPLICABLE: Look("Not assessed", "dash", "none"),
})  # fmt: skip

ACTORS: Mapping[Actor, str] = MappingProxyType({
    Actor.ASKER: "you",
    Actor.HOLDER: "whoever holds the badge",
    Actor.ISSUER: "its issuer",
    Actor.OPERATOR: "whoever runs this service",
})  # fmt: skip

HOLDING: Final = frozenset({Conclusion.VALID, Conclusion.NOT_RECOGNISED, Conclusion.REPLACED})
"""What a valid badge is called. Of these only the first is said of one of our own."""

# What leaves a credential genuine: its content was signed and may be shown.
_GENUINE: Final = HOLDING | {
    Conclusion.EXPIRED,
    Conclusion.NOT_YET_VALID,
    Conclusion.REVOKED,
    Conclusion.SUPERSEDED,
    Conclusion.SUSPENDED,
    Conclusion.TEST,
    Conclusion.OTHER_HOLDER,
    Conclusion.CONTENTS,
    Conclusion.PRINTED,
    Conclusion.UNAVAILABLE,
    Conclusion.UNSUPPORTED,
}


def may_show_content(report: Report) -> bool:
    """Whether a page may repeat what the credential says, which a seal that does not hold forbids."""
    return report.credential is not None and report.conclusion in _GENUINE


def passed(report: Report, check_id: str) -> bool:
    return any(check.id == check_id and check.outcome is Outcome.PASSED for check in report.checks)
