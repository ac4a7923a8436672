"""The report on an Open Badges 2.0 assertion, with the same checks as any other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from app.verification.content import shown_content
from app.verification.dates import check_dates
from app.verification.evidence import Evidence
from app.verification.kinds import Kind, Recognised
from app.verification.members import several
from app.verification.ob2.following import Trail, follow
from app.verification.ob2.standing import check_standing, withdrawal
from app.verification.ob2.structure import check_context, check_schema
from app.verification.ob2.translating import as_credential
from app.verification.ob2.vouching import Vouched, vouch
from app.verification.outcome import Outcome
from app.verification.people import Known, check_creator, check_recipient, check_trust
from app.verification.policy import Policy
from app.verification.printed import check_printed
from app.verification.proofs import Secured
from app.verification.reading import Presented
from app.verification.report import CheckResult, Report, completed, say

__all__ = ["judge_assertion"]


def judge_assertion(
    presented: Presented,
    recognised: Recognised,
    evidence: Evidence,
    policy: Policy,
    *,
    now: datetime,
    known: Known,
) -> Report:
    """The report on what was presented, or on the copy that its issuer hosts, at the moment `now`."""
    trail = follow(presented, evidence)
    vouched, withdrawn = vouch(trail), withdrawal(trail)
    checks = [recognised.check]
    if trail.assertion.absence is not None:
        checks += [withdrawn] if withdrawn else [vouched.proof]
    elif withdrawn and "badge" not in trail.assertion.document:
        checks += [vouched.proof, withdrawn]  # then it need hold nothing else (OB 2.0, Assertion)
    else:
        context = check_context(trail)
        checks += [context, check_schema(trail)]
        if context.outcome is Outcome.PASSED:
            checks += _vouching(vouched, withdrawn)
            if vouched.holds:
                return _vouched(presented, trail, vouched, checks, evidence, policy, now=now, known=known)
    return Report(format=presented.format, checks=completed(checks))


def _vouching(vouched: Vouched, withdrawn: CheckResult | None) -> Iterator[CheckResult]:
    """An assertion that its own address calls withdrawn may lack all by which its issuer could be known."""
    yield vouched.proof
    if vouched.issuer.outcome is Outcome.UNDETERMINED and withdrawn:
        yield withdrawn
    else:
        yield vouched.issuer


def _vouched(
    presented: Presented,
    trail: Trail,
    vouched: Vouched,
    checks: list[CheckResult],
    evidence: Evidence,
    policy: Policy,
    *,
    now: datetime,
    known: Known,
) -> Report:
    """From here on only what the issuer vouches for is looked at."""
    document = as_credential(trail)
    status = check_standing(trail, evidence)
    checks = [
        *checks,
        check_dates(document, {}, now),
        status.check,
        say("refresh.none"),
        _check_endorsements(trail),
        say("contents.none"),
        check_printed(document, Kind.BADGE, presented.printed),
        check_recipient(document, known),
        check_creator(document),
        check_trust(document, policy),
    ]
    content = shown_content(Secured(vouched.proof, vouched.issuer, document, {}), Kind.BADGE)
    shown: dict[str, Any] = {**content, "status": status.shown}
    return Report(format=presented.format, checks=completed(checks), **shown)


def _check_endorsements(trail: Trail) -> CheckResult:
    """They are documents elsewhere, with verifications of their own: counted, not followed."""
    places: list[Mapping[str, Any]] = [trail.assertion.document]
    places += [linked.document for linked in (trail.badge, trail.issuer) if linked is not None]
    count = sum(len(several(place.get("endorsement"))) for place in places)
    return say("endorsements.not-followed", count=str(count)) if count else say("endorsements.none")
