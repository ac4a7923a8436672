"""The page of a receipt: what it says, laid out, with the signed receipt attached to the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from app.rendering import ReceiptPage, receipt_pdf
from app.services.receipts import receipt_bytes, receipt_name
from app.verification import Outcome, Verdict
from app.verification.words import MONTHS

_TONES: Final[Mapping[str, str]] = {Verdict.VALID: "good", Verdict.INVALID: "bad", Verdict.UNDETERMINED: "quiet"}
_OUTCOMES: Final[Mapping[str, tuple[str, str]]] = {
    Outcome.PASSED: ("Passed", "good"),
    Outcome.FAILED: ("Failed", "bad"),
    Outcome.UNDETERMINED: ("Could not be checked", "quiet"),
    Outcome.NOT_APPLICABLE: ("Not assessed", "none"),
}
_TITLE: Final = "Verification receipt"
_CHECKED_BY: Final = "Checked by {name} at {url} on {moment}."
_HOW: Final = (
    "This page repeats a receipt that is attached to this file, {file}, and signed with the key {method}. It says what "
    "was found at that moment; what it was made from may have been revoked since."
)
_DATES: Final = (("awarded", "Awarded"), ("validFrom", "Valid from"), ("validUntil", "Valid until"))


def receipt_page(receipt: Mapping[str, Any]) -> bytes:
    """A PDF of a receipt of our own: `receipt` has passed `make_receipt` or `read_own_receipt`."""
    file_name = receipt_name(receipt, "json")
    verifier = receipt["verifier"]
    page = ReceiptPage(
        title=_TITLE,
        result=_capital(receipt["conclusion"]),
        tone=_TONES[receipt["verdict"]],
        sentence=receipt["summary"],
        facts=tuple(_facts(receipt)),
        checks=tuple((check["title"], *_OUTCOMES[check["outcome"]]) for check in receipt["checks"]),
        checked_by=_CHECKED_BY.format(name=verifier["name"], url=verifier["url"], moment=_moment(receipt["checkedAt"])),
        how=_HOW.format(file=file_name, method=receipt["proof"]["verificationMethod"]),
        language="en",
        direction="ltr",
    )
    return receipt_pdf(page, receipt=receipt_bytes(receipt), file_name=file_name)


def _facts(receipt: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for member, label in (("achievement", "Achievement"), ("recipient", "Recipient"), ("issuer", "Issuer")):
        told = receipt.get(member, {})
        if value := told.get("name") or told.get("id"):
            yield label, value
    dates = receipt.get("dates", {})
    yield from ((label, _day(dates[name])) for name, label in _DATES if name in dates)
    if "judgedAt" in receipt:
        yield "Judged as of", _moment(receipt["judgedAt"])
    of = receipt["of"]
    yield from (
        (label, of[name]) for name, label in (("url", "Found at"), ("sha256", "SHA-256 of the file")) if name in of
    )
    yield "Receipt", receipt["id"]


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _day(text: str) -> str:
    """4 May 2026, in UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def _moment(text: str) -> str:
    return f"{_day(text)} at {text[11:16]} UTC"
