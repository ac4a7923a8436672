"""What the check `status` can say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.verification.outcome import Actor, Conclusion
from app.verification.words.base import (
    ASK_FOR_THE_WHOLE,
    ASK_WHETHER_IT_STANDS,
    FAILED,
    NOT_APPLICABLE,
    NOTHING_TO_RELY_ON,
    PASSED,
    TRY_LATER,
    UNDETERMINED,
    WITHHELD,
    Remedy,
    Words,
)

__all__ = ["WORDS"]

ASK_WHAT_REPLACES_IT: Final = Remedy(
    "Ask the holder whether a newer badge replaces it, or the issuer for the reason.", Actor.HOLDER
)
REVOKED: Final = "This badge is genuine but was revoked by its issuer."

WORDS: Final[Mapping[str, Words]] = {
    "status.none": Words(
        NOT_APPLICABLE,
        "It names no revocation list.",
        "The issuer offers no list in which it could withdraw this badge.",
    ),
    "status.withheld": Words(
        UNDETERMINED,
        "It does not show whether it can be withdrawn.",
        "This copy shows a part of the badge that its holder chose. Where its issuer would say that it was withdrawn "
        "is not in it, and may have been left out.",
        ASK_FOR_THE_WHOLE,
        WITHHELD,
        conclusion=Conclusion.UNSUPPORTED,
    ),
    "status.good": Words(PASSED, "It was not withdrawn.", "The issuer's signed list says that the badge stands."),
    "status.not-listed": Words(
        PASSED,
        "It was not withdrawn.",
        "The issuer's list of withdrawn badges does not name this one. The list is not signed; it counts because it is "
        "published at the address that the issuer gave.",
    ),
    "status.newer": Words(
        PASSED,
        "There is a newer copy of it.",
        "The issuer's signed list says that the badge was renewed. This copy was not withdrawn.",
    ),
    "status.message": Words(
        PASSED,
        "The issuer has something to say about it.",
        "It was not withdrawn. The issuer's signed list says of this badge: “{message}”.",
    ),
    "status.revoked": Words(
        FAILED,
        "The issuer withdrew it.",
        "The issuer's signed list says that this badge was revoked. That is final.",
        ASK_WHAT_REPLACES_IT,
        REVOKED,
        conclusion=Conclusion.REVOKED,
    ),
    # Only of credentials of our own: what we have on record beside the list.
    "status.replaced": Words(
        FAILED,
        "The issuer withdrew it and issued another in its place.",
        "The issuer's list says that this badge was revoked, which is final. The issuer corrected it: the badge that "
        "takes its place is at {successor}.",
        Remedy("Ask the holder for the badge that takes its place, or open its address.", Actor.HOLDER),
        "This badge is genuine but was revoked: its issuer replaced it by another.",
        conclusion=Conclusion.SUPERSEDED,
    ),
    "status.test": Words(
        FAILED,
        "It is only a test.",
        "The issuer made it to try the service out. It was not withdrawn, but it is no evidence of anything.",
        Remedy("Ask for a badge that was not issued as a test.", Actor.HOLDER),
        "This is a test: the issuer made it to try the service out, and nobody achieved anything.",
        conclusion=Conclusion.TEST,
    ),
    "status.listed": Words(
        FAILED,
        "The issuer withdrew it.",
        "The issuer's list of withdrawn badges names this one. {reason}",
        ASK_WHAT_REPLACES_IT,
        REVOKED,
        conclusion=Conclusion.REVOKED,
    ),
    # Open Badges 2.0: of an assertion that its issuer hosts.
    "status.hosted": Words(PASSED, "It was not withdrawn.", "The copy that the issuer hosts says nothing against it."),
    "status.revoked-gone": Words(
        FAILED,
        "It was withdrawn.",
        "The address of the badge answers that it was removed for good, which is how such badges are withdrawn.",
        ASK_WHAT_REPLACES_IT,
        "This badge was revoked: its address says that it was removed for good.",
        conclusion=Conclusion.REVOKED,
    ),
    "status.revoked-hosted": Words(
        FAILED,
        "It was withdrawn.",
        "The copy at the address of the badge says that it was revoked. {reason}",
        ASK_WHAT_REPLACES_IT,
        "This badge was revoked: its own address says so.",
        conclusion=Conclusion.REVOKED,
    ),
    "status.revoked-inside": Words(
        FAILED,
        "It was withdrawn.",
        "The signed badge itself says that it was revoked. {reason}",
        ASK_WHAT_REPLACES_IT,
        REVOKED,
        conclusion=Conclusion.REVOKED,
    ),
    "status.suspended": Words(
        FAILED,
        "The issuer suspended it.",
        "The issuer's signed list says that this badge is suspended for now.",
        Remedy("Ask the issuer whether and when it will stand again.", Actor.ISSUER),
        "This badge is genuine but is suspended by its issuer.",
        conclusion=Conclusion.SUSPENDED,
    ),
    "status.unreachable": Words(
        UNDETERMINED,
        "It could not be checked now whether it was withdrawn.",
        "The issuer's revocation list could not be obtained: {reason}",
        TRY_LATER,
        "This badge is genuine, but it cannot be checked now whether its issuer has withdrawn it.",
        conclusion=Conclusion.UNAVAILABLE,
    ),
    "status.doubtful": Words(
        UNDETERMINED,
        "The revocation list cannot be relied on.",
        "{reason}",
        ASK_WHETHER_IT_STANDS,
        "This badge is genuine, but the list that says whether it was withdrawn cannot be relied on.",
        conclusion=Conclusion.UNAVAILABLE,
    ),
    "status.unsupported": Words(
        UNDETERMINED,
        "This kind of revocation list is not supported yet.",
        "Whether it was withdrawn is published in a way that cannot be checked here yet: “{what}”.",
        ASK_WHETHER_IT_STANDS,
        "This badge is genuine, but whether its issuer has withdrawn it could not be checked: not supported yet.",
        conclusion=Conclusion.UNSUPPORTED,
    ),
    "status.skipped": Words(NOT_APPLICABLE, "It was not checked whether it was withdrawn.", NOTHING_TO_RELY_ON),
}
