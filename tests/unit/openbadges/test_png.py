from __future__ import annotations

import io
import zlib
from pathlib import Path

import pytest
from PIL import Image

from app.errors import AppError, MalformedDocumentError, MalformedImageError, TooLargeError
from app.openbadges.png import bake_png, read_png_chunks, unbake_png
from tests.unit.openbadges.pngs import SIGNATURE, chunk, header, itxt, pixels, png

PUBLISHED = Path(__file__).parents[4] / "shared/spec/examples/validator-ob30"
published = pytest.mark.skipif(not PUBLISHED.is_dir(), reason="published vectors not present")

JSON = '{"name":"Größe 漢字 عربي ]]>"}'
JWS = "eyJhbGciOiJSUzI1NiJ9.e30.c2ln"


@pytest.mark.parametrize("text", [JSON, JWS, "x" * 300_000], ids=["json", "jws", "300 kB"])
def test_what_is_baked_comes_out_again(text):
    assert unbake_png(bake_png(png(), text)) == text


def test_the_chunk_is_byte_for_byte_the_standards_and_stands_before_the_end():
    # Open Badges 3.0, 5.3.1.1: keyword, five NULs, the text in UTF-8.
    baked = bake_png(png(), JSON)
    expected = chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0" + JSON.encode())
    assert baked == png()[: -len(chunk(b"IEND"))] + expected + chunk(b"IEND")


def test_baking_again_replaces():
    assert bake_png(bake_png(png(), JSON), JWS) == bake_png(png(), JWS)


def test_a_version_2_badge_in_the_same_image_stays():
    old = itxt(b"{}", keyword=b"openbadges")
    baked = bake_png(png(old), JSON)
    assert old in baked
    assert unbake_png(baked) == JSON


def test_pixels_are_untouched():
    before, after = Image.open(io.BytesIO(png())), Image.open(io.BytesIO(bake_png(png(), JSON)))
    assert before.tobytes() == after.tobytes()
    assert after.info["openbadgecredential"] == JSON


def test_a_compressed_credential_is_read_though_no_baker_should_write_one():
    assert unbake_png(png(itxt(zlib.compress(JSON.encode()), flags=b"\1\0"))) == JSON


BROKEN = {
    "no credential": (png(), MalformedDocumentError, "no credential"),
    "a credential in a tEXt chunk": (
        png(chunk(b"tEXt", b"openbadgecredential\0" + JWS.encode())),
        MalformedDocumentError,
        "no credential",
    ),
    "two credentials": (png(itxt(b"{}"), itxt(b"{}")), MalformedDocumentError, "more than one"),
    "not UTF-8": (png(itxt(b"\xff")), MalformedDocumentError, "UTF-8"),
    "unknown compression": (png(itxt(b"{}", flags=b"\0\1")), MalformedDocumentError, "iTXt"),
    "iTXt without its fields": (
        png(chunk(b"iTXt", b"openbadgecredential\0\0\0")),
        MalformedDocumentError,
        "iTXt",
    ),
    "compressed and cut off": (
        png(itxt(zlib.compress(b"{}" * 999)[:-6], flags=b"\1\0")),
        MalformedDocumentError,
        "damaged",
    ),
    "compressed bomb": (
        png(itxt(zlib.compress(b" " * 100_000_000), flags=b"\1\0")),
        TooLargeError,
        "inflates",
    ),
    "not a PNG": (b"GIF89a", MalformedDocumentError, "not a PNG"),
    "signature only": (SIGNATURE, MalformedDocumentError, "IHDR"),
    "no header": (SIGNATURE + pixels() + chunk(b"IEND"), MalformedDocumentError, "IHDR"),
    "two headers": (png(header()), MalformedDocumentError, "IHDR"),
    "no end": (png()[:-12], MalformedDocumentError, "IEND"),
    "cut off in a chunk": (png()[:-13], MalformedDocumentError, "states more bytes"),
    "cut off in a chunk's head": (png()[:-5], MalformedDocumentError, "cut off"),
    "a lying length": (
        png(b"\x7f\xff\xff\xff" + itxt(b"{}")[4:]),
        MalformedDocumentError,
        "states more bytes",
    ),
    "a wrong checksum": (png(itxt(b"{}")[:-1] + b"\0"), MalformedDocumentError, "checksum"),
    "a nameless chunk": (png(chunk(b"i\0Xt", b"")), MalformedDocumentError, "name"),
    "bytes behind the end": (png(itxt(b"{}")) + b"<script>", MalformedDocumentError, "Bytes follow"),
    "30,000 chunks": (png(*[chunk(b"tEXt", b"a\0b")] * 30_000), TooLargeError, "1024 chunks"),
    "six MiB": (png(chunk(b"tEXt", bytes(6 * 2**20))), TooLargeError, "limit"),
}


@pytest.mark.parametrize(("raw", "error", "words"), BROKEN.values(), ids=BROKEN)
def test_a_broken_image_is_refused(raw, error, words):
    with pytest.raises(error, match=words):
        unbake_png(raw)


def test_an_honest_camera_file_with_pixels_in_8_kib_pieces_passes():
    assert len(read_png_chunks(png(*[chunk(b"IDAT", bytes(8_192))] * 630))) == 633


def test_nothing_is_baked_into_a_broken_image():
    with pytest.raises(MalformedImageError):
        bake_png(png()[:-1], JSON)


def test_every_single_changed_bit_is_noticed_or_harmless():
    honest = bake_png(png(), JSON)
    for position in range(len(honest) * 8):
        raw = bytearray(honest)
        raw[position // 8] ^= 1 << position % 8
        try:
            assert unbake_png(bytes(raw)) == JSON
        except AppError:
            continue
        pytest.fail(f"bit {position} changed and nothing was noticed")


@published
@pytest.mark.parametrize(("name", "start"), [("simple-json.png", "{"), ("simple-jwt.png", "eyJ")])
def test_1edtechs_own_samples_are_read(name, start):
    raw = (PUBLISHED / name).read_bytes()
    text = unbake_png(raw)
    assert text.startswith(start)
    assert unbake_png(bake_png(raw, text)) == text
