"""The picture that other sites show of a shared credential, one for each state that it may be in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from app.language import written_day
from app.openbadges import TEST_MARK
from app.rendering import PREVIEW_SIZE, PreviewCard, Tone, preview_png, qr_png, qr_svg
from app.services.badges import credential_image, issuer_accent, issuer_logo
from app.services.credentials import StoredCredential
from app.services.pictures import ImageForm
from app.storage import Session
from app.verification import Conclusion

__all__ = [
    "PREVIEW_SIZE",
    "credential_preview",
    "credential_qr",
    "forget_previews",
    "preview_version",
    "shows_names",
]

_NAMED: Final[Mapping[Conclusion, tuple[str, Tone]]] = MappingProxyType({
    Conclusion.VALID: ("Valid", "good"),
    Conclusion.EXPIRED: ("Expired", "caution"),
    Conclusion.TEST: ("Only a test", "test"),
})  # fmt: skip
"""The states in which a preview says who achieved what. Sites keep previews for days, whatever happens meanwhile."""

_NAMELESS: Final[Mapping[Conclusion, tuple[str, Tone]]] = MappingProxyType({
    Conclusion.NOT_YET_VALID: ("Not yet valid", "caution"),
    Conclusion.REVOKED: ("Revoked", "bad"),
    Conclusion.SUPERSEDED: ("Revoked and replaced", "bad"),
    Conclusion.SUSPENDED: ("Suspended", "bad"),
})  # fmt: skip
_UNKNOWN: Final = ("Open the page", "neutral")
_VERSION_CHARACTERS: Final = 16


def shows_names(conclusion: Conclusion) -> bool:
    return conclusion in _NAMED


def preview_version(stored: StoredCredential, conclusion: Conclusion) -> str:
    """Changes with whatever the picture shows, so that its address does; lower-case letters and digits."""
    row, edition = stored.row, stored.edition
    shown = (
        row.sha256,
        edition.achievement.image_sha256 or b"drawn",
        edition.issuer.logo_sha256 or b"",
        (issuer_accent(edition.issuer) or "").encode(),
        conclusion.encode(),
    )
    return hashlib.sha256(b"\0".join(shown)).hexdigest()[:_VERSION_CHARACTERS]


def credential_preview(session: Session, stored: StoredCredential, conclusion: Conclusion) -> bytes:
    """PNG of 1200 x 627 pixels. It takes some 25 ms, and is kept in memory for the next who ask."""
    named = shows_names(conclusion)
    art = credential_image(session, stored, "png") if named else None
    return _drawn(_card(stored, conclusion), art, issuer_logo(session, stored.edition.issuer) if named else None)


def credential_qr(address: str, form: ImageForm) -> bytes:
    """A QR code of the credential's address: dark on white in every surrounding, so that telephones read it."""
    return qr_png(address) if form == "png" else qr_svg(address)


def forget_previews() -> None:
    """Empties the memory of drawn previews, for they carry names. Other processes forget one after 32 others."""
    _drawn.cache_clear()


@lru_cache(maxsize=32)
def _drawn(card: PreviewCard, art: bytes | None, logo: bytes | None) -> bytes:
    return preview_png(card, art=art, logo=logo)


def _card(stored: StoredCredential, conclusion: Conclusion) -> PreviewCard:
    row, edition = stored.row, stored.edition
    issuer = edition.issuer
    if not shows_names(conclusion):
        state, tone = _NAMELESS.get(conclusion, _UNKNOWN)
        return PreviewCard("Credential", state=state, tone=tone, line="Open the page to see why.")
    state, tone = _NAMED[conclusion]
    if row.test:  # never in the colours of a real one, whatever its state
        state, tone = _NAMED[Conclusion.TEST]
    awarded = written_day(row.awarded_at, ZoneInfo(issuer.settings["timeZone"]))
    return PreviewCard(
        (TEST_MARK if row.test else "") + edition.definition.name,
        issuer.profile["name"],
        recipient=stored.recipient_name,
        state=state,
        tone=tone,
        line=f"Awarded on {awarded}",
        accent=issuer_accent(issuer),
    )
