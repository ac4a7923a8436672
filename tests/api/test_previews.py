"""What other sites fetch of a shared page, as LinkedIn's robot does; and the code that leads to it from paper."""

from __future__ import annotations

import io
import re
import shutil
import uuid
from html.parser import HTMLParser

import anyio
import pytest
from PIL import Image

from app.services import previews
from tests.api.conftest import path_of
from tests.problem import assert_problem

pytestmark = pytest.mark.anyio

ROBOT = {
    "User-Agent": "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    "Accept": "*/*",
}


class Tags(HTMLParser):
    """The `meta` elements of a page by their property."""

    def __init__(self, html):
        super().__init__()
        self.of = {}
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "meta" and "property" in found:
            self.of[found["property"]] = found["content"]


async def unfurled(client, credential):
    """(tags, picture) of a credential's page, as a robot reads them."""
    return await unfurled_at(client, path_of(credential["id"]))


async def unfurled_at(client, path):
    page = await client.get(path, headers=ROBOT)
    assert page.status_code == 200
    tags = Tags(page.text).of
    picture = await client.get(path_of(tags["og:image"]), headers=ROBOT)
    assert picture.status_code == 200
    return tags, picture


async def test_linkedins_robot_finds_a_title_and_a_picture(anonymous, credential):
    tags, picture = await unfurled(anonymous, credential)
    assert tags["og:url"] == credential["id"]
    assert "Amina Haddad" in tags["og:title"]
    assert tags["og:image"].startswith(credential["id"] + "/preview-")
    assert picture.headers["content-type"] == tags["og:image:type"] == "image/png"
    drawn = Image.open(io.BytesIO(picture.content))
    assert drawn.size == (int(tags["og:image:width"]), int(tags["og:image:height"])) == (1200, 627)
    assert len(picture.content) < 5_000_000
    assert picture.headers["etag"]
    assert picture.headers["cross-origin-resource-policy"] == "cross-origin"


async def test_the_same_picture_is_answered_to_every_version(anonymous, credential):
    _, picture = await unfurled(anonymous, credential)
    old = await anonymous.get(path_of(credential["id"]) + "/preview-0123456789abcdef.png")
    assert old.content == picture.content


async def test_a_revoked_one_has_another_picture_that_names_nobody(anonymous, admin, credential):
    before, picture = await unfurled(anonymous, credential)
    await admin.post(f"/v1/credentials/{credential['id'].rsplit('/', 1)[1]}:revoke", json={"reason": "A mistake."})
    after, other = await unfurled(anonymous, credential)
    assert after["og:image"] != before["og:image"]
    assert other.content != picture.content
    assert not [value for value in after.values() if "Amina" in value]


async def test_whoever_was_never_awarded_anything_has_none(anonymous):
    for path in ("preview-0.png", "qr.svg"):
        assert_problem(await anonymous.get(f"/credentials/{uuid.uuid4()}/{path}"), 404, "not-found")
        assert_problem(await anonymous.get(f"/credentials/no-uuid/{path}"), 422, "invalid-fields")


async def test_an_erased_one_is_gone(anonymous, admin, credential):
    await unfurled(anonymous, credential)
    assert previews._drawn.cache_info().currsize > 0
    answer = await admin.post(f"/v1/credentials/{credential['id'].rsplit('/', 1)[1]}:erase", json={})
    assert answer.status_code == 200, answer.text
    assert previews._drawn.cache_info().currsize == 0
    for path in ("preview-0.png", "qr.png", "qr.svg"):
        assert_problem(await anonymous.get(f"{path_of(credential['id'])}/{path}"), 410, "erased")


@pytest.mark.parametrize("form", ["png", "svg"])
async def test_the_code_is_a_picture(anonymous, credential, form):
    answer = await anonymous.get(f"{path_of(credential['id'])}/qr.{form}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == {"png": "image/png", "svg": "image/svg+xml"}[form]


@pytest.mark.skipif(shutil.which("zbarimg") is None, reason="zbarimg is missing: apt install zbar-tools")
async def test_a_scanner_reads_the_address_off_it(anonymous, credential, tmp_path):
    answer = await anonymous.get(f"{path_of(credential['id'])}/qr.png")
    code = tmp_path / "qr.png"
    code.write_bytes(answer.content)
    read = await anyio.run_process(["zbarimg", "--quiet", "--raw", str(code)])
    assert read.stdout.decode().strip() == credential["id"]


async def test_pages_stay_out_of_search_engines_until_they_are_public(anonymous, credential, laurel):
    page = await anonymous.get(path_of(credential["id"]), headers=ROBOT)
    assert re.search(r'<meta name="googlebot" content="noindex">', page.text)
    assert not re.search(r'<meta name="robots"', page.text)  # which LinkedIn's robot may take for its own


@pytest.fixture
def others(achievement, issuer):
    """Pages that name nobody who earned something: (path, title)."""
    return [
        (path_of(achievement["id"]), achievement["document"]["name"]),
        (f"/issuers/{issuer['slug']}", issuer["profile"]["name"]),
    ]


async def test_achievements_and_issuers_have_pictures_too(anonymous, others):
    for path, title in others:
        tags, picture = await unfurled_at(anonymous, path)
        assert path_of(tags["og:url"]) == path
        assert title in tags["og:title"]
        assert title in tags["og:image:alt"]
        assert path_of(tags["og:image"]).startswith(path + "/preview-")
        assert picture.headers["content-type"] == tags["og:image:type"] == "image/png"
        drawn = Image.open(io.BytesIO(picture.content))
        assert drawn.size == (int(tags["og:image:width"]), int(tags["og:image:height"])) == (1200, 627)
        assert len(picture.content) < 5_000_000
        again = await anonymous.get(path_of(tags["og:image"]), headers={"If-None-Match": picture.headers["etag"]})
        assert again.status_code == 304
        assert (await anonymous.get(path + "/preview-0123456789abcdef.png")).content == picture.content


async def test_their_pictures_and_addresses_follow_what_the_issuer_sets(anonymous, admin, others):
    before = [await unfurled_at(anonymous, path) for path, _ in others]
    await admin.patch("/v1/issuers/riverside", json={"accentColor": "#c2185b"})
    after = [await unfurled_at(anonymous, path) for path, _ in others]
    for (old, drawn), (new, redrawn) in zip(before, after, strict=True):
        assert old["og:image"] != new["og:image"]
        assert drawn.content != redrawn.content


async def test_what_there_is_not_has_no_picture(anonymous):
    for path in (f"/achievements/{uuid.uuid4()}", "/issuers/nobody"):
        assert_problem(await anonymous.get(f"{path}/preview-0.png"), 404, "not-found")
    assert_problem(await anonymous.get("/achievements/no-uuid/preview-0.png"), 422, "invalid-fields")
