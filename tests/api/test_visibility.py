"""Who finds a credential's page: said with the award, by the issuer's setting, or changed afterwards."""

from __future__ import annotations

import json

import pytest

from app.services.credentials import get_credential
from app.storage import audit
from tests.api.conftest import client_for, path_of
from tests.problem import assert_problem

pytestmark = pytest.mark.anyio


def uuid_of(credential):
    return credential["id"].rsplit("/", 1)[1]


def address(credential):
    return f"/v1{path_of(credential['id'])}"


async def issued(client, completion, status=201, **members):
    response = await client.post("/v1/completions", json=completion | members)
    assert response.status_code == status, response.text
    return response.json()


async def show(client, credential, visibility):
    response = await client.patch(address(credential), json={"visibility": visibility})
    assert response.status_code == 200, response.text
    return response.json()


async def test_unlisted_unless_the_completion_or_the_issuer_says_otherwise(admin, completion):
    assert (await issued(admin, completion))["visibility"] == "unlisted"
    assert (await issued(admin, completion, externalId="2", visibility="public"))["visibility"] == "public"
    assert (await admin.patch("/v1/issuers/riverside", json={"visibility": "public"})).status_code == 200
    assert (await issued(admin, completion, externalId="3"))["visibility"] == "public"
    assert (await issued(admin, completion, externalId="4", visibility="unlisted"))["visibility"] == "unlisted"
    assert (await issued(admin, completion, externalId="5", visibility=None))["visibility"] == "public"


async def test_a_batch_says_it_row_by_row(admin, completion):
    rows = [completion | {"externalId": str(number)} for number in range(2)]
    rows[1]["visibility"] = "public"
    response = await admin.post("/v1/completions:batch", json=rows)
    assert response.status_code == 200, response.text
    assert [row["credential"]["visibility"] for row in response.json()["outcomes"]] == ["unlisted", "public"]


async def test_it_is_changed_there_and_back_and_nothing_signed_with_it(laurel, admin, anonymous, credential):
    raw = (await anonymous.get(path_of(credential["links"]["json"]))).content
    assert await show(admin, credential, "public") == credential | {"visibility": "public"}
    assert (await admin.get(address(credential))).json()["visibility"] == "public"
    assert (await anonymous.get(path_of(credential["links"]["json"]))).content == raw
    with laurel.database.reading() as session:
        assert get_credential(session, uuid_of_row(credential)).findable
    assert await show(admin, credential, "public") == credential | {"visibility": "public"}
    assert await show(admin, credential, "unlisted") == credential
    with laurel.database.reading() as session:
        assert not get_credential(session, uuid_of_row(credential)).findable
        lines = [line for line in audit.list_events(session, issuer_id=None) if line.action == "credential.change"]
    assert {line.subject for line in lines} == {uuid_of(credential)}
    assert sorted(line.detail["visibility"] for line in lines) == ["public", "unlisted"]


def uuid_of_row(credential):
    from uuid import UUID

    return UUID(uuid_of(credential))


async def test_search_engines_are_told_of_a_badge_while_it_is_public_and_valid(admin, anonymous, credential):
    async def page():
        return (await anonymous.get(path_of(credential["id"]), headers={"Accept": "text/html"})).text

    block = '<script type="application/ld+json">'
    assert block not in await page()
    await show(admin, credential, "public")
    data = json.loads((await page()).partition(block)[2].partition("</script>")[0])
    assert data["url"] == credential["id"]
    assert "Amina" not in json.dumps(data)
    revoked = await admin.post(f"{address(credential)}:revoke", json={"reason": "A mistake."})
    assert revoked.status_code == 200
    assert block not in await page()


async def test_a_retry_is_answered_as_it_was_and_changes_nothing(admin, completion):
    first = await issued(admin, completion)
    again = await issued(admin, completion, status=200, visibility="public")
    assert (again["id"], again["visibility"]) == (first["id"], "unlisted")
    await show(admin, first, "public")
    assert (await issued(admin, completion, status=200))["visibility"] == "public"


async def test_under_one_idempotency_key_another_visibility_is_another_body(admin, completion):
    headers = {"Idempotency-Key": "one"}
    assert (await admin.post("/v1/completions", json=completion, headers=headers)).status_code == 201
    response = await admin.post("/v1/completions", json=completion | {"visibility": "public"}, headers=headers)
    assert_problem(response, 422, "idempotency-key-reused")
    assert (await admin.post("/v1/completions", json=completion, headers=headers)).status_code == 200


async def test_a_successor_is_as_its_predecessor_was(admin, completion):
    for number, (action, body) in enumerate({"renew": {}, "replace": {"reason": "a misspelt name"}}.items()):
        first = await issued(admin, completion, externalId=f"s{number}")
        await show(admin, first, "public")
        response = await admin.post(f"{address(first)}:{action}", json=body)
        assert response.status_code == 201, response.text
        assert response.json()["visibility"] == "public"


async def test_what_was_revoked_may_still_be_hidden(admin, completion):
    first = await issued(admin, completion, visibility="public")
    await admin.post(f"{address(first)}:revoke", json={"reason": "a mistake"})
    assert (await show(admin, first, "unlisted"))["status"] == "revoked"


async def test_what_was_erased_is_unlisted_for_good(laurel, admin, completion):
    first = await issued(admin, completion, visibility="public")
    erased = await admin.post(f"{address(first)}:erase", json={"revoke": False})
    assert erased.json()["visibility"] == "unlisted"
    for visibility in ("public", "unlisted"):
        response = await admin.patch(address(first), json={"visibility": visibility})
        assert_problem(response, 409, "invalid-transition")
    with laurel.database.reading() as session:
        assert not get_credential(session, uuid_of_row(first)).findable


async def test_it_is_a_criterion(admin, completion):
    hidden = await issued(admin, completion)
    shown = await issued(admin, completion, externalId="2", visibility="public")
    for visibility, wanted in (("public", shown), ("unlisted", hidden)):
        for response in (
            await admin.get("/v1/credentials", params={"visibility": visibility}),
            await admin.post("/v1/credentials:search", json={"visibility": visibility}),
        ):
            assert [item["id"] for item in response.json()["items"]] == [wanted["id"]]
            assert response.json()["items"][0]["visibility"] == visibility
    assert_problem(await admin.get("/v1/credentials?visibility=secret"), 422, "invalid-fields")
    many = {"filter": {"visibility": "public"}, "reason": "a mistake", "dryRun": True}
    assert (await admin.post("/v1/credentials:revoke", json=many)).json()["count"] == 1


@pytest.mark.parametrize("body", [{}, {"visibility": None}, {"visibility": "hidden"}, {"visibility": "public", "x": 1}])
async def test_a_body_that_says_something_else_is_refused(admin, credential, body):
    assert_problem(await admin.patch(address(credential), json=body), 422, "invalid-fields")


async def test_who_may_change_it(app, admin, anonymous, credential, make_key):
    body = {"visibility": "public"}
    await admin.post("/v1/issuers", json={"slug": "other", "name": "Other", "jwtAlgorithm": "ES256"})
    assert_problem(await anonymous.patch(address(credential), json=body), 401, "unauthenticated")
    for scopes, issuer, test, status, code in (
        (("read", "issue", "revoke"), "riverside", False, 403, "forbidden"),
        (("manage",), "riverside", True, 403, "forbidden"),  # a test key, and the credential is no test
        (("manage",), "other", False, 404, "not-found"),
    ):
        async with client_for(app, make_key(issuer, scopes, test=test)) as client:
            assert_problem(await client.patch(address(credential), json=body), status, code)
    async with client_for(app, make_key("riverside", ("manage",))) as manager:
        assert (await show(manager, credential, "public"))["visibility"] == "public"
    assert_problem(
        await admin.patch("/v1/credentials/3f0c1e52-8a3b-4f5e-9a55-0d1b7f6f2c11", json=body), 404, "not-found"
    )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_test_is_never_to_be_found(app, laurel, completion, make_key):
    async with client_for(app, make_key("riverside", ("issue",), test=True)) as client:
        tried = await issued(client, completion, visibility="public")
    assert tried["visibility"] == "public"
    with laurel.database.reading() as session:
        assert not get_credential(session, uuid_of_row(tried)).findable
