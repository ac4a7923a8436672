from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rendering.colour import contrast, family, is_colour, readable, shades_on_dark, shades_on_light

COLOURS = ["#000000", "#ffffff", "#ff0", "#24408e", "#0AF", "#ffcc00", "#777777", "#fefefe"]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("#000", "#fff", 21.0), ("#fff", "#fff", 1.0), ("#777777", "#ffffff", 4.48), ("#ffffff", "#767676", 4.54)],
)
def test_contrast_as_wcag_counts_it(one, other, expected):
    assert contrast(one, other) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("ground", ["#ffffff", "#eef1f8"])
@pytest.mark.parametrize("colour", COLOURS)
def test_every_colour_becomes_readable_and_no_darker_than_it_must(colour, ground):
    found = readable(colour, ground=ground)
    assert contrast(found, ground) >= 4.5
    assert found == readable(found, ground=ground)
    if contrast(colour, ground) < 4.5:
        assert contrast(found, ground) < 5.0


def test_a_readable_colour_stays_itself():
    assert readable("#24408E") == "#24408e"
    assert readable("#a00") == "#aa0000"


def test_a_dark_ground_ends_in_black():
    assert readable("#223344", ground="#222222") == "#000000"


@pytest.mark.parametrize("text", ["", "red", "#12", "#1234", "#12345g", "#1234567", "#fff;x", "#fff\n", "１２３"])
def test_what_is_no_colour(text):
    assert not is_colour(text)
    on_white, on_black = (
        (lambda colour: shades_on_light(colour, ["#ffffff"])),
        (lambda colour: shades_on_dark(colour, ["#000000"])),
    )
    for call in (readable, family, on_white, on_black):
        with pytest.raises(ValueError, match="hexadecimal"):
            call(text)


@pytest.mark.parametrize("colour", COLOURS)
def test_a_family_can_carry_white_words(colour):
    dark, middle, _accent, _glint = family(colour)
    assert contrast(middle, "#fff") >= 4.5
    assert contrast(dark, "#fff") >= contrast(middle, "#fff")


@pytest.mark.parametrize("shades", [shades_on_light, shades_on_dark])
@given(colour=st.integers(0, 0xFFFFFF).map("#{:06x}".format))
def test_an_accent_can_be_read_wherever_a_page_has_it(shades, colour):
    grounds = ["#ffffff", "#f3f2ec"] if shades is shades_on_light else ["#191e1b", "#222824"]
    found = shades(colour, grounds)
    for ground in (*grounds, found.soft):
        assert contrast(found.accent, ground) >= 4.5
        assert contrast(found.strong, ground) >= 4.5
    assert contrast(found.ink, found.accent) >= 4.5
    assert contrast(found.ink, found.strong) >= 4.5


def test_an_accent_that_can_be_read_stays_itself():
    assert shades_on_light("#1d5c8f", ["#ffffff"]).accent == "#1d5c8f"
    assert shades_on_dark("#ffe600", ["#191e1b"]).accent == "#ffe600"
