from __future__ import annotations

import io
import json
import tracemalloc
import zlib
from pathlib import Path

import pytest
from PIL import Image

from app.errors import AppError, MalformedDocumentError, MalformedImageError, TooLargeError
from app.openbadges.baked import Twin
from app.openbadges.png import bake_png, locate_png, read_png_chunks, unbake_png
from tests.unit.openbadges.pngs import SIGNATURE, chunk, header, itxt, pixels, png

PUBLISHED = Path(__file__).parents[4] / "shared/spec/examples/validator-ob30"
OLDER = PUBLISHED.parent / "validator-ob20/simple-badge.png"
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


def test_a_twin_is_baked_as_version_2_says_and_the_newer_counts():
    # Open Badges 2.0, Baking Specification, PNG: keyword, five NULs, the assertion in UTF-8.
    twin = Twin(URL, '{"type":"Assertion","narrative":"größer"}')
    baked = bake_png(png(), JSON, twin=twin)
    assert chunk(b"iTXt", b"openbadges\0\0\0\0\0" + twin.text.encode()) in baked
    assert unbake_png(baked) == JSON


def test_baking_a_twin_replaces_one_that_was_there():
    for other in (itxt(b"{}", keyword=V2), text(URL, keyword="openbadges")):
        assert bake_png(png(other), JSON, twin=Twin(URL, "{}")) == bake_png(png(), JSON, twin=Twin(URL, "{}"))


def test_pixels_are_untouched():
    before, after = Image.open(io.BytesIO(png())), Image.open(io.BytesIO(bake_png(png(), JSON)))
    assert before.tobytes() == after.tobytes()
    assert after.info["openbadgecredential"] == JSON


def ztxt(text: bytes, *, keyword: bytes = b"openbadgecredential") -> bytes:
    return chunk(b"zTXt", keyword + b"\0\0" + zlib.compress(text))


def text(text: str, *, keyword: str = "openbadgecredential") -> bytes:
    return chunk(b"tEXt", f"{keyword}\0{text}".encode())


URL = "https://badges.example/assertions/7"
V2, CLR = b"openbadges", b"clrcredential"
LIBERAL = {
    "iTXt, compressed": (itxt(zlib.compress(JSON.encode()), flags=b"\1\0"), JSON, "iTXt chunk “openbadgecredential”"),
    "iTXt with a language and a translated keyword": (
        chunk(b"iTXt", b"openbadgecredential\0\0\0de\0Abzeichen\0" + JSON.encode()),
        JSON,
        "iTXt chunk “openbadgecredential”",
    ),
    "zTXt": (ztxt(JSON.encode()), JSON, "zTXt chunk “openbadgecredential”"),
    "tEXt": (text(JWS), JWS, "tEXt chunk “openbadgecredential”"),
    "tEXt in UTF-8": (text(JSON), JSON, "tEXt chunk “openbadgecredential”"),
    "version 2, a token": (itxt(JWS.encode(), keyword=V2), JWS, "iTXt chunk “openbadges”"),
    "version 2, an assertion": (itxt(JSON.encode(), keyword=V2), JSON, "iTXt chunk “openbadges”"),
    "version 2, an address": (itxt(URL.encode(), keyword=V2), URL, "iTXt chunk “openbadges”"),
    "version 1, an address": (text(URL, keyword="openbadges"), URL, "tEXt chunk “openbadges”"),
    "a learner record": (itxt(JSON.encode(), keyword=CLR), JSON, "iTXt chunk “clrcredential”"),
    "a badge and its twin of version 2": (
        itxt(URL.encode(), keyword=V2) + itxt(JSON.encode()),
        JSON,
        "iTXt chunk “openbadgecredential”",
    ),
    "a badge before its twin of version 1": (
        itxt(JWS.encode()) + text(URL, keyword="openbadges"),
        JWS,
        "iTXt chunk “openbadgecredential”",
    ),
    "a learner record and a badge of version 2": (
        itxt(URL.encode(), keyword=V2) + itxt(JSON.encode(), keyword=CLR),
        JSON,
        "iTXt chunk “clrcredential”",
    ),
    "beside other texts": (text(URL, keyword="Source") + itxt(JSON.encode()), JSON, "iTXt chunk “openbadgecredential”"),
}


@pytest.mark.parametrize(("chunks", "inside", "place"), LIBERAL.values(), ids=LIBERAL)
def test_what_others_bake_is_read(chunks, inside, place):
    found = locate_png(png(chunks))
    assert (found.text, found.place) == (inside, place)


def test_what_stands_beside_and_does_not_count_is_told():
    newer, record, older = itxt(JSON.encode()), itxt(JSON.encode(), keyword=CLR), text(URL, keyword="openbadges")
    beside = [locate_png(png(*chunks)).beside for chunks in ((newer, older), (older, record), (newer,), (older,))]
    assert beside == ["tEXt chunk “openbadges”", "tEXt chunk “openbadges”", None, None]


def test_no_other_keyword_counts():
    for keyword in (b"OpenBadges", b"openbadge", b"openbadgecredentials", b" openbadges"):
        with pytest.raises(MalformedDocumentError, match="no credential"):
            unbake_png(png(itxt(b"{}", keyword=keyword)))


def test_baking_replaces_what_would_make_two():
    others = (itxt(b"{}", keyword=CLR), ztxt(b"{}"), text(JWS))
    for other in others:
        assert bake_png(png(other), JSON) == bake_png(png(), JSON)


BROKEN = {
    "no credential": (png(), MalformedDocumentError, "no credential"),
    "two credentials": (png(itxt(b"{}"), itxt(b"{}")), MalformedDocumentError, "more than one"),
    "two credentials in two kinds of chunk": (png(itxt(b"{}"), text(JWS)), MalformedDocumentError, "more than one"),
    "two badges of version 2": (
        png(itxt(b"{}", keyword=V2), text(URL, keyword="openbadges")),
        MalformedDocumentError,
        "more than one",
    ),
    "two badges of version 2 beside a newer one": (
        png(itxt(b"{}"), itxt(b"{}", keyword=V2), itxt(b"{}", keyword=V2)),
        MalformedDocumentError,
        "more than one",
    ),
    "a badge and a learner record": (
        png(itxt(b"{}"), itxt(b"{}", keyword=CLR)),
        MalformedDocumentError,
        "a badge and a learner record",
    ),
    "zTXt of an unknown method": (
        png(chunk(b"zTXt", b"openbadges\0\7x")),
        MalformedDocumentError,
        "zTXt",
    ),
    "zTXt without anything": (png(chunk(b"zTXt", b"openbadges")), MalformedDocumentError, "zTXt"),
    "a bomb in zTXt": (png(ztxt(b" " * 100_000_000)), TooLargeError, "inflates"),
    "compressed, with more behind it": (
        png(chunk(b"zTXt", b"openbadges\0\0" + zlib.compress(b"{}") + b"{}")),
        MalformedDocumentError,
        "damaged",
    ),
    "tEXt in Latin-1": (
        png(chunk(b"tEXt", b'openbadgecredential\0{"a":"\xe9"}')),
        MalformedDocumentError,
        "UTF-8",
    ),
    "not UTF-8": (png(itxt(b"\xff")), MalformedDocumentError, "UTF-8"),
    "unknown compression": (png(itxt(b"{}", flags=b"\0\1")), MalformedDocumentError, "iTXt"),
    "iTXt without its fields": (
        png(chunk(b"iTXt", b"openbadgecredential\0\0\0")),
        MalformedDocumentError,
        "iTXt",
    ),
    "said to be compressed": (png(itxt(b"{}", flags=b"\1\0")), MalformedDocumentError, "damaged"),
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
    "a header that is not the first": (
        SIGNATURE + chunk(b"tEXt", b"a\0" + bytes(11)) + header() + pixels() + chunk(b"IEND"),
        MalformedDocumentError,
        "IHDR",
    ),
    "half a header": (SIGNATURE + chunk(b"IHDR", bytes(12)) + chunk(b"IEND"), MalformedDocumentError, "IHDR"),
    "an end with something in it": (png(chunk(b"IEND", b"x"), itxt(b"{}")), MalformedDocumentError, "IEND"),
    "a chunk that is no text": (png(chunk(b"prVt", itxt(b"{}")[8:-4])), MalformedDocumentError, "no credential"),
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


def test_the_limits_are_exact():
    within = [chunk(b"tEXt", b"a\0b")] * 1_020  # with the header, the pixels and the end
    assert unbake_png(png(itxt(b"{}"), *within)) == "{}"
    with pytest.raises(TooLargeError, match="chunks"):
        unbake_png(png(itxt(b"{}"), *within, within[0]))
    raw = png(itxt(b"{}"))
    assert unbake_png(raw, max_bytes=len(raw)) == "{}"
    with pytest.raises(TooLargeError, match="limit"):
        unbake_png(raw, max_bytes=len(raw) - 1)
    assert len(unbake_png(png(ztxt(b" " * 256 * 1_024)))) == 256 * 1_024
    with pytest.raises(TooLargeError, match="inflates"):
        unbake_png(png(ztxt(b" " * (256 * 1_024 + 1))))


def test_a_bomb_costs_no_memory():
    bomb = png(ztxt(b" " * 8_000_000))
    tracemalloc.start()
    with pytest.raises(TooLargeError):
        unbake_png(bomb)
    assert tracemalloc.get_traced_memory()[1] < 4 * 2**20
    tracemalloc.stop()


def test_an_honest_camera_file_with_pixels_in_8_kib_pieces_passes():
    assert len(read_png_chunks(png(*[chunk(b"IDAT", bytes(8_192))] * 630))) == 633


def test_nothing_is_baked_into_a_broken_image():
    with pytest.raises(MalformedImageError):
        bake_png(png()[:-1], JSON)
    with pytest.raises(TooLargeError):
        bake_png(png(chunk(b"IDAT", bytes(5 * 2**20))), JSON)


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
@pytest.mark.parametrize(
    ("name", "start"), [("simple-json.png", "{"), ("simple-jwt.png", "eyJ"), ("simple-jwt_v1.png", "eyJ")]
)
def test_1edtechs_own_samples_are_read(name, start):
    raw = (PUBLISHED / name).read_bytes()
    text = unbake_png(raw)
    assert text.startswith(start)
    assert unbake_png(bake_png(raw, text)) == text


@pytest.mark.skipif(not OLDER.is_file(), reason="published vectors not present")
def test_1edtechs_sample_of_version_2_is_read():
    assert json.loads(unbake_png(OLDER.read_bytes()))["@context"] == "https://w3id.org/openbadges/v2"
