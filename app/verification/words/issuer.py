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
    NOT_VOUCHED_FOR,
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
    "issuer.not-on-record": Words(
        FAILED,
        "The issuer has no record of it.",
        "The key belongs to “{issuer}” and has fallen into other hands. This issuer's badges are kept here, and it has "
        "never issued one that says this. The date in the signature proves nothing: whoever has the key writes any.",
        ASK_ISSUER_FOR_A_NEW_ONE,
        RETIRED,
        conclusion=Conclusion.WRONG_SIGNER,
    ),
    "issuer.record-erased": Words(
        UNDETERMINED,
        "It can no longer be told whether the issuer signed it.",
        "The key of “{issuer}” has fallen into other hands, and what this issuer had on record about this badge "
        "was removed when its holder asked for that.",
        ASK_ISSUER_FOR_A_NEW_ONE,
        "This badge could not be checked: its issuer has removed the record that it would be compared with.",
        conclusion=Conclusion.UNSUPPORTED,
    ),
    "issuer.hosts-it": Words(
        PASSED, "The issuer itself hosts it.", "The address of the badge is one of those that speak for “{issuer}”."
    ),
    "issuer.out-of-scope": Words(
        FAILED,
        "Somebody else hosts it.",
        "The badge names “{issuer}” as its issuer, but “{url}” is not an address that speaks for that issuer.",
        ASK_ISSUER_FOR_A_NEW_ONE,
        NOT_VOUCHED_FOR,
        conclusion=Conclusion.WRONG_SIGNER,
    ),
    "issuer.badge-elsewhere": Words(
        FAILED,
        "What it was awarded for is described by somebody else.",
        "The description at “{url}” names “{issuer}” as issuer, but does not stand at an address of that issuer.",
        ASK_ISSUER_FOR_A_NEW_ONE,
        NOT_VOUCHED_FOR,
        conclusion=Conclusion.WRONG_SIGNER,
    ),
    "issuer.other-id": Words(
        FAILED,
        "A document gives itself out for another.",
        "What was found at “{url}” says that it belongs to another site, which it cannot speak for.",
        ASK_ISSUER_FOR_A_NEW_ONE,
        NOT_VOUCHED_FOR,
        conclusion=Conclusion.WRONG_SIGNER,
    ),
    "issuer.moved": Words(
        UNDETERMINED,
        "It cannot be told who hosts it.",
        "“{url}” only sends on to another site. Many sites send anybody anywhere, so that proves nothing.",
        ASK_ISSUER_TO_MEND,
        "This badge could not be checked: an address that has to confirm it only points to another site.",
        conclusion=Conclusion.UNSUPPORTED,
    ),
    "issuer.badge-missing": Words(
        UNDETERMINED,
        "It could not be looked up who issued it.",
        "The badge points to “{url}” for what it was awarded for and by whom. That could not be read: {reason}",
        TRY_LATER,
        "This badge cannot be checked now: what it points to for its issuer could not be obtained.",
        conclusion=Conclusion.UNAVAILABLE,
    ),
    "issuer.profile-missing": Words(
        UNDETERMINED,
        "The issuer could not be looked up now.",
        "What the issuer says of itself at “{issuer}” could not be read: {reason}",
        TRY_LATER,
        "This badge cannot be checked now: what its issuer publishes about itself could not be obtained.",
        conclusion=Conclusion.UNAVAILABLE,
    ),
    "issuer.key-unlisted": Words(
        FAILED,
        "The issuer does not publish this key.",
        "The badge names “{issuer}” as its issuer and “{key}” as the key of its signature, "
        "which is not among those that this issuer publishes.",
        ASK_ISSUER_FOR_A_NEW_ONE,
        WRONG_SIGNER,
        conclusion=Conclusion.WRONG_SIGNER,
    ),
    "issuer.key-owner": Words(
        FAILED,
        "The key belongs to somebody else.",
        "“{issuer}” points to the key “{key}”, but what was found there is another key or belongs to somebody else.",
        ASK_ISSUER_TO_MEND,
        WRONG_SIGNER,
        conclusion=Conclusion.WRONG_SIGNER,
    ),
    "issuer.no-key-list": Words(
        UNDETERMINED,
        "It cannot be told whose key signed it.",
        "Issuers of badges as old as this one did not publish which keys are theirs, and “{issuer}” does not.",
        NOT_SUPPORTED_REMEDY,
        "This badge could not be checked: badges as old as this one do not say whose key signed them.",
        conclusion=Conclusion.UNSUPPORTED,
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
