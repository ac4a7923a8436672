"""The printable certificate: what was signed, laid out, with the signed file attached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.language import written_day
from app.openbadges import TEST_MARK, transparency_card
from app.rendering import Certificate, CertificateWords, Paper, certificate_pdf
from app.services.badges import issuer_accent, issuer_logo, printed_image
from app.services.credentials import StoredCredential
from app.services.site import Site
from app.storage import Session

_NAMELESS = "The holder of this credential"  # where the issuer signs no names
_ON_THE_PAGE = ("workload", "level", "assessment", "participation")


def certificate(
    session: Session,
    stored: StoredCredential,
    *,
    site: Site,
    paper: Paper = "a4",
    language: str = "en",
    words: CertificateWords | None = None,
) -> bytes:
    """A PDF/A-3 page, its own words being `words` in `language`. Equal credentials give equal bytes."""
    page = replace(_text(stored, site), paper=paper, language=language, words=words or CertificateWords())
    art, logo = printed_image(session, stored), issuer_logo(session, stored.edition.issuer)
    return _drawn(page, art, logo, stored.row.document, f"{stored.row.id}.json")


def forget_certificates() -> None:
    """Empties the memory of drawn pages, for they carry names. Other processes forget a page after 64 others."""
    _drawn.cache_clear()


@lru_cache(maxsize=64)
def _drawn(page: Certificate, art: bytes, logo: bytes | None, credential: bytes, file_name: str) -> bytes:
    return certificate_pdf(page, art=art, logo=logo, credential=credential, file_name=file_name)


def _text(stored: StoredCredential, site: Site) -> Certificate:
    """The words of the page, from the row and the definition that were signed."""
    row, edition = stored.row, stored.edition
    zone = ZoneInfo(edition.issuer.settings["timeZone"])
    return Certificate(
        recipient=stored.recipient_name or _NAMELESS,
        achievement=(TEST_MARK if row.test else "") + edition.definition.name,
        issuer=edition.issuer.profile["name"],
        awarded=row.awarded_at,
        address=site.credential(row.id),
        facts=tuple(_facts(stored, zone)),
        summary=edition.definition.description,
        content_language=edition.definition.language,
        accent=issuer_accent(edition.issuer),
        test=row.test,
    )


def _facts(stored: StoredCredential, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    yield "Awarded", written_day(stored.row.awarded_at, zone)
    if stored.row.valid_until is not None:
        yield "Valid until", written_day(stored.row.valid_until, zone)
    for item in transparency_card(stored.edition.definition):
        if item.key in _ON_THE_PAGE and item.value:
            yield item.label, item.value.splitlines()[0]
