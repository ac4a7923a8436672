"""What an accrediting body signs about an issuer or an achievement: taken in, embedded, shown, removed."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest

from app.cli import samples
from app.main import create_app
from app.services import api_keys
from app.services.actors import TERMINAL
from app.settings import Settings
from app.signing import LocalSigner, did_web_url, jwt_claims, sign_jwt
from app.storage import audit
from tests import standin
from tests.api.conftest import NOW, client_for
from tests.factories import as_bytes, key_issuer, sign, web_issuer
from tests.problem import assert_problem
from tests.unit.verification.inner import make_endorsement

pytestmark = pytest.mark.anyio
BODY = key_issuer("an accrediting body")
OLD = datetime(2026, 5, 10, 11, tzinfo=UTC)


def about(subject, issuer=BODY, **changes):
    return make_endorsement(issuer, about=subject, **changes)


def signed(subject, issuer=BODY, **changes):
    return as_bytes(sign(about(subject, issuer, **changes), issuer))


def token(subject, issuer=BODY, **changes):
    document = about(subject, issuer, **changes)
    return sign_jwt(jwt_claims(document), LocalSigner(issuer.key, "key-1"), kid=issuer.method).encode()


async def add(client, raw, media_type="application/vc"):
    return await client.post("/v1/endorsements", content=raw, headers={"Content-Type": media_type})


@pytest.fixture
async def added(admin, achievement):
    response = await add(admin, signed(achievement["id"]))
    assert response.status_code == 201, response.text
    return response.json()


async def award(client, completion, **changes):
    response = await client.post("/v1/completions", json={**completion, **changes})
    assert response.status_code == 201, response.text
    return response.json()


async def test_it_is_described_as_it_was_taken_in(admin, added, achievement):
    assert added["endorses"] == achievement["id"]
    assert added["endorser"] == {"id": BODY.did, "name": BODY.profile["name"]}
    assert (added["form"], added["issuer"], added["removedAt"]) == ("json", "riverside", None)
    assert (await admin.get("/v1/endorsements")).json() == {"items": [added], "next": None}


@pytest.mark.parametrize(("make", "media_type", "member"), [
    (signed, "application/vc", "endorsement"),
    (token, "application/vc+jwt", "endorsementJwt"),
])  # fmt: skip
async def test_every_badge_carries_it_and_it_holds_there(admin, completion, achievement, make, media_type, member):
    raw = make(achievement["id"])
    assert (await add(admin, raw, media_type)).status_code == 201
    badge = await award(admin, completion)
    [carried] = badge["credential"]["credentialSubject"]["achievement"][member]
    assert carried == (json.loads(raw) if member == "endorsement" else raw.decode())
    report = (await admin.post("/v1/verify", json={"url": badge["id"]})).json()
    assert report["verdict"] == "valid"
    assert [inner["verdict"] for inner in report["endorsements"]] == ["valid"]
    assert {check["id"]: check["outcome"] for check in report["checks"]}["endorsements"] == "passed"


async def test_an_issuer_is_endorsed_in_its_profile(admin, completion, issuer):
    assert (await add(admin, signed(issuer["did"]))).status_code == 201
    badge = await award(admin, completion)
    assert len(badge["credential"]["issuer"]["endorsement"]) == 1
    public = (await admin.get("/issuers/riverside", headers={"Accept": "application/json"})).json()
    assert len(public["endorsement"]) == 1
    report = (await admin.post("/v1/verify", json={"url": badge["id"]})).json()
    assert (report["verdict"], report["endorsements"][0]["verdict"]) == ("valid", "valid")


async def test_the_token_of_a_badge_carries_it_too(admin, completion, added):
    badge = await award(admin, completion)
    raw = (await admin.get(badge["links"]["jwt"])).text
    report = (await admin.post("/v1/verify", content=raw, headers={"Content-Type": "application/vc+jwt"})).json()
    assert (report["verdict"], len(report["endorsements"])) == ("valid", 1)


async def test_pages_say_who_vouches(admin, completion, achievement, added):
    badge = await award(admin, completion)
    for address in (achievement["id"], badge["id"]):
        page = (await admin.get(address, headers={"Accept": "text/html"})).text
        assert "Who else vouches for it" in page
        assert BODY.profile["name"] in page


async def test_a_badge_issued_before_stays_without(admin, completion, credential, achievement):
    assert (await add(admin, signed(achievement["id"]))).status_code == 201
    badge = await award(admin, completion, externalId="later")
    assert "endorsement" in badge["credential"]["credentialSubject"]["achievement"]
    assert "endorsement" not in credential["credential"]["credentialSubject"]["achievement"]


async def test_what_was_removed_is_embedded_no_more(admin, completion, achievement, added):
    before = await award(admin, completion)
    removed = (await admin.post(f"/v1/endorsements/{added['id']}:remove")).json()
    assert removed["removedAt"] is not None
    assert (await admin.post(f"/v1/endorsements/{added['id']}:remove")).json() == removed
    after = await award(admin, completion, externalId="later")
    assert "endorsement" not in after["credential"]["credentialSubject"]["achievement"]
    assert (await admin.post("/v1/verify", json={"url": before["id"]})).json()["verdict"] == "valid"
    assert (await add(admin, signed(achievement["id"]))).status_code == 201  # it may come again


async def test_a_corrected_badge_carries_it_as_well(admin, completion, added):
    badge = await award(admin, completion)
    name = badge["id"].rpartition("/")[2]
    body = {"reason": "The name was misspelt.", "learner": {"name": "Amina Haddad-Olsen"}}
    response = await admin.post(f"/v1/credentials/{name}:replace", json=body)
    assert response.status_code == 201, response.text
    assert "endorsement" in response.json()["credential"]["credentialSubject"]["achievement"]


async def test_what_has_ended_is_embedded_no_more(admin, laurel, completion, achievement):
    ends = "2026-05-10T13:00:00Z"
    assert (await add(admin, signed(achievement["id"], validUntil=ends))).status_code == 201
    first = await award(admin, completion)
    object.__setattr__(laurel, "clock", lambda: datetime(2026, 5, 10, 14, tzinfo=UTC))
    second = await award(admin, completion, externalId="later")
    carried = ["endorsement" in badge["credential"]["credentialSubject"]["achievement"] for badge in (first, second)]
    assert carried == [True, False]


def altered(subject):
    document = json.loads(signed(subject))
    document["credentialSubject"]["endorsementComment"] = "Even better."
    return as_bytes(document)


@pytest.mark.parametrize(
    ("make", "media_type", "status", "code"),
    [
        pytest.param(altered, "application/vc", 400, "not-verified", id="altered"),
        pytest.param(lambda s: as_bytes(about(s)), "application/vc", 400, "not-verified", id="unsigned"),
        pytest.param(
            lambda s: signed(s, validUntil="2026-05-02T00:00:00Z"), "application/vc", 400, "not-verified", id="expired"
        ),
        pytest.param(lambda _: b"{}", "application/vc", 400, "not-verified", id="no credential"),
        pytest.param(lambda _: b"not JSON", "application/vc", 400, "malformed-document", id="nothing to read"),
        pytest.param(lambda _: signed("did:web:e.example"), "application/vc", 422, "invalid-fields", id="other"),
        pytest.param(signed, "image/png", 415, "unsupported-media-type", id="media type"),
        pytest.param(
            lambda s: signed(s, name="long" * 5_000), "application/vc", 413, "too-large", id="too long to embed"
        ),
    ],
)  # fmt: skip
async def test_what_does_not_hold_is_refused(admin, achievement, make, media_type, status, code):
    response = await add(admin, make(achievement["id"]), media_type)
    assert_problem(response, status, code)
    assert (await admin.get("/v1/endorsements")).json()["items"] == []


async def test_a_badge_is_no_endorsement(admin, credential):
    raw = as_bytes(credential["credential"])
    assert_problem(await add(admin, raw), 400, "not-verified")


async def test_an_endorser_who_cannot_be_asked_is_no_endorser_yet(admin, achievement):
    """Its server is away: nothing is taken on anybody's word."""
    endorser = web_issuer("elsewhere")
    moved = json.loads(as_bytes(sign(about(achievement["id"], endorser), endorser)).decode().replace(
        "badges.example", "away.example"
    ))  # fmt: skip
    assert_problem(await add(admin, as_bytes(moved)), 400, "not-verified")


async def test_the_same_is_taken_in_once(admin, added, achievement):
    assert_problem(await add(admin, signed(achievement["id"])), 409, "conflict")


async def test_there_is_a_most(admin, achievement):
    raws = [signed(achievement["id"], id=f"urn:uuid:0b6f2a54-3f5c-4a53-8d0c-6f6d1f8f3c{n:02}") for n in range(9)]
    found = [(await add(admin, raw)).status_code for raw in raws]
    assert found == [201] * 8 + [409]


async def test_keys_see_and_change_what_is_theirs(app, admin, make_key, added, achievement):
    other = {"slug": "other", "name": "Other", "url": "https://other.example"}
    assert (await admin.post("/v1/issuers", json=other)).status_code == 201
    async with client_for(app, make_key("other", ("read", "manage"))) as stranger:
        assert_problem(await add(stranger, signed(achievement["id"])), 422, "invalid-fields")
        assert (await stranger.get("/v1/endorsements")).json()["items"] == []
        assert_problem(await stranger.post(f"/v1/endorsements/{added['id']}:remove"), 404, "not-found")
    async with client_for(app, make_key("riverside", ("read", "issue"))) as reader:
        assert_problem(await add(reader, signed(achievement["id"])), 403, "forbidden")
        assert_problem(await reader.post(f"/v1/endorsements/{added['id']}:remove"), 403, "forbidden")
        assert (await reader.get("/v1/endorsements")).json()["items"] == [added]


async def test_taking_in_and_removing_is_on_record(admin, laurel, added):
    await admin.post(f"/v1/endorsements/{added['id']}:remove")
    with laurel.database.reading() as session:
        events = audit.list_events(session, issuer_id=None, limit=2)
    assert [(event.action, event.subject) for event in events] == [
        ("endorsement.remove", added["id"]), ("endorsement.add", added["id"]),
    ]  # fmt: skip


@pytest.fixture
async def open_to_the_web(sqlite_url, tmp_path):
    """A deployment that may fetch from a stand-in web, where an accrediting body publishes its did:web document."""
    endorser = web_issuer("council")
    address = did_web_url(endorser.did)
    unkept = (200, {"Cache-Control": "no-store"}, endorser.document)
    with standin.serve({address: unkept}) as web:
        settings = Settings(
            environment="development",
            database_url=sqlite_url,
            data_dir=tmp_path,
            key_encryption_key="11" * 32,
            test_host_map=web.host_map,
            test_ca_file=web.ca_file,
        )
        application = create_app(settings, clock=lambda: NOW)
        async with application.router.lifespan_context(application):
            yield application, endorser, web, address


async def test_the_page_asks_the_endorser_anew(open_to_the_web):
    application, endorser, web, address = open_to_the_web
    laurel = application.state.laurel
    with laurel.database.transaction() as session:
        token_ = api_keys.create_api_key(
            session, instance=laurel.instance, actor=TERMINAL, name="t", issuer_slug=None, scopes=("admin",),
            test=False, expires_at=None, now=NOW,
        ).token  # fmt: skip
    async with client_for(application, token_) as client:
        assert (await client.post("/v1/issuers", json=samples.ISSUER)).status_code == 201
        body = {
            "slug": "differentiated-teaching", "issuer": "riverside", **samples.ACHIEVEMENTS["differentiated-teaching"]
        }  # fmt: skip
        achievement = (await client.post("/v1/achievements", json=body)).json()
        assert (await add(client, signed(achievement["id"], endorser))).status_code == 201
        badge = await award(client, samples.COMPLETIONS[0])
        page = (await client.get(badge["id"], headers={"Accept": "text/html"})).text
        assert "Endorsement 1 of 1" in page
        assert endorsement_word(page) == "Valid"
        web[address] = 404
        page = (await client.get(badge["id"], headers={"Accept": "text/html"})).text
        assert endorsement_word(page) == "Cannot be checked now"


def endorsement_word(page):
    """What the page says of the first endorsement."""
    return re.search(r"Endorsement 1 of 1.*?check-word[^>]*>([^<]+)<", page, re.DOTALL)[1]
