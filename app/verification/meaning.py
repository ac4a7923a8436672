"""Do a document's own contexts make sense? Asked where the signature does not depend on them.

Suites that sign statements refuse a document in which a context redefines what the standard protects, or leaves a
word without a meaning. Those that sign the text (JCS, tokens) would pass it, though programs that read it by its
contexts and programs that read it by its names then read two different documents.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.errors import UnknownContextError, UnsafeDocumentError
from app.jsonld import Contexts, Limits, canonicalize
from app.verification.members import mapping, several, text
from app.verification.outcome import Verdict
from app.verification.reading import Presented
from app.verification.report import Report, say

__all__ = ["require_meaning", "with_meaning"]

# Statements have no direction of writing (JSON-LD 1.1 section 4.2.4.1), a signed text does.
_ONLY_IN_TEXT = "@direction"


def require_meaning(document: Mapping[str, Any], contexts: Contexts, limits: Limits) -> None:
    """Raises UnsafeDocumentError, UnknownContextError, TooComplexError and OverloadedError as `canonicalize` does."""
    unsecured = {name: _without_direction(member) for name, member in document.items() if name != "proof"}
    canonicalize(unsecured, contexts=contexts, limits=limits)


def _without_direction(value: Any) -> Any:
    """Not as deep as a document may be, since what was read is bounded in depth."""
    if isinstance(value, Mapping):
        return {name: _without_direction(member) for name, member in value.items() if name != _ONLY_IN_TEXT}
    return [_without_direction(item) for item in value] if isinstance(value, list) else value


def with_meaning(report: Report, presented: Presented) -> Report:
    """The same report, unless it is good and the document's own contexts make no sense.

    Raises TooComplexError and OverloadedError.
    """
    if report.verdict is not Verdict.VALID or not (_is_signed_as_text(presented) and _has_own_contexts(presented)):
        return report
    try:
        require_meaning(presented.document, presented.contexts, presented.work)
    except (UnsafeDocumentError, UnknownContextError) as error:
        return report.with_check(say("context.unsound", pointer=error.pointer or "/"))
    return report


def _is_signed_as_text(presented: Presented) -> bool:
    suites = (text(mapping(proof).get("cryptosuite")) for proof in several(presented.document.get("proof")))
    return presented.token is not None or any("-jcs-" in suite for suite in suites if suite)


def _has_own_contexts(presented: Presented) -> bool:
    """Whether a context is written out in it, or stands below the top. A proof over text repeats those at the top."""
    if any(isinstance(entry, Mapping) for entry in several(presented.document.get("@context"))):
        return True
    members = (member for name, member in presented.document.items() if name not in {"@context", "proof"})
    return presented.has_inner_contexts and any(map(_holds_context, members))


def _holds_context(value: Any) -> bool:
    if isinstance(value, Mapping):
        return "@context" in value or any(map(_holds_context, value.values()))
    return isinstance(value, list) and any(map(_holds_context, value))
