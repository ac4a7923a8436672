"""The scales: what one check found, what all of them together mean, and who can do something about it."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Actor", "Conclusion", "Outcome", "Verdict"]


class Outcome(StrEnum):
    """Four answers, because "could not check" is neither a pass nor a forgery."""

    PASSED = "passed"
    FAILED = "failed"
    UNDETERMINED = "undetermined"
    NOT_APPLICABLE = "not applicable"


class Verdict(StrEnum):
    VALID = "valid"
    INVALID = "invalid"
    UNDETERMINED = "undetermined"


class Conclusion(StrEnum):
    """Why the verdict is what it is, in one of few words that programs can tell apart."""

    VALID = "valid"
    NOT_RECOGNISED = "valid, issuer not recognised"
    REPLACED = "replaced"
    EXPIRED = "expired"
    NOT_YET_VALID = "not yet valid"
    REVOKED = "revoked"
    SUPERSEDED = "revoked and replaced"
    SUSPENDED = "suspended"
    TEST = "only a test"
    ALTERED = "altered"
    NOT_SIGNED = "not signed"
    WRONG_SIGNER = "not signed by its issuer"
    MALFORMED = "malformed"
    OTHER_HOLDER = "issued to somebody else"
    OTHER_OCCASION = "signed for another occasion"
    CONTENTS = "something in it does not hold"
    PRINTED = "printed otherwise"
    UNAVAILABLE = "cannot be checked now"
    UNSUPPORTED = "cannot be checked here"
    NOT_A_BADGE = "not a badge"


class Actor(StrEnum):
    """Who can act on a finding."""

    ASKER = "you"
    HOLDER = "holder"
    ISSUER = "issuer"
    OPERATOR = "operator"
