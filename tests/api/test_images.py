"""`PUT /v1/achievements/{id}/image`: what an issuer uploads becomes the badge, without what came along with it."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from app.openbadges import unbake_png, unbake_svg
from tests.api.conftest import client_for, path_of
from tests.problem import assert_problem

pytestmark = pytest.mark.anyio

PNG = {"Content-Type": "image/png"}
SVG = {"Content-Type": "image/svg+xml"}
RED = (200, 30, 30)
GOOD_SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">'
    b'<metadata>canary-author</metadata><circle cx="50" cy="50" r="40" fill="#1e1ec8"/></svg>'
)


def png(width=64, height=64, **extra):
    """A red square."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), RED).save(out, "PNG", **extra)
    return out.getvalue()


def png_with_secrets():
    """As cameras and editors save it: position, author, comment."""
    exif = Image.Exif()
    exif[0x013B] = "canary-author"
    exif.get_ifd(0x8825)[1] = "N"
    from PIL.PngImagePlugin import PngInfo

    words = PngInfo()
    words.add_text("Comment", "canary-comment")
    words.add_itxt("XML:com.adobe.xmp", "<x>canary-xmp</x>")
    return png(exif=exif.tobytes(), pnginfo=words)


def svg_with(inside, attributes='viewBox="0 0 100 100"'):
    return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{inside}</svg>'.encode()


@pytest.fixture
def database_url(sqlite_url):
    """One database is enough: tests/storage/ keeps images in both."""
    return sqlite_url


@pytest.fixture
def address(achievement):
    return f"/v1/achievements/{achievement['id'].rsplit('/', 1)[1]}/image"


def pixel(raw):
    with Image.open(io.BytesIO(raw)) as image:
        return image.convert("RGB").getpixel((image.width // 2, image.height // 2))


async def test_a_png_becomes_the_badge(admin, anonymous, achievement, address, credential):
    before = (await anonymous.get(path_of(credential["links"]["png"]))).content
    response = await admin.put(address, content=png_with_secrets(), headers=PNG)
    assert response.status_code == 200, response.text
    assert response.json()["id"] == achievement["id"]
    shown = (await anonymous.get(path_of(achievement["image"]))).content
    badge = (await anonymous.get(path_of(credential["links"]["png"]))).content
    assert badge != before
    assert pixel(shown) == pixel(badge) == RED
    signed = (await anonymous.get(path_of(credential["links"]["json"]))).content
    assert unbake_png(badge).encode() == signed
    as_svg = (await anonymous.get(path_of(credential["links"]["svg"]))).content
    assert unbake_svg(as_svg).encode() == signed


async def test_nothing_of_the_uploaded_file_but_its_pixels_is_served(
    admin, anonymous, achievement, address, credential
):
    assert b"canary-author" in png_with_secrets()
    await admin.put(address, content=png_with_secrets(), headers=PNG)
    for url in (achievement["image"], credential["links"]["png"], credential["links"]["svg"]):
        raw = (await anonymous.get(path_of(url))).content
        assert b"canary" not in raw, url
        assert b"eXIf" not in raw, url
    assert not Image.open(io.BytesIO((await anonymous.get(path_of(achievement["image"]))).content)).getexif()


async def test_an_svg_becomes_the_badge(admin, anonymous, achievement, address, credential):
    assert (await admin.put(address, content=GOOD_SVG, headers=SVG)).status_code == 200
    shown = (await anonymous.get(path_of(achievement["image"]))).content
    assert pixel(shown) == (30, 30, 200)
    vector = (await anonymous.get(path_of(achievement["image"]).replace(".png", ".svg"))).content
    assert b"<circle" in vector
    assert b"canary" not in vector
    for form, unbake in (("png", unbake_png), ("svg", unbake_svg)):
        baked = (await anonymous.get(path_of(credential["links"][form]))).content
        report = await anonymous.post("/v1/verify", content=baked, headers=PNG if form == "png" else SVG)
        assert report.json()["verdict"] == "valid"
        assert unbake(baked)


async def test_what_is_signed_does_not_change_with_the_picture(admin, anonymous, address, credential):
    await admin.put(address, content=png(), headers=PNG)
    served = await anonymous.get(path_of(credential["links"]["json"]))
    assert served.json() == credential["credential"]


async def test_a_second_picture_replaces_the_first_and_the_same_one_may_come_twice(
    admin, anonymous, achievement, address
):
    for content, headers in ((GOOD_SVG, SVG), (png(), PNG), (png(), PNG)):
        assert (await admin.put(address, content=content, headers=headers)).status_code == 200
    response = await anonymous.get(path_of(achievement["image"]))
    assert pixel(response.content) == RED
    again = await anonymous.get(path_of(achievement["image"]), headers={"If-None-Match": response.headers["etag"]})
    assert again.status_code == 304


REFUSED = [
    ("no image", b"hello", PNG, 415, "unsupported-media-type"),
    ("nothing", b"", PNG, 415, "unsupported-media-type"),
    ("half a PNG", png()[:100], PNG, 400, "malformed-image"),
    ("a damaged PNG", png()[:-20] + b"\0" * 8 + png()[-12:], PNG, 400, "malformed-image"),
    ("not square", png(200, 100), PNG, 400, "malformed-image"),
    ("a script", svg_with("<script>alert(1)</script>"), SVG, 400, "malformed-image"),
    ("an SVG that is no XML", b"<svg xmlns='http://www.w3.org/2000/svg'", SVG, 415, "unsupported-media-type"),
    ("an entity", b"<!DOCTYPE svg [<!ENTITY a 'b'>]>" + svg_with("&a;"), SVG, 415, "unsupported-media-type"),
    ("too much", b"\x89PNG\r\n\x1a\n" + b"\0" * (5 * 1024 * 1024), PNG, 413, "too-large"),
    ("another type", b"GIF89a", {"Content-Type": "image/gif"}, 415, "unsupported-media-type"),
    ("no type", png(), {}, 415, "unsupported-media-type"),
]


@pytest.mark.parametrize(
    ("content", "headers", "status", "code"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
async def test_what_is_refused_leaves_the_old_picture(
    admin, anonymous, achievement, address, content, headers, status, code
):
    before = (await anonymous.get(path_of(achievement["image"]))).content
    response = await admin.put(address, content=content, headers=headers)
    assert_problem(response, status, code)
    assert (await anonymous.get(path_of(achievement["image"]))).content == before


async def test_only_its_own_issuer_may_set_it(app, admin, anonymous, address, make_key):
    await admin.post("/v1/issuers", json={"slug": "northgate", "name": "Northgate"})
    assert_problem(await anonymous.put(address, content=png(), headers=PNG), 401, "unauthenticated")
    async with client_for(app, make_key("northgate", ("manage",))) as stranger:
        assert_problem(await stranger.put(address, content=png(), headers=PNG), 404, "not-found")
    async with client_for(app, make_key("riverside", ("issue",))) as other:
        assert_problem(await other.put(address, content=png(), headers=PNG), 403, "forbidden")
    async with client_for(app, make_key("riverside", ("manage",))) as owner:
        assert (await owner.put(address, content=png(), headers=PNG)).status_code == 200
