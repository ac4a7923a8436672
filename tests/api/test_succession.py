"""Renewing and replacing over HTTP: one successor at most, named in the signed document, in one transaction."""

from __future__ import annotations

from uuid import UUID

import anyio
import pytest
from sqlalchemy import select

from app.models import AuditEvent, Credential, Succession
from app.storage import audit
from tests.api.conftest import client_for, path_of
from tests.problem import assert_problem

pytestmark = pytest.mark.anyio
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

REPLAYED = "idempotent-replayed"
RENEWAL = {
    "completedAt": "2026-05-09T10:00:00Z",
    "validUntil": "2030-05-09T10:00:00Z",
    "results": [{"resultDescription": "rubric", "value": "Meets"}],
    "evidence": [{"name": "Portfolio of the third year"}],
}
NOBODY_ELSE = {"name": "Amina Haddad", "email": "amina@riverside.example", "did": None}
CORRECTION = {"reason": "The name was misspelt.", "learner": {"name": "Amina Haddad-Okafor"}}


def move(credential, name):
    return f"/v1{path_of(credential['id'])}:{name}"


async def done(client, credential, name, body, status=201, **headers):
    response = await client.post(move(credential, name), json=body, headers=headers)
    assert response.status_code == status, response.text
    return response.json()


async def shown(client, credential):
    return (await client.get(f"/v1{path_of(credential['id'])}")).json()


async def conclusion(client, credential):
    response = await client.post("/v1/verify", json={"url": credential["id"]})
    return response.json()["conclusion"]


def links(credential):
    return [item for item in credential["credential"].get("evidence", []) if "/credentials/" in item.get("id", "")]


def actions(laurel):
    with laurel.database.reading() as session:
        return [
            (event.action, event.subject, event.detail)
            for event in reversed(audit.list_events(session, issuer_id=None))
            if event.action.startswith("credential.")
        ]


def uuid_of(credential):
    return credential["id"].rsplit("/", 1)[1]


# Renewing -----------------------------------------------------------------------------------------------------------


async def test_a_renewal_names_its_predecessor_which_stays(admin, anonymous, laurel, credential):
    response = await admin.post(move(credential, "renew"), json=RENEWAL)
    assert response.status_code == 201, response.text
    renewed = response.json()
    assert response.headers["location"] == renewed["id"]
    assert (renewed["predecessor"], renewed["successor"], renewed["externalId"]) == (credential["id"], None, None)
    assert (renewed["learner"], renewed["source"]) == (credential["learner"], credential["source"])
    assert (renewed["awardedAt"], renewed["validUntil"]) == (RENEWAL["completedAt"], RENEWAL["validUntil"])
    assert [(link["id"], link["genre"]) for link in links(renewed)] == [(credential["id"], "Renewed credential")]
    before = await shown(admin, credential)
    assert (before["status"], before["successor"]) == ("active", renewed["id"])
    assert await conclusion(anonymous, credential) == await conclusion(anonymous, renewed) == "valid"
    assert actions(laurel)[-2:] == [
        ("credential.renew", uuid_of(credential), {"successor": uuid_of(renewed)}),
        ("credential.issue", uuid_of(renewed), actions(laurel)[-1][2]),
    ]


@sqlite
async def test_a_renewal_without_anything_is_of_now_and_as_long_as_the_achievement_says(admin, credential):
    renewed = await done(admin, credential, "renew", {})
    assert renewed["awardedAt"] == "2026-05-10T12:00:00Z"
    assert renewed["validUntil"] == "2029-05-10T12:00:00Z"
    assert "result" not in renewed["credential"]["credentialSubject"]


@sqlite
async def test_a_renewal_is_of_the_achievement_as_it_is_by_now(admin, achievement, credential):
    definition = {**achievement["definition"], "slug": achievement["slug"], "name": "Differentiated Teaching II"}
    response = await admin.put(f"/v1{path_of(achievement['id'])}", json=definition)
    assert response.status_code == 200, response.text
    renewed = await done(admin, credential, "renew", {})
    replaced = await done(admin, renewed, "replace", CORRECTION)
    assert renewed["credential"]["name"] == replaced["credential"]["name"] == "Differentiated Teaching II"


async def test_however_often_a_renewal_is_asked_it_is_one(admin, laurel, credential):
    answers = []

    async def ask():
        answers.append(await admin.post(move(credential, "renew"), json=RENEWAL))

    async with anyio.create_task_group() as group:
        for _ in range(5):
            group.start_soon(ask)
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sum(answer.headers.get(REPLAYED) == "true" for answer in answers) == 4
    with laurel.database.reading() as session:
        assert len(session.scalars(select(Credential)).all()) == 2


@sqlite
async def test_another_renewal_is_refused_with_the_address_of_the_first(admin, credential):
    renewed = await done(admin, credential, "renew", RENEWAL)
    response = await admin.post(move(credential, "renew"), json=RENEWAL | {"narrative": "Again."})
    problem = assert_problem(response, 409, "invalid-transition")
    assert renewed["id"] in problem["detail"]
    assert_problem(await admin.post(move(credential, "replace"), json=CORRECTION), 409, "invalid-transition")


@sqlite
async def test_an_idempotency_key_names_one_request(admin, completion, credential):
    first = await done(admin, credential, "renew", RENEWAL, **{"Idempotency-Key": "r-1"})
    assert await done(admin, credential, "renew", RENEWAL, 200, **{"Idempotency-Key": "r-1"}) == first
    response = await admin.post(move(credential, "renew"), json={}, headers={"Idempotency-Key": "r-1"})
    assert_problem(response, 422, "idempotency-key-reused")
    response = await admin.post("/v1/completions", json=completion, headers={"Idempotency-Key": "r-1"})
    assert_problem(response, 422, "idempotency-key-reused")
    response = await admin.post(move(first, "renew"), json={}, headers={"Idempotency-Key": "a b"})
    assert_problem(response, 422, "invalid-fields")


@sqlite
async def test_what_was_revoked_is_not_renewed(admin, credential):
    await done(admin, credential, "revoke", {"reason": "a mistake"}, 200)
    assert_problem(await admin.post(move(credential, "renew"), json={}), 409, "invalid-transition")


@sqlite
async def test_a_renewal_may_be_renewed(admin, credential):
    second = await done(admin, credential, "renew", {})
    third = await done(admin, second, "renew", {"completedAt": "2026-05-10T11:00:00Z"})
    second = await shown(admin, second)
    assert (second["predecessor"], second["successor"]) == (credential["id"], third["id"])
    assert [link["id"] for link in links(third)] == [second["id"]]


# Replacing ----------------------------------------------------------------------------------------------------------


async def test_a_replacement_says_the_same_but_for_the_correction(admin, anonymous, laurel, credential):
    replaced = await done(admin, credential, "replace", CORRECTION)
    old, new = credential["credential"], replaced["credential"]
    for member in ("name", "issuer", "validFrom", "validUntil", "awardedDate"):
        assert old[member] == new[member], member
    for member in ("achievement", "result", "narrative"):
        assert old["credentialSubject"].get(member) == new["credentialSubject"].get(member), member
    assert new["credentialSubject"]["source"]["name"] == old["credentialSubject"]["source"]["name"]
    [*evidence, link] = new["evidence"]
    assert evidence == old["evidence"]
    assert (link["id"], link["genre"]) == (credential["id"], "Replaced credential")
    assert replaced["learner"] == credential["learner"] | {"name": "Amina Haddad-Okafor"}
    assert (replaced["status"], replaced["predecessor"]) == ("active", credential["id"])
    before = await shown(admin, credential)
    assert (before["status"], before["successor"]) == ("replaced", replaced["id"])
    assert before["revocationReason"] == CORRECTION["reason"]
    assert await conclusion(anonymous, replaced) == "valid"
    assert actions(laurel)[-2][:2] == ("credential.replace", uuid_of(credential))


@sqlite
@pytest.mark.parametrize(
    ("correction", "member", "said"),
    [
        ({"learner": {"email": None}}, "learner", NOBODY_ELSE | {"email": None}),
        ({"learner": {"name": None}}, "learner", NOBODY_ELSE),
        ({"completedAt": "2026-05-01T09:00:00Z"}, "awardedAt", "2026-05-01T09:00:00Z"),
        ({"completedAt": None}, "awardedAt", "2026-05-04T10:00:00Z"),
        ({"validUntil": "2027-01-01T00:00:00Z"}, "validUntil", "2027-01-01T00:00:00Z"),
        ({"validUntil": None}, "validUntil", "2029-05-04T10:00:00Z"),
        ({}, "validUntil", "2029-05-04T10:00:00Z"),
    ],
)  # fmt: skip
async def test_what_is_corrected(admin, credential, correction, member, said):
    replaced = await done(admin, credential, "replace", {"reason": "a mistake", **correction})
    assert replaced[member] == said


@sqlite
@pytest.mark.parametrize(
    ("correction", "path", "said"),
    [
        ({"results": []}, ("credentialSubject", "result"), None),
        ({"narrative": "He taught it twice."}, ("credentialSubject", "narrative"), "He taught it twice."),
        ({"assessor": None}, ("credentialSubject", "source"), None),
    ],
)
async def test_what_is_corrected_in_the_document(admin, credential, correction, path, said):
    found = (await done(admin, credential, "replace", {"reason": "a mistake", **correction}))["credential"]
    for name in path:
        found = found.get(name) if found else None
    assert found == said


async def test_however_often_a_replacement_is_asked_it_is_one(admin, laurel, credential):
    answers = []

    async def ask():
        answers.append(await admin.post(move(credential, "replace"), json=CORRECTION))

    async with anyio.create_task_group() as group:
        for _ in range(5):
            group.start_soon(ask)
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 201]
    with laurel.database.reading() as session:
        assert len(session.scalars(select(Succession)).all()) == 1
        assert len(session.scalars(select(AuditEvent).where(AuditEvent.action == "credential.replace")).all()) == 1


@sqlite
async def test_a_correction_that_cannot_be_signed_changes_nothing(admin, anonymous, credential):
    body = {"reason": "x", "results": [{"resultDescription": "no-such", "value": "1"}]}
    problem = assert_problem(await admin.post(move(credential, "replace"), json=body), 422, "invalid-fields")
    assert problem["errors"][0]["pointer"] == "/results/0/resultDescription"
    assert (await shown(admin, credential))["status"] == "active"
    assert await conclusion(anonymous, credential) == "valid"


@sqlite
async def test_what_was_revoked_by_mistake_is_put_right(admin, anonymous, credential):
    await done(admin, credential, "revoke", {"reason": "wrong row"}, 200)
    again = await done(admin, credential, "replace", {"reason": "It had been revoked by mistake."})
    before = await shown(admin, credential)
    assert (before["status"], before["revocationReason"], before["successor"]) == ("replaced", "wrong row", again["id"])
    assert await conclusion(anonymous, again) == "valid"


@sqlite
async def test_a_replacement_of_a_replacement_names_the_last_one_alone(admin, credential):
    second = await done(admin, credential, "replace", CORRECTION)
    third = await done(admin, second, "replace", {"reason": "again", "narrative": "…"})
    assert [link["id"] for link in links(third)] == [second["id"]]
    assert_problem(await admin.post(move(credential, "replace"), json={"reason": "no"}), 409, "invalid-transition")


@sqlite
async def test_a_replaced_credential_is_found_and_not_revoked_again(admin, credential):
    replaced = await done(admin, credential, "replace", CORRECTION)
    for status, expected in (("replaced", credential), ("active", replaced), ("revoked", None)):
        page = (await admin.get("/v1/credentials", params={"status": status})).json()
        assert [item["id"] for item in page["items"]] == ([expected["id"]] if expected else [])
    response = await admin.post(move(credential, "revoke"), json={"reason": "again"})
    assert (response.status_code, response.headers[REPLAYED], response.json()["status"]) == (200, "true", "replaced")


# The completion that it began with -------------------------------------------------------------------------------


@sqlite
async def test_the_completion_is_answered_with_its_own_credential_which_names_the_next(admin, completion, credential):
    replaced = await done(admin, credential, "replace", CORRECTION | {"learner": {"email": "a.haddad@new.example"}})
    again = await admin.post("/v1/completions", json=completion)
    assert (again.status_code, again.headers[REPLAYED]) == (200, "true")
    assert (again.json()["id"], again.json()["status"]) == (credential["id"], "replaced")
    assert again.json()["successor"] == replaced["id"]
    # The platform has learned of the correction too.
    corrected = completion | {"learner": {"name": "Amina Haddad", "email": "a.haddad@new.example"}}
    again = await admin.post("/v1/completions", json=corrected)
    assert (again.status_code, again.json()["id"]) == (200, credential["id"])
    stranger = completion | {"learner": {"name": "Ben Okri", "email": "ben@riverside.example"}}
    assert_problem(await admin.post("/v1/completions", json=stranger), 422, "idempotency-key-reused")


# Who may ------------------------------------------------------------------------------------------------------------


@sqlite
@pytest.mark.parametrize("name", ["renew", "replace"])
async def test_who_may_ask_for_a_successor(app, admin, anonymous, credential, make_key, name):
    body = CORRECTION if name == "replace" else {}
    path = move(credential, name)
    assert_problem(await anonymous.post(path, json=body), 401, "unauthenticated")
    response = await admin.post("/v1/issuers", json={"slug": "hillside", "name": "Hillside"})
    assert response.status_code == 201, response.text
    refused = [
        (make_key("riverside", ("read", "manage")), 403, "forbidden"),
        (make_key("hillside", ("issue", "revoke")), 404, "not-found"),
        (make_key("riverside", ("issue", "revoke"), test=True), 403, "forbidden"),
    ]
    for key, status, code in refused:
        async with client_for(app, key) as client:
            assert_problem(await client.post(path, json=body), status, code)
    assert_problem(await admin.post(f"/v1/credentials/{UUID(int=0)}:{name}", json=body), 404, "not-found")
    assert_problem(await admin.post(f"/v1/credentials/x:{name}", json=body), 422, "invalid-fields")
    assert (await shown(admin, credential))["successor"] is None
    async with client_for(app, make_key("riverside", ("issue", "revoke"))) as client:
        await done(client, credential, name, body)


@sqlite
async def test_issuing_alone_replaces_nothing(app, credential, make_key):
    async with client_for(app, make_key("riverside", ("issue",))) as client:
        assert_problem(await client.post(move(credential, "replace"), json=CORRECTION), 403, "forbidden")


@sqlite
@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/reason"),
        ({"reason": ""}, "/reason"),
        ({"reason": "x", "learner": {"email": "nobody"}}, "/learner/email"),
        ({"reason": "x", "achievement": "other"}, "/achievement"),
        ({"reason": "x", "completedAt": "2027-01-01T00:00:00Z"}, "/completedAt"),
        ({"reason": "x", "validUntil": "2025-01-01T00:00:00Z"}, "/validUntil"),
    ],
)
async def test_a_correction_that_cannot_be_understood(admin, credential, body, pointer):
    problem = assert_problem(await admin.post(move(credential, "replace"), json=body), 422, "invalid-fields")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]


@sqlite
async def test_a_successor_of_a_test_is_a_test(app, admin, completion, make_key):
    async with client_for(app, make_key("riverside", ("issue", "revoke", "read"), test=True)) as tester:
        first = (await tester.post("/v1/completions", json=completion)).json()
        second = await done(tester, first, "renew", {})
        # Even when it is a real key that asks.
        third = await done(admin, second, "replace", CORRECTION)
    assert (first["test"], second["test"], third["test"]) == (True, True, True)
    assert third["credential"]["name"].startswith("Test: ")


# What is said of them -----------------------------------------------------------------------------------------------


async def test_our_verifier_names_what_took_the_place(admin, anonymous, credential):
    replaced = await done(admin, credential, "replace", CORRECTION)
    for asked in ({"url": credential["id"]}, {"credential": credential["credential"]}):
        report = (await anonymous.post("/v1/verify", json=asked)).json()
        assert (report["verdict"], report["conclusion"]) == ("invalid", "revoked and replaced")
        assert (report["status"]["revoked"], report["status"]["successor"]) == (True, replaced["id"])
        assert replaced["id"] in next(check["detail"] for check in report["checks"] if check["id"] == "status")


async def page_of(client, credential):
    return (await client.get(path_of(credential["id"]), headers={"Accept": "text/html"})).text


@sqlite
async def test_the_page_of_a_replaced_credential_leads_to_the_next(admin, anonymous, credential):
    replaced = await done(admin, credential, "replace", CORRECTION)
    old, new = await page_of(anonymous, credential), await page_of(anonymous, replaced)
    assert "Replaced by another credential:" in old
    assert f'<a href="{replaced["id"]}">' in old
    assert "</span>Revoked and replaced</h2>" in old
    assert CORRECTION["reason"] in old
    assert "</span>Valid</h2>" in new
    assert "Replaced by" not in new
    assert credential["id"] in new  # as evidence


@sqlite
async def test_the_page_of_a_renewed_credential_leads_to_the_next_and_stays_valid(admin, anonymous, credential):
    before = await page_of(anonymous, credential)
    renewed = await done(admin, credential, "renew", {})
    after = await page_of(anonymous, credential)
    assert "Renewed: see" not in before
    assert "Renewed: see" in after
    assert f'<a href="{renewed["id"]}">' in after
    assert "</span>Valid</h2>" in after
