"""Who may do what: no key, a wrong one, another issuer's, one without the scope."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.api.conftest import client_for
from tests.problem import assert_problem

pytestmark = pytest.mark.anyio

GUARDED = [
    ("GET", "/v1/issuers", None),
    ("POST", "/v1/issuers", {"slug": "new", "name": "New"}),
    ("GET", "/v1/issuers/riverside", None),
    ("GET", "/v1/api-keys", None),
    ("POST", "/v1/api-keys", {"name": "x", "scopes": ["admin"]}),
    ("POST", "/v1/api-keys/abcdefghij:revoke", None),
    ("GET", "/v1/achievements", None),
    ("POST", "/v1/achievements", {"slug": "x", "name": "X", "description": "X", "issuer": "riverside"}),
    ("GET", "/v1/achievements/{achievement}", None),
    ("PUT", "/v1/achievements/{achievement}", {"slug": "differentiated-teaching", "name": "X", "description": "X"}),
    ("POST", "/v1/achievements/{achievement}:preflight", None),
    ("GET", "/v1/credentials", None),
    ("GET", "/v1/credentials/{credential}", None),
    ("POST", "/v1/credentials/{credential}:revoke", {"reason": "x"}),
    ("GET", "/v1/issuers/riverside/keys", None),
    ("POST", "/v1/issuers/riverside/keys:rotate", {}),
    ("POST", "/v1/issuers/riverside/keys/none:compromise", {"since": "2026-05-01T00:00:00Z", "reason": "x"}),
    ("POST", "/v1/issuers/riverside/keys/none:destroy", None),
    ("POST", "/v1/issuers/riverside/keys/none:resign", None),
]


def filled(path, achievement, credential):
    ids = {"achievement": achievement["id"].rsplit("/", 1)[1], "credential": credential["id"].rsplit("/", 1)[1]}
    return path.format(**ids)


@pytest.mark.parametrize(("method", "path", "body"), GUARDED, ids=[f"{row[0]} {row[1]}" for row in GUARDED])
@pytest.mark.parametrize(
    "authorization",
    [None, "Bearer", "Bearer nonsense", "Basic bHJsOng=", f"Bearer lrl_live_{'a' * 62}"],
    ids=["none", "empty", "nonsense", "another scheme", "unknown"],
)
async def test_without_a_key_nothing_is_done(anonymous, achievement, credential, method, path, body, authorization):
    headers = {"Authorization": authorization} if authorization else {}
    response = await anonymous.request(method, filled(path, achievement, credential), json=body, headers=headers)
    assert_problem(response, 401, "unauthenticated")
    assert response.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(("method", "path", "body"), GUARDED, ids=[f"{row[0]} {row[1]}" for row in GUARDED])
async def test_a_key_without_the_scope_is_refused(app, achievement, credential, make_key, method, path, body):
    async with client_for(app, make_key("riverside", ("issue",))) as client:
        response = await client.request(method, filled(path, achievement, credential), json=body)
    assert_problem(response, 403, "forbidden")


STRANGER = [
    ("GET", "/v1/issuers/riverside", None, 404),
    ("GET", "/v1/achievements/{achievement}", None, 404),
    (
        "PUT",
        "/v1/achievements/{achievement}",
        {"slug": "differentiated-teaching", "name": "X", "description": "X"},
        404,
    ),
    ("POST", "/v1/achievements/{achievement}:preflight", None, 404),
    ("GET", "/v1/credentials/{credential}", None, 404),
    ("POST", "/v1/credentials/{credential}:revoke", {"reason": "x"}, 404),
    ("GET", "/v1/issuers/riverside/keys", None, 404),
    ("POST", "/v1/issuers/riverside/keys:rotate", {}, 404),
    ("POST", "/v1/issuers/riverside/keys/none:compromise", {"since": "2026-05-01T00:00:00Z", "reason": "x"}, 404),
    ("POST", "/v1/issuers/riverside/keys/none:destroy", None, 404),
    ("POST", "/v1/issuers/riverside/keys/none:resign", None, 404),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), STRANGER, ids=[f"{row[0]} {row[1]}" for row in STRANGER])
async def test_another_issuers_things_are_not_there(
    app, admin, achievement, credential, make_key, method, path, body, status
):
    await admin.post("/v1/issuers", json={"slug": "other", "name": "Other School"})
    async with client_for(app, make_key("other", ("read", "issue", "revoke", "manage"))) as stranger:
        response = await stranger.request(method, filled(path, achievement, credential), json=body)
        assert_problem(response, status, "not-found")
        for listing in ("/v1/credentials", "/v1/achievements"):
            assert (await stranger.get(listing)).json()["items"] == []
        assert [item["slug"] for item in (await stranger.get("/v1/issuers")).json()["items"]] == ["other"]


async def test_a_key_ends_when_it_is_revoked(app, admin, issuer):
    created = (await admin.post("/v1/api-keys", json={"name": "lms", "issuer": "riverside", "scopes": ["read"]})).json()
    async with client_for(app, created["key"]) as client:
        assert (await client.get("/v1/credentials")).status_code == 200
        assert (await admin.post(f"/v1/api-keys/{created['prefix']}:revoke")).status_code == 204
        assert_problem(await client.get("/v1/credentials"), 401, "unauthenticated")


async def test_a_key_ends_at_its_time(app, issuer, make_key):
    token = make_key("riverside", ("read",), expires_at=datetime(2026, 5, 10, 11, 59, tzinfo=UTC))
    async with client_for(app, token) as client:
        assert_problem(await client.get("/v1/credentials"), 401, "unauthenticated")


async def test_a_key_is_shown_once_and_stored_as_a_hash(admin, issuer, laurel):
    created = (await admin.post("/v1/api-keys", json={"name": "lms", "issuer": "riverside", "scopes": ["read"]})).json()
    listed = await admin.get("/v1/api-keys")
    assert created["prefix"] in listed.text
    assert created["key"] not in listed.text
    assert created["key"][9 + 10 :] not in listed.text


BAD_KEYS = [
    ("an unknown issuer", {"name": "x", "issuer": "nobody", "scopes": ["read"]}, "/issuer"),
    ("no issuer for a small scope", {"name": "x", "scopes": ["read"]}, "/issuer"),
    ("admin bound to an issuer", {"name": "x", "issuer": "riverside", "scopes": ["admin"]}, "/scopes"),
    ("an unknown scope", {"name": "x", "issuer": "riverside", "scopes": ["root"]}, "/scopes/0"),
    ("no scope", {"name": "x", "issuer": "riverside", "scopes": []}, "/scopes"),
    (
        "an end that has passed",
        {"name": "x", "issuer": "riverside", "scopes": ["read"], "expiresAt": "2020-01-01T00:00:00Z"},
        "/expiresAt",
    ),
]


@pytest.mark.parametrize(("body", "pointer"), [row[1:] for row in BAD_KEYS], ids=[row[0] for row in BAD_KEYS])
async def test_a_key_that_makes_no_sense_is_refused(admin, issuer, body, pointer):
    assert_problem(await admin.post("/v1/api-keys", json=body), 422, "invalid-fields", pointer=pointer)


async def test_a_slug_is_taken_once(admin, achievement):
    assert_problem(await admin.post("/v1/issuers", json={"slug": "riverside", "name": "R"}), 409, "conflict")
    body = {"slug": achievement["slug"], "issuer": "riverside", "name": "X", "description": "X"}
    assert_problem(await admin.post("/v1/achievements", json=body), 409, "conflict")


async def test_a_revision_leaves_issued_badges_as_they_were(admin, achievement, credential):
    uuid = achievement["id"].rsplit("/", 1)[1]
    definition = {**achievement["definition"], "name": "Renamed", "slug": achievement["slug"]}
    revised = await admin.put(f"/v1/achievements/{uuid}", json=definition)
    assert (revised.status_code, revised.json()["revision"]) == (200, 2), revised.text
    unchanged = await admin.put(f"/v1/achievements/{uuid}", json=definition)
    assert unchanged.json()["revision"] == 2
    stored = (await admin.get(f"/v1/credentials/{credential['id'].rsplit('/', 1)[1]}")).json()
    assert stored["credential"]["credentialSubject"]["achievement"]["name"] == achievement["definition"]["name"]
    assert (await admin.post("/v1/verify", json={"url": credential["id"]})).json()["verdict"] == "valid"
