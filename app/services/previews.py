"""The pictures that other sites show of a shared page: of a credential one for each state that it may be in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from app.language import ENGLISH, Language, Said, find_language, said, told, written_day
from app.models import Issuer
from app.openbadges import TEST_MARK
from app.rendering import PREVIEW_SIZE, PreviewCard, Tone, preview_png, qr_png, qr_svg
from app.services.achievements import Edition
from app.services.appearance import Appearance, appearance_of
from app.services.badges import achievement_image, credential_image, issuer_logo
from app.services.credentials import StoredCredential
from app.services.pictures import ImageForm
from app.storage import Session
from app.verification import Conclusion

__all__ = [
    "PREVIEW_SIZE",
    "achievement_preview",
    "achievement_preview_version",
    "credential_preview",
    "credential_qr",
    "forget_previews",
    "issuer_preview",
    "issuer_preview_version",
    "preview_version",
    "shows_names",
]

_NAMED: Final[Mapping[Conclusion, tuple[Said, Tone]]] = MappingProxyType({
    Conclusion.VALID: (Said("Valid"), "good"),
    Conclusion.EXPIRED: (Said("Expired"), "caution"),
    Conclusion.TEST: (Said("Only a test"), "test"),
})  # fmt: skip
"""The states in which a preview says who achieved what. Sites keep previews for days, whatever happens meanwhile."""

_NAMELESS: Final[Mapping[Conclusion, tuple[Said, Tone]]] = MappingProxyType({
    Conclusion.NOT_YET_VALID: (Said("Not yet valid"), "caution"),
    Conclusion.REVOKED: (Said("Revoked"), "bad"),
    Conclusion.SUPERSEDED: (Said("Revoked and replaced"), "bad"),
    Conclusion.SUSPENDED: (Said("Suspended"), "bad"),
})  # fmt: skip
_UNKNOWN: Final[tuple[Said, Tone]] = (Said("Open the page"), "neutral")
_CREDENTIAL, _SEE_WHY = Said("Credential"), Said("Open the page to see why.")
_VERSION_CHARACTERS: Final = 16


def shows_names(conclusion: Conclusion) -> bool:
    return conclusion in _NAMED


def preview_version(stored: StoredCredential, conclusion: Conclusion) -> str:
    """Changes with whatever the picture shows, so that its address does; lower-case letters and digits."""
    row, edition = stored.row, stored.edition
    return _version(
        row.sha256,
        edition.achievement.image_sha256 or b"drawn",
        edition.issuer.logo_sha256 or b"",
        (edition.appearance.accent_color or "").encode(),
        edition.appearance.language.encode(),
        conclusion.encode(),
    )


def achievement_preview_version(edition: Edition) -> str:
    """The same for the page of an achievement."""
    drawn = edition.achievement.image_sha256 or ",".join(edition.definition.tags[:1]).encode()
    logo = edition.issuer.logo_sha256 or b""
    return _version(repr(_achievement_card(edition)).encode(), drawn, logo)


def issuer_preview_version(issuer: Issuer) -> str:
    """The same for the page of an issuer."""
    return _version(repr(_issuer_card(issuer)).encode(), issuer.logo_sha256 or b"")


def _version(*shown: bytes) -> str:
    return hashlib.sha256(b"\0".join(shown)).hexdigest()[:_VERSION_CHARACTERS]


def credential_preview(session: Session, stored: StoredCredential, conclusion: Conclusion) -> bytes:
    """PNG of 1200 x 627 pixels. It takes some 25 ms, and is kept in memory for the next who ask."""
    named = shows_names(conclusion)
    art = credential_image(session, stored, "png") if named else None
    return _drawn(_card(stored, conclusion), art, issuer_logo(session, stored.edition.issuer) if named else None)


def achievement_preview(session: Session, edition: Edition) -> bytes:
    """The same picture without anybody's name or state: what can be earned, and from whom."""
    art, logo = achievement_image(session, edition, "png"), issuer_logo(session, edition.issuer)
    return _drawn(_achievement_card(edition), art, logo)


def issuer_preview(session: Session, issuer: Issuer) -> bytes:
    """The issuer's logo, or a wreath, beside its name."""
    return _drawn(_issuer_card(issuer), issuer_logo(session, issuer), None)


def credential_qr(address: str, form: ImageForm) -> bytes:
    """A QR code of the credential's address: dark on white in every surrounding, so that telephones read it."""
    return qr_png(address) if form == "png" else qr_svg(address)


def forget_previews() -> None:
    """Empties the memory of drawn previews, for they carry names. Other processes forget one after 32 others."""
    _drawn.cache_clear()


@lru_cache(maxsize=32)
def _drawn(card: PreviewCard, art: bytes | None, logo: bytes | None) -> bytes:
    return preview_png(card, art=art, logo=logo)


def _achievement_card(edition: Edition) -> PreviewCard:
    issuer, definition = edition.issuer.profile["name"], edition.definition
    return _in_the_colours_of(edition.appearance, PreviewCard(definition.name, issuer, line=definition.description))


def _issuer_card(issuer: Issuer) -> PreviewCard:
    description = issuer.profile.get("description")
    return _in_the_colours_of(appearance_of(issuer), PreviewCard(issuer.profile["name"], line=description))


def _in_the_colours_of(appearance: Appearance, card: PreviewCard) -> PreviewCard:
    language = find_language(appearance.language) or ENGLISH
    return replace(card, accent=appearance.accent_color, direction=language.direction)


def _card(stored: StoredCredential, conclusion: Conclusion) -> PreviewCard:
    """In the language of the issuer: those who fetch it ask for none."""
    row, edition = stored.row, stored.edition
    issuer, language = edition.issuer, find_language(edition.appearance.language) or ENGLISH
    if not shows_names(conclusion):
        state, tone = _NAMELESS.get(conclusion, _UNKNOWN)
        return PreviewCard(
            told(_CREDENTIAL, language),
            state=told(state, language),
            tone=tone,
            line=told(_SEE_WHY, language),
            direction=language.direction,
        )
    state, tone = _NAMED[conclusion]
    if row.test:  # never in the colours of a real one, whatever its state
        state, tone = _NAMED[Conclusion.TEST]
    return PreviewCard(
        (TEST_MARK if row.test else "") + edition.definition.name,
        issuer.profile["name"],
        recipient=stored.recipient_name,
        state=told(state, language),
        tone=tone,
        line=_awarded_on(row.awarded_at, ZoneInfo(issuer.settings["timeZone"]), language),
        accent=edition.appearance.accent_color,
        direction=language.direction,
    )


def _awarded_on(moment: datetime, zone: ZoneInfo, language: Language) -> str:
    return told(said("Awarded on {day}", day=written_day(moment, zone, language)), language)
