"""The verification receipt on paper: what was checked, when and with what result; the signed receipt is attached."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from app.errors import MalformedDocumentError
from app.rendering.preview import TONES, Tone
from app.rendering.qr import qr_svg
from app.rendering.typesetting import typeset
from app.rendering.wording import (
    direction_of_language,
    language_and_region,
    plain_line,
    said,
    shown_address,
    without_scheme,
)

_PAPERS: Final = {"a4": (210, 297), "letter": (215.9, 279.4)}  # mm, upright
_MAX_CHECKS: Final = 16
_MAX_CLAIMS: Final = 10
_MAX_MORE: Final = 3


@dataclass(frozen=True, slots=True)
class ReceiptWords:
    """The page's own words, in one language. Names in braces are filled in: service, result, address."""

    title: str = "Verification receipt: {result}"
    heading: str = "Verification receipt"
    checked: str = "What was checked"
    format: str = "Format"
    sha256: str = "SHA-256 of the file"
    when: str = "Checked on"
    service: str = "Checked by"
    claims: str = "What the credential says"
    checks: str = "Checks"
    check: str = "Check"
    outcome: str = "Result"
    verify: str = "How to verify this receipt"
    how: str = (
        "The signed receipt is attached to this file; its proof is of the kind eddsa-jcs-2022. Any library for Data "
        "Integrity can check it with the key of {service}, which is published at {address}. It says what was true "
        "then; a credential may have been revoked since."
    )
    code: str = "QR code that leads to {address}"
    attached: str = "The signed verification receipt"


@dataclass(frozen=True, slots=True)
class ReceiptCheck:
    """One check: what was looked at, the outcome in a word, and how to show it."""

    title: str
    outcome: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """What the page says, as plain text that is ready to be read, in `language` (BCP 47) as far as it is the service's.

    `result` is a word and `sentence` says what follows from it; `when` is `checked_at` written out with its time zone;
    `sha256` is in hexadecimal. Of `claims`, which are (label, value) pairs in any script, ten are shown; of `checks`
    sixteen. `service` is who checked, by name or host; `address` is where its keys are published. `more` are (label,
    value) pairs on what was checked, or on the receipt itself.
    """

    result: str
    tone: Tone
    sentence: str
    checked_at: datetime
    when: str
    format: str
    sha256: str
    service: str
    address: str
    more: tuple[tuple[str, str], ...] = ()
    claims: tuple[tuple[str, str], ...] = ()
    checks: tuple[ReceiptCheck, ...] = ()
    language: str = "en"
    words: ReceiptWords = field(default_factory=ReceiptWords)
    paper: str = "a4"


def receipt_pdf(page: ReceiptPage, *, receipt: bytes, file_name: str, media_type: str = "application/json") -> bytes:
    """One upright page as PDF/A-3a and PDF/UA-1 with the signed `receipt` (text) attached under `file_name`.

    The same values give the same bytes. As with certificates, a letter that no font has costs the standards. Raises
    MalformedDocumentError for a receipt that is not UTF-8, TooLargeError for an address that no QR code holds.
    """
    try:
        attached = receipt.decode()
    except UnicodeDecodeError as error:
        raise MalformedDocumentError("The receipt is not UTF-8.") from error
    data = _page(page) | {"receipt": attached, "fileName": file_name, "mediaType": media_type}
    return typeset("receipt.typ", data, seconds=int(page.checked_at.timestamp()))


def _page(page: ReceiptPage) -> dict[str, Any]:
    lang, region = language_and_region(page.language)
    service, result = said(page.service, 120), said(page.result, 60)
    filled = {
        "service": service["text"],
        "result": result["text"],
        "address": plain_line(without_scheme(page.address), 200),
    }
    words = {name: text.format_map(filled) for name, text in asdict(page.words).items()}
    return {
        "lang": lang,
        "region": region,
        "direction": direction_of_language(lang),
        "paper": _PAPERS[page.paper],
        "date": list(page.checked_at.astimezone(UTC).timetuple()[:6]),
        "result": result,
        "sentence": said(page.sentence, 300),
        "tone": TONES[page.tone],
        "service": service,
        "about": [
            {"label": said(label, 60), "value": said(value, 120)}
            for label, value in (
                (words["when"], page.when),
                (words["service"], page.service),
                (words["format"], page.format),
                *page.more[:_MAX_MORE],
            )
        ],
        "sha256": [page.sha256[:32], page.sha256[32:64]],
        "claims": [{"label": said(label, 60), "value": said(value, 120)} for label, value in page.claims[:_MAX_CLAIMS]],
        "checks": [
            {"title": said(check.title, 120), "outcome": said(check.outcome, 40), "tone": TONES[check.tone]}
            for check in page.checks[:_MAX_CHECKS]
        ],
        "address": page.address,
        "shown": shown_address(page.address),
        "code": qr_svg(page.address).decode(),
        "words": words,
    }
