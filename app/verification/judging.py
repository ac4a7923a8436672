"""`judge`: every check, in order, each answered for itself. Same bytes, same evidence, same `now`: same report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.jsonld import Templates
from app.verification.content import shown_content
from app.verification.dates import check_dates
from app.verification.embedded import (
    HELD,
    MAX_DEPTH,
    Allowance,
    Inner,
    contents_of,
    endorsable,
    endorsements_of,
    with_room,
)
from app.verification.evidence import Evidence
from app.verification.kinds import BADGES, Kind, Recognised, recognise
from app.verification.memo import Memo
from app.verification.ob2 import judge_assertion
from app.verification.outcome import Outcome
from app.verification.people import NOTHING_KNOWN, Known, check_creator, check_recipient, check_trust
from app.verification.policy import NOBODY, Policy
from app.verification.printed import check_printed
from app.verification.proofs import Secured, secure
from app.verification.reading import Presented
from app.verification.refresh import newer_copy
from app.verification.report import CheckResult, Report, completed, say
from app.verification.status import check_status, unless_withheld
from app.verification.structure import check_context, check_schema
from app.verification.within import check_contents, check_endorsements, unreadable

__all__ = ["judge"]


def judge(
    presented: Presented,
    evidence: Evidence,
    policy: Policy,
    *,
    now: datetime,
    known: Known = NOTHING_KNOWN,
    asked_at: datetime | None = None,
    kinds: frozenset[Kind] = BADGES,
    memo: Memo | None = None,
    templates: Templates | None = None,
) -> Report:
    """The report on what was presented, at the moment `now` (with a zone).

    `evidence` answers what `needs` asked for; what it lacks leaves the checks that want it undetermined. `known` asks
    whether the badge was issued to that person. Documents of other kinds than `kinds` are no badges. A bad badge is
    a report, never an exception.

    `asked_at` is for questions about another day ("was it valid in June?"): `now` is then that day, and `asked_at` the
    moment at which the evidence was gathered, since a status list is current or not when it is fetched.

    `memo` remembers which signatures fitted, `templates` how documents of one kind are canonicalised: for issuers of
    the caller's own, since what they sign is added. The report is the same with and without.
    """
    asked = _Asked(evidence, policy, now, asked_at or now, known, kinds, memo, templates, Allowance())
    return _judged(presented, asked)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The question, and all there is to answer it.

    `refreshing`: a newer copy counts, if there is one. `depth` and `allowance`: how far, and how many, credentials
    inside credentials are followed.
    """

    evidence: Evidence
    policy: Policy
    now: datetime
    asked_at: datetime
    known: Known
    kinds: frozenset[Kind]
    memo: Memo | None
    templates: Templates | None
    allowance: Allowance
    refreshing: bool = True
    depth: int = MAX_DEPTH

    def inside(self, *kinds: Kind) -> _Asked:
        """The same question about a credential inside another: whose it is was asked about the outer one."""
        return _Asked(
            self.evidence, NOBODY, self.now, self.asked_at, NOTHING_KNOWN, frozenset(kinds), self.memo, None,
            self.allowance, refreshing=False, depth=self.depth - 1,
        )  # fmt: skip


def _judged(presented: Presented, asked: _Asked) -> Report:
    # 1. One credential, of a kind that is judged here.
    recognised = recognise(presented, asked.kinds)
    if isinstance(recognised, CheckResult):
        return _unrecognised(presented, recognised, asked)
    if recognised.kind is Kind.ASSERTION:
        return judge_assertion(presented, recognised, asked.evidence, asked.policy, now=asked.now, known=asked.known)
    # 2. In known words; in others, no signature says what it seems to say.
    context = check_context(presented, recognised)
    if context.outcome is not Outcome.PASSED:
        schema = check_schema(presented.document, recognised, context)
        return _report(presented, [recognised.check, context, schema])
    # 4. Signed, and unaltered since. 5. With a key of the issuer's.
    roomy = with_room(presented, recognised.kind)
    secured = secure(roomy, asked.evidence, now=asked.now, memo=asked.memo, templates=asked.templates)
    # 3. Built as its standard asks. Only now, since what is remembered of an issuer's documents is not of others'.
    familiar = asked.templates is not None and secured.holds
    schema = check_schema(presented.document, recognised, context, familiar=familiar)
    checks = [recognised.check, context, schema, secured.proof, secured.issuer]
    if not secured.holds:
        return _report(presented, checks)
    return _secured(presented, recognised, secured, checks, asked)


def _unrecognised(presented: Presented, finding: CheckResult, asked: _Asked) -> Report:
    if presented.fault is None:
        return _report(presented, [finding])
    return _report(presented, [finding, secure(presented, asked.evidence, now=asked.now).proof])


def _secured(
    presented: Presented, recognised: Recognised, secured: Secured, checks: list[CheckResult], asked: _Asked
) -> Report:
    """From here on only what the signature covers is looked at."""
    document = secured.document
    # A newer copy of the same credential takes its place (OB 3.0 section 9, "Refresh"); at most once.
    printed = check_printed(document, recognised.kind, presented.printed)  # with what is in the same file
    refresh = say("refresh.none")
    if asked.refreshing:
        refresh, newer = newer_copy(document, asked.evidence)
        if newer is not None:
            report = _judged(
                newer,
                replace(
                    asked, kinds=frozenset({recognised.kind}), refreshing=False, templates=None, allowance=Allowance()
                ),
            )
            if report.credential is not None:
                return report.with_check(say("refresh.replaced")).with_check(printed)
            refresh = say("refresh.unusable")
    # 6. Within its dates. 7. Not withdrawn.
    dates = check_dates(document, secured.claims, asked.now)
    status = check_status(document, asked.evidence, now=asked.asked_at)
    if secured.partial:
        dates, status = unless_withheld(dates, status)
    checks = [*checks, dates, status.check, refresh]
    # What it holds, each judged for itself.
    inside = _judge_inside(replace(presented, document=document), recognised.kind, asked)
    checks += inside.checks
    # Whether the page around it shows the same.
    checks.append(printed)
    # 8. To whom, and 9. by whom, as far as the asker wants to know.
    checks += [check_recipient(document, asked.known), check_creator(document), check_trust(document, asked.policy)]
    shown = {
        **shown_content(secured, recognised.kind),
        "status": status.shown, "endorsements": inside.endorsements, "contents": inside.contents,
    }  # fmt: skip
    return _report(presented, checks, shown)


@dataclass(frozen=True, slots=True)
class _Inside:
    """The reports on the credentials inside another, and what they mean for it."""

    endorsements: tuple[Report, ...]
    contents: tuple[Report, ...]
    checks: tuple[CheckResult, CheckResult]


def _judge_inside(outer: Presented, kind: Kind, asked: _Asked) -> _Inside:
    allowance = asked.allowance if asked.depth > 0 else Allowance(0)
    endorsed = endorsements_of(outer, allowance)
    held = contents_of(outer, allowance) if kind is Kind.RECORD else Inner()
    endorsements = _each(endorsed, asked.inside(Kind.ENDORSEMENT))
    contents = _each(held, asked.inside(*HELD))
    about = endorsable(outer, held) if endorsed else frozenset()
    checks = (
        check_endorsements(endorsements, of=endorsed.count, endorsable=about),
        check_contents(contents, of=held.count) if kind is Kind.RECORD else say("contents.none"),
    )
    return _Inside(endorsements, contents, checks)


def _each(inner: Inner, asked: _Asked) -> tuple[Report, ...]:
    return tuple(unreadable() if one is None else _judged(one, asked) for one in inner.found)


def _report(presented: Presented, checks: list[CheckResult], content: Mapping[str, Any] | None = None) -> Report:
    return Report(format=presented.format, checks=completed(checks), **(content or {}))
