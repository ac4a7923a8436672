"""`/v1/issuers/{slug}/logo`, `POST /v1/images:preview`: an issuer's logo, and a look at a picture before it is set."""

from __future__ import annotations

import base64
import io
import re

import pytest
from PIL import Image

from app.storage import audit
from tests.api.conftest import client_for, path_of
from tests.api.test_images import GOOD_SVG, PNG, RED, SVG, pixel, png, png_with_secrets, svg_with
from tests.problem import assert_problem

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

ADDRESS = "/v1/issuers/riverside/logo"
SHOWN = "/issuers/riverside/logo.png"
WIDE_SVG = svg_with('<rect width="400" height="100" fill="#1e1ec8"/>', 'viewBox="0 0 400 100"')


@pytest.fixture
async def manager(app, issuer, make_key):
    async with client_for(app, make_key("riverside", ("manage", "read", "issue"))) as client:
        yield client


async def test_a_logo_is_set_shown_and_removed(manager, anonymous, issuer):
    assert issuer["logo"] is None
    assert_problem(await anonymous.get(SHOWN), 404, "not-found")
    response = await manager.put(ADDRESS, content=png_with_secrets(), headers=PNG)
    assert response.status_code == 200, response.text
    address = response.json()["logo"]
    assert path_of(address) == SHOWN
    assert response.json()["profile"]["image"] == {"id": address, "type": "Image"}
    shown = await anonymous.get(SHOWN)
    assert shown.headers["content-type"] == "image/png"
    assert shown.headers["cache-control"] == "public, no-cache"
    assert pixel(shown.content) == RED
    assert b"canary" not in shown.content
    again = await anonymous.get(SHOWN, headers={"If-None-Match": shown.headers["etag"]})
    assert again.status_code == 304
    assert (await manager.get("/v1/issuers/riverside")).json()["logo"] == address
    response = await manager.delete(ADDRESS)
    assert (response.status_code, response.json()["logo"]) == (200, None)
    assert response.json()["profile"] == issuer["profile"]
    assert_problem(await anonymous.get(SHOWN), 404, "not-found")


async def test_the_new_one_is_shown_at_once_where_the_old_one_was_kept_in_memory(manager, anonymous):
    await manager.put(ADDRESS, content=png(), headers=PNG)
    for _ in range(3):
        assert pixel((await anonymous.get(SHOWN)).content) == RED
    await manager.put(ADDRESS, content=WIDE_SVG, headers=SVG)
    assert pixel((await anonymous.get(SHOWN)).content) == (30, 30, 200)
    vector = await anonymous.get(SHOWN.replace(".png", ".svg"))
    assert vector.headers["content-type"] == "image/svg+xml"
    assert b"<rect" in vector.content


@pytest.mark.parametrize(("width", "height"), [(400, 100), (100, 400), (64, 64), (3, 2)])
async def test_a_logo_need_not_be_square(manager, anonymous, width, height):
    assert (await manager.put(ADDRESS, content=png(width, height), headers=PNG)).status_code == 200
    with Image.open(io.BytesIO((await anonymous.get(SHOWN)).content)) as shown:
        assert shown.size == (width, height)


REFUSED = [
    ("wider than four times its height", png(401, 100), PNG, 400, "malformed-image"),
    ("higher than four times its width", png(100, 401), PNG, 400, "malformed-image"),
    ("too wide a drawing", svg_with("", 'viewBox="0 0 500 100"'), SVG, 400, "malformed-image"),
    ("a script", svg_with("<script>alert(1)</script>"), SVG, 400, "malformed-image"),
    ("half a PNG", png()[:100], PNG, 400, "malformed-image"),
    ("another type", b"GIF89a", {"Content-Type": "image/gif"}, 415, "unsupported-media-type"),
    ("too much", b"\x89PNG\r\n\x1a\n" + b"\0" * (5 * 1024 * 1024), PNG, 413, "too-large"),
]


@pytest.mark.parametrize(
    ("content", "headers", "status", "code"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
async def test_what_is_refused_leaves_the_old_logo(manager, anonymous, content, headers, status, code):
    await manager.put(ADDRESS, content=png(), headers=PNG)
    assert_problem(await manager.put(ADDRESS, content=content, headers=headers), status, code)
    assert pixel((await anonymous.get(SHOWN)).content) == RED


async def test_badges_from_now_on_name_it_and_verify_and_those_of_before_stay(
    manager, anonymous, admin, completion, credential
):
    raw = (await anonymous.get(path_of(credential["links"]["json"]))).content
    address = (await manager.put(ADDRESS, content=png(), headers=PNG)).json()["logo"]
    assert (await anonymous.get(path_of(credential["links"]["json"]))).content == raw
    newer = (await manager.post("/v1/completions", json=completion | {"externalId": "later"})).json()
    assert newer["credential"]["issuer"]["image"] == {"id": address, "type": "Image"}
    await manager.delete(ADDRESS)
    last = (await manager.post("/v1/completions", json=completion | {"externalId": "last"})).json()
    assert "image" not in last["credential"]["issuer"]
    for badge in (credential, newer, last):
        for form in ("json", "jwt", "png"):
            content = (await anonymous.get(path_of(badge["links"][form]))).content
            types = {"json": "application/vc", "jwt": "text/plain", "png": "image/png"}
            report = await anonymous.post("/v1/verify", content=content, headers={"Content-Type": types[form]})
            assert report.json()["verdict"] == "valid", report.text


async def test_preflight_and_the_twin_of_version_2_know_it(manager, anonymous, achievement):
    ask = f"/v1{path_of(achievement['id'])}:preflight"
    before = (await manager.post(ask)).json()["results"]
    address = (await manager.put(ADDRESS, content=png(), headers=PNG)).json()["logo"]
    after = (await manager.post(ask)).json()["results"]
    assert [(rule["id"], rule["outcome"]) for rule in after] == [(rule["id"], rule["outcome"]) for rule in before]
    assert (await manager.patch("/v1/issuers/riverside", json={"openBadges2": True})).status_code == 200
    assert (await anonymous.get("/issuers/riverside/profile-2.json")).json()["image"] == address
    await manager.delete(ADDRESS)
    assert "image" not in (await anonymous.get("/issuers/riverside/profile-2.json")).json()


async def test_changing_the_profile_keeps_the_logo(manager):
    address = (await manager.put(ADDRESS, content=png(), headers=PNG)).json()["logo"]
    changed = (await manager.patch("/v1/issuers/riverside", json={"name": "Other"})).json()
    assert (changed["logo"], changed["profile"]["image"]["id"]) == (address, address)


async def test_what_was_done_is_audited_and_what_changes_nothing_is_not(laurel, manager):
    for _ in range(2):
        await manager.put(ADDRESS, content=png(), headers=PNG)
    for _ in range(2):
        await manager.delete(ADDRESS)
    with laurel.database.reading() as session:
        lines = [line.detail for line in audit.list_events(session, issuer_id=None) if line.action == "issuer.logo"]
    assert sorted(line["revision"] for line in lines) == [2, 3]
    assert sorted(line["sha256"] is None for line in lines) == [False, True]


async def test_only_its_own_issuer_may_set_it(app, anonymous, admin, manager, make_key):
    await admin.post("/v1/issuers", json={"slug": "northgate", "name": "Northgate", "jwtAlgorithm": "ES256"})
    assert_problem(await anonymous.put(ADDRESS, content=png(), headers=PNG), 401, "unauthenticated")
    async with client_for(app, make_key("northgate", ("manage",))) as stranger:
        assert_problem(await stranger.put(ADDRESS, content=png(), headers=PNG), 404, "not-found")
        assert_problem(await stranger.delete(ADDRESS), 404, "not-found")
    async with client_for(app, make_key("riverside", ("issue", "read"))) as clerk:
        assert_problem(await clerk.delete(ADDRESS), 403, "forbidden")


# What would become of a picture ---------------------------------------------------------------------------------------


async def preview(client, content, headers, **asked):
    response = await client.post("/v1/images:preview", content=content, headers=headers, params=asked)
    assert response.status_code == 200, response.text
    return response.json()


async def test_a_preview_is_what_is_kept_and_stores_nothing(laurel, manager, anonymous, achievement):
    from app.models import Image as Stored

    seen = await preview(manager, png(500, 500), PNG)
    picture = base64.b64decode(seen["png"].removeprefix("data:image/png;base64,"))
    assert (seen["mediaType"], seen["width"], seen["height"], seen["warnings"]) == ("image/png", 500, 500, [])
    assert seen["bytes"] == len(picture)
    with laurel.database.reading() as session:
        assert session.query(Stored).count() == 0
    await manager.put(f"/v1{path_of(achievement['id'])}/image", content=png(500, 500), headers=PNG)
    assert (await anonymous.get(path_of(achievement["image"]))).content == picture


WARNED = [
    ("small", png(64, 64), PNG, "achievement", ["blurred"]),
    ("large", png(1500, 1500), PNG, "achievement", ["made smaller: 1024 x 1024"]),
    ("not quite square", png(500, 470), PNG, "achievement", ["not quite square"]),
    ("a drawing", GOOD_SVG, SVG, "achievement", []),
    ("letters in a drawing", svg_with("<text x='9' y='9'>A</text>"), SVG, "achievement", ["holds text"]),
    ("a wide logo", png(400, 100), PNG, "logo", []),
    ("a small logo", png(100, 50), PNG, "logo", ["blurred"]),
]


@pytest.mark.parametrize(
    ("content", "headers", "what", "said"), [row[1:] for row in WARNED], ids=[row[0] for row in WARNED]
)
async def test_a_preview_warns(manager, content, headers, what, said):
    warnings = (await preview(manager, content, headers, **{"for": what}))["warnings"]
    assert len(warnings) == len(said), warnings
    assert all(words in warning for words, warning in zip(said, warnings, strict=True))


async def test_a_preview_refuses_what_would_be_refused(app, manager, make_key):
    wide = await manager.post("/v1/images:preview", content=png(400, 100), headers=PNG)
    assert_problem(wide, 400, "malformed-image")
    asked = await manager.post("/v1/images:preview?for=banner", content=png(), headers=PNG)
    assert_problem(asked, 422, "invalid-fields")
    async with client_for(app, make_key("riverside", ("read", "issue"))) as clerk:
        assert_problem(await clerk.post("/v1/images:preview", content=png(), headers=PNG), 403, "forbidden")


async def test_a_drawing_that_cannot_be_drawn_is_refused_before_it_is_kept(manager, achievement, monkeypatch):
    """It would otherwise be found out by whoever looks at the badge."""
    from app.rendering import images

    monkeypatch.setattr(images, "_WORKER_SECONDS", 0.001)
    response = await manager.put(f"/v1{path_of(achievement['id'])}/image", content=GOOD_SVG, headers=SVG)
    assert_problem(response, 400, "malformed-image")


async def test_pages_wear_the_colour_and_the_logo(manager, anonymous, credential):
    await manager.put(ADDRESS, content=png(), headers=PNG)
    changed = await manager.patch("/v1/issuers/riverside", json={"accentColor": "#1d5c8f"})
    assert changed.status_code == 200, changed.text
    for path in (
        path_of(credential["id"]),
        path_of(credential["credential"]["credentialSubject"]["achievement"]["id"]),
        "/issuers/riverside",
    ):
        html = (await anonymous.get(path, headers={"Accept": "text/html"})).text
        sheet = re.search(r'href="(/static/accent-1d5c8f\.css\?v=[0-9a-f]+)"', html)[1]
        assert SHOWN + '" alt=""' in html
    served = await anonymous.get(sheet)
    assert served.headers["content-type"] == "text/css; charset=utf-8"
    assert served.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "#1d5c8f" in served.text
    assert_problem(await anonymous.get("/static/accent-red.css"), 404, "not-found")
