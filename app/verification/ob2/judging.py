"""The report on an Open Badges 2.0 assertion, with the same checks as any other."""

from __future__ import annotations

from datetime import datetime

from app.verification.evidence import Evidence
from app.verification.kinds import Recognised
from app.verification.policy import Policy
from app.verification.reading import Presented
from app.verification.report import Report, completed, say

__all__ = ["judge_assertion"]


def judge_assertion(
    presented: Presented,
    recognised: Recognised,
    evidence: Evidence,
    policy: Policy,
    *,
    now: datetime,
    asked_at: datetime,
    email: str | None,
) -> Report:
    """The report on what was presented. `now` is the moment to judge for, `asked_at` that of the evidence."""
    _ = evidence, policy, now, asked_at, email
    checks = [recognised.check, say("proof.unsupported", what="Open Badges 2.0")]
    return Report(format=presented.format, checks=completed(checks))
