"""What the check `printed` can say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.verification.outcome import Actor, Conclusion
from app.verification.words.base import FAILED, NOT_APPLICABLE, NOTHING_TO_RELY_ON, PASSED, UNDETERMINED, Remedy, Words

__all__ = ["WORDS"]

_COMPARE: Final = Remedy("Compare the page with what is listed here, and believe what is listed here.", Actor.ASKER)
_NOT_COMPARED: Final = (
    "The badge inside this file is genuine, but whether the page shows the same could not be told. Believe what is "
    "listed here."
)

WORDS: Final[Mapping[str, Words]] = {
    "printed.none": Words(
        NOT_APPLICABLE, "There is no printed page.", "Only a PDF has a page that could be compared with the badge."
    ),
    "printed.picture": Words(
        NOT_APPLICABLE,
        "The printed page was not compared.",
        "The page is a picture, without words that can be read here.",
        Remedy("Compare the page with what is listed here with your own eyes.", Actor.ASKER),
    ),
    "printed.boxes": Words(
        NOT_APPLICABLE,
        "The page was not compared in every part.",
        "The page has boxes in place of letters of the name or of the title.",
        Remedy("Believe the name and the title that are listed here.", Actor.ASKER),
    ),
    "printed.nameless": Words(
        NOT_APPLICABLE,
        "The name on the page was not compared.",
        "The badge says no name, so it cannot be told whether the page names the right person.",
        Remedy("Ask for the holder's e-mail address, and give it beside the file to have it compared.", Actor.ASKER),
    ),
    "printed.match": Words(
        PASSED,
        "The page prints what was signed.",
        "The holder's name, the title and a date were signed as they stand on the page. The rest of the page was not "
        "compared, and a page can be made to deceive: what is listed here is what was signed.",
    ),
    "printed.undated": Words(
        PASSED,
        "The page prints what was signed.",
        "What the badge says of the holder's name and the title stands on the page. A date to compare was not found "
        "there. The rest of the page was not compared, and a page can be made to deceive: what is listed here is what "
        "was signed.",
    ),
    "printed.differs": Words(
        FAILED,
        "The page shows something else than was signed.",
        "Not on the page as it was signed: {parts}.",
        Remedy(
            "Believe what is listed here, not the page. Ask the holder for the original file or link.", Actor.HOLDER
        ),
        "The badge inside this file is genuine, but the page shows something else. Believe what is listed here, not "
        "the page.",
        conclusion=Conclusion.PRINTED,
    ),
    "printed.unclear": Words(
        UNDETERMINED,
        "The page could not be compared in every part.",
        "Not found on the page as it was signed, which may be because the page writes it differently: {parts}.",
        _COMPARE,
        _NOT_COMPARED,
        conclusion=Conclusion.UNSUPPORTED,
    ),
    "printed.unreadable": Words(
        UNDETERMINED,
        "The page could not be compared.",
        "The words on the page cannot be read here, or take too much work to read.",
        _COMPARE,
        _NOT_COMPARED,
        conclusion=Conclusion.UNSUPPORTED,
    ),
    "printed.skipped": Words(NOT_APPLICABLE, "The printed page was not compared.", NOTHING_TO_RELY_ON),
}
