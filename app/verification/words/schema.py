"""What the check `schema` can say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.verification.outcome import Conclusion
from app.verification.words.base import ASK_ISSUER_TO_MEND, FAILED, NOT_APPLICABLE, NOTHING_TO_RELY_ON, PASSED, Words

__all__ = ["WORDS"]

WORDS: Final[Mapping[str, Words]] = {
    "schema.fits": Words(
        PASSED,
        "It is built as the standard asks.",
        "All that {standard} requires is there and well-formed.",
    ),
    "schema.further": Words(
        PASSED,
        "It is built as the standard asks.",
        "All that {standard} requires is there and well-formed. The issuer names a further schema, “{url}”, which was "
        "not looked at.",
    ),
    "schema.problems": Words(
        FAILED,
        "It is not built as the standard asks.",
        "Found {count} departure(s) from {standard}: {problems}",
        ASK_ISSUER_TO_MEND,
        "This badge is not built as the Open Badges standard asks.",
        conclusion=Conclusion.MALFORMED,
    ),
    "schema.skipped": Words(NOT_APPLICABLE, "Its structure was not checked.", NOTHING_TO_RELY_ON),
}
