"""Steps 1-3: what kind of document it is, whose words it uses, whether it is built as OB 3.0 asks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from app.errors import DocumentError, TooComplexError, UnknownContextError
from app.jsonld import check_contexts
from app.openbadges import VC_CONTEXT, check_award, check_credential
from app.verification.members import mapping, texts
from app.verification.reading import Presented
from app.verification.report import CheckResult, say
from app.verification.words import FORMS, KINDS

_VC_1_CONTEXT: Final = "https://www.w3.org/2018/credentials/v1"
_OB_3_CONTEXT: Final = re.compile(r"https://purl\.imsglobal\.org/spec/ob/v3p0/context(-3\.\d\.\d)*\.json")
_BADGE_TYPES: Final = frozenset({"OpenBadgeCredential", "AchievementCredential"})

# What is recognised but not judged yet, by first context and by type; the values are keys of words.KINDS.
UNSUPPORTED_CONTEXTS: Final[Mapping[str, str]] = {
    _VC_1_CONTEXT: "vc-1.1",
    "https://w3id.org/openbadges/v1": "ob-2",
    "https://w3id.org/openbadges/v2": "ob-2",
    "https://openbadgespec.org/v2/context.json": "ob-2",
    "https://purl.imsglobal.org/spec/ob/v2p1/context/ob_v2p1.jsonld": "ob-2",
}
UNSUPPORTED_TYPES: Final[Mapping[str, str]] = {
    "ClrCredential": "clr",
    "EndorsementCredential": "endorsement",
    "EnvelopedVerifiableCredential": "enveloped",
}


def check_format(presented: Presented) -> CheckResult:
    """Whether it is one Open Badges 3.0 credential on VC 2.0, something else that is known, or no badge at all."""
    form = FORMS[presented.format]
    if presented.fault is not None:
        return say("format.token", form=form)
    if presented.token is not None and "vc" in presented.document:
        return _wrapped(presented.document["vc"], form)
    first = next(iter(texts(presented.document.get("@context"))), "")
    if first == _VC_1_CONTEXT and presented.token is not None:  # its place is the claim "vc"
        return say("format.versions-mixed")
    if first in UNSUPPORTED_CONTEXTS:
        return say("format.unsupported", form=form, kind=KINDS[UNSUPPORTED_CONTEXTS[first]])
    return _by_type(texts(presented.document.get("type")), form)


def _wrapped(credential: object, form: str) -> CheckResult:
    """A token with a claim `vc`: version 1.1 of the data model, or a mixture (OB 3.0 section 8.2.4.1)."""
    first = next(iter(texts(mapping(credential).get("@context"))), "")
    if first == _VC_1_CONTEXT:
        return say("format.unsupported", form=form, kind=KINDS["vc-1.1"])
    return say("format.versions-mixed")


def _by_type(types: list[str], form: str) -> CheckResult:
    if "VerifiablePresentation" not in types:
        if "VerifiableCredential" in types and not _BADGE_TYPES.isdisjoint(types):
            return say("format.read", form=form)
        for name in UNSUPPORTED_TYPES.keys() & set(types):
            return say("format.unsupported", form=form, kind=KINDS[UNSUPPORTED_TYPES[name]])
    return say("format.not-a-badge", form=form, type=", ".join(types[:4]) or "nothing")


def check_context(presented: Presented) -> CheckResult:
    """Whether every context is pinned, VC 2.0 first and OB 3.0 second (OB 3.0 B.1.1)."""
    trouble = vocabulary_trouble(presented)
    if trouble is not None:
        return trouble
    return say("context.known" if _in_order(tuple(texts(presented.document.get("@context")))) else "context.order")


def vocabulary_trouble(presented: Presented) -> CheckResult | None:
    """The failed check that names a context which is not pinned; None when all are."""
    contexts = presented.document.get("@context")
    try:
        # Contexts further down are rare, and looking for them with their addresses costs as much as a signature.
        if presented.has_inner_contexts:
            check_contexts(presented.document)
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
def _in_order(pinned: tuple[str, ...]) -> bool:
    return pinned[:1] == (VC_CONTEXT,) and any(map(_OB_3_CONTEXT.fullmatch, pinned[1:2]))


def check_schema(document: Mapping[str, Any], context: CheckResult, *, familiar: bool = False) -> CheckResult:
    """Whether the official schema and the rules beside it hold. What `context` already said is not said twice.

    `familiar`: others with the same issuer and achievement come, so that these need not be read each time. Not for
    documents of which nobody knows who wrote them, since they would take the room of others.
    """
    problems = check_award(document) if familiar else check_credential(document)
    if context.code != "context.known":
        problems = tuple(problem for problem in problems if not problem.pointer.startswith("/@context"))
    if not problems:
        return say("schema.fits")
    first = tuple(f"{problem.pointer}: {problem.detail}" for problem in problems[:3])
    return say("schema.problems", count=str(len(problems)), problems=first)
