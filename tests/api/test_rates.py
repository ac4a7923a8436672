"""Who asks for more than its share is told when to come back, and nobody else pays for it."""

from __future__ import annotations

import re

import pytest

from app.main import create_app
from tests.api.conftest import NOW, client_for
from tests.problem import assert_problem

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

RATES = {"awards": "3/60", "requests": "4/60", "visits": "5/60", "verifications": "2/60", "wrong_keys": "2/60"}


@pytest.fixture
def app(settings):
    """With a clock of rates that stands still."""
    application = create_app(
        settings.model_copy(update={"rates": settings.rates.model_copy(update=RATES)}), clock=lambda: NOW
    )
    application.state.laurel.clients._clock = lambda: 0.0
    yield application
    application.state.laurel.close()


@pytest.fixture
def key(laurel, make_key):
    """A function from scopes to a key of an issuer that nobody asked for over HTTP."""
    from app.services import issuers
    from app.services.actors import TERMINAL
    from app.services.new_issuer import NewIssuer

    new = NewIssuer("riverside", {"name": "Riverside"}, ["name"], "ES256", "UTC", None)
    with laurel.database.transaction() as session:
        issuers.create_issuer(session, new, instance=laurel.instance, actor_name=TERMINAL.name, now=NOW)
    return lambda *scopes: make_key("riverside", scopes)


def assert_refused(response, rate, seconds):
    assert_problem(response, 429, "rate-limited")
    assert response.headers["retry-after"] == str(seconds)
    quota = RATES[rate.replace("-", "_")].partition("/")[0]
    assert response.headers["ratelimit-policy"] == f'"{rate}";q={quota};w=60'
    assert re.fullmatch(rf'"{rate}";r=0;t=60', response.headers["ratelimit"])


async def test_a_key_has_its_share_and_is_told_what_is_left(app, key):
    async with client_for(app, key("read")) as one, client_for(app, key("read")) as other:
        left = [(await one.get("/v1/credentials")).headers["ratelimit"] for _ in range(4)]
        assert left == [f'"requests";r={remaining};t={15 * (4 - remaining)}' for remaining in (3, 2, 1, 0)]
        assert_refused(await one.get("/v1/credentials"), "requests", 15)
        assert (await other.get("/v1/credentials")).status_code == 200
        app.state.laurel.clients._clock = lambda: 15.0
        assert (await one.get("/v1/credentials")).status_code == 200


async def test_awards_have_a_share_of_their_own(app, key):
    async with client_for(app, key("issue", "read")) as client:
        for _ in range(3):
            response = await client.post("/v1/completions", json={})
            assert response.status_code == 422
            assert response.headers["ratelimit-policy"] == '"awards";q=3;w=60'
        assert_refused(await client.post("/v1/completions", json={}), "awards", 20)
        assert_refused(await client.post("/v1/completions:batch", json=[]), "awards", 20)
        assert (await client.get("/v1/credentials")).status_code == 200


async def test_visitors_are_counted_by_address_and_told_nothing_before_it_is_too_much(app, anonymous):
    for _ in range(4):
        response = await anonymous.get("/issuers/nobody")
        assert response.status_code == 404
        assert "ratelimit" not in response.headers
    assert_problem(await anonymous.get("/v1/credentials"), 401, "unauthenticated")
    assert_refused(await anonymous.get("/issuers/nobody"), "visits", 12)
    assert (await anonymous.get("/healthz")).status_code == 200
    assert (await anonymous.post("/v1/verify", json={})).status_code == 422


@pytest.mark.parametrize("path", ["/v1/verify", "/vc-api/credentials/verify", "/vc-api/presentations/verify"])
async def test_verifications_have_a_share_of_their_own_whatever_key_is_sent(app, anonymous, path):
    for number in range(2):
        response = await anonymous.post(path, json={}, headers={"Authorization": f"Bearer {number}"})
        assert response.headers["ratelimit-policy"] == '"verifications";q=2;w=60'
    assert_refused(await anonymous.post(path, json={}), "verifications", 30)
    assert_refused(await anonymous.get("/1.0/identifiers/did:key:z6Mk"), "verifications", 30)


async def test_where_wrong_keys_come_from_only_known_keys_are_let_in(app, anonymous, key):
    known, unknown = key("read"), key("read")
    async with client_for(app, known) as client:
        assert (await client.get("/v1/credentials")).status_code == 200
        for letter in "ab":
            wrong = {"Authorization": f"Bearer lrl_live_{letter * 62}"}
            assert_problem(await anonymous.get("/v1/credentials", headers=wrong), 401, "unauthenticated")
        for token in (f"lrl_live_{'c' * 62}", unknown):
            response = await anonymous.get("/v1/credentials", headers={"Authorization": f"Bearer {token}"})
            assert_refused(response, "wrong-keys", 30)
        assert (await client.get("/v1/credentials")).status_code == 200
        app.state.laurel.clients._clock = lambda: 30.0
        answer = await anonymous.get("/v1/credentials", headers={"Authorization": f"Bearer {unknown}"})
        assert answer.status_code == 200


async def test_answers_from_memory_are_not_counted(app, anonymous, key):
    key("read")
    path = "/issuers/riverside/did.json"
    for _ in range(20):
        response = await anonymous.get(path)
        assert response.status_code == 200, response.text
        assert "ratelimit" not in response.headers


async def test_the_document_says_so(app):
    for path, item in app.openapi()["paths"].items():
        for operation in item.values():
            limited = path not in ("/healthz", "/readyz", "/metrics")
            assert ("429" in operation["responses"]) == limited, path
