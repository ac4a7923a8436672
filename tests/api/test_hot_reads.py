"""Public answers from memory, with the real application and the real database: the same bytes, and never old ones."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from uuid import UUID

import httpx
import pytest

from app.main import create_app
from app.openbadges import decode_bitstring, entry_value
from tests.api.conftest import BASE_URL, NOW, client_for, path_of
from tests.factories import PNG
from tests.problem import assert_problem

pytestmark = pytest.mark.anyio

SQLITE_ONLY = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
POSTGRESQL_ONLY = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

# By name: which address, asked for how, and whether it outlives the commits of others.
ROUTES = {
    "credential as JSON": ("json", None, True),
    "credential as token": ("jwt", None, True),
    "credential as PNG": ("png", None, False),
    "credential as SVG": ("svg", None, False),
    "credential, negotiated JSON": ("page", "application/ld+json", True),
    "credential, negotiated token": ("page", "application/vc+jwt", True),
    "achievement's PNG": ("image.png", None, False),
    "achievement's SVG": ("image.svg", None, False),
    "DID document": ("did.json", None, False),
    "key set": ("jwks.json", None, False),
    "key": ("key", None, False),
    "status list": ("list", None, False),
    "status list as token": ("list", "application/vc+jwt", False),
    "badge page": ("page", "text/html", False),
    "achievement page": ("achievement", "text/html", False),
    "issuer page": ("issuer", "text/html", False),
    "verify page": ("verify", None, False),
    "front page": ("front", None, False),
}
every_route = pytest.mark.parametrize(("where", "accept", "signed"), ROUTES.values(), ids=ROUTES)


@pytest.fixture
def jwt_algorithm():
    """Signs the same twice alike, as answers that are compared must be."""
    return "RS256"


@pytest.fixture
async def places(anonymous, credential):
    """Paths by the names in ROUTES."""
    links = {name: path_of(url) for name, url in credential["links"].items()}
    signed = credential["credential"]
    achievement = path_of(signed["credentialSubject"]["achievement"]["id"])
    jwks = (await anonymous.get("/issuers/riverside/jwks.json")).json()
    return links | {
        "achievement": achievement,
        "issuer": "/issuers/riverside",
        "verify": "/verify",
        "front": "/",
        "image.png": f"{achievement}/image.png",
        "image.svg": f"{achievement}/image.svg",
        "did.json": "/issuers/riverside/did.json",
        "jwks.json": "/issuers/riverside/jwks.json",
        "key": path_of(jwks["keys"][0]["kid"]),
        "list": path_of(signed["credentialStatus"]["statusListCredential"]),
    }


@pytest.fixture
def other_app(settings):
    """A function to another application on the same database: a second server, as far as the two can tell."""
    made = []

    def make(**changes):
        made.append(create_app(settings.model_copy(update=changes), clock=lambda: NOW))
        return made[-1]

    yield make
    for app in made:
        app.state.laurel.close()


def asking(app):
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url=BASE_URL)


def sent(response):
    headers = [item for item in response.headers.raw if item[0] != b"x-request-id"]
    return response.status_code, headers, response.content


async def from_memory(client):
    """How many answers came from memory so far."""
    return int(re.search(r'laurel_hot_reads_total\{outcome="hit"\} (\d+)', (await client.get("/metrics")).text)[1])


async def is_revoked(client, path, credential):
    document = (await client.get(path)).json()
    bits = decode_bitstring(document["credentialSubject"]["encodedList"])
    return bool(entry_value(bits, int(credential["credential"]["credentialStatus"]["statusListIndex"])))


async def revoke(client, credential):
    uuid = credential["id"].rsplit("/", 1)[1]
    response = await client.post(f"/v1/credentials/{uuid}:revoke", json={"reason": "A mistake."})
    assert response.status_code == 200, response.text


def in_another_process(settings, code):
    """Runs `code` with `laurel`, the long-lived objects, over the same database; it has committed when this returns."""
    ours = {
        "LAUREL_ENVIRONMENT": "development",
        "LAUREL_DATABASE_URL": settings.database_url,
        "LAUREL_DATA_DIR": str(settings.data_dir),
        "LAUREL_KEY_ENCRYPTION_KEY": settings.key_encryption_key.get_secret_value(),
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("LAUREL_")}
    head = "from app.main import build; from app.settings import load_settings; laurel = build(load_settings())\n"
    subprocess.run([sys.executable, "-c", head + code], env=inherited | ours, check=True, capture_output=True)


# The same answer ------------------------------------------------------------------------------------------------------


@every_route
async def test_uncached_first_and_second_answer_are_the_same(
    anonymous, other_app, places, database_url, where, accept, signed
):
    headers = {} if accept is None else {"Accept": accept}
    async with asking(other_app(hot_bytes=0)) as without_memory:
        uncached = await without_memory.get(places[where], headers=headers)
        assert await from_memory(without_memory) == 0
    before = await from_memory(anonymous)
    first, second = [await anonymous.get(places[where], headers=headers) for _ in range(2)]
    assert uncached.status_code == 200
    assert sent(uncached) == sent(first) == sent(second)
    kept = signed or database_url.startswith("sqlite")
    assert await from_memory(anonymous) >= before + kept
    assert kept or await from_memory(anonymous) == before


@every_route
@SQLITE_ONLY
async def test_the_same_for_whoever_has_it_and_for_head(anonymous, other_app, places, where, accept, signed):
    headers = {} if accept is None else {"Accept": accept}
    tag = (await anonymous.get(places[where], headers=headers)).headers["etag"]
    asked = [("GET", {"If-None-Match": tag}), ("HEAD", {}), ("HEAD", {"If-None-Match": tag}), ("GET", {})]
    async with asking(other_app(hot_bytes=0)) as without_memory:
        for method, more in asked:
            both = [
                await client.request(method, places[where], headers=headers | more)
                for client in (without_memory, anonymous)
            ]
            assert sent(both[0]) == sent(both[1]), (method, more)
    assert await from_memory(anonymous) >= len(asked)


@SQLITE_ONLY
async def test_each_form_has_its_own_answer_at_one_address(anonymous, places):
    types = ["application/vc", "application/json", "application/vc+jwt", "text/html", "application/ld+json"]
    for _ in range(2):
        for accept in types:
            answer = await anonymous.get(places["page"], headers={"Accept": accept})
            assert answer.headers["content-type"].partition(";")[0] == accept
            assert "Accept" in answer.headers["vary"]


@SQLITE_ONLY
async def test_each_language_has_its_own_page(anonymous, places):
    languages = {"es-MX": "es", "fr;q=0.9, en;q=0.1": "fr", "ar": "ar", "de, en": "en", "": "en"}
    before = await from_memory(anonymous)
    for _ in range(2):
        for accepted, language in languages.items():
            headers = {"Accept": "text/html", "Accept-Language": accepted}
            answer = await anonymous.get(places["page"], headers=headers)
            assert answer.headers["content-language"] == language
            assert f'<html lang="{language}"' in answer.text
            assert "Accept-Language" in answer.headers["vary"]
    assert await from_memory(anonymous) == before + len(languages)


@SQLITE_ONLY
@pytest.mark.parametrize("where", ["page", "achievement", "issuer"])
async def test_a_language_that_is_asked_for_counts_more_than_memory(anonymous, places, where):
    for query, language in (("", "en"), ("?lang=es", "es"), ("", "en"), ("?lang=ar", "ar"), ("?lang=xx", "en")):
        answer = await anonymous.get(places[where] + query, headers={"Accept": "text/html"})
        assert answer.headers["content-language"] == language


@SQLITE_ONLY
async def test_an_issuers_language_is_for_those_who_ask_for_none(anonymous, admin, places):
    for tag in ("fr", "ar"):
        changed = await admin.patch("/v1/issuers/riverside", json={"language": tag})
        assert changed.status_code == 200, changed.text
        for where in ("page", "achievement", "issuer"):
            for accepted, language in (("", tag), ("de", tag), ("es", "es")):
                headers = {"Accept": "text/html", "Accept-Language": accepted}
                answer = await anonymous.get(places[where], headers=headers)
                assert answer.headers["content-language"] == language, (where, accepted)


@SQLITE_ONLY
async def test_an_https_deployment_says_so_from_memory_too(other_app, places):
    async with asking(other_app(public_url="https://badges.example")) as client:
        for _ in range(2):
            assert "strict-transport-security" in (await client.get(places["did.json"])).headers
        assert await from_memory(client) == 1


# Never an old answer --------------------------------------------------------------------------------------------------


async def test_a_revocation_is_in_the_list_at_once(anonymous, admin, credential, places):
    for _ in range(3):
        assert not await is_revoked(anonymous, places["list"], credential)
    await revoke(admin, credential)
    for _ in range(3):
        assert await is_revoked(anonymous, places["list"], credential)


@SQLITE_ONLY
async def test_a_revocation_is_on_the_page_at_once(anonymous, other_app, make_key, credential, places):
    """By another server, too."""
    headers = {"Accept": "text/html"}
    for _ in range(3):
        assert "A mistake." not in (await anonymous.get(places["page"], headers=headers)).text
    other = other_app()
    async with client_for(other, make_key()) as second:
        await revoke(second, credential)
    for _ in range(3):
        assert "A mistake." in (await anonymous.get(places["page"], headers=headers)).text


@SQLITE_ONLY
async def test_a_page_is_made_anew_when_its_minute_is_over(app, anonymous, places, monkeypatch):
    """`NOW` is at a full minute."""
    hand = {"seconds": 0.0}
    monkeypatch.setattr(app.hot, "_clock", lambda: hand["seconds"])
    for seconds, kept in ((0.0, False), (59.9, True), (60.0, False), (119.9, True)):
        before, hand["seconds"] = await from_memory(anonymous), seconds
        await anonymous.get(places["page"], headers={"Accept": "text/html"})
        assert (await from_memory(anonymous) > before) is kept, seconds


async def test_a_revocation_by_a_second_server_is_in_the_list_at_once(
    anonymous, other_app, make_key, credential, places
):
    for _ in range(3):
        assert not await is_revoked(anonymous, places["list"], credential)
    async with client_for(other_app(), make_key()) as second:
        await revoke(second, credential)
    assert await is_revoked(anonymous, places["list"], credential)


async def test_a_revocation_by_another_process_is_in_the_list_at_once(anonymous, settings, credential, places):
    for _ in range(3):
        assert not await is_revoked(anonymous, places["list"], credential)
    in_another_process(
        settings,
        f"""
from uuid import UUID
from app.services.actors import TERMINAL
from app.services.credentials import revoke_credential
with laurel.database.transaction() as session:
    revoke_credential(
        session, UUID("{credential["id"].rsplit("/", 1)[1]}"), reason="x", actor=TERMINAL, now=laurel.clock()
    )
""",
    )
    assert await is_revoked(anonymous, places["list"], credential)


async def test_a_key_that_another_process_adds_is_published_at_once(anonymous, settings, places):
    addresses = [places["did.json"], places["jwks.json"]]
    before = [(await anonymous.get(path)).text for path in addresses for _ in range(2)]
    in_another_process(
        settings,
        """
from app.services import issuers
from app.signing import Algorithm
from app.storage import keys
with laurel.database.transaction() as session:
    issuer, now = issuers.get_issuer(session, "riverside"), laurel.clock()
    keys.retire_key(session, keys.find_active_key(session, issuer.id, issuers.VC_JWT), now=now)
    issuers.add_key(session, issuer, issuers.VC_JWT, Algorithm.ES256, instance=laurel.instance, now=now)
""",
    )
    after = [await anonymous.get(path) for path in addresses]
    assert len(after[0].json()["assertionMethod"]) > before[0].count("-jwk") >= 1
    kids = [key["kid"] for key in after[1].json()["keys"]]
    assert len(kids) == 3
    new = [kid for kid in kids if kid not in before[2]]
    assert len(new) == 1
    assert (await anonymous.get(path_of(new[0]))).json()["crv"] == "P-256"
    assert new[0].rsplit("/", 1)[1] in after[0].text


async def test_a_new_picture_is_shown_at_once(anonymous, admin, places):
    addresses = [places[name] for name in ("image.png", "image.svg", "png", "svg")]
    before = [(await anonymous.get(path)).content for path in addresses for _ in range(2)][::2]
    achievement = places["image.png"].split("/")[2]
    uploaded = await admin.put(
        f"/v1/achievements/{achievement}/image", content=PNG, headers={"Content-Type": "image/png"}
    )
    assert uploaded.status_code < 300, uploaded.text
    after = [(await anonymous.get(path)).content for path in addresses]
    assert [old == new for old, new in zip(before, after, strict=True)] == [False] * 4


@SQLITE_ONLY
async def test_awards_leave_a_list_and_a_credential_in_memory(anonymous, admin, completion, places):
    kept = [places["list"], places["json"]]
    for path in kept:
        await anonymous.get(path)
    before = await from_memory(anonymous)
    for number in range(3):
        response = await admin.post("/v1/completions", json={**completion, "externalId": f"more-{number}"})
        assert response.status_code == 201, response.text
        for path in kept:
            await anonymous.get(path)
    assert await from_memory(anonymous) == before + 6


@POSTGRESQL_ONLY
async def test_on_postgresql_only_signed_bytes_are_kept(app, anonymous, places):
    for where, accept, _ in ROUTES.values():
        await anonymous.get(places[where], headers={} if accept is None else {"Accept": accept})
    assert len(app.state.kept) == sum(signed for _, _, signed in ROUTES.values())


# Nobody else's answers ------------------------------------------------------------------------------------------------


@SQLITE_ONLY
async def test_no_error_and_nothing_private_is_kept(app, anonymous, admin, credential, places):
    app.state.kept.clear()
    uuid = credential["id"].rsplit("/", 1)[1]
    private = ["/v1/credentials", f"/v1/credentials/{uuid}", "/v1/achievements", "/v1/issuers"]
    pages = ["/docs", "/healthz", "/readyz", "/metrics", "/openapi.json"]
    wrong = ["/nowhere", f"/status/{UUID(int=0)}", "/credentials/x.json", "/issuers/nobody/did.json"]
    for path in (*private, *pages, *wrong, places["pdf"]):
        for client in (admin, anonymous):
            await client.get(path)
    await anonymous.get(places["list"], headers={"Accept": "image/avif"})
    assert len(app.state.kept) == 0


@SQLITE_ONLY
async def test_whoever_brings_a_key_or_a_query_is_answered_by_the_application(anonymous, admin, app, places):
    await anonymous.get(places["json"])
    before, entries = await from_memory(anonymous), len(app.state.kept)
    for _ in range(2):
        assert (await admin.get(places["json"])).status_code == 200
        assert (await anonymous.get(f"{places['json']}?a=1")).status_code == 200
    assert (await from_memory(anonymous), len(app.state.kept)) == (before, entries)


@SQLITE_ONLY
async def test_a_credential_is_forgotten_however_its_address_was_written(anonymous, app, credential, places):
    app.state.kept.clear()
    uuid = credential["id"].rsplit("/", 1)[1]
    for spelled in (uuid, uuid.upper(), uuid.replace("-", "")):
        assert (await anonymous.get(f"/credentials/{spelled}.json")).status_code == 200
    assert len(app.state.kept) == 3
    app.state.kept.forget(UUID(uuid))
    assert len(app.state.kept) == 0


@SQLITE_ONLY
async def test_memory_is_bounded_by_the_setting(other_app, make_key, completion, places):
    app = other_app(hot_bytes=60_000)
    async with client_for(app, make_key()) as writer, asking(app) as reader:
        for number in range(12):
            body = {**completion, "externalId": f"many-{number}"}
            issued = (await writer.post("/v1/completions", json=body)).json()
            answer = await reader.get(path_of(issued["links"]["json"]))
            assert answer.json()["id"] == issued["id"]
            assert app.state.kept.size <= 60_000
    assert 3 <= len(app.state.kept) < 12


@SQLITE_ONLY
async def test_a_form_that_is_not_acceptable_stays_so(anonymous, places):
    for _ in range(2):
        assert (await anonymous.get(places["list"])).status_code == 200
        assert_problem(await anonymous.get(places["list"], headers={"Accept": "image/avif"}), 406, "not-acceptable")
