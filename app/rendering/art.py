"""Badge art for achievements whose issuer has uploaded none.

Everything follows from the values: the category chooses the colours and the icon, so that an issuer's
badges make a family, and the seed chooses the outline and the fine lines, so that no two look alike. An issuer's own
colour takes the place of the category's. Without a category the title's initials stand for the icon.
"""

from __future__ import annotations

import hashlib
import math
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from app.rendering.colour import family
from app.rendering.typesetting import draw_svg, rasterise
from app.rendering.wording import plain_line, said

_SIZE: Final = 600  # of the template, in typographic points
_RADIUS: Final = 286.0
_TITLE_LENGTH: Final = 200
_ISSUER_LENGTH: Final = 90


@dataclass(frozen=True, slots=True)
class BadgeArt:
    """What a badge shows. `seed` tells the achievement from others, as its id does; `accent` is the colour of the
    issuer as `#rrggbb`. Drawing raises ValueError for an accent that is no colour.
    """

    title: str
    issuer: str
    category: str | None
    seed: str
    accent: str | None = None


class Palette(NamedTuple):
    dark: str
    mid: str
    accent: str
    glint: str


PALETTES: Final = (
    Palette("#1a2456", "#3a52b4", "#f2c14e", "#fff1c9"),  # indigo
    Palette("#06343c", "#127a84", "#ffcf70", "#fff0cf"),  # teal
    Palette("#34154a", "#7c3a9a", "#ffc45e", "#ffeccb"),  # plum
    Palette("#571f16", "#b84f33", "#ffd98f", "#fff2d8"),  # terracotta
    Palette("#0d3a27", "#24794e", "#ffd873", "#fff3cf"),  # forest
    Palette("#122338", "#305d8c", "#8fded0", "#e2fbf6"),  # steel
    Palette("#470f27", "#ab2850", "#ffc987", "#ffeeda"),  # crimson
    Palette("#4d1038", "#9c2c76", "#ffd0a8", "#fff0e6"),  # rose
    Palette("#1e2b36", "#4b6479", "#ffb489", "#ffe9dc"),  # slate
    Palette("#082a55", "#1569b4", "#ffdf78", "#fff6d6"),  # ocean
)
"""White text on `mid`, the lightest ground it may stand on, has a contrast of at least 4.5 (WCAG 2.2, 1.4.3)."""

# What the words that issuers use for their categories have in common, and (palette, icon) for each.
_KNOWN: Final = {
    **dict.fromkeys(("teaching", "pedagog", "curricul"), (0, "book")),
    **dict.fromkeys(("digital", "technolog", "computing"), (1, "screen")),
    **dict.fromkeys(("leadership", "management"), (2, "summit")),
    **dict.fromkeys(("inclusi", "diversity", "equity", "special needs"), (3, "people")),
    **dict.fromkeys(("wellbeing", "well-being", "health", "sustainab"), (4, "leaf")),
    **dict.fromkeys(("assessment", "evaluation"), (5, "check")),
    **dict.fromkeys(("coaching", "mentoring", "communication"), (9, "speech")),
}
_ICONS: Final = ("cap", "star", "spark")  # for other categories: these claim nothing
_INITIALS: Final = 2


def badge_svg(art: BadgeArt) -> bytes:
    """The badge as SVG, letters as outlines, so that it looks alike where none of the fonts is installed."""
    return draw_svg("badge.typ", _design(art))


def badge_png(art: BadgeArt, *, pixels: int = 600) -> bytes:
    """The badge as PNG of `pixels` a side on a transparent ground."""
    return rasterise(badge_svg(art), width=pixels, height=pixels)


def _design(art: BadgeArt) -> dict[str, Any]:
    chance = hashlib.sha256(art.seed.encode("utf-8", "surrogatepass")).digest()
    palette, icon = _theme(art.category, chance)
    if art.accent is not None:
        palette = Palette(*family(art.accent))
    outline = _OUTLINES[chance[0] % len(_OUTLINES)]
    return {
        "title": said(art.title, _TITLE_LENGTH),
        "issuer": said(art.issuer, _ISSUER_LENGTH),
        "icon": icon,
        "initials": said("" if icon else initials(art.title), 2 * _INITIALS),
        "palette": palette._asdict(),
        "layers": [_polar(outline, _RADIUS * share) for share in (1.0, 0.972, 0.945, 0.895)],
        "waves": _waves(
            lobes=7 + chance[1] % 8, depth=0.07 + chance[2] % 5 / 60, lines=5 + chance[3] % 3, turn=chance[6] / 256
        ),
    }


def _theme(category: str | None, chance: bytes) -> tuple[Palette, str | None]:
    words = (category or "").casefold()
    for known, (palette, icon) in _KNOWN.items():
        if known in words:
            return PALETTES[palette], icon
    if words:
        named = hashlib.sha256(words.encode("utf-8", "surrogatepass")).digest()
        return PALETTES[named[0] % len(PALETTES)], _ICONS[named[1] % len(_ICONS)]
    return PALETTES[chance[4] % len(PALETTES)], None


def initials(title: str) -> str:
    """The first letters of the first two words that begin with a large letter; of a script without large letters, or a
    title without them, the very first letter.

    Letters of scripts that join or combine would say nothing alone or be drawn wrongly: then nothing, and a star stands
    for them.
    """
    words = plain_line(title, _TITLE_LENGTH).split()
    large = [word[0] for word in words if word[0].isupper()]
    if large:
        return "".join(large[:_INITIALS])
    first = words[0][0] if words else ""
    if first.islower():
        return first.upper()[:1]
    return first if _is_ideograph(first) or first.isdigit() else ""


def _is_ideograph(character: str) -> bool:
    return character != "" and unicodedata.name(character, "").startswith(
        ("CJK UNIFIED", "HIRAGANA", "KATAKANA", "HANGUL")
    )


Outline = Callable[[float], float]
"""How far an outline is from the middle at an angle, as a share of the radius."""


def _polygon(sides: int, *, softness: float) -> Outline:
    """A regular polygon with a corner on top; `softness` 0 is sharp, 1 a circle."""
    step = math.tau / sides

    def distance(angle: float) -> float:
        inside = (angle % step) - step / 2
        edge = math.cos(step / 2) / math.cos(inside)
        # A power mean with the circle rounds the corners and leaves the sides nearly straight.
        return float((1 - softness) * edge + softness) if softness else edge

    return distance


def _lobes(count: int, depth: float) -> Outline:
    return lambda angle: 1 - depth + depth * math.cos(count * angle)


def _squircle(angle: float) -> float:
    power = 4.2
    return 0.93 * float((abs(math.cos(angle)) ** power + abs(math.sin(angle)) ** power) ** (-1 / power))


_OUTLINES: Final[tuple[Outline, ...]] = (
    lambda _angle: 1.0,
    _lobes(16, 0.022),
    _lobes(8, 0.035),
    _lobes(28, 0.014),
    _polygon(6, softness=0.25),
    _polygon(8, softness=0.2),
    _squircle,
    _lobes(5, 0.04),
)


def _polar(outline: Outline, radius: float, *, points: int = 224) -> list[list[float]]:
    """`outline` as points of a closed line around the middle, from the top clockwise."""
    return [
        [
            round(_SIZE / 2 + radius * outline(angle) * math.sin(angle), 1),
            round(_SIZE / 2 - radius * outline(angle) * math.cos(angle), 1),
        ]
        for angle in (math.tau * index / points for index in range(points))
    ]


def _waves(*, lobes: int, depth: float, lines: int, turn: float) -> list[list[list[float]]]:
    """Interlaced waves around the middle, as on a banknote."""

    def wave(phase: float) -> Outline:
        return lambda angle: 0.76 + depth * math.cos(lobes * angle + phase)

    return [_polar(wave(math.tau * (line + turn) / lines), _RADIUS, points=18 * lobes) for line in range(lines)]
