"""The life of signing keys over HTTP, and what it means for badges: at any moment all of them verify."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.cli import samples
from app.issuance import seal_document
from app.models import AuditEvent
from app.services import issuers as issuing
from app.services import key_life
from app.signing import Algorithm
from app.storage import keys, resigning
from tests.api.conftest import NOW, path_of
from tests.problem import assert_problem

pytestmark = pytest.mark.anyio
# What is said in SQL, or depends on locks and triggers, is asked of both databases; the rest of SQLite.
both = pytest.mark.parametrize("backend", ["sqlite", "postgresql"])

KEYS = "/v1/issuers/riverside/keys"
HOUR = timedelta(hours=1)


@pytest.fixture
def backend():
    return "sqlite"


@pytest.fixture
def database_url(request, backend):
    return request.getfixturevalue(f"{backend}_url")


@pytest.fixture
async def issuer(admin):
    response = await admin.post("/v1/issuers", json={**samples.ISSUER, "jwtAlgorithm": "ES256"})  # RSA takes longer
    assert response.status_code == 201, response.text
    return response.json()


@pytest.fixture
def clock(app, monkeypatch):
    """A function that sets the time."""
    laurel, moment = app.state.laurel, [NOW]
    object.__setattr__(laurel, "clock", lambda: moment[0])

    def to(now):
        moment[0] = now

    return to


def z(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


async def issue(admin, name):
    response = await admin.post("/v1/completions", json={**samples.COMPLETIONS[0], "externalId": name})
    assert response.status_code == 201, response.text
    return response.json()


async def rotate(admin, **body):
    response = await admin.post(f"{KEYS}:rotate", json=body)
    assert response.status_code == 200, response.text
    return {key["purpose"]: key for key in response.json()["items"]}


async def states(admin):
    return {key["kid"]: key["state"] for key in (await admin.get(KEYS)).json()["items"]}


async def active(admin, purpose="data-integrity"):
    found = (await admin.get(KEYS)).json()["items"]
    [key] = [key for key in found if key["purpose"] == purpose and key["state"] == "active"]
    return key


async def compromise(admin, kid, since, status=200):
    response = await admin.post(f"{KEYS}/{kid}:compromise", json={"since": z(since), "reason": "A backup was stolen."})
    assert response.status_code == status, response.text
    return response.json()


async def resign(admin, kid, **query):
    response = await admin.post(f"{KEYS}/{kid}:resign", params=query)
    assert response.status_code == 200, response.text
    return response.json()


async def verify(admin, content, media_type="application/vc"):
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return (await admin.post("/v1/verify", content=body, headers={"Content-Type": media_type})).json()


def finding(report, name):
    [check] = [check for check in report["checks"] if check["id"] == name]
    return check["outcome"], check["title"]


def kid_of(document):
    return document["proof"][0]["verificationMethod"].partition("#")[2]


# Rotation


async def test_badges_of_the_key_before_stay_valid_and_new_ones_bear_the_new_key(admin, anonymous, completion):
    old = await active(admin)
    before = (await issue(admin, "before"))["credential"]
    new = await rotate(admin)
    after = (await issue(admin, "after"))["credential"]
    assert (kid_of(before), kid_of(after)) == (old["kid"], new["data-integrity"]["kid"])
    for document in (before, after):
        report = await verify(admin, document)
        assert (report["verdict"], finding(report, "issuer")[1]) == ("valid", "The issuer itself signed it.")
    did = (await anonymous.get("/issuers/riverside/did.json")).text
    assert old["kid"] in did
    assert "revoked" not in did
    assert "expires" not in did  # a reader would refuse what the retired key signed


@both
async def test_a_key_that_waits_is_published_and_takes_over_at_its_time(admin, anonymous, completion, clock):
    old, old_jwt = await active(admin), await active(admin, "vc-jwt")
    waiting = await rotate(admin, at=z(NOW + HOUR))
    new, new_jwt = waiting["data-integrity"], waiting["vc-jwt"]
    assert (new["state"], new["activatesAt"]) == ("pending", z(NOW + HOUR))
    for path in ("did.json", "jwks.json"):
        assert new["kid"] in (await anonymous.get(f"/issuers/riverside/{path}")).text
    assert kid_of((await issue(admin, "before"))["credential"]) == old["kid"]
    clock(NOW + HOUR)
    issued = await issue(admin, "after")
    assert kid_of(issued["credential"]) == new["kid"]
    token = await anonymous.get(path_of(issued["id"]) + ".jwt")
    assert (await verify(admin, token.content, "text/plain"))["verdict"] == "valid"
    assert await states(admin) == {
        old["kid"]: "retired", old_jwt["kid"]: "retired", new["kid"]: "active", new_jwt["kid"]: "active"
    }  # fmt: skip


async def test_a_list_is_signed_with_the_key_whose_time_has_come(admin, anonymous, credential, clock):
    new = (await rotate(admin, at=z(NOW + HOUR)))["data-integrity"]
    clock(NOW + HOUR)
    address = path_of(credential["credential"]["credentialStatus"]["statusListCredential"])
    assert kid_of((await anonymous.get(address)).json()) == new["kid"]


async def test_the_key_that_waits_is_the_next_one(admin, completion):
    waiting = await rotate(admin, at=z(NOW + HOUR), purposes=["data-integrity"])
    later = await rotate(admin, at=z(NOW + 2 * HOUR), purposes=["data-integrity"])
    at_once = await rotate(admin, purposes=["data-integrity"])
    kids = {found["data-integrity"]["kid"] for found in (waiting, later, at_once)}
    assert len(kids) == 1
    assert kid_of((await issue(admin, "next"))["credential"]) in kids
    assert sorted((await states(admin)).values()) == ["active", "active", "retired"]


# A key that leaked


@both
async def test_what_a_key_signed_since_it_leaked_counts_no_more(admin, completion, clock):
    leaked = await active(admin)
    before = (await issue(admin, "before"))["credential"]
    clock(NOW + HOUR)
    since = (await issue(admin, "since"))["credential"]
    marked = await compromise(admin, leaked["kid"], NOW + HOUR)
    assert (marked["state"], marked["compromisedAt"], marked["signed"]) == ("compromised", z(NOW + HOUR), 2)
    assert (await active(admin))["kid"] != leaked["kid"]
    report = await verify(admin, before)
    assert report["verdict"] == "valid"
    assert finding(report, "issuer")[1] == "The issuer itself signed it, with a key that it has retired since."
    report = await verify(admin, since)
    assert (report["verdict"], finding(report, "issuer")) == (
        "invalid", ("failed", "The issuer had retired this key before.")
    )  # fmt: skip
    assert (await verify(admin, (await issue(admin, "after"))["credential"]))["verdict"] == "valid"


async def test_the_did_document_says_since_when(admin, anonymous, completion):
    leaked = await active(admin)
    await compromise(admin, leaked["kid"], NOW)
    methods = (await anonymous.get("/issuers/riverside/did.json")).json()["verificationMethod"]
    marked = {method["id"].partition("#")[2]: method.get("revoked") for method in methods}
    assert {name for name, revoked in marked.items() if revoked} == {leaked["kid"], f"{leaked['kid']}-jwk"}
    assert set(filter(None, marked.values())) == {z(NOW)}


async def test_lists_that_the_leaked_key_signed_are_signed_anew(admin, anonymous, credential):
    address = path_of(credential["credential"]["credentialStatus"]["statusListCredential"])
    leaked = await active(admin)
    assert kid_of((await anonymous.get(address)).json()) == leaked["kid"]
    await compromise(admin, leaked["kid"], NOW - HOUR)
    assert kid_of((await anonymous.get(address)).json()) == (await active(admin))["kid"]


def forged(laurel, document, kid, *, created):
    """Signed with the private key itself, as whoever stole it would."""
    with laurel.database.reading() as session:
        issuer = issuing.get_issuer(session, "riverside")
        row = keys.get_key(session, issuer.id, kid)
    stolen = laurel.instance.keystore.signer(
        issuer_id=str(issuer.id), kid=kid, algorithm=Algorithm(row.algorithm.value), ciphertext=row.ciphertext
    )
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    return seal_document(unsigned, stolen, verification_method=f"{issuer.did}#{kid}", created=created).raw


@pytest.mark.parametrize("id_", ["the id of a real one", "an id of ours", "another id"])
async def test_a_forgery_with_a_date_before_the_leak_is_not_on_record(admin, laurel, credential, id_):
    leaked = await active(admin)
    document = json.loads(json.dumps(credential["credential"]))
    document["credentialSubject"]["narrative"] = "With distinction."
    if id_ == "an id of ours":
        document["id"] = "http://localhost:8000/credentials/3f0c1e52-8a3b-4f5e-9a55-0d1b7f6f2c11"
    elif id_ == "another id":
        document["id"] = "urn:uuid:3f0c1e52-8a3b-4f5e-9a55-0d1b7f6f2c11"
    raw = forged(laurel, document, leaked["kid"], created=NOW - 24 * HOUR)
    assert (await verify(admin, raw))["verdict"] == "valid"  # nobody knows yet
    await compromise(admin, leaked["kid"], NOW - HOUR)
    report = await verify(admin, raw)
    assert (report["verdict"], finding(report, "issuer")) == (
        "invalid", ("failed", "The issuer has no record of it.")
    )  # fmt: skip


@both
async def test_a_real_badge_is_on_record_however_it_is_written(admin, laurel, credential, clock):
    leaked = await active(admin)
    clock(NOW + 2 * HOUR)
    await compromise(admin, leaked["kid"], NOW + HOUR)
    document = credential["credential"]
    turned = {name: document[name] for name in reversed(document)}
    again = forged(laurel, document, leaked["kid"], created=NOW)  # what it says is what we said
    for content in (document, turned, again):
        assert (await verify(admin, content))["verdict"] == "valid"
    await resign(admin, leaked["kid"])
    for content in (document, turned):  # the copy that its holder has
        assert (await verify(admin, content))["verdict"] == "valid"


@both
async def test_a_token_of_a_leaked_key(admin, anonymous, laurel, credential, clock):
    leaked = await active(admin, "vc-jwt")
    token = (await anonymous.get(path_of(credential["id"]) + ".jwt")).content
    assert (await verify(admin, token, "text/plain"))["verdict"] == "valid"
    await compromise(admin, leaked["kid"], NOW)
    assert (await verify(admin, token, "text/plain"))["verdict"] == "invalid"  # it does not say when it was signed
    done = await resign(admin, leaked["kid"])
    assert (done["resigned"], done["remaining"], done["next"]) == (1, 0, None)
    new = (await anonymous.get(path_of(credential["id"]) + ".jwt")).content
    assert new != token
    assert (await verify(admin, new, "text/plain"))["verdict"] == "valid"


async def test_when_it_leaked_turns_out_to_be_earlier_never_later(admin, issuer):
    leaked = await active(admin)
    await compromise(admin, leaked["kid"], NOW - HOUR)
    assert (await compromise(admin, leaked["kid"], NOW - 2 * HOUR))["compromisedAt"] == z(NOW - 2 * HOUR)
    await compromise(admin, leaked["kid"], NOW - HOUR, status=409)
    response = await admin.post(f"{KEYS}/{leaked['kid']}:compromise", json={"since": z(NOW + HOUR), "reason": "x"})
    assert_problem(response, 422, "invalid-fields", pointer="/since")


async def test_a_key_that_leaks_while_it_waits_never_signs(admin, completion, clock):
    old = await active(admin)
    waiting = (await rotate(admin, at=z(NOW + HOUR), purposes=["data-integrity"]))["data-integrity"]
    await compromise(admin, waiting["kid"], NOW)
    clock(NOW + HOUR)
    assert kid_of((await issue(admin, "after"))["credential"]) == old["kid"]


# Signing again


@both
async def test_badges_are_signed_again_under_the_same_address(admin, anonymous, completion):
    badges = [(await issue(admin, f"n{number}")) for number in range(5)]
    first = path_of(badges[0]["id"])
    tokens = (await anonymous.get(f"{first}.jwt")).content
    before = await anonymous.get(f"{first}.json")
    old = await active(admin)
    await compromise(admin, old["kid"], NOW)
    assert (await verify(admin, before.content))["verdict"] == "invalid"
    chunk = await resign(admin, old["kid"], limit=2)
    assert (chunk["resigned"], chunk["remaining"], chunk["failures"]) == (2, 3, [])
    while chunk["next"]:
        chunk = await resign(admin, old["kid"], limit=2, after=chunk["next"])
    assert (chunk["remaining"], (await resign(admin, old["kid"]))["resigned"]) == (0, 0)
    after = await anonymous.get(f"{first}.json")  # at once, though it was kept in memory
    new = await active(admin)
    assert kid_of(after.json()) == new["kid"]
    assert {**after.json(), "proof": None} == {**before.json(), "proof": None}
    assert (after.headers["ETag"] != before.headers["ETag"], new["signed"]) == (True, 5)
    assert (await anonymous.get(f"{first}.jwt")).content != b""
    assert tokens
    for badge in badges:
        report = (await admin.post("/v1/verify", json={"url": badge["id"]})).json()
        assert report["verdict"] == "valid"


async def test_a_revoked_badge_stays_revoked_and_its_successor_signature_is_audited(admin, laurel, credential):
    old = await active(admin)
    path = f"/v1/credentials/{credential['id'].rsplit('/', 1)[1]}"
    await admin.post(f"{path}:revoke", json={"reason": "A mistake."})
    await rotate(admin)
    assert (await resign(admin, old["kid"]))["resigned"] == 1
    stored = (await admin.get(path)).json()
    assert (stored["status"], kid_of(stored["credential"])) == ("revoked", (await active(admin))["kid"])


async def test_what_was_altered_in_the_database_gets_no_new_signature(admin, laurel, completion, monkeypatch):
    badges = [await issue(admin, f"n{number}") for number in range(3)]
    old = await active(admin)
    await rotate(admin)
    honest = resigning.list_signed

    def altered(*args, **options):
        page = honest(*args, **options)
        rows = list(page.items)
        object.__setattr__(rows[1], "document", rows[1].document.replace(b"Amina", b"Emina"))
        return type(page)(tuple(rows), page.next)

    monkeypatch.setattr(resigning, "list_signed", altered)
    done = await resign(admin, old["kid"])
    assert (done["resigned"], done["remaining"]) == (2, 1)
    [failure] = done["failures"]
    assert failure["credential"] in {badge["id"] for badge in badges}
    assert failure["reason"].startswith("Its stored bytes are not those that were issued")


async def test_a_key_that_signs_is_neither_destroyed_nor_signed_away(admin, issuer):
    key = await active(admin)
    for move in ("destroy", "resign"):
        assert_problem(await admin.post(f"{KEYS}/{key['kid']}:{move}"), 409, "invalid-transition")


# The end


@both
async def test_a_destroyed_key_signs_nothing_and_its_badges_stay_valid(admin, anonymous, laurel, credential):
    key = await active(admin)
    await rotate(admin, purposes=["data-integrity"])
    done = (await admin.post(f"{KEYS}/{key['kid']}:destroy")).json()
    assert (done["state"], done["destroyedAt"]) == ("destroyed", z(NOW))
    with laurel.database.reading() as session:
        assert keys.get_key(session, issuing.get_issuer(session, "riverside").id, key["kid"]).ciphertext == b""
    assert (await verify(admin, credential["credential"]))["verdict"] == "valid"
    assert key["kid"] in (await anonymous.get("/issuers/riverside/did.json")).text
    assert_problem(await admin.post(f"{KEYS}/{key['kid']}:destroy"), 409, "invalid-transition")
    assert (await compromise(admin, key["kid"], NOW - HOUR))["state"] == "destroyed"  # a copy had got out before
    assert (await verify(admin, credential["credential"]))["verdict"] == "invalid"


async def test_every_deed_is_on_record(admin, laurel, credential):
    old = await active(admin)
    await rotate(admin, at=z(NOW + HOUR))
    await compromise(admin, old["kid"], NOW - HOUR)
    await resign(admin, old["kid"])
    await admin.post(f"{KEYS}/{old['kid']}:destroy")
    with laurel.database.reading() as session:
        found = list(session.scalars(select(AuditEvent).where(AuditEvent.subject == old["kid"])))
        actions = {event.action for event in session.scalars(select(AuditEvent))}
    assert {event.action for event in found} == {"key.retire", "key.compromise", "key.destroy"}
    assert actions >= {"key.create", "key.schedule", "key.activate", "credential.resign"}
    [leak] = [event for event in found if event.action == "key.compromise"]
    assert leak.detail["reason"] == "A backup was stolen."


async def test_an_issuer_has_so_many_keys_and_a_leaked_one_is_replaced_all_the_same(admin, issuer, monkeypatch):
    monkeypatch.setattr(key_life, "MOST_KEYS", 4)
    await rotate(admin)
    assert_problem(await admin.post(f"{KEYS}:rotate", json={}), 409, "invalid-transition")
    await compromise(admin, (await active(admin))["kid"], NOW)
    assert (await active(admin))["state"] == "active"
