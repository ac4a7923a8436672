"""The picture that sites show of a shared link (Open Graph): 1200 x 627 pixels, readable at a third of that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from app.rendering.colour import readable
from app.rendering.pictures import as_svg
from app.rendering.typesetting import draw_png
from app.rendering.wording import said

PREVIEW_SIZE: Final = (1200, 627)

Tone = Literal["good", "caution", "bad", "neutral", "test"]

# The ground and the letters of each tone, with a contrast past 7, and the sign that says it without colour.
TONES: Final[dict[Tone, tuple[str, str, str]]] = {
    "good": ("#dcf3e4", "#0b5230", "check"),
    "caution": ("#fcecc7", "#5e3f00", "clock"),
    "bad": ("#fbdedc", "#831515", "cross"),
    "neutral": ("#e6e9ef", "#333d4f", "note"),
    "test": ("#fcecc7", "#5e3f00", "note"),
}
_ACCENT: Final = "#24408e"
_ON_TINT: Final = 5.0


@dataclass(frozen=True, slots=True)
class PreviewCard:
    """What the picture says, as plain text in any language; only `title` has to be there.

    A credential that may not be shown (revoked, removed, unknown) is a card with a `state` and a `title` that name
    nobody: the caller leaves `recipient` out. `title` is the achievement's or the issuer's name; `line` is for dates or
    a sentence; `issuer` is the name at the foot. `tone` colours the state and gives it its sign. A `direction` of "rtl"
    turns the card round. `accent` is the issuer's colour as `#rrggbb`, darkened until it can be read.
    """

    title: str
    issuer: str = ""
    recipient: str | None = None
    state: str | None = None
    tone: Tone = "neutral"
    line: str | None = None
    accent: str | None = None
    direction: Literal["ltr", "rtl"] = "ltr"


def preview_png(card: PreviewCard, *, art: bytes | None = None, logo: bytes | None = None) -> bytes:
    """The card as PNG, at most some 300 KB. `art` and `logo` are PNG (or SVG) of ours, or have passed `check_image`.

    Without `art` the panel shows a laurel wreath. The same values give the same bytes. Raises ValueError for an accent
    that is no colour.
    """
    return draw_png("preview.typ", _card(card, art, logo))


def _card(card: PreviewCard, art: bytes | None, logo: bytes | None) -> dict[str, Any]:
    ground, letters, sign = TONES[card.tone]
    return {
        "title": said(card.title, 200),
        "issuer": said(card.issuer, 120),
        "recipient": said(card.recipient or "", 120),
        "state": said(card.state or "", 60),
        "line": said(card.line or "", 160),
        "tone": (ground, letters),
        "sign": sign,
        "accent": readable(card.accent or _ACCENT, ratio=_ON_TINT),
        "direction": card.direction,
        "art": art and as_svg(art),
        "logo": logo and as_svg(logo),
    }
