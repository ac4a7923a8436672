"""Was it withdrawn? A hosted assertion says so itself or is gone; a signed one stands in its issuer's list."""

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

_BY_ITS_OWN_COPY: Final = frozenset({"status.hosted", "status.revoked-hosted"})


def withdrawal(trail: Trail) -> CheckResult | None:
    """The finding that the address of a hosted assertion says it was withdrawn: for that it need say nothing else."""
    if trail.assertion.absence is not None and trail.assertion.absence.gone:
        return say("status.revoked-gone")
    if trail.way is Way.HOSTED and trail.assertion.document.get("revoked") is True:
        reason = "given" if text(trail.assertion.document.get("revocationReason")) else "none"
        return say("status.revoked-hosted", reason=REVOCATION_REASONS[reason])
    return None


def check_standing(trail: Trail, evidence: Evidence) -> Status:
    """What its own copy says of a hosted assertion, and what the issuer's list says of any."""
    check = withdrawal(trail) or _check_list(trail, evidence)
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
    if check.code in _BY_ITS_OWN_COPY or trail.revocations is None:
        return {**members, "type": "HostedBadge"}
    return {**members, "type": "RevocationList", "list": trail.revocations}
