"""Whatever comes: it is read, or one of the declared errors says why not; soon, and never another exception."""

from __future__ import annotations

import random
import zlib
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import InputError
from app.openbadges import bake_png, bake_svg, locate_pdf, locate_png, locate_svg
from app.verification import inspect, read
from tests.cost import within
from tests.factories import PNG, SVG, as_bytes, make_credential, sign, sign_token
from tests.unit.openbadges.pdfs import attaching, deflated, modern, stream
from tests.unit.openbadges.pngs import chunk, itxt, png
from tests.unit.openbadges.test_pdf import CREDENTIAL, IN_NAMES
from tests.unit.openbadges.test_svg import LIBERAL

TEXT = as_bytes(sign(make_credential())).decode()
TOKEN = sign_token(make_credential())
URL = "https://badges.example/7"
EXAMPLES = Path(__file__).parents[4] / "shared/spec/examples"
SECONDS = 1.0

PNGS = [
    bake_png(PNG, TEXT),
    png(itxt(zlib.compress(TEXT.encode()), flags=b"\1\0")),
    png(chunk(b"zTXt", b"openbadges\0\0" + zlib.compress(URL.encode()))),
    png(itxt(URL.encode(), keyword=b"openbadges"), itxt(TOKEN.encode())),
]
SVGS = [bake_svg(SVG, TEXT), bake_svg(SVG, TOKEN), *(raw for raw, _, _ in LIBERAL.values())]
PDFS = [
    attaching(stream(CREDENTIAL)),
    attaching(deflated(CREDENTIAL), stream(b"another file")),
    modern(IN_NAMES),
]
OTHERS = [TEXT.encode(), TOKEN.encode(), URL.encode(), b'{"type":"EnvelopedVerifiableCredential","id":"data:"}']
# What is found in such files, and what breaks readers.
PIECES = (
    *(
        b"\0",
        b"\xff",
        b"<",
        b">",
        b"&x;",
        b"]]>",
        b"<![CDATA[",
        b"<!DOCTYPE svg [",
        b"'",
        b"=",
        b"{",
        b"}",
        b'"',
        b"\\u0000",
    ),
    *(b"/Kids", b"/Prev 9", b"/Length 999999999", b" 0 R", b"<<", b">>", b"endobj", b"stream\n", b"xref", b"/Filter"),
    *(b"iTXt", b"IEND", b"openbadges\0", b"\x7f\xff\xff\xff", b"eyJ", b".", b"https://", b"/Encrypt 1 0 R", b"-1"),
)


@st.composite
def damaged(draw, files):
    """One of the files with some bytes changed, left out, doubled or put in."""
    raw = bytearray(draw(st.sampled_from(files)))
    chance = random.Random(draw(st.integers(0, 2**32)))
    for _ in range(draw(st.integers(0, 6))):
        at = chance.randrange(len(raw) + 1)
        match chance.randrange(5):
            case 0:
                raw[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del raw[at : at + chance.choice((1, 4, 40, 400))]
            case 2:
                raw[at:at] = raw[at : at + chance.choice((1, 12, 100, 1_000))]
            case 3:
                raw[at:at] = chance.choice(PIECES) * chance.choice((1, 1, 2, 300))
            case 4:
                other = chance.choice(files)
                raw[at:at] = other[chance.randrange(len(other)) :]
    return bytes(raw)


@st.composite
def mended(draw):
    """The same of a PNG, with checksums that fit: or nothing would come further than to those."""
    raw, position, chunks = draw(damaged(PNGS)), 8, b""
    while position + 12 <= len(raw):
        length = int.from_bytes(raw[position : position + 4])
        chunks += chunk(raw[position + 4 : position + 8], raw[position + 8 : position + 8 + min(length, len(raw))])
        position += 12 + length
    return PNG[:8] + chunks


def soon(work):
    with within(SECONDS), suppress(InputError):
        work()


bounded = partial(settings, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@bounded(max_examples=400)
@given(damaged(PNGS) | mended())
def test_png_files(raw):
    soon(lambda: locate_png(raw))
    soon(lambda: read(raw))


@bounded(max_examples=400)
@given(damaged(SVGS))
def test_svg_files(raw):
    soon(lambda: locate_svg(raw))
    soon(lambda: read(raw))


@bounded(max_examples=300)
@given(damaged(PDFS))
def test_pdf_files(raw):
    soon(lambda: locate_pdf(raw))


@bounded(max_examples=400)
@given(damaged(PNGS + SVGS + PDFS + OTHERS) | st.binary(max_size=64))
def test_anything(raw):
    soon(lambda: read(raw))
    soon(lambda: inspect(raw))


PUBLISHED = {
    "validator-ob30/simple-json.png": ("png+json", "OpenBadgeCredential"),
    "validator-ob30/simple-json.svg": ("svg+json", "OpenBadgeCredential"),
    "validator-ob30/simple-jwt.png": ("png+jwt", "OpenBadgeCredential"),
    "validator-ob30/simple-jwt.svg": ("svg+jwt", "OpenBadgeCredential"),
    "validator-ob30/simple-jwt_v1.png": ("png+jwt", "OpenBadgeCredential"),
    "validator-ob30/simple-jwt_v1.svg": ("svg+jwt", "OpenBadgeCredential"),
    "validator-ob30/simple.jwt": ("jwt", "OpenBadgeCredential"),
    "validator-ob20/simple-badge.png": ("png+json", "Assertion"),
    "validator-ob20/simple.jwt": ("jwt", "Assertion"),
    "validator-ob20/simple-not-revoked.jwt": ("jwt", "Assertion"),
    "validator-ob20/simple-revoked.jwt": ("jwt", "Assertion"),
    "validator-clr20/simple.jwt": ("jwt", "ClrCredential"),
}
WITHOUT_A_BADGE = {"validator-ob20/assets/robotics-badge.png", "validator-ob20/assets/beths-robot-badge.png"}


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="published vectors not present")
def test_every_published_container_is_read_as_its_source_says():
    files = [path for ending in ("png", "svg", "jwt") for path in EXAMPLES.rglob(f"*.{ending}")]
    found = {}
    for path in files:
        name = str(path.relative_to(EXAMPLES))
        try:
            presented = read(path.read_bytes())
        except InputError:
            found[name] = None
            continue
        types = presented.document["type"]
        found[name] = presented.format, PUBLISHED[name][1] if PUBLISHED[name][1] in types else types
    assert found == PUBLISHED | dict.fromkeys(WITHOUT_A_BADGE)


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="published vectors not present")
@pytest.mark.parametrize("ending", ["json", "jwt"])
def test_the_pairs_of_the_reference_validator_hold_the_same(ending):
    """1EdTech baked one credential into both kinds of image."""
    image, drawing = (EXAMPLES / f"validator-ob30/simple-{ending}.{form}" for form in ("png", "svg"))
    one, other = read(image.read_bytes()).document, read(drawing.read_bytes()).document
    assert (one["id"], one["credentialSubject"]) == (other["id"], other["credentialSubject"])
