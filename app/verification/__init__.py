"""Judging a badge without a network: a file, what was found elsewhere and a moment go in, a report comes out.

    presented = read(raw)                                    # JSON, token, PNG, SVG or PDF, recognised by content
    # The issuer's keys, the status list, ...: `fetch` takes a Need and answers with Found, or with Missing and why.
    evidence = gathered(presented, fetch)
    report = judge(presented, evidence, NOBODY, now=now)
    report.verdict, report.summary                           # derived from report.checks

"Could not check" is neither a pass nor a forgery: see `Outcome`. Words stand in `words.py`, and nowhere else.
"""

from __future__ import annotations

from app.verification.absent import unreachable
from app.verification.asking import MAX_NEEDS, MAX_NEEDS_OF_RECORD, MAX_ROUNDS, gathered, needs
from app.verification.data_integrity import MAX_PROOFS
from app.verification.embedded import holds_others
from app.verification.envelopes import ENVELOPED_CREDENTIAL, ENVELOPED_PRESENTATION, opened
from app.verification.evidence import Answer, Evidence, Found, Missing, Need, NeedKind, OwnList, OwnRecord
from app.verification.inspecting import inspect
from app.verification.judging import judge
from app.verification.kinds import BADGES, Kind, is_receipt
from app.verification.meaning import require_meaning, with_meaning
from app.verification.members import issuer_id
from app.verification.memo import Memo
from app.verification.occasion import Occasion, check_occasion
from app.verification.outcome import Actor, Conclusion, Outcome, Verdict
from app.verification.people import NOTHING_KNOWN, Known
from app.verification.policy import MAX_REGISTRY, NOBODY, Policy, read_registry
from app.verification.presentations import (
    MAX_NEEDS_OF_PRESENTATION,
    Presentation,
    judge_presentation,
    presentation_needs,
    read_presentation,
)
from app.verification.reading import Presented, ReadLimits, read
from app.verification.report import CHECKS, CheckResult, Report, require_own_output
from app.verification.unsigned import EVERY_CREDENTIAL, problems_before_signing

__all__ = [
    "BADGES",
    "CHECKS",
    "ENVELOPED_CREDENTIAL",
    "ENVELOPED_PRESENTATION",
    "EVERY_CREDENTIAL",
    "MAX_NEEDS",
    "MAX_NEEDS_OF_PRESENTATION",
    "MAX_NEEDS_OF_RECORD",
    "MAX_PROOFS",
    "MAX_REGISTRY",
    "MAX_ROUNDS",
    "NOBODY",
    "NOTHING_KNOWN",
    "Actor",
    "Answer",
    "CheckResult",
    "Conclusion",
    "Evidence",
    "Found",
    "Kind",
    "Known",
    "Memo",
    "Missing",
    "Need",
    "NeedKind",
    "Occasion",
    "Outcome",
    "OwnList",
    "OwnRecord",
    "Policy",
    "Presentation",
    "Presented",
    "ReadLimits",
    "Report",
    "Verdict",
    "check_occasion",
    "gathered",
    "holds_others",
    "inspect",
    "is_receipt",
    "issuer_id",
    "judge",
    "judge_presentation",
    "needs",
    "opened",
    "presentation_needs",
    "problems_before_signing",
    "read",
    "read_presentation",
    "read_registry",
    "require_meaning",
    "require_own_output",
    "unreachable",
    "with_meaning",
]
