"""The printable certificate: what was signed, laid out, with the signed file attached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from app.language import ENGLISH, Language, Said, find_language, told, written_day
from app.openbadges import TEST_MARK, transparency_card
from app.rendering import Certificate, CertificateWords, Paper, certificate_pdf
from app.services.badges import issuer_logo, printed_image
from app.services.credentials import StoredCredential
from app.services.site import Site
from app.storage import Session

_NAMELESS: Final = Said("The holder of this credential")  # where the issuer signs no names
_AWARDED, _VALID_UNTIL = Said("Awarded"), Said("Valid until")
_PAPERS: Final[Mapping[str, Paper]] = {"A4": "a4", "Letter": "letter"}
_ON_THE_PAGE = ("workload", "level", "assessment", "participation")


def certificate(
    session: Session,
    stored: StoredCredential,
    *,
    site: Site,
    paper: Paper | None = None,
    language: str | None = None,
) -> bytes:
    """A PDF/A-3 page, on the issuer's paper and in the issuer's language unless others are asked for; of a `language`
    (BCP 47) that is not spoken here, as if none was. What was signed stays in the language that it was written in.
    Equal credentials give equal bytes.
    """
    looks = stored.edition.appearance
    spoken = find_language(language) or find_language(looks.language) or ENGLISH
    page = _page(stored, site, paper or _PAPERS[looks.paper], spoken)
    art, logo = printed_image(session, stored), issuer_logo(session, stored.edition.issuer)
    return _drawn(page, art, logo, stored.row.document, f"{stored.row.id}.json")


def forget_certificates() -> None:
    """Empties the memory of drawn pages, for they carry names. Other processes forget a page after 64 others."""
    _drawn.cache_clear()


@lru_cache(maxsize=64)
def _drawn(page: Certificate, art: bytes, logo: bytes | None, credential: bytes, file_name: str) -> bytes:
    return certificate_pdf(page, art=art, logo=logo, credential=credential, file_name=file_name)


@cache
def _words(language: Language) -> CertificateWords:
    return CertificateWords(**{one.name: told(Said(str(one.default)), language) for one in fields(CertificateWords)})


def _page(stored: StoredCredential, site: Site, paper: Paper, language: Language) -> Certificate:
    """The words of the page, from the row and the definition that were signed."""
    row, edition = stored.row, stored.edition
    return Certificate(
        recipient=stored.recipient_name or told(_NAMELESS, language),
        achievement=(TEST_MARK if row.test else "") + edition.definition.name,
        issuer=edition.issuer.profile["name"],
        awarded=row.awarded_at,
        address=site.credential(row.id),
        facts=tuple((told(label, language), told(value, language)) for label, value in _facts(stored, language)),
        summary=edition.definition.description,
        language=language.tag,
        content_language=edition.definition.language,
        words=_words(language),
        accent=edition.appearance.accent_color,
        paper=paper,
        test=row.test,
    )


def _facts(stored: StoredCredential, language: Language) -> Iterator[tuple[str, str]]:
    zone = ZoneInfo(stored.edition.issuer.settings["timeZone"])
    yield _AWARDED, written_day(stored.row.awarded_at, zone, language)
    if stored.row.valid_until is not None:
        yield _VALID_UNTIL, written_day(stored.row.valid_until, zone, language)
    for item in transparency_card(stored.edition.definition):
        if item.key in _ON_THE_PAGE and item.value:
            yield item.label, _first_line(item.value)


def _first_line(value: str) -> str:
    return value.splitlines()[0] if "\n" in value else value  # a sentence of ours stays one
