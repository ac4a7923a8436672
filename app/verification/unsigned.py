"""A credential that nobody has signed yet: the same rules as for those of strangers, before rather than after."""

from __future__ import annotations

from app.errors import FieldProblem
from app.verification.kinds import Kind, recognise
from app.verification.outcome import Outcome
from app.verification.reading import Presented
from app.verification.report import CheckResult
from app.verification.structure import check_context, structure_problems

__all__ = ["EVERY_CREDENTIAL", "problems_before_signing"]

EVERY_CREDENTIAL = frozenset(Kind) - {Kind.ASSERTION}


def problems_before_signing(presented: Presented) -> tuple[FieldProblem, ...]:
    """What a report would find in it as it stands, proof and status aside; empty when that is nothing."""
    recognised = recognise(presented, EVERY_CREDENTIAL)
    if isinstance(recognised, CheckResult):
        return (FieldProblem("/type", "This must name VerifiableCredential, and one kind of badge at the most."),)
    context = check_context(presented, recognised)
    if context.outcome is not Outcome.PASSED:
        return (FieldProblem("/@context", context.detail),)
    return structure_problems(presented.document, recognised)
