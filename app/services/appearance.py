"""How an issuer's pages and certificates look: what it has set, typed, with what holds where it has set nothing.

    edition.appearance.accent_color         "#1d5c8f", or None
    stored.edition.appearance.language      "en"

Issuers that are older than a setting do not have it, so defaults are here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from app.models import Issuer, Visibility
from app.rendering import Shades, is_colour, shades_on_dark, shades_on_light

__all__ = [
    "LANGUAGE",
    "PAPER",
    "Appearance",
    "Paper",
    "Shades",
    "Visibility",
    "appearance_of",
    "shades_on_dark",
    "shades_on_light",
    "usual_visibility",
]

Paper = Literal["A4", "Letter"]
LANGUAGE: Final = "en"
PAPER: Final[Paper] = "A4"
_LONG: Final = len("#rrggbb")


@dataclass(frozen=True, slots=True)
class Appearance:
    """`language` is a BCP 47 tag, for visitors who ask for none; `visibility` that of awards that do not say theirs.

    `logo_sha256`: digest of the stored picture, None without one.
    """

    accent_color: str | None
    language: str
    paper: Paper
    visibility: Visibility
    logo_sha256: bytes | None


def appearance_of(issuer: Issuer) -> Appearance:
    settings = issuer.settings
    accent = settings.get("accentColor")
    return Appearance(
        accent_color=accent if isinstance(accent, str) and len(accent) == _LONG and is_colour(accent) else None,
        language=settings.get("language") or LANGUAGE,
        paper="Letter" if settings.get("paper") == "Letter" else PAPER,
        visibility=usual_visibility(settings),
        logo_sha256=issuer.logo_sha256,
    )


def usual_visibility(settings: Mapping[str, Any]) -> Visibility:
    """Of an award that says nothing about it."""
    return Visibility(settings.get("visibility") or Visibility.UNLISTED)
