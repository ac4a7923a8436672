"""Issuers' colours, made fit to read on: an accent may be anything, what is set in it must have contrast."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

READABLE: Final = 4.5
"""The contrast that text needs (WCAG 2.2, 1.4.3)."""

_COLOUR: Final = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_STEPS: Final = 100
_NEARLY_BLACK: Final = 0.04045  # below, sRGB is linear

Channels = tuple[float, float, float]


def is_colour(text: str) -> bool:
    """Whether `text` is a colour as `#rgb` or `#rrggbb`."""
    return _COLOUR.fullmatch(text) is not None


def contrast(one: str, other: str) -> float:
    """How far apart two colours are in brightness, from 1 to 21 (WCAG 2.2, "contrast ratio")."""
    darker, lighter = sorted((_luminance(_channels(one)), _luminance(_channels(other))))
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: str, *, ground: str = "#ffffff", ratio: float = READABLE) -> str:
    """`colour` itself if it can be read on a light `ground`, else as little darker as it takes; as `#rrggbb`.

    Raises ValueError for what is no colour. Black is the end: a ground on which not even that reaches `ratio` is not
    light.
    """
    channels = _channels(colour)
    for step in range(_STEPS):
        darker = _written(shaded(channels, 1 - step / _STEPS))
        if contrast(darker, ground) >= ratio:
            return darker
    return "#000000"


@dataclass(frozen=True, slots=True)
class Shades:
    """One colour as a page uses it: for links and buttons, while pointed at, of words on a button, and as a ground."""

    accent: str
    strong: str
    ink: str
    soft: str


def shades_on_light(colour: str, grounds: Iterable[str]) -> Shades:
    """`colour` for pages with these light grounds.

    `accent` and `strong` can be read on each ground and on `soft`, and `ink` on `accent` and `strong`. Raises
    ValueError for what is no colour.
    """
    soft = _mixed("#ffffff", colour, 0.1)
    darkest = min((*grounds, soft), key=_brightness)
    accent = readable(colour, ground=darkest)
    return Shades(accent, _written(shaded(_channels(accent), 0.75)), "#ffffff", soft)


def shades_on_dark(colour: str, grounds: Iterable[str]) -> Shades:
    """The same for dark grounds: `accent` is as little lighter as it takes, and `soft` a tint of the first ground."""
    known = tuple(grounds)
    soft = _mixed(known[0], colour, 0.14)
    brightest = max((*known, soft), key=_brightness)
    steps = (_mixed(colour, "#ffffff", step / _STEPS) for step in range(_STEPS))
    accent = next((lighter for lighter in steps if contrast(lighter, brightest) >= READABLE), "#ffffff")
    return Shades(accent, _mixed(accent, "#ffffff", 0.35), "#0f1412", soft)


def family(colour: str) -> tuple[str, str, str, str]:
    """Dark, middle, accent and glint for badge art out of one colour: white words can be read on the first two.

    The metal of the rim is gold beside cool colours and silver beside warm ones, so that it stands out. Raises
    ValueError for what is no colour.
    """
    middle = readable(colour, ratio=5.0)
    dark = _written(shaded(_channels(middle), 0.45))
    hue, _lightness, _saturation = colorsys.rgb_to_hls(*_channels(colour))
    warm = hue < 70 / 360 or hue > 330 / 360
    return (dark, middle, "#e3d9c6", "#fbf7ee") if warm else (dark, middle, "#f2c862", "#fff2cf")


def shaded(channels: Channels, share: float) -> Channels:
    """`channels` with `share` of their light."""
    red, green, blue = channels
    return red * share, green * share, blue * share


def _mixed(one: str, other: str, share: float) -> str:
    """`one` with `share` of the `other`."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    red, green, blue = ((1 - share) * a + share * b for a, b in pairs)
    return _written((red, green, blue))


def _brightness(colour: str) -> float:
    return _luminance(_channels(colour))


def _channels(colour: str) -> Channels:
    if not is_colour(colour):
        raise ValueError("A colour is written as # and three or six hexadecimal digits.")
    digits = colour[1:] if len(colour) > len("#rgb") else "".join(2 * digit for digit in colour[1:])
    red, green, blue = (int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4))
    return red, green, blue


def _written(channels: Channels) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)


def _luminance(channels: Channels) -> float:
    red, green, blue = (c / 12.92 if c <= _NEARLY_BLACK else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
