"""/verify as it is served: what browsers may do there, and what they may not anywhere else."""

from __future__ import annotations

import pytest

from tests.factories import PNG
from tests.unit.openbadges.pdfs import one_page

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


UNREADABLE = {
    "nothing known": ({"text": (None, "no badge")}, 400, "Esto no es ni JSON, ni un token firmado"),
    "a picture without a badge": ({"file": ("a.png", PNG)}, 400, "Esta imagen no contiene ninguna credencial."),
    "a photograph": ({"file": ("a.jpg", b"\xff\xd8\xff\xe0")}, 400, "Pida el archivo PNG o SVG original."),
    "a PDF without one": ({"file": ("a.pdf", one_page(b""))}, 400, "Este PDF no lleva ninguna credencial adjunta."),
    "nothing": ({"text": (None, " ")}, 422, "Elija un archivo"),
    "too much": ({"file": ("a.png", b"\0" * 6_000_000)}, 413, "demasiado grande. Una insignia puede tener como máximo"),
}


@pytest.mark.parametrize("name", UNREADABLE)
async def test_what_cannot_be_read_is_told_in_the_language_of_the_page(anonymous, name):
    files, status, words = UNREADABLE[name]
    answer = await anonymous.post("/verify?lang=es", files=files)
    assert answer.status_code == status
    assert words in answer.text


async def test_a_detail_for_developers_stays_in_english_and_says_so(anonymous):
    answer = await anonymous.post("/verify?lang=ar", files={"text": (None, '{"a": }')})
    assert '<p id="problem" lang="en" dir="ltr">Not JSON: ' in answer.text
