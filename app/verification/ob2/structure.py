"""Whose words does it use, and is it built as its standard asks? The assertion, its badge class and its issuer."""

from __future__ import annotations

from typing import Final

from app.errors import FieldProblem
from app.openbadges import ob2
from app.verification.members import several, texts
from app.verification.ob2.following import Trail
from app.verification.ob2.standing import withdrawal
from app.verification.report import CheckResult, say
from app.verification.words import STANDARDS

__all__ = ["check_context", "check_schema"]

_STANDARD: Final = STANDARDS["ob-2"]


def check_context(trail: Trail) -> CheckResult:
    """Whether it names the vocabulary of Open Badges 2.

    What hosting and signing cover here is the text, and the text is read by the names in it: other vocabularies may
    stand beside it, for extensions, and decide nothing.
    """
    contexts = several(trail.assertion.document.get("@context"))
    known = [name for name in texts(contexts) if name in ob2.OB_2_CONTEXTS or name == ob2.OB_1_CONTEXT]
    if not known:
        return say("context.not-ob2")
    others = len(contexts) - len(known)
    return say("context.ob2-more", count=str(others)) if others else say("context.ob2")


def check_schema(trail: Trail) -> CheckResult:
    """Of each document that was found. Where it is hosted, one that was withdrawn need say nothing but that."""
    problems = [] if withdrawal(trail) else _problems(trail)
    if not problems:
        return say("schema.fits", standard=_STANDARD)
    first = tuple(f"{problem.pointer}: {problem.detail}" for problem in problems[:3])
    return say("schema.problems", standard=_STANDARD, count=str(len(problems)), problems=first)


def _problems(trail: Trail) -> list[FieldProblem]:
    found = [*ob2.check_assertion(trail.assertion.document, old=trail.is_old)]
    for linked, place, check in (
        (trail.badge, "/badge", ob2.check_badge_class),
        (trail.issuer, "/badge/issuer", ob2.check_issuer),
    ):
        if linked is not None and linked.absence is None:
            wrong = check(linked.document, old=trail.is_old)
            found += [FieldProblem(place + problem.pointer, problem.detail) for problem in wrong]
    return found
