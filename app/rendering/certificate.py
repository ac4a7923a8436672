"""The certificate that people print and frame: one landscape page, with the signed credential attached to the file."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal

from app.errors import MalformedDocumentError
from app.rendering.colour import readable
from app.rendering.pictures import as_svg
from app.rendering.qr import qr_svg
from app.rendering.typesetting import typeset
from app.rendering.wording import direction_of_language, language_and_region, said, shown_address, without_scheme

Paper = Literal["a4", "letter"]

_PAPERS: Final[dict[Paper, tuple[float, float]]] = {"a4": (297, 210), "letter": (279.4, 215.9)}  # mm, landscape
_ACCENT: Final = "#24408e"
_ON_TINT: Final = 5.0  # on white; then 4.5 on the tint of the column beside


@dataclass(frozen=True, slots=True)
class CertificateWords:
    """The page's own words, in one language. Names in braces are filled in: recipient, achievement, issuer, address."""

    title: str = "{achievement} – {recipient}"
    heading: str = "Certificate"
    certifies: str = "This is to certify that"
    earned: str = "has earned the micro-credential"
    check: str = "Scan, or visit this page, to see whether it is still valid:"
    picture: str = "Badge: {achievement}"
    logo: str = "Logo of {issuer}"
    code: str = "QR code that leads to {address}"
    attached: str = "The signed credential"
    test: str = "Test. This is not a real credential."


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the page says, as plain text that is ready to be read: dates written out, numbers with their units.

    `facts` are (label, value) pairs, at most six of them shown. `language` (BCP 47) is that of the words and facts, and
    turns the page round if it is written from right to left; `content_language` is that of achievement and summary,
    where it differs. `accent` is the issuer's colour as `#rrggbb`, darkened until it can be read. `awarded` also
    becomes the file's date: the same values are the same bytes.
    """

    recipient: str
    achievement: str
    issuer: str
    awarded: datetime
    address: str
    facts: tuple[tuple[str, str], ...] = ()
    summary: str | None = None
    language: str = "en"
    content_language: str | None = None
    words: CertificateWords = field(default_factory=CertificateWords)
    accent: str | None = None
    paper: Paper = "a4"
    test: bool = False


def certificate_pdf(
    certificate: Certificate,
    *,
    art: bytes | None,
    credential: bytes,
    file_name: str,
    logo: bytes | None = None,
) -> bytes:
    """The page as PDF/A-3a and PDF/UA-1 with `credential` (JSON or compact JWS) attached under `file_name`.

    `art` and `logo` are PNG or SVG of ours, or have passed `check_image`; an SVG stays sharp in print. Both standards
    want every letter in an embedded font; where a name has one that ours lack, the file is a plain tagged PDF with the
    same attachment, and the letter a visible box. Raises MalformedDocumentError for a credential that is not text,
    TooLargeError for an address that no QR code holds, ValueError for an accent that is no colour.
    """
    page = _page(certificate, art, _text(credential), file_name, logo)
    return typeset("certificate.typ", page, seconds=int(certificate.awarded.timestamp()))


def _page(
    certificate: Certificate, art: bytes | None, credential: str, file_name: str, logo: bytes | None
) -> dict[str, Any]:
    lang, region = language_and_region(certificate.language)
    content_lang, content_region = language_and_region(certificate.content_language or "", otherwise=None)
    names = {name: said(getattr(certificate, name), limit) for name, limit in _NAMES.items()}
    filled = {name: value["text"] for name, value in names.items()} | {"address": without_scheme(certificate.address)}
    return names | {
        "lang": lang,
        "region": region,
        "direction": direction_of_language(lang),
        "contentLang": content_lang,
        "contentRegion": content_region,
        "date": list(certificate.awarded.astimezone(UTC).timetuple()[:6]),
        "summary": said(certificate.summary or "", 420),
        "facts": [{"label": said(label, 40), "value": said(value, 80)} for label, value in certificate.facts[:6]],
        "address": certificate.address,
        "shown": shown_address(certificate.address),
        "code": qr_svg(certificate.address).decode(),
        "words": {name: words.format_map(filled) for name, words in asdict(certificate.words).items()},
        "title": certificate.words.title.format_map(filled),
        "accent": readable(certificate.accent or _ACCENT, ratio=_ON_TINT),
        "paper": _PAPERS[certificate.paper],
        "test": certificate.test,
        "art": art and as_svg(art),
        "logo": logo and as_svg(logo),
        "credential": credential,
        "fileName": file_name,
        "mediaType": "application/vc" if credential.lstrip().startswith("{") else "application/vc+jwt",
    }


_NAMES: Final = {"recipient": 160, "achievement": 200, "issuer": 160}  # and how much of each is shown


def _text(credential: bytes) -> str:
    try:
        return credential.decode()
    except UnicodeDecodeError as error:
        raise MalformedDocumentError("The credential is not UTF-8.") from error
