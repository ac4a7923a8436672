from __future__ import annotations

import io
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from lxml import etree
from PIL import Image

from app.openbadges.png import bake_png, unbake_png
from app.openbadges.svg import bake_svg, unbake_svg
from app.rendering import BadgeArt, badge_png, badge_svg, check_image
from app.rendering.art import PALETTES, initials
from app.rendering.colour import READABLE, contrast, family

ART = BadgeArt("Digital Literacy", "Riverside Academy", "digital", "7d1e")
TITLES = {
    "short": "SEN",
    "Latin": "Differentiated Teaching in Mixed-Ability Classrooms",
    "Cyrillic": "Инклюзивное образование",
    "Greek": "Διαφοροποιημένη διδασκαλία",
    "Arabic": "التدريس المتمايز في الصفوف متعددة المستويات",
    "Hebrew": "הוראה מותאמת",
    "Chinese": "差异化教学与课堂评估",
    "traditional Chinese": "差異化教學與課堂評估",
    "Japanese": "授業のユニバーサルデザイン入門",
    "Korean": "특수교육 기초",
    "Thai": "การสอนแบบแตกต่าง",
    "Hindi": "विभेदित शिक्षण",
    "120 letters": "Restorative approaches to behaviour support in schools, " * 2 + "today",
    "10,000 letters": "x" * 10_000,
    "10,000 words": "word " * 10_000,
    "Tamil": "தமிழ்",
    "no known script": "ᏣᎳᎩ 😀",
    "nothing": "",
    "typst code": '#panic("x") $ ] ) \\ " @a <b> // /* *bold*',
    "markup and control characters": "</svg><script>\x00\u202e",
}


def picture(raw: bytes) -> Image.Image:
    return Image.open(io.BytesIO(raw)).convert("RGBA")


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
def test_every_title_stays_inside_the_outline(title):
    """The rim runs round unbroken: nothing was drawn across it or outside."""
    blank, drawn = replace(ART, title="", seed="circle5"), replace(ART, title=title, seed="circle5")
    before, after = picture(badge_png(blank, pixels=300)), picture(badge_png(drawn, pixels=300))
    for x in range(300):
        for y in range(300):
            if (x - 150) ** 2 + (y - 150) ** 2 > 130**2:
                assert before.getpixel((x, y)) == after.getpixel((x, y)), (x, y)


@pytest.mark.parametrize(
    "title",
    [
        "Digital Literacy",
        "差异化教学",
        "التدريس",
        "특수교육",
        "การสอน",
        "הוראה",
        "विभेदित",
        "தமிழ்",
        "বাংলা",
        "አማርኛ",
        "ქართული",
    ],
)
def test_letters_are_drawn_and_no_box_stands_for_them(title):
    """Letters are outlines in the SVG. A missing letter's is that of a Cherokee letter, which no font has."""

    def outlines(text: str) -> set[str]:
        root = etree.fromstring(badge_svg(replace(ART, title=text, issuer="")))
        return {symbol[0].get("d") for symbol in root.iter("{*}symbol") if len(symbol)}

    missing = outlines("\u13a0")
    assert len(missing) == 1
    assert outlines(title)
    assert not outlines(title) & missing


def test_the_same_values_give_the_same_bytes():
    assert badge_svg(ART) == badge_svg(ART)
    assert badge_png(ART) == badge_png(ART)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Digital literacy"},
        {"issuer": "Other"},
        {"category": "teaching"},
        {"seed": "7d1f"},
        {"accent": "#b00"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_value_shows(change):
    assert badge_svg(ART) != badge_svg(replace(ART, **change))


def test_a_category_keeps_its_colours_whatever_the_seed():
    for category in ("digital", "Digital skills", "something of their own"):
        drawn = "".join(badge_svg(replace(ART, category=category, seed=str(seed))).decode() for seed in range(9))
        assert sum(palette.mid in drawn for palette in PALETTES) == 1, category


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Digital Literacy", "DL"),
        ("Teaching with care for Everybody", "TE"),
        ("SEN", "S"),
        ("reading aloud", "R"),
        ("Инклюзивное образование", "И"),
        ("差异化教学", "差"),
        ("특수교육 기초", "특"),
        ("21 skills", "2"),
        ("التدريس", ""),
        ("विभेदित", ""),
        ("ßharp", "S"),
        ("!", ""),
        ("", ""),
    ],
)
def test_initials_of_a_title(title, expected):
    assert initials(title) == expected


def test_initials_stand_for_the_icon_where_there_is_no_category():
    """The same words with another first letter in the wreath, which is all that differs above the title."""
    drawn = [picture(badge_png(BadgeArt(title, "", None, "s"), pixels=300)) for title in ("A 1", "B 1", "ا 1", "ب 1")]
    wreaths = [image.crop((110, 55, 190, 125)).tobytes() for image in drawn]
    assert wreaths[0] != wreaths[1]
    assert wreaths[2] == wreaths[3]  # a star for both


def test_an_accent_that_is_no_colour_is_refused():
    with pytest.raises(ValueError, match="hexadecimal"):
        badge_svg(replace(ART, accent="red"))


@pytest.mark.parametrize("accent", ["#ffffff", "#ff0", "#000000", "#24408e", "#ffcc00"])
def test_an_issuers_colour_becomes_grounds_for_white_words(accent):
    drawn = badge_svg(replace(ART, accent=accent)).decode()
    dark, middle, *_metal = family(accent)
    assert middle in drawn
    assert contrast(middle, "#fff") >= 4.5
    assert contrast(dark, "#fff") > contrast(middle, "#fff") or middle == "#000000"


def test_badges_without_a_category_differ():
    assert len({badge_svg(BadgeArt("A", "B", None, str(seed))) for seed in range(40)}) == 40


def test_the_ground_around_the_badge_is_transparent():
    image = picture(badge_png(ART, pixels=64))
    assert image.size == (64, 64)
    assert image.getpixel((0, 0))[3] == 0
    assert image.getpixel((32, 32))[3] == 255


def test_the_svg_needs_no_font_and_fetches_nothing():
    svg = badge_svg(ART)
    root = etree.fromstring(svg)
    assert not list(root.iter("{*}text", "{*}image", "{*}script", "{*}style"))
    addresses = {value for element in root.iter() for name, value in element.attrib.items() if "href" in str(name)}
    assert all(address.startswith("#") for address in addresses)
    assert not re.search(rb"url\((?!#)", svg)


def test_the_art_passes_our_own_checks_and_can_be_baked():
    svg, png = badge_svg(ART), badge_png(ART)
    assert check_image(svg).media_type == "image/svg+xml"
    assert check_image(png).width == 600
    assert unbake_svg(bake_svg(svg, "{}")) == "{}"
    assert unbake_png(bake_png(png, "{}")) == "{}"


def test_many_threads_at_once():
    arts = [replace(ART, seed=str(number % 4)) for number in range(16)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(badge_svg, arts)) == [badge_svg(art) for art in arts]


@pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.mid)
def test_white_words_are_readable_on_every_ground(palette):
    """WCAG 2.2, 1.4.3: a contrast of 4.5 or more; the lightest ground is `mid`."""
    assert contrast(palette.mid, "#ffffff") >= READABLE
