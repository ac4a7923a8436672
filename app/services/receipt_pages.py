"""The page of a receipt: what it says, laid out, with the signed receipt attached to the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from app.language import written_day, written_moment
from app.rendering import ReceiptCheck, ReceiptPage, Tone, receipt_pdf
from app.services.receipts import receipt_bytes, receipt_name
from app.verification import Outcome, Verdict
from app.verification.words import FORMS

_TONES: Final[Mapping[str, Tone]] = {Verdict.VALID: "good", Verdict.INVALID: "bad", Verdict.UNDETERMINED: "neutral"}
_OUTCOMES: Final[Mapping[str, tuple[str, Tone]]] = {
    Outcome.PASSED: ("Passed", "good"),
    Outcome.FAILED: ("Failed", "bad"),
    Outcome.UNDETERMINED: ("Could not be checked", "caution"),
    Outcome.NOT_APPLICABLE: ("Not assessed", "neutral"),
}
_DATES: Final = (("awarded", "Awarded"), ("validFrom", "Valid from"), ("validUntil", "Valid until"))


def receipt_page(receipt: Mapping[str, Any]) -> bytes:
    """A PDF of a receipt of our own: `receipt` has passed `make_receipt` or `read_own_receipt`."""
    file_name = receipt_name(receipt, "json")
    verifier = receipt["verifier"]
    checked_at = datetime.fromisoformat(receipt["checkedAt"])
    page = ReceiptPage(
        result=_capital(receipt["conclusion"]),
        tone=_TONES[receipt["verdict"]],
        sentence=receipt["summary"],
        checked_at=checked_at,
        when=written_moment(checked_at),
        format=_capital(FORMS.get(receipt["of"]["format"], receipt["of"]["format"])),
        sha256=receipt["of"].get("sha256", ""),
        service=verifier["name"],
        address=f"{verifier['url']}/.well-known/did.json",
        more=tuple(_more(receipt)),
        claims=tuple(_claims(receipt)),
        checks=tuple(ReceiptCheck(check["title"], *_OUTCOMES[check["outcome"]]) for check in receipt["checks"]),
    )
    return receipt_pdf(page, receipt=receipt_bytes(receipt), file_name=file_name)


def _claims(receipt: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for member, label in (("achievement", "Achievement"), ("recipient", "Recipient"), ("issuer", "Issuer")):
        told = receipt.get(member, {})
        if value := told.get("name") or told.get("id"):
            yield label, value
    dates = receipt.get("dates", {})
    yield from ((label, _day(dates[name])) for name, label in _DATES if name in dates)


def _more(receipt: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "judgedAt" in receipt:
        yield "Judged as of", written_moment(datetime.fromisoformat(receipt["judgedAt"]))
    if "url" in receipt["of"]:
        yield "Found at", receipt["of"]["url"]
    yield "Receipt", receipt["id"]


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _day(text: str) -> str:
    """As people write it, in UTC; what a stranger wrote that is no moment stays as it is."""
    try:
        moment = datetime.fromisoformat(text)
        return written_day(moment) if moment.tzinfo else text
    except (ValueError, OverflowError):  # no date; or one before the year 1 or after 9999 in UTC
        return text
