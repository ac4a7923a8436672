"""What a report means, in one word: the state that a page announces first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from app.verification import Outcome, Report, Verdict


class State(StrEnum):
    VALID = "valid"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    OTHER_ADDRESS = "other-address"
    UNDETERMINED = "undetermined"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Look:
    """A word, an icon and a tone: three ways to say one thing, so that none depends on seeing colour."""

    word: str
    icon: str
    tone: str


LOOKS: Mapping[State, Look] = MappingProxyType({
    State.VALID: Look("Valid", "check", "good"),
    State.EXPIRED: Look("Expired", "clock", "warn"),
    State.NOT_YET_VALID: Look("Not yet valid", "clock", "warn"),
    State.REVOKED: Look("Revoked", "ban", "bad"),
    State.SUSPENDED: Look("Suspended", "ban", "bad"),
    State.OTHER_ADDRESS: Look("Different e-mail address", "cross", "bad"),
    State.UNDETERMINED: Look("Cannot be confirmed now", "question", "quiet"),
    State.INVALID: Look("Not valid", "cross", "bad"),
})  # fmt: skip
OUTCOMES: Mapping[Outcome, Look] = MappingProxyType({
    Outcome.PASSED: Look("Passed", "check", "good"),
    Outcome.FAILED: Look("Failed", "cross", "bad"),
    Outcome.UNDETERMINED: Look("Could not be checked", "question", "quiet"),
    Outcome.NOT_APPLICABLE: Look("Not assessed", "dash", "none"),
})  # fmt: skip

# Findings that leave a credential genuine: its content was signed and may be shown. The gravest comes first.
_GENUINE_YET: Mapping[str, State] = MappingProxyType({
    "status.revoked": State.REVOKED,
    "status.suspended": State.SUSPENDED,
    "dates.expired": State.EXPIRED,
    "dates.early": State.NOT_YET_VALID,
    "recipient.other": State.OTHER_ADDRESS,
})  # fmt: skip


def state_of(report: Report) -> State:
    """The state that the report amounts to. When several things are wrong, the gravest names it."""
    if report.verdict is Verdict.VALID:
        return State.VALID
    if report.verdict is Verdict.UNDETERMINED:
        return State.UNDETERMINED
    failed = {check.code for check in report.checks if check.outcome is Outcome.FAILED}
    if report.credential is None or not failed <= _GENUINE_YET.keys():
        return State.INVALID
    return next(state for code, state in _GENUINE_YET.items() if code in failed)


def may_show_content(report: Report) -> bool:
    """Whether a page may repeat what the credential says, which a seal that does not hold forbids."""
    return report.credential is not None and state_of(report) is not State.INVALID


def passed(report: Report, check_id: str) -> bool:
    return any(check.id == check_id and check.outcome is Outcome.PASSED for check in report.checks)
