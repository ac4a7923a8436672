from __future__ import annotations

import io
from uuid import UUID

import pytest
from lxml import etree
from PIL import Image

from app.errors import TooLargeError
from app.rendering import qr_png, qr_svg
from app.rendering.typesetting import rasterise
from tests.unit.rendering.readers import codes_of

ADDRESS = "https://badges.riverside.example/credentials/3f0c1e52-8a3b-4f5e-9a55-0d1b7f6f2c11"
TEXTS = {
    "an address": ADDRESS,
    "one letter": "a",
    "other scripts": "https://badges.example/شهادة/漢字",
    "markup": '<svg onload="x">&amp;]]>',
    "long": "https://badges.example/" + "a" * 2_000,
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_cameras_read_both_forms(text, tmp_path):
    assert codes_of(qr_png(text, pixels=800), tmp_path) == [text]
    assert codes_of(rasterise(qr_svg(text), width=800, height=800), tmp_path) == [text]


def test_one_mask_serves_all_addresses(tmp_path):
    """Thirty addresses that have nothing in common, small: 3 pixels a module."""
    for number in range(30):
        address = f"https://badges.example/credentials/{UUID(int=number * 0x1234_5678_9ABC_DEF0_1357_9BDF_0246)}"
        assert codes_of(qr_png(address, pixels=150), tmp_path) == [address]


def test_the_quiet_zone_is_four_modules_of_white():
    image = Image.open(io.BytesIO(qr_png(ADDRESS, pixels=450))).convert("L")
    assert image.size == (450, 450)  # 37 modules and 8 of quiet zone, ten pixels each
    assert image.getextrema() == (0, 255)
    for box in ((0, 0, 450, 40), (0, 0, 40, 450), (0, 410, 450, 450), (410, 0, 450, 450)):
        assert image.crop(box).getextrema() == (255, 255)
    assert image.getpixel((45, 45)) == 0


@pytest.mark.parametrize("pixels", [1, 44, 299, 1_000])
def test_it_is_never_larger_than_asked_except_that_a_module_is_a_pixel(pixels):
    width, height = Image.open(io.BytesIO(qr_png(ADDRESS, pixels=pixels))).size
    assert width == height
    assert width % 45 == 0
    assert width <= max(pixels, 45)


def test_the_svg_is_two_shapes_with_a_name():
    root = etree.fromstring(qr_svg(ADDRESS, title='Code <of> "this" & that'))
    assert [etree.QName(element).localname for element in root] == ["title", "path", "path"]
    assert root[0].text == 'Code <of> "this" & that'
    assert [path.get("fill") for path in root[1:]] == ["#fff", "#000"]
    assert qr_svg(ADDRESS) == qr_svg(ADDRESS)


def test_more_text_than_a_code_holds_is_refused():
    for draw in (qr_svg, qr_png):
        with pytest.raises(TooLargeError):
            draw("a" * 3_000)
