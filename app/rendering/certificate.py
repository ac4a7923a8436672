"""The certificate that people print: one A4 page, with the signed credential attached to the file."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import typst

from app.errors import MalformedDocumentError
from app.rendering.typesetting import typeset
from app.rendering.wording import said

_LANGUAGE: Final = re.compile(r"([A-Za-z]{2,3})(?:-[A-Za-z]{4})?(?:-([A-Za-z]{2}))?(?:-.*)?")


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the page says, as plain text that is ready to be read: dates written out, numbers with their units.

    `facts` are (label, value) pairs, at most six of them shown. The last four members are the page's own
    words, to be given in `language` (BCP 47). `awarded` also becomes the file's date: the same values are
    the same bytes.
    """

    recipient: str
    achievement: str
    issuer: str
    awarded: datetime
    address: str
    facts: tuple[tuple[str, str], ...] = ()
    summary: str | None = None
    language: str = "en"
    heading: str = "Certificate"
    certifies: str = "This is to certify that"
    earned: str = "has earned the micro-credential"
    check: str = "Signed and checkable at"


def certificate_pdf(certificate: Certificate, *, art_png: bytes | None, credential: bytes, file_name: str) -> bytes:
    """The page as PDF/A-3b with `credential` (JSON or compact JWS) attached under `file_name`.

    PDF/A wants every letter in an embedded font; where a name has one that ours lack, the file is a plain
    PDF with the same attachment, and the letter a visible box. Raises MalformedDocumentError for a
    credential that is not text.
    """
    seconds = int(certificate.awarded.timestamp())
    page = _page(certificate, art_png, _text(credential), file_name)
    try:
        return typeset("certificate.typ", page, seconds=seconds, archival=True)
    except typst.TypstError:
        return typeset("certificate.typ", page, seconds=seconds, archival=False)


def _page(certificate: Certificate, art_png: bytes | None, credential: str, file_name: str) -> dict[str, Any]:
    lang, region = _language(certificate.language)
    return {
        "lang": lang,
        "region": region,
        "date": list(certificate.awarded.timetuple()[:3]),
        "recipient": said(certificate.recipient, 160),
        "achievement": said(certificate.achievement, 200),
        "issuer": said(certificate.issuer, 160),
        "summary": said(certificate.summary or "", 420),
        "facts": [{"label": said(label, 40), "value": said(value, 80)} for label, value in certificate.facts[:6]],
        "address": said(certificate.address, 300)["text"],
        "heading": certificate.heading,
        "certifies": certificate.certifies,
        "earned": certificate.earned,
        "check": certificate.check,
        "art": None if art_png is None else _as_svg(art_png),
        "credential": credential,
        "fileName": file_name,
        "mediaType": "application/vc" if credential.lstrip().startswith("{") else "application/vc+jwt",
    }


def _language(tag: str) -> tuple[str, str | None]:
    match = _LANGUAGE.fullmatch(tag)
    if match is None:
        return "en", None
    return match[1].lower(), match[2].upper() if match[2] else None


def _text(credential: bytes) -> str:
    try:
        return credential.decode()
    except UnicodeDecodeError as error:
        raise MalformedDocumentError("The credential is not UTF-8.") from error


def _as_svg(png: bytes) -> str:
    """Bytes cannot travel in `sys.inputs`; inside an SVG they can."""
    data = base64.b64encode(png).decode()
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 600 600">'
        f'<image width="600" height="600" xlink:href="data:image/png;base64,{data}"/></svg>'
    )
