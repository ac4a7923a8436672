"""What the check `context` can say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.verification.outcome import Conclusion
from app.verification.words.base import ASK_ISSUER_TO_MEND, FAILED, NOT_APPLICABLE, NOTHING_TO_RELY_ON, PASSED, Words

__all__ = ["WORDS"]

WORDS: Final[Mapping[str, Words]] = {
    "context.known": Words(
        PASSED,
        "Its vocabulary is known.",
        "Every word in it comes from a published standard that is kept here, unchanged.",
    ),
    "context.own": Words(
        PASSED,
        "Its vocabulary is known.",
        "Each word in it comes from a published standard that is kept here, unchanged, or is defined in the document "
        "itself.",
    ),
    "context.order": Words(
        FAILED,
        "It does not name the standards it follows.",
        "An Open Badge names the Verifiable Credentials 2.0 vocabulary first and the Open Badges 3.0 one second.",
        ASK_ISSUER_TO_MEND,
        "This is not a correct Open Badge: it does not name the standards it follows.",
        conclusion=Conclusion.MALFORMED,
    ),
    "context.ob2": Words(
        PASSED, "Its vocabulary is known.", "Every word in it comes from the published standard, Open Badges 2."
    ),
    "context.ob2-more": Words(
        PASSED,
        "Its vocabulary is known.",
        "It follows the published standard, Open Badges 2. It also names {count} other vocabulary(ies), for additions; "
        "their words were not interpreted, and nothing in this report depends on them.",
    ),
    "context.not-ob2": Words(
        FAILED,
        "It does not name the standard it follows.",
        "It is built like a badge of version 2, but does not name the vocabulary of Open Badges 2.",
        ASK_ISSUER_TO_MEND,
        "This is not a correct Open Badge: it does not name the standard it follows.",
        conclusion=Conclusion.MALFORMED,
    ),
    "context.unknown": Words(
        FAILED,
        "It uses a vocabulary that is not known.",
        "It draws words from “{url}”. Whoever controls that address could change what the badge means.",
        ASK_ISSUER_TO_MEND,
        "This badge cannot be relied on: it uses words from an unknown source.",
        conclusion=Conclusion.MALFORMED,
    ),
    "context.unsound": Words(
        FAILED,
        "Its own vocabulary makes no sense.",
        "The part at “{pointer}” means nothing, or something else than the standard says, by the words that it defines "
        "itself.",
        ASK_ISSUER_TO_MEND,
        "This badge cannot be relied on: it gives other meanings to the words of the standard.",
        conclusion=Conclusion.MALFORMED,
    ),
    "context.too-many": Words(
        FAILED,
        "It names too many vocabularies.",
        "More vocabularies are named than any honest badge needs.",
        ASK_ISSUER_TO_MEND,
        "This badge cannot be relied on: it names too many vocabularies.",
        conclusion=Conclusion.MALFORMED,
    ),
    "context.skipped": Words(NOT_APPLICABLE, "The vocabulary was not checked.", NOTHING_TO_RELY_ON),
}
