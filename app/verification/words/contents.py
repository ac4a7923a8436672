"""What the check `contents` can say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.verification.outcome import Actor, Conclusion
from app.verification.words.base import (
    FAILED,
    NOT_APPLICABLE,
    NOTHING_TO_RELY_ON,
    PASSED,
    UNDETERMINED,
    Remedy,
    Words,
)

__all__ = ["WORDS"]

WORDS: Final[Mapping[str, Words]] = {
    "contents.none": Words(
        NOT_APPLICABLE, "It is one badge and no collection.", "Only learner records hold other badges."
    ),
    "contents.empty": Words(NOT_APPLICABLE, "The record holds no badge.", "There is nothing in it to be checked."),
    "contents.hold": Words(
        PASSED, "All that it holds is valid.", "It holds {count} badge(s); each was checked for itself."
    ),
    "contents.invalid": Words(
        FAILED,
        "Something in it does not hold.",
        "Of the {count} badge(s) in this record, {bad} did not pass; see the report on each.",
        Remedy("Look at the badges one by one, and ask the holder about those that did not pass.", Actor.HOLDER),
        "This record is genuine, but not every badge in it is valid.",
        conclusion=Conclusion.CONTENTS,
    ),
    "contents.beyond": Words(
        UNDETERMINED,
        "Not everything in it was looked at.",
        "Of the {count} badge(s) in this record, {read} were looked at: no record is followed further, or deeper.",
        Remedy("Ask the holder for the other badges one by one, and check each for itself.", Actor.HOLDER),
        "This record is genuine, but it holds more badges than could be checked.",
        conclusion=Conclusion.UNSUPPORTED,
    ),
    "contents.unchecked": Words(
        UNDETERMINED,
        "Not everything in it could be checked.",
        "Of the {count} badge(s) in this record, {open} could not be checked; see the report on each.",
        Remedy("Look at the badges one by one, and check those again later.", Actor.ASKER),
        "This record is genuine, but not every badge in it could be checked.",
        conclusion=Conclusion.UNAVAILABLE,
    ),
    "contents.skipped": Words(NOT_APPLICABLE, "What it holds was not checked.", NOTHING_TO_RELY_ON),
}
