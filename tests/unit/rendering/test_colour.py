from __future__ import annotations

import pytest

from app.rendering.colour import contrast, family, is_colour, readable

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
    for call in (readable, family):
        with pytest.raises(ValueError, match="hexadecimal"):
            call(text)


@pytest.mark.parametrize("colour", COLOURS)
def test_a_family_can_carry_white_words(colour):
    dark, middle, _accent, _glint = family(colour)
    assert contrast(middle, "#fff") >= 4.5
    assert contrast(dark, "#fff") >= contrast(middle, "#fff")
