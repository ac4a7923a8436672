"""A receipt that was handed in on /verify, as the page shows it. It tells of the past, so it is never called valid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from app.language import Language, Moment, Said, said, told
from app.services.given_receipts import ForeignReceipt, GivenReceipt, OwnReceipt
from app.web import dates
from app.web.banner import LOOKS, Look
from app.web.claims import Claim
from app.web.text import line, name, safe_url

__all__ = ["ReceiptView", "receipt_view"]

_OWN: Final = Look(Said("A receipt, signed by this service"), "file", "quiet")
_FOREIGN: Final = Look(Said("A receipt of another service"), "question", "quiet")
_NONE: Final = Look(Said("Not a receipt of this service"), "cross", "bad")


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """`claims`: what it says, if this service signed it. `address`: where the badge is, if that is known."""

    look: Look
    sentence: str
    claims: tuple[Claim, ...] = ()
    address: str | None = None


def receipt_view(found: GivenReceipt, language: Language) -> ReceiptView:
    if isinstance(found, OwnReceipt):
        told_on = Moment(datetime.fromisoformat(found.receipt["checkedAt"]))
        sentence = said(
            "It tells what this service found on {moment}. The badge may have been revoked since, or have expired.",
            moment=told_on,
        )
        return ReceiptView(_OWN, sentence, tuple(_claims(found.receipt, language)), _address(found.receipt))
    if isinstance(found, ForeignReceipt):
        sentence = said(
            "It says that it is a receipt of {host}. Only that service can tell whether it signed it: check it there. "
            "Nothing of what it says was checked here, so nothing is repeated.",
            host=found.host,
        )
        return ReceiptView(_FOREIGN, sentence)
    return ReceiptView(_NONE, found.why)


def _claims(receipt: Mapping[str, Any], language: Language) -> Iterator[Claim]:
    yield Claim(Said("Result at that time"), _result(receipt["conclusion"], language))
    yield Claim(Said("Which meant"), line(receipt["summary"], 1000))
    for member, label in (("checkedAt", Said("Checked on")), ("judgedAt", Said("Judged as of"))):
        if moment := dates.parse(receipt.get(member)):
            yield Claim(label, dates.written_moment(moment, language))
    about = receipt.get("achievement") or receipt.get("credential", {})
    for label, thing in (
        (Said("Credential"), about),
        (Said("Awarded to"), receipt.get("recipient", {})),
        (Said("Issued by"), receipt.get("issuer", {})),
    ):
        if line(thing.get("name")):
            yield Claim(label, name(thing["name"]))
    if address := _address(receipt):
        yield Claim(Said("Address of the badge"), line(address, 2048))
    if digest := receipt["of"].get("sha256"):
        yield Claim(Said("SHA-256 of what was checked"), line(digest))


def _result(conclusion: str, language: Language) -> str:
    known = {one.value: look.word for one, look in LOOKS.items()}
    return told(known.get(conclusion, conclusion), language)


def _address(receipt: Mapping[str, Any]) -> str | None:
    """Where it was found, else what the credential calls itself; a mail or a name that leads nowhere is none."""
    for address in (receipt["of"].get("url"), receipt.get("credential", {}).get("id")):
        if (safe := safe_url(address)) and safe.startswith(("https://", "http://")):
            return safe
    return None
