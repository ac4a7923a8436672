"""What a report means, in one word: the conclusion that a page announces first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from app.language import Said
from app.verification import Actor, Conclusion, Outcome, Report


@dataclass(frozen=True, slots=True)
class Look:
    """A word, an icon and a tone: three ways to say one thing, so that none depends on seeing colour."""

    word: Said
    icon: str
    tone: str


LOOKS: Mapping[Conclusion, Look] = MappingProxyType({
    Conclusion.VALID: Look(Said("Valid"), "check", "good"),
    Conclusion.NOT_RECOGNISED: Look(Said("Valid, but you do not know the issuer"), "check", "warn"),
    Conclusion.REPLACED: Look(Said("Replaced by a newer copy"), "check", "good"),
    Conclusion.EXPIRED: Look(Said("Expired"), "clock", "warn"),
    Conclusion.NOT_YET_VALID: Look(Said("Not yet valid"), "clock", "warn"),
    Conclusion.REVOKED: Look(Said("Revoked"), "ban", "bad"),
    Conclusion.SUPERSEDED: Look(Said("Revoked and replaced"), "ban", "bad"),
    Conclusion.SUSPENDED: Look(Said("Suspended"), "ban", "bad"),
    Conclusion.TEST: Look(Said("Only a test"), "flask", "warn"),
    Conclusion.ALTERED: Look(Said("Altered"), "cross", "bad"),
    Conclusion.NOT_SIGNED: Look(Said("Not signed"), "cross", "bad"),
    Conclusion.WRONG_SIGNER: Look(Said("Not signed by its issuer"), "cross", "bad"),
    Conclusion.MALFORMED: Look(Said("Not a correct badge"), "cross", "bad"),
    Conclusion.OTHER_HOLDER: Look(Said("Issued to somebody else"), "cross", "bad"),
    Conclusion.CONTENTS: Look(Said("Not everything in it is valid"), "cross", "bad"),
    Conclusion.PRINTED: Look(Said("The page shows something else"), "cross", "bad"),
    Conclusion.OTHER_OCCASION: Look(Said("Signed for another occasion"), "cross", "bad"),
    Conclusion.UNAVAILABLE: Look(Said("Cannot be checked now"), "question", "quiet"),
    Conclusion.UNSUPPORTED: Look(Said("Cannot be checked here"), "question", "quiet"),
    Conclusion.NOT_A_BADGE: Look(Said("Not a badge"), "cross", "bad"),
})  # fmt: skip
OUTCOMES: Mapping[Outcome, Look] = MappingProxyType({
    Outcome.PASSED: Look(Said("Passed"), "check", "good"),
    Outcome.FAILED: Look(Said("Failed"), "cross", "bad"),
    Outcome.UNDETERMINED: Look(Said("Could not be checked"), "question", "quiet"),
    Outcome.NOT_APPLICABLE: Look(Said("Not assessed"), "dash", "none"),
})  # fmt: skip

ACTORS: Mapping[Actor, Said] = MappingProxyType({
    Actor.ASKER: Said("you"),
    Actor.HOLDER: Said("whoever holds the badge"),
    Actor.ISSUER: Said("its issuer"),
    Actor.OPERATOR: Said("whoever runs this service"),
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
