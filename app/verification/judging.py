"""`judge`: every check, in order, each answered for itself. Same bytes, same evidence, same `now`: same report."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.jsonld import Templates
from app.verification.content import shown_content
from app.verification.dates import check_dates
from app.verification.evidence import Evidence
from app.verification.memo import Memo
from app.verification.outcome import Outcome
from app.verification.people import check_recipient, check_trust
from app.verification.policy import Policy
from app.verification.proofs import secure
from app.verification.reading import Presented
from app.verification.report import CheckResult, Report, completed
from app.verification.status import check_status
from app.verification.structure import check_context, check_format, check_schema

__all__ = ["judge"]


def judge(
    presented: Presented,
    evidence: Evidence,
    policy: Policy,
    *,
    now: datetime,
    email: str | None = None,
    asked_at: datetime | None = None,
    memo: Memo | None = None,
    templates: Templates | None = None,
) -> Report:
    """The report on what was presented, at the moment `now` (with a zone).

    `evidence` answers what `needs` asked for; what it lacks leaves the checks that want it undetermined. `email` asks
    whether the badge was issued to that address. A bad badge is a report, never an exception.

    `asked_at` is for questions about another day ("was it valid in June?"): `now` is then that day, and `asked_at` the
    moment at which the evidence was gathered, since a status list is current or not when it is fetched.

    `memo` remembers which signatures fitted, `templates` how documents of one kind are canonicalised: for issuers of
    the caller's own, since what they sign is added. The report is the same with and without.
    """
    checks: list[CheckResult] = []
    # 1. One credential, of a kind that is judged here.
    checks.append(check_format(presented))
    if presented.fault is not None:
        return _report(presented, [*checks, secure(presented, evidence, now=now).proof])
    if checks[-1].outcome is not Outcome.PASSED:
        return _report(presented, checks)
    # 2. In known words; in others, no signature says what it seems to say.
    context = check_context(presented)
    if context.outcome is not Outcome.PASSED:
        return _report(presented, [*checks, context, check_schema(presented.document, context)])
    # 4. Signed, and unaltered since. 5. With a key of the issuer's.
    secured = secure(presented, evidence, now=now, memo=memo, templates=templates)
    # 3. Built as OB 3.0 asks. Only now, since what is remembered of an issuer's documents is remembered of no others.
    schema = check_schema(presented.document, context, familiar=templates is not None and secured.holds)
    checks += [context, schema, secured.proof, secured.issuer]
    if not secured.holds:
        return _report(presented, checks)
    # From here on only what the signature covers is looked at.
    document = secured.document
    # 6. Within its dates. 7. Not withdrawn.
    status = check_status(document, evidence, now=asked_at or now)
    checks += [check_dates(document, secured.claims, now), status.check]
    # 8. To whom, and 9. by whom, as far as the asker wants to know.
    checks += [check_recipient(document, email), check_trust(document, policy)]
    return _report(presented, checks, {**shown_content(secured), "status": status.shown})


def _report(presented: Presented, checks: list[CheckResult], content: Mapping[str, Any] | None = None) -> Report:
    return Report(format=presented.format, checks=completed(checks), **(content or {}))
