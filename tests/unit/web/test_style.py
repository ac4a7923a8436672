"""The sheet of style as data: nothing from elsewhere, colours that can be read, no direction taken for granted."""

from __future__ import annotations

import re

import pytest

from app.web.assets import static_file

CSS = static_file("laurel.css").content.decode()
BARE = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)
TOKENS = BARE.partition("*::before")[0].split("prefers-color-scheme: dark")
LIGHT, DARK = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", part)) for part in TOKENS)

# (text, ground): WCAG 2.2, 1.4.3 asks 4.5 to 1.
TEXT_PAIRS = [
    *(
        (ink, ground)
        for ink in ("ink", "ink-soft", "accent")
        for ground in ("paper", "surface", "sunken", "accent-soft")
    ),
    ("accent-strong", "surface"),
    ("accent-strong", "accent-soft"),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-strong"),
    *(
        (f"{tone}-ink", ground)
        for tone in ("good", "warn", "bad", "quiet")
        for ground in (f"{tone}-soft", "surface", "sunken")
    ),
]
# Icons and borders of controls: 1.4.11 asks 3 to 1.
SHAPE_PAIRS = [
    *((tone, f"{tone}-soft") for tone in ("good", "warn", "bad", "quiet")),
    *(("on-tone", tone) for tone in ("good", "warn", "bad", "quiet")),
    ("line-strong", "surface"),
    ("line-strong", "sunken"),
]


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_reckoned_as_wcag_does():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_dark_answers_every_colour_of_light():
    assert set(DARK) == set(LIGHT)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_can_be_read(theme, text, ground):
    assert contrast(theme[text], theme[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPE_PAIRS)
def test_shapes_can_be_seen(theme, shape, ground):
    assert contrast(theme[shape], theme[ground]) >= 3


def test_nothing_is_fetched_from_anywhere():
    for forbidden in ("url(", "@import", "@font-face", "http:", "https:", "//", "src("):
        assert forbidden not in BARE


def test_only_logical_directions():
    sides = "(?:left|right|top|bottom)"
    physical = rf"(?:margin|padding|border|inset)-{sides}|(?:^|[;{{\s]){sides}:|text-align:\s*{sides}|float:"
    assert re.findall(physical, BARE) == []


def test_braces_are_balanced_and_the_sheet_is_small():
    assert BARE.count("{") == BARE.count("}")
    assert len(CSS.encode()) < 32_000


def test_print_and_preferences_are_answered():
    for query in ("@media print", "prefers-color-scheme: dark", "prefers-contrast: more", "forced-colors: active"):
        assert query in BARE
    assert "animation" not in BARE
    assert "transition" not in BARE  # nothing moves, so nobody need ask for less motion
