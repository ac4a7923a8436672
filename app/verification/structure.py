"""Steps 2 and 3: whose words does it use, and is it built as its standard asks?"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from app.errors import DocumentError, FieldProblem, TooComplexError, UnknownContextError
from app.jsonld import check_contexts
from app.openbadges import (
    CLR_CONTEXT_PATTERN,
    OB_CONTEXT_PATTERN,
    VC_CONTEXT,
    check_award,
    check_credential,
    check_endorsement,
    check_old_credential,
    check_old_endorsement,
    check_old_record,
    check_old_vc,
    check_old_vp,
    check_record,
    check_vc,
    check_vp,
)
from app.verification.kinds import Kind, Recognised
from app.verification.members import VC_1_CONTEXT, mapping, several, text, texts
from app.verification.outcome import Outcome
from app.verification.reading import Presented
from app.verification.report import CheckResult, say
from app.verification.words import STANDARDS

_OB_3_CONTEXT: Final = re.compile(OB_CONTEXT_PATTERN)
_CLR_2_CONTEXT: Final = re.compile(CLR_CONTEXT_PATTERN)
# 1EdTech's schemas for what is judged here, under the names of all their editions: our models refuse what they do.
_OFFICIAL_SCHEMA: Final = re.compile(
    r"https://purl\.imsglobal\.org/spec/(ob/v3p0|clr/v2p0)/schema/(json(-ld)?/)?[\w-]+\.json"
)


@dataclass(frozen=True, slots=True)
class _Build:
    """How documents of one kind are built: the contexts behind the first, in order, and what else they need."""

    contexts: tuple[re.Pattern[str], ...]
    problems: Callable[[Mapping[str, Any]], tuple[FieldProblem, ...]]


_BUILDS: Final[Mapping[Kind, _Build]] = {
    Kind.BADGE: _Build((_OB_3_CONTEXT,), check_credential),
    Kind.RECORD: _Build((_CLR_2_CONTEXT, _OB_3_CONTEXT), check_record),
    Kind.ENDORSEMENT: _Build((_OB_3_CONTEXT,), check_endorsement),
    Kind.CREDENTIAL: _Build((), check_vc),
}
_OLD_BUILDS: Final[Mapping[Kind, _Build]] = {
    Kind.BADGE: _Build((_OB_3_CONTEXT,), check_old_credential),
    Kind.RECORD: _Build((_CLR_2_CONTEXT, _OB_3_CONTEXT), check_old_record),
    Kind.ENDORSEMENT: _Build((_OB_3_CONTEXT,), check_old_endorsement),
    Kind.CREDENTIAL: _Build((), check_old_vc),
}


def check_context(presented: Presented, recognised: Recognised) -> CheckResult:
    """Whether every context is pinned and the standard's own come first, in order (OB 3.0 B.1.1)."""
    vocabulary = check_vocabulary(presented)
    if vocabulary.outcome is not Outcome.PASSED:
        return vocabulary
    contexts = several(presented.document.get("@context"))
    named = tuple(texts(contexts)) if isinstance(next(iter(contexts), None), str) else ()
    return vocabulary if _in_order(named, recognised.kind, old=recognised.old) else say("context.order")


def check_vocabulary(presented: Presented) -> CheckResult:
    """Whether every context is pinned, or written out in a document that may hold contexts of its own."""
    trouble = vocabulary_trouble(presented)
    if trouble is not None:
        return trouble
    own = presented.contexts.inline and _holds_definitions(presented.document)
    return say("context.own" if own else "context.known")


def _holds_definitions(value: Any) -> bool:
    """Whether a context is written out in it. It is no deeper than what was read, which is bounded."""
    if isinstance(value, list):
        return any(map(_holds_definitions, value))
    if not isinstance(value, Mapping):
        return False
    contexts = several(value.get("@context"))
    return any(isinstance(context, Mapping) for context in contexts) or any(map(_holds_definitions, value.values()))


def vocabulary_trouble(presented: Presented) -> CheckResult | None:
    """The failed check that names a context which is not pinned; None when all are."""
    contexts = presented.document.get("@context")
    try:
        # Contexts further down are rare, and looking for them with their addresses costs as much as a signature.
        if presented.has_inner_contexts or presented.contexts.inline:
            check_contexts(presented.document, contexts=presented.contexts)
        elif isinstance(contexts, list) and all(isinstance(url, str) for url in contexts):
            _require_pinned(tuple(contexts))
        else:
            check_contexts({"@context": contexts} if "@context" in presented.document else {})
    except UnknownContextError as error:
        return say("context.unknown", url=error.url)
    except TooComplexError:
        return say("context.too-many")
    except DocumentError:
        return say("context.order")
    return None


@lru_cache(maxsize=256)
def _require_pinned(contexts: tuple[str, ...]) -> None:
    """Raises DocumentError; what raises is not remembered, so nothing is but short lists of pinned addresses."""
    check_contexts({"@context": list(contexts)})


@lru_cache(maxsize=256)
def _in_order(pinned: tuple[str, ...], kind: Kind, *, old: bool) -> bool:
    build = (_OLD_BUILDS if old else _BUILDS)[kind]
    first = VC_1_CONTEXT if old else VC_CONTEXT
    # Version 1.1 says nothing of the second place, so security contexts may stand there.
    behind = tuple(url for url in pinned[1:] if _is_of_standard(url)) if old else pinned[1:]
    wanted = build.contexts
    in_place = len(behind) >= len(wanted) and all(map(re.Pattern[str].fullmatch, wanted, behind))
    return pinned[:1] == (first,) and in_place


def _is_of_standard(url: str) -> bool:
    return any(pattern.fullmatch(url) for pattern in (_OB_3_CONTEXT, _CLR_2_CONTEXT))


def check_schema(
    document: Mapping[str, Any], recognised: Recognised, context: CheckResult, *, familiar: bool = False
) -> CheckResult:
    """Whether the official schema and the rules beside it hold. What `context` already said is not said twice.

    A schema of the issuer's own is not fetched: it could change after the badge was signed, and following a stranger's
    schema can take any amount of work.

    `familiar`: others with the same issuer and achievement come, so that these need not be read each time. Not for
    documents of which nobody knows who wrote them, since they would take the room of others.
    """
    build = (_OLD_BUILDS if recognised.old else _BUILDS)[recognised.kind]
    problems = check_award(document) if familiar and build.problems is check_credential else build.problems(document)
    if context.outcome is not Outcome.PASSED:
        problems = tuple(problem for problem in problems if not problem.pointer.startswith("/@context"))
    standard = STANDARDS[recognised.kind]
    if problems:
        return _said(problems, standard)
    further = _further_schema(document)
    return (
        say("schema.fits", standard=standard)
        if further is None
        else say("schema.further", standard=standard, url=further)
    )


def _further_schema(document: Mapping[str, Any]) -> str | None:
    """The first schema that the document names beside those of the standard."""
    named = (text(mapping(schema).get("id")) for schema in several(document.get("credentialSchema")))
    return next((url for url in named if url is not None and not _OFFICIAL_SCHEMA.fullmatch(url)), None)


def structure_problems(document: Mapping[str, Any], recognised: Recognised) -> tuple[FieldProblem, ...]:
    """Each wrong member, for whoever can mend them."""
    return (_OLD_BUILDS if recognised.old else _BUILDS)[recognised.kind].problems(document)


def check_presentation(document: Mapping[str, Any]) -> CheckResult:
    """Whether a presentation is built as its data model asks, and the credentials in it."""
    old = texts(document.get("@context"))[:1] == [VC_1_CONTEXT]
    problems = (check_old_vp if old else check_vp)(document)
    return _said(problems, STANDARDS[Kind.CREDENTIAL])


def _said(problems: tuple[FieldProblem, ...], standard: str) -> CheckResult:
    if not problems:
        return say("schema.fits", standard=standard)
    first = tuple(f"{problem.pointer}: {problem.detail}" for problem in problems[:3])
    return say("schema.problems", standard=standard, count=str(len(problems)), problems=first)
