"""Was it withdrawn? An assertion may say so itself; a hosted one may be gone, a signed one be in its issuer's list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.verification.evidence import Evidence
from app.verification.members import text
from app.verification.ob2.following import Trail, Way
from app.verification.outcome import Outcome
from app.verification.report import CheckResult, say
from app.verification.revocation_lists import check_revoked_assertions
from app.verification.status import Status
from app.verification.words import REVOCATION_REASONS

__all__ = ["check_standing", "withdrawal"]

_BY_ITSELF: Final = {
    "status.hosted": "HostedBadge",
    "status.revoked-hosted": "HostedBadge",
    "status.revoked-inside": "SignedBadge",
}


def withdrawal(trail: Trail) -> CheckResult | None:
    """The finding that the address of a hosted assertion says it was withdrawn: for that it need say nothing else."""
    if trail.assertion.absence is not None and trail.assertion.absence.gone:
        return say("status.revoked-gone")
    return _own_word(trail, "status.revoked-hosted") if trail.way is Way.HOSTED else None


def _own_word(trail: Trail, code: str) -> CheckResult | None:
    if trail.assertion.document.get("revoked") is not True:
        return None
    reason = "given" if text(trail.assertion.document.get("revocationReason")) else "none"
    return say(code, reason=REVOCATION_REASONS[reason])


def check_standing(trail: Trail, evidence: Evidence) -> Status:
    """What the assertion says of itself, and what the issuer's list says of it."""
    check = withdrawal(trail) or _own_word(trail, "status.revoked-inside") or _check_list(trail, evidence)
    if trail.way is Way.HOSTED and check.outcome is not Outcome.FAILED:
        # The standard has lists for signed ones: here one says more, and need not be there.
        check = say("status.hosted")
    return Status(check, _shown(trail, check))


def _check_list(trail: Trail, evidence: Evidence) -> CheckResult:
    if trail.revocations is None or trail.issuer is None:
        return say("status.none")
    names = {name for name in map(text, map(trail.assertion.document.get, ("id", "uid"))) if name}
    issuers = {name for name in (trail.issuer.id, text(trail.issuer.document.get("id"))) if name}
    return check_revoked_assertions(trail.revocations, names, issuers, evidence)


def _shown(trail: Trail, check: CheckResult) -> Mapping[str, Any] | None:
    """`revoked` is None when it is not known; what is said of it is where that was found."""
    if check.code == "status.none":
        return None
    revoked = {Outcome.PASSED: False, Outcome.FAILED: True}.get(check.outcome)
    members = {"revoked": revoked, "suspended": False}
    if check.code in _BY_ITSELF:
        return {**members, "type": _BY_ITSELF[check.code]}
    return {**members, "type": "RevocationList", "list": trail.revocations}
