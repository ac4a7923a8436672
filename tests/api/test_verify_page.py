"""/verify as it is served: what browsers may do there, and what they may not anywhere else."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.anyio

NO_DEVICE = "camera=(), microphone=(), geolocation=()"
CAMERA_HERE = "camera=(self), microphone=(), geolocation=()"


def allowed(answer):
    """Exactly one such header: of two, browsers join what they say."""
    [policy] = answer.headers.get_list("permissions-policy")
    return policy


async def test_the_page_may_use_the_camera_and_nothing_more(anonymous, credential):
    empty = await anonymous.get("/verify")
    unchanged = await anonymous.get("/verify", headers={"If-None-Match": empty.headers["etag"]})
    assert unchanged.status_code == 304  # whoever keeps the page takes these headers for its own
    result = await anonymous.post("/verify", files={"text": (None, credential["id"])})
    problem = await anonymous.post("/verify", files={"text": (None, "no badge")})
    assert (result.status_code, problem.status_code) == (200, 400)
    for answer in (empty, unchanged, await anonymous.head("/verify"), result, problem):
        assert allowed(answer) == CAMERA_HERE
        assert "default-src 'none'" in answer.headers["content-security-policy"]
    other_language = await anonymous.get("/verify?lang=ar")
    assert allowed(other_language) == CAMERA_HERE


async def test_every_other_page_may_use_no_device(anonymous, credential):
    path = credential["id"].partition("8000")[2]
    for at in ("/", "/docs", path, "/verify/", "/verify/receipt", "/v1/verify", "/static/scan.js", "/nothing"):
        assert allowed(await anonymous.get(at)) == NO_DEVICE, at
    saved = await anonymous.post("/verify/receipt", data={"receipt": "{}"})
    assert allowed(saved) == NO_DEVICE
    assert allowed(await anonymous.post("/v1/verify", json={"url": credential["id"]})) == NO_DEVICE


async def test_the_form_names_the_limit_of_this_deployment(anonymous, laurel):
    assert f'data-most="{laurel.settings.limits.image_bytes}"' in (await anonymous.get("/verify")).text
