"""What a finding is made of: an outcome and the words for it, and the words that several findings share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.verification.outcome import Actor, Conclusion, Outcome

PASSED: Final = Outcome.PASSED
FAILED: Final = Outcome.FAILED
UNDETERMINED: Final = Outcome.UNDETERMINED
NOT_APPLICABLE: Final = Outcome.NOT_APPLICABLE


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to do, and who can."""

    text: str
    who: Actor


@dataclass(frozen=True, slots=True)
class Words:
    """`summary` and `conclusion` are for the report that this finding decides; one that never decides has none."""

    outcome: Outcome
    title: str
    detail: str
    remedy: Remedy | None = None
    summary: str | None = None
    conclusion: Conclusion | None = None


ASK_ISSUER_FOR_A_NEW_ONE: Final = Remedy(
    "Do not rely on this badge. Ask its holder for the original file or link; "
    "if that is the original, tell the issuer.",
    Actor.HOLDER,
)
ASK_ISSUER_TO_MEND: Final = Remedy(
    "Only the issuer can mend this. Send the holder, or the issuer, a copy of this report.", Actor.ISSUER
)
TRY_LATER: Final = Remedy("Try again later. If it stays like this, ask the issuer.", Actor.ASKER)
NOT_SUPPORTED_REMEDY: Final = Remedy(
    "Ask the issuer to confirm the badge, or check it with a service that supports this.", Actor.ISSUER
)
ASK_FOR_THE_WHOLE: Final = Remedy(
    "Ask the holder for the whole badge, or for a copy that shows its end date and its status.", Actor.HOLDER
)
ASK_WHETHER_IT_STANDS: Final = Remedy("Ask the issuer whether the badge still stands.", Actor.ISSUER)

ALTERED: Final = "This badge was altered: its signature does not fit what it says."
WRONG_SIGNER: Final = "This badge was not signed by the issuer it names."
NOT_VOUCHED_FOR: Final = "The issuer that this badge names does not vouch for it."
WITHHELD: Final = (
    "What is shown of this badge is genuine, but it may have been withdrawn or have expired without showing it."
)
NOTHING_TO_RELY_ON: Final = "An earlier check did not pass, so there was nothing to rely on."
