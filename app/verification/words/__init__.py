"""Every sentence that a report can say: the one catalogue, one file a check, ready for translation.

A code ("dates.expired") has one outcome, so that the words and the outcome cannot part ways. Templates hold named
values in braces; `report.say` fills them in, bounded and without control characters. No HTML.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.verification.words import (
    contents,
    context,
    creator,
    dates,
    endorsements,
    format,  # noqa: A004
    issuer,
    presentation,
    printed,
    proof,
    recipient,
    refresh,
    schema,
    status,
    trust,
)
from app.verification.words.base import Remedy, Words
from app.verification.words.phrases import (
    FORMS,
    KINDS,
    LIST_DOUBTS,
    PRINTED_PARTS,
    REVOCATION_REASONS,
    STANDARDS,
    SUMMARIES,
)

__all__ = [
    "CATALOGUE",
    "FORMS",
    "KINDS",
    "LIST_DOUBTS",
    "PRINTED_PARTS",
    "REVOCATION_REASONS",
    "STANDARDS",
    "SUMMARIES",
    "Remedy",
    "Words",
]

_CHECKS: Final = (
    format, context, schema, proof, issuer, dates, status, refresh, endorsements, contents, printed, recipient, creator,
    trust, presentation,
)  # fmt: skip

CATALOGUE: Final[Mapping[str, Words]] = {code: words for check in _CHECKS for code, words in check.WORDS.items()}
