from __future__ import annotations

import base64
import gzip
import io
import random
import struct
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from lxml import etree
from PIL import Image

from app.errors import InputError, MalformedImageError, TooLargeError, UnsupportedMediaTypeError
from app.openbadges.png import bake_png, read_png_chunks, unbake_png
from app.openbadges.svg import bake_svg, unbake_svg
from app.rendering import CheckedImage, Shape, check_image, marked_as_test, to_png, to_svg
from tests.cost import within
from tests.unit.openbadges.pngs import SIGNATURE, chunk, itxt, pixels, png

NS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def svg(inside: str, *, attributes: str = 'viewBox="0 0 100 100"', prolog: str = "") -> bytes:
    return f"{prolog}<svg {NS} {attributes}>{inside}</svg>".encode()


def compressed(kind: bytes, size: int = 100_000_000) -> bytes:
    return chunk(kind, b"x\0\0" + (b"\0\0" if kind == b"iTXt" else b"") + zlib.compress(bytes(size)))


def drawn(width: int, height: int, mode: str = "RGBA") -> bytes:
    out = io.BytesIO()
    Image.new(mode, (width, height), 200).save(out, "PNG")
    return out.getvalue()


def noise(side: int) -> bytes:
    out = io.BytesIO()
    Image.frombytes("RGB", (side, side), random.Random(1).randbytes(side * side * 3)).save(out, "PNG")
    return out.getvalue()


# 1. Honest uploads


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_pixel_is_taken(mode):
    image = check_image(drawn(64, 60, mode))
    assert (image.media_type, image.width, image.height) == ("image/png", 64, 60)
    assert Image.open(io.BytesIO(image.content)).mode in ("L", "RGB", "RGBA")


def test_sixteen_bit_grey_keeps_its_brightness():
    out = io.BytesIO()
    Image.new("I;16", (64, 64), 0x8000).save(out, "PNG")
    assert Image.open(io.BytesIO(check_image(out.getvalue()).content)).getpixel((5, 5)) == 0x80


def test_transparency_survives():
    out = io.BytesIO()
    Image.new("RGBA", (64, 64), (10, 20, 30, 0)).save(out, "PNG")
    assert Image.open(io.BytesIO(check_image(out.getvalue()).content)).getpixel((5, 5))[3] == 0


def test_nothing_but_pixels_stays_in_a_png():
    secret = b"GPS 51.5 N"
    extras = [chunk(b"eXIf", secret), chunk(b"tEXt", b"where\0" + secret), itxt(secret), chunk(b"tIME", secret[:7])]
    image = check_image(png(*extras))
    assert {part.kind for part in read_png_chunks(image.content)} == {b"IHDR", b"IDAT", b"IEND"}
    assert secret not in image.content


def test_a_large_png_is_made_smaller_so_that_it_can_be_baked():
    image = check_image(noise(1_300))
    assert (image.width, image.height) == (1_024, 1_024)
    assert unbake_png(bake_png(image.content, "{}")) == "{}"


def test_a_designers_svg_keeps_its_look_and_loses_its_style_sheet():
    image = check_image(
        svg(
            """<!-- Generator: an editor --><metadata>who</metadata>
            <defs><style>.a,.b{fill:url(#g);stroke:#fff} /* note */ .b{stroke:none !important} rect{opacity:.5}</style>
            <linearGradient id="g"><stop offset="0" stop-color="#123"/></linearGradient></defs>
            <rect class="b" data-name="Layer 1" width="9" height="9" fill="red" style="stroke-width:2px"/>
            <use xlink:href="#g"/><text x="1" y="9">Größe &amp; Ziel</text>""",
            prolog='<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE svg>',
        )
    )
    root = etree.fromstring(image.content)
    (rect,) = root.iter("{*}rect")
    assert dict(rect.attrib) == {
        "width": "9",
        "height": "9",
        "fill": "url(#g)",
        "stroke": "none",
        "opacity": ".5",
        "stroke-width": "2px",
    }
    assert not list(root.iter("{*}style", "{*}metadata"))
    assert next(root.iter("{*}use")).get("href") == "#g"
    assert "Größe & Ziel" in "".join(root.itertext())
    assert (image.media_type, image.width, image.height) == ("image/svg+xml", 600, 600)


def test_the_size_of_an_svg_without_a_view_box_is_its_width_and_height():
    image = check_image(svg("<rect width='50' height='50'/>", attributes='width="100px" height="95.0"'))
    root = etree.fromstring(image.content)
    assert (root.get("viewBox"), image.width, image.height) == ("0 0 100 95", 600, 570)


def test_a_clean_svg_stays_as_it_is_when_checked_again():
    once = check_image(svg("<g><circle cx='5' cy='5' r='4'/></g>"))
    assert check_image(once.content) == once


def test_an_svg_becomes_a_png():
    picture = Image.open(io.BytesIO(to_png(check_image(svg('<rect width="100" height="50" fill="#f00"/>')))))
    assert picture.size == (600, 600)
    assert picture.getpixel((300, 100)) == (255, 0, 0, 255)
    assert picture.getpixel((300, 500))[3] == 0


def test_a_png_becomes_smaller_and_an_svg():
    image = check_image(drawn(900, 900))
    assert Image.open(io.BytesIO(to_png(image, pixels=300))).size == (300, 300)
    wrapped = to_svg(image)
    (inner,) = etree.fromstring(wrapped).iter("{*}image")
    data = base64.b64decode(inner.get("{http://www.w3.org/1999/xlink}href").partition(",")[2])
    assert Image.open(io.BytesIO(data)).size == (600, 600)
    assert unbake_svg(bake_svg(wrapped, "{}")) == "{}"


def test_many_threads_at_once():
    with ThreadPoolExecutor(8) as pool:
        results = set(pool.map(lambda _: to_png(check_image(svg("<rect width='9' height='9'/>"))), range(8)))
    assert len(results) == 1


# 2. Refused

DOCTYPE = '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
XXE = '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def uses(levels: int) -> str:
    nested = "".join(f'<g id="u{i}">{f"<use href=^#u{i + 1}^/>" * 10}</g>' for i in range(levels)).replace("^", '"')
    return f'{nested}<g id="u{levels}"><rect width="1" height="1"/></g>'


def chain(length: int) -> str:
    return "".join(f'<linearGradient id="g{i}" href="#g{i + 1}"/>' for i in range(length))


PATTERNS = "".join(
    f'<pattern id="p{i}" width="1" height="1">{f"<rect width=^9^ height=^9^ fill=^url(#p{i + 1})^/>" * 10}</pattern>'
    for i in range(9)
).replace("^", '"')

REFUSED_PNG = {
    "too many pixels": (png(width=2_001, height=2_000), TooLargeError),
    "100,000 pixels a side": (SIGNATURE + png()[8:16] + b"\0\1\x86\xa0" * 2 + png()[24:], MalformedImageError),
    "100,000 pixels a side, honest checksum": (
        SIGNATURE
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0))
        + pixels()
        + chunk(b"IEND"),
        TooLargeError,
    ),
    "no pixels": (png(width=0, height=0), TooLargeError),
    "not square": (drawn(100, 89), MalformedImageError),
    "30,000 chunks": (png(*[chunk(b"tEXt", b"a\0b")] * 30_000), TooLargeError),
    "3,000 frames": (
        png(chunk(b"acTL", struct.pack(">II", 3_000, 0)), *[chunk(b"fcTL", bytes(26))] * 900),
        MalformedImageError,
    ),
    "a lying chunk length": (png(b"\x7f\xff\xff\xff" + itxt(b"")[4:]), MalformedImageError),
    "a wrong checksum": (png(chunk(b"tEXt", b"a\0b")[:-1] + b"!"), MalformedImageError),
    "cut off": (drawn(64, 64)[:-20], MalformedImageError),
    "pixels cut off": (
        b"".join((SIGNATURE, png()[8:33], chunk(b"IDAT", zlib.compress(bytes(20))[:-8]), chunk(b"IEND"))),
        MalformedImageError,
    ),
    "pixels that are not compressed": (
        b"".join((SIGNATURE, png()[8:33], chunk(b"IDAT", b"no pixels"), chunk(b"IEND"))),
        MalformedImageError,
    ),
    "no pixels at all": (b"".join((SIGNATURE, png()[8:33], chunk(b"IEND"))), MalformedImageError),
    "an unknown kind of pixel": (
        SIGNATURE + chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 4, 7, 9, 0, 0, 0)) + pixels() + chunk(b"IEND"),
        MalformedImageError,
    ),
    "a script behind the end": (drawn(64, 64) + b"<script>alert(1)</script>", MalformedImageError),
    "a GIF": (b"GIF89a" + bytes(99), UnsupportedMediaTypeError),
    "a JPEG": (b"\xff\xd8\xff\xe0" + bytes(99), UnsupportedMediaTypeError),
    "six MiB": (bytes(6 * 2**20), TooLargeError),
    "nothing": (b"", UnsupportedMediaTypeError),
}
REFUSED_SVG = {
    "compressed": (gzip.compress(svg("")), UnsupportedMediaTypeError),
    "an entity of a file": (svg("<text>&x;</text>", prolog=XXE), UnsupportedMediaTypeError),
    "entities of entities": (svg("<text>&b;</text>", prolog=DOCTYPE), UnsupportedMediaTypeError),
    "a foreign DTD": (svg("", prolog='<!DOCTYPE svg SYSTEM "http://evil.example/">'), UnsupportedMediaTypeError),
    "a script": (svg("<script>alert(1)</script>"), MalformedImageError),
    "a script deep inside": (svg("<g><defs><script href='x.js'/></defs></g>"), MalformedImageError),
    "foreign content": (svg("<foreignObject><p xmlns='x'/></foreignObject>"), MalformedImageError),
    "a link": (svg("<a href='javascript:alert(1)'><rect/></a>"), MalformedImageError),
    "animation": (svg("<rect><animate attributeName='href' to='javascript:alert(1)'/></rect>"), MalformedImageError),
    "set": (svg("<rect><set attributeName='onclick' to='alert(1)'/></rect>"), MalformedImageError),
    "a picture from elsewhere": (svg("<image href='http://evil.example/x.png'/>"), MalformedImageError),
    "a picture inside": (svg("<image href='data:image/svg+xml;base64,PHN2Zy8+'/>"), MalformedImageError),
    "a use from elsewhere": (svg("<use href='http://evil.example/x.svg#a'/>"), MalformedImageError),
    "a use by xlink from elsewhere": (svg("<use xlink:href='//evil.example/x.svg#a'/>"), MalformedImageError),
    "a use of a data URL": (svg("<use href='data:image/svg+xml,a#a'/>"), MalformedImageError),
    "javascript in a use": (svg("<use href='javascript:alert(1)'/>"), MalformedImageError),
    "a fill from elsewhere": (svg("<rect fill='url(http://evil.example/x.svg#g)'/>"), MalformedImageError),
    "a style from elsewhere": (svg("<rect style='fill:url(//evil.example/#g)'/>"), MalformedImageError),
    "a background": (svg("<rect style='background:url(http://evil.example/)'/>"), MalformedImageError),
    "an image set": (svg("<rect style='mask:image-set(\"http://evil.example/\" 1x)'/>"), MalformedImageError),
    "an import": (svg("<style>@import 'http://evil.example/x.css';</style>"), MalformedImageError),
    "an import behind a rule": (svg("<style>a{fill:red}@import url(x.css);</style>"), MalformedImageError),
    "a font face": (svg("<style>@font-face{src:url(http://evil.example/f)}</style>"), MalformedImageError),
    "a style sheet that fetches": (svg("<style>rect{fill:url(http://evil.example/#g)}</style>"), MalformedImageError),
    "an escaped url": (svg("<style>rect{fill:u\\72l(http://evil.example/)}</style>"), MalformedImageError),
    "a filter": (svg("<filter id='f'><feGaussianBlur stdDeviation='9999'/></filter>"), MalformedImageError),
    "a foreign script element": (svg("<x:script xmlns:x='http://www.w3.org/2000/svg'/>"), MalformedImageError),
    "a style sheet instruction with a DTD": (
        svg("", prolog='<?xml-stylesheet href="http://evil.example/x.css"?><!DOCTYPE svg [ ]>'),
        UnsupportedMediaTypeError,
    ),
    "a use of itself": (svg("<g id='a'><use href='#a'/></g>"), MalformedImageError),
    "two uses of each other": (
        svg("<g id='a'><use href='#b'/></g><g id='b'><use href='#a'/></g>"),
        MalformedImageError,
    ),
    "a billion uses": (svg(uses(9)), TooLargeError),
    "a billion patterns": (svg(PATTERNS + '<rect width="9" height="9" fill="url(#p0)"/>'), TooLargeError),
    "an endless chain": (svg(chain(30_000)), MalformedImageError),
    "a huge view box": (svg("", attributes='viewBox="0 0 1000000000 1000000000"'), TooLargeError),
    "a view box without end": (svg("", attributes='viewBox="0 0 inf inf"'), TooLargeError),
    "a view box that is no number": (svg("", attributes='viewBox="0 0 nan nan"'), TooLargeError),
    "an empty view box": (svg("", attributes='viewBox="0 0 0 0"'), TooLargeError),
    "no size": (svg("", attributes=""), MalformedImageError),
    "not square": (svg("", attributes='viewBox="0 0 100 50"'), MalformedImageError),
    "50,000 levels": (svg("<g>" * 49_000 + "</g>" * 49_000), MalformedImageError),
    "20,000 attributes": (
        svg("<rect " + " ".join(f"a{number}='1'" for number in range(20_000)) + "/>"),
        MalformedImageError,
    ),
    "a million elements": (svg("<a/>" * 1_000_000), TooLargeError),
    "not well-formed": (svg("<g>"), MalformedImageError),
}


@pytest.mark.parametrize(
    ("raw", "error"), [*REFUSED_PNG.values(), *REFUSED_SVG.values()], ids=[*REFUSED_PNG, *REFUSED_SVG]
)
def test_a_hostile_or_broken_upload_is_refused_quickly(raw, error):
    with within(2), pytest.raises(error) as caught:
        check_image(raw)
    assert isinstance(caught.value, InputError)


@pytest.mark.parametrize(
    ("width", "height", "fits"), [(400, 100, True), (401, 100, False), (25, 101, False), (1, 1, True)]
)
def test_a_logo_may_be_four_times_as_wide_as_high(width, height, fits):
    for raw in (drawn(width, height), svg("", attributes=f'viewBox="0 0 {width} {height}"')):
        if fits:
            image = check_image(raw, shape=Shape.LOGO)
            assert image.width / image.height == pytest.approx(width / height, rel=0.01)
        else:
            with pytest.raises(MalformedImageError, match="at most four times"):
                check_image(raw, shape=Shape.LOGO)


# 3. Made harmless

HARMLESS_PNG = {
    "compressed text bomb": png(compressed(b"zTXt"), width=64, height=64),
    "compressed international text bomb": png(compressed(b"iTXt"), width=64, height=64),
    "colour profile bomb": png(compressed(b"iCCP"), width=64, height=64),
    "pixels without end": b"".join(
        (SIGNATURE, png()[8:33], chunk(b"IDAT", zlib.compress(bytes(200_000_000))), chunk(b"IEND"))
    ),
    "script in a text": png(chunk(b"tEXt", b"Comment\0<script>alert(1)</script>")),
}
HARMLESS_SVG = {
    "event handlers": svg("<rect onload='alert(1)' onclick='alert(1)' width='9' height='9'/>"),
    "an event handler on the root": svg("", attributes='viewBox="0 0 9 9" onload="alert(1)"'),
    "HTML inside": svg("<b xmlns='http://www.w3.org/1999/xhtml'><script>alert(1)</script></b>"),
    "script in the metadata": svg("<metadata><script>alert(1)</script></metadata>"),
    "script in a comment": svg("<!-- <script>alert(1)</script> -->"),
    "script as text": svg("<text>&lt;script>alert(1)&lt;/script></text>"),
    "script in CDATA": svg("<text><![CDATA[<script>alert(1)</script>]]></text>"),
    "a style sheet instruction": svg("", prolog='<?xml-stylesheet href="http://evil.example/x.css"?>'),
    "another base": svg("", attributes='viewBox="0 0 9 9" xml:base="http://evil.example/"'),
    "a credential": svg("<c:credential xmlns:c='https://purl.imsglobal.org/ob/v3p0' verify='a.b.c'/>"),
}


@pytest.mark.parametrize("raw", HARMLESS_PNG.values(), ids=HARMLESS_PNG)
def test_a_bomb_in_a_png_is_never_opened(raw):
    with within(2):
        image = check_image(raw)
    assert len(image.content) < 2_000
    assert b"script" not in image.content


@pytest.mark.parametrize("raw", HARMLESS_SVG.values(), ids=HARMLESS_SVG)
def test_what_could_run_or_fetch_is_gone(raw):
    content = check_image(raw).content
    root = etree.fromstring(content)
    assert b"evil" not in content
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]
    assert all(str(element.tag).startswith("{http://www.w3.org/2000/svg}") for element in root.iter())
    assert not list(root.iter("{*}script", "{*}credential"))


SLOW_TO_DRAW = {
    "many large layers": '<rect width="100" height="100" fill="url(#g)" opacity=".9"/>' * 20_000,
    "one tangled path": f'<path fill="none" stroke="red" d="M0 0{"L100 99L0 1L99 100L1 0" * 60_000}"/>',
    "endless dashes": '<path d="M0 0L99999 99999" stroke="red" stroke-dasharray="0.00001"/>' * 200,
    "masks in masks": '<mask id="m"><rect width="100" height="100"/></mask>'
    + '<g mask="url(#m)"><rect width="100" height="100"/></g>' * 11_000,
}
GRADIENT = '<radialGradient id="g"><stop stop-color="red"/><stop offset="1" stop-color="blue"/></radialGradient>'


@pytest.mark.parametrize("inside", SLOW_TO_DRAW.values(), ids=SLOW_TO_DRAW)
def test_a_drawing_that_takes_too_long_is_given_up(inside):
    before = time.perf_counter()
    image = check_image(svg(GRADIENT + inside))
    with suppress(MalformedImageError):  # a fast machine may well draw it
        assert to_png(image).startswith(SIGNATURE)
    assert time.perf_counter() - before < 10  # of the clock, on a busy machine


def test_a_drawing_that_nothing_can_read_is_an_error_not_a_crash():
    with pytest.raises(MalformedImageError):
        to_png(CheckedImage("image/svg+xml", b"<svg", 600, 600))


@pytest.mark.parametrize("mode", ["RGBA", "RGB", "L", "P", "LA", "I;16"])
@pytest.mark.parametrize("size", [(1, 1), (8, 8), (600, 560)])
def test_the_mark_of_a_test_is_seen_on_every_picture(mode, size):
    out = io.BytesIO()
    Image.new(mode, size).save(out, "PNG")
    marked = marked_as_test(out.getvalue())
    assert marked == marked_as_test(out.getvalue())
    picture = Image.open(io.BytesIO(marked.content))
    assert picture.size == size
    red = sum(count for count, colour in picture.getcolors(maxcolors=1_000_000) if colour == (178, 34, 34, 255))
    assert (red > 0) or size == (1, 1)  # where the letters are
    assert size == (1, 1) or red < 0.3 * size[0] * size[1]
