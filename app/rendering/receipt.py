"""The receipt of a verification as a page, with the signed receipt attached to the file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import typst

from app.errors import MalformedDocumentError
from app.rendering.typesetting import typeset
from app.rendering.wording import said

_MOST_FACTS: Final = 12
_MOST_CHECKS: Final = 20


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """What the page says, as plain text in `language` (BCP 47), which runs in `direction` (`ltr` or `rtl`).

    `facts` are (label, value) pairs; `checks` are (title, word for the outcome, tone). A tone is `good`, `bad`, `warn`,
    `quiet` or `none`: a colour beside the word, never instead of it.
    """

    title: str
    result: str
    tone: str
    sentence: str
    facts: tuple[tuple[str, str], ...]
    checks: tuple[tuple[str, str, str], ...]
    checked_by: str
    how: str
    language: str = "en"
    direction: str = "ltr"


def receipt_pdf(page: ReceiptPage, *, receipt: bytes, file_name: str) -> bytes:
    """The page as PDF/A-3b with `receipt` (JSON with a `checkedAt`, which is the file's date too) attached.

    A plain PDF where a name has a letter that our fonts lack, as for certificates. Raises MalformedDocumentError for a
    receipt that is not such JSON.
    """
    checked = _checked_at(receipt)
    values = _values(page, checked, receipt.decode(), file_name)
    seconds = int(checked.timestamp())
    try:
        return typeset("receipt.typ", values, seconds=seconds, archival=True)
    except typst.TypstError:
        return typeset("receipt.typ", values, seconds=seconds, archival=False)


def _checked_at(receipt: bytes) -> datetime:
    try:
        return datetime.fromisoformat(json.loads(receipt)["checkedAt"])
    except (ValueError, LookupError, TypeError) as error:
        raise MalformedDocumentError("The receipt does not say when it was made.") from error


def _values(page: ReceiptPage, checked: datetime, receipt: str, file_name: str) -> dict[str, Any]:
    return {
        "lang": page.language.partition("-")[0].lower(),
        "direction": page.direction,
        "date": list(checked.timetuple()[:3]),
        "title": page.title,
        "result": said(page.result, 80),
        "tone": page.tone,
        "sentence": said(page.sentence, 600),
        "facts": [{"label": said(label, 60), "value": said(value, 240)} for label, value in page.facts[:_MOST_FACTS]],
        "checks": [
            {"title": said(title, 120), "outcome": said(outcome, 60), "tone": tone}
            for title, outcome, tone in page.checks[:_MOST_CHECKS]
        ],
        "checkedBy": said(page.checked_by, 500),
        "how": said(page.how, 900),
        "receipt": receipt,
        "fileName": file_name,
    }
