"""What is issued with a test key: marked wherever it is seen, and valid nowhere here."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image

from tests.api.conftest import client_for, path_of
from tests.api.test_succession import conclusion, done, page_of

pytestmark = pytest.mark.anyio
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def trial(app, completion, make_key):
    async with client_for(app, make_key("riverside", ("issue", "revoke"), test=True)) as tester:
        yield (await tester.post("/v1/completions", json=completion)).json()


async def test_a_test_credential_is_never_simply_valid(anonymous, trial):
    for form in ("json", "jwt", "png", "svg", "pdf"):
        raw = (await anonymous.get(f"{path_of(trial['id'])}.{form}")).content
        response = await anonymous.post("/v1/verify", files={"file": ("badge", raw)})
        report = response.json()
        assert (report["verdict"], report["conclusion"]) == ("invalid", "only a test"), (form, report)
        assert report["status"]["revoked"] is False
    assert await conclusion(anonymous, trial) == "only a test"


@sqlite
async def test_the_page_of_a_test_credential_says_so_twice(anonymous, trial):
    page = await page_of(anonymous, trial)
    assert "</span>Only a test</h2>" in page
    assert "<strong>Test credential.</strong>" in page
    assert "linkedin.com" not in page


@sqlite
async def test_a_revoked_test_is_revoked(admin, anonymous, trial):
    await done(admin, trial, "revoke", {"reason": "enough"}, 200)
    assert await conclusion(anonymous, trial) == "revoked"


@sqlite
async def test_a_real_badge_that_is_called_a_test_is_valid(admin, anonymous, achievement, completion):
    definition = {**achievement["definition"], "slug": achievement["slug"], "name": "Test: how to write one"}
    assert (await admin.put(f"/v1{path_of(achievement['id'])}", json=definition)).status_code == 200
    real = (await admin.post("/v1/completions", json=completion)).json()
    assert real["credential"]["name"] == "Test: how to write one"
    assert await conclusion(anonymous, real) == "valid"


@sqlite
@pytest.mark.parametrize("form", ["png", "svg"])
async def test_the_picture_of_a_test_says_so(admin, anonymous, completion, trial, form):
    """And that of a real badge of the same achievement does not."""
    real = (await admin.post("/v1/completions", json=completion)).json()
    bodies = [(await anonymous.get(f"{path_of(one['id'])}.{form}")).content for one in (real, trial)]
    assert [_has_band(raw, form) for raw in bodies] == [False, True]


def _has_band(raw, form):
    if form == "svg":
        raw = base64.b64decode(raw.partition(b"data:image/png;base64,")[2].partition(b'"')[0])
    return bool(raw) and Image.open(io.BytesIO(raw)).convert("RGBA").getpixel((5, 500)) == (178, 34, 34, 255)
