"""What the check `issuer` can say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.verification.outcome import Conclusion
from app.verification.words.base import (
    ASK_ISSUER_FOR_A_NEW_ONE,
    ASK_ISSUER_TO_MEND,
    FAILED,
    NOT_APPLICABLE,
    NOT_SUPPORTED_REMEDY,
    NOTHING_TO_RELY_ON,
    PASSED,
    TRY_LATER,
    UNDETERMINED,
    WRONG_SIGNER,
    Words,
)

__all__ = ["WORDS"]

RETIRED: Final = "This badge was signed with a key that its issuer no longer stands by."

WORDS: Final[Mapping[str, Words]] = {
    "issuer.bound": Words(
        PASSED,
        "The issuer itself signed it.",
        "The key belongs to “{issuer}”, which names it for signing badges.",
    ),
    "issuer.bound-retired": Words(
        PASSED,
        "The issuer itself signed it, with a key that it has retired since.",
        "The key belongs to “{issuer}”, which used it for signing badges until {retired}. "
        "The signature says that it was made before, on {signed}; nobody but the signer vouches for that date.",
    ),
    "issuer.retired-before": Words(
        FAILED,
        "The issuer had retired this key before.",
        "“{issuer}” gave the key up on {retired}, and the signature says that it was made later, on {signed}.",
        ASK_ISSUER_FOR_A_NEW_ONE,
        RETIRED,
        conclusion=Conclusion.WRONG_SIGNER,
    ),
    "issuer.retired-undated": Words(
        FAILED,
        "The issuer has retired this key.",
        "“{issuer}” gave the key up on {retired}, and the signature does not say when it was made, "
        "so whoever has the key could have made it since.",
        ASK_ISSUER_FOR_A_NEW_ONE,
        RETIRED,
        conclusion=Conclusion.WRONG_SIGNER,
    ),
    "issuer.unnamed": Words(
        FAILED,
        "It does not say who issued it.",
        "The badge names no issuer that could be looked up.",
        ASK_ISSUER_TO_MEND,
        WRONG_SIGNER,
        conclusion=Conclusion.WRONG_SIGNER,
    ),
    "issuer.other-key": Words(
        FAILED,
        "Somebody else signed it.",
        "The badge names “{issuer}” as its issuer, but the key of its signature is not one of that issuer's.",
        ASK_ISSUER_FOR_A_NEW_ONE,
        WRONG_SIGNER,
        conclusion=Conclusion.WRONG_SIGNER,
    ),
    "issuer.not-listed": Words(
        FAILED,
        "The issuer does not publish this key.",
        "“{issuer}” publishes its keys, and the one that the signature names is not among those for badges: {reason}",
        ASK_ISSUER_FOR_A_NEW_ONE,
        WRONG_SIGNER,
        conclusion=Conclusion.WRONG_SIGNER,
    ),
    "issuer.unreachable": Words(
        UNDETERMINED,
        "The issuer's keys could not be looked up now.",
        "The address where “{issuer}” publishes its keys gave no answer that could be used: {reason}",
        TRY_LATER,
        "This badge cannot be checked now: its issuer's published keys could not be obtained.",
        conclusion=Conclusion.UNAVAILABLE,
    ),
    "issuer.unsupported": Words(
        UNDETERMINED,
        "This kind of issuer address is not supported yet.",
        "The issuer is identified by “{issuer}”; keys of that kind of address cannot be looked up here yet.",
        NOT_SUPPORTED_REMEDY,
        "This badge could not be checked: its issuer's kind of address is not supported yet.",
        conclusion=Conclusion.UNSUPPORTED,
    ),
    "issuer.skipped": Words(NOT_APPLICABLE, "The issuer was not checked.", NOTHING_TO_RELY_ON),
}
