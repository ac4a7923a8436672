"""What the doctor finds in a real database, and of what a stand-in for the web says in our name."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import text

from app.cli import samples
from app.keystore import EnvelopeKeystore, KeyEncryptionKey
from app.main import create_app
from app.services.doctor import diagnose
from app.services.doctor_database import examine_database
from app.services.examination import Deployment, Health
from app.services.outside import NOWHERE
from app.settings import Settings
from tests import standin
from tests.api.conftest import NOW

pytestmark = pytest.mark.anyio

BASE_URL = "https://badges.riverside.test"
OK, WARN, FAIL, CANNOT_TELL = Health.OK, Health.WARN, Health.FAIL, Health.CANNOT_TELL
DATE = "Sun, 10 May 2026 12:00:00 GMT"


def by_id(examinations):
    return {one.id: one for one in examinations}


def in_database(laurel, *, instance=None, now=NOW):
    return by_id(examine_database(laurel.database, instance or laurel.instance, lambda: now))


def healths(found):
    return {name: one.health for name, one in found.items()}


# In the database ------------------------------------------------------------------------------------------------------


async def test_a_database_in_order(laurel, credential):
    found = in_database(laurel, now=datetime.now(UTC))
    assert set(healths(found).values()) == {OK}, found
    assert list(found) == ["database", "schema", "clock-database", "keys", "status-lists"]


async def test_an_empty_database_is_in_order(laurel):
    assert set(healths(in_database(laurel, now=datetime.now(UTC))).values()) == {OK}


async def test_another_key_encryption_key(laurel, credential):
    wrong = replace(laurel.instance, keystore=EnvelopeKeystore(KeyEncryptionKey.from_text("22" * 32)))
    found = in_database(laurel, instance=wrong)
    assert (found["keys"].health, found["status-lists"].health) == (FAIL, FAIL)
    assert "riverside/" in found["keys"].detail


async def test_a_key_whose_public_half_is_another(laurel, credential, admin):
    other = (await admin.post("/v1/issuers", json={"slug": "other", "name": "Other"})).json()
    swap = (
        "UPDATE signing_keys SET public_jwk = (SELECT public_jwk FROM signing_keys WHERE kid = :other) WHERE kid = :kid"
    )
    kid = next(key["kid"] for key in other["keys"] if key["algorithm"] == "EdDSA")
    issuer = (await admin.get("/v1/issuers/riverside")).json()
    ours = next(key["kid"] for key in issuer["keys"] if key["algorithm"] == "EdDSA")
    with laurel.database.transaction() as session:
        session.execute(text(swap), {"other": kid, "kid": ours})
    found = in_database(laurel)
    assert found["keys"].health is FAIL
    assert f"riverside/{ours}" in found["keys"].detail
    assert found["status-lists"].health is FAIL


async def test_an_issuer_without_a_key_for_tokens(laurel, issuer):
    with laurel.database.transaction() as session:
        session.execute(text("DELETE FROM signing_keys WHERE purpose = 'vc-jwt'"))
    found = in_database(laurel)
    assert found["keys"].health is FAIL
    assert "riverside (vc-jwt)" in found["keys"].detail


async def test_clocks_that_disagree(laurel, database_url):
    found = in_database(laurel, now=datetime.now(UTC) + timedelta(hours=1))
    assert found["clock-database"].health is (FAIL if database_url.startswith("postgres") else OK)


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
async def test_a_schema_that_is_too_old(make_database_url, settings, backend):
    old = settings.model_copy(update={"database_url": make_database_url(backend, migrated=False)})
    laurel = create_app(old).state.laurel
    found = healths(in_database(laurel))
    assert found == {
        "database": OK,
        "schema": FAIL,
        "clock-database": CANNOT_TELL,
        "keys": CANNOT_TELL,
        "status-lists": CANNOT_TELL,
    }
    laurel.close()


async def test_a_database_that_is_away(settings):
    away = settings.model_copy(update={"database_url": "postgresql://nobody@127.0.0.1:1/laurel"})
    laurel = create_app(away).state.laurel
    found = in_database(laurel)
    assert found["database"].health is FAIL
    assert {one.health for name, one in found.items() if name != "database"} == {CANNOT_TELL}
    laurel.close()


async def test_a_file_that_is_no_database(settings, tmp_path):
    (tmp_path / "broken.sqlite3").write_bytes(b"This is no database. " * 1_000)
    laurel = create_app(
        settings.model_copy(update={"database_url": f"sqlite:///{tmp_path / 'broken.sqlite3'}"})
    ).state.laurel
    assert in_database(laurel)["database"].health is FAIL
    laurel.close()


# Outside --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def web():
    with standin.serve() as web:
        web.host("badges.riverside.test")
        yield web


@pytest.fixture
def settings(database_url, tmp_path, web):
    return Settings(
        environment="development",
        public_url=BASE_URL,
        database_url=database_url,
        data_dir=tmp_path,
        key_encryption_key="11" * 32,
        test_host_map=web.host_map,
        test_ca_file=web.ca_file,
    )


@pytest.fixture
async def published(app, web, anonymous, credential):
    """The stand-in says what the application says; a test changes it where it wants."""
    list_url = credential["credential"]["credentialStatus"]["statusListCredential"]
    for url in (f"{BASE_URL}/issuers/riverside/did.json", list_url):
        response = await anonymous.get(url.removeprefix(BASE_URL), headers={"Accept": "application/vc"})
        web[url] = response.json()
    web[f"{BASE_URL}/healthz"] = (200, {"Date": DATE}, {"status": "ok"})
    return list_url


async def outside(laurel, *, now=NOW, fetches=True, network=None):
    deployment = Deployment(BASE_URL, development=True, kek="file", fetches=fetches, sqlite_file=None)
    async with aclosing(laurel.fetcher):
        found = await diagnose(
            deployment, laurel.database, laurel.instance, network or laurel.fetcher, utc_now=lambda: now
        )
    asked = by_id(found.examinations)
    return {name: asked[name] for name in ("public-address", "clock-outside", "did-documents", "published-lists")}


async def test_what_is_published_is_what_the_database_says(laurel, published, web):
    found = await outside(laurel)
    assert set(healths(found).values()) == {OK}, found
    assert sorted(set(web.asked)) == sorted(
        [f"{BASE_URL}/healthz", f"{BASE_URL}/issuers/riverside/did.json", published]
    )


async def test_another_did_document(laurel, published, web, anonymous):
    document = (await anonymous.get("/issuers/riverside/did.json")).json()
    document["verificationMethod"].pop()
    web[f"{BASE_URL}/issuers/riverside/did.json"] = document
    found = await outside(laurel)
    assert found["did-documents"].health is FAIL
    assert "riverside" in found["did-documents"].detail
    assert found["published-lists"].health is OK


UNANSWERED = [
    ("it is not there", 404, FAIL),
    ("it is a page", "<h1>Welcome</h1>", FAIL),
    ("it is broken", 500, CANNOT_TELL),
    ("too much is asked of it", 503, CANNOT_TELL),
    ("it speaks something else", standin.raw(b"SSH-2.0-OpenSSH\r\n"), CANNOT_TELL),
]


@pytest.mark.parametrize(("page", "health"), [row[1:] for row in UNANSWERED], ids=[row[0] for row in UNANSWERED])
async def test_a_did_document_that_cannot_be_had(laurel, published, web, page, health):
    web[f"{BASE_URL}/issuers/riverside/did.json"] = page
    assert (await outside(laurel))["did-documents"].health is health


async def test_an_issuer_that_was_made_under_another_address(laurel, published):
    with laurel.database.transaction() as session:
        session.execute(text("UPDATE issuers SET did = 'did:web:old.riverside.test:issuers:riverside'"))
    found = await outside(laurel)
    assert found["did-documents"].health is FAIL
    assert "another address" in found["did-documents"].detail


async def test_a_list_that_does_not_know_of_a_revocation(laurel, published, admin, credential):
    path = credential["id"].removeprefix(BASE_URL)
    assert (await admin.post(f"/v1{path}:revoke", json={"reason": "A mistake."})).status_code == 200
    soon = await outside(laurel, now=NOW + timedelta(minutes=4))
    assert soon["published-lists"].health is CANNOT_TELL


async def test_a_list_that_still_does_not_know_of_it(laurel, published, admin, credential):
    path = credential["id"].removeprefix(BASE_URL)
    assert (await admin.post(f"/v1{path}:revoke", json={"reason": "A mistake."})).status_code == 200
    later = await outside(laurel, now=NOW + timedelta(minutes=6))
    assert later["published-lists"].health is FAIL


@pytest.mark.parametrize(
    "dates",
    [{"validFrom": "2026-05-10T13:00:00Z"}, {"validUntil": "2026-05-10T11:00:00Z"}, {"validFrom": "yesterday"}],
    ids=["not yet", "no more", "who knows"],
)
async def test_a_list_that_is_not_valid_now(laurel, published, web, anonymous, dates):
    document = (await anonymous.get(published.removeprefix(BASE_URL), headers={"Accept": "application/vc"})).json()
    web[published] = document | dates
    assert (await outside(laurel))["published-lists"].health is FAIL


async def test_a_list_that_is_not_published(laurel, published, web):
    web[published] = 404
    assert (await outside(laurel))["published-lists"].health is FAIL


async def test_nobody_answers(laurel, published, web):
    web[f"{BASE_URL}/healthz"] = 502
    found = await outside(laurel)
    assert set(healths(found).values()) == {CANNOT_TELL}
    assert web.asked == [f"{BASE_URL}/healthz"]


async def test_the_clock_of_the_public_address(laurel, published):
    assert (await outside(laurel, now=NOW + timedelta(hours=1)))["clock-outside"].health is FAIL


async def test_without_a_network_nothing_is_told(laurel, published, web):
    assert set(healths(await outside(laurel, network=NOWHERE)).values()) == {CANNOT_TELL}


async def test_where_fetching_is_off_nothing_is_asked(laurel, published, web):
    found = await outside(laurel, fetches=False)
    assert set(healths(found).values()) == {CANNOT_TELL}
    assert "LAUREL_FETCH" in found["public-address"].detail
    assert web.asked == []


async def test_many_issuers_are_asked_for_a_few_at_a_time(app, laurel, published, web, admin, anonymous):
    for number in range(20):
        slug = f"school-{number}"
        body = {**samples.ISSUER, "slug": slug, "jwtAlgorithm": "ES256"}
        assert (await admin.post("/v1/issuers", json=body)).status_code == 201
        web[f"{BASE_URL}/issuers/{slug}/did.json"] = (await anonymous.get(f"/issuers/{slug}/did.json")).json()
    found = await outside(laurel)
    assert found["did-documents"].health is OK
    assert "21" in found["did-documents"].detail


@pytest.fixture
async def anonymous(app):
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client:
        yield client
