"""Who did what, as the API tells it."""

from __future__ import annotations

import pytest

from tests.api.conftest import NOW, client_for
from tests.problem import assert_problem

pytestmark = pytest.mark.anyio


async def test_an_admin_key_reads_everything_newest_first(admin, credential):
    body = (await admin.get("/v1/audit")).json()
    assert [(line["action"], line["issuer"], line["sequence"]) for line in body["items"]] == [
        ("credential.issue", "riverside", 3),
        ("achievement.create", "riverside", 2),
        ("issuer.create", "riverside", 1),
        ("apikey.create", None, 1),
    ]
    issued = body["items"][0]
    assert credential["id"].endswith(issued["subject"])
    assert (issued["at"], issued["outcome"], len(issued["sha256"])) == ("2026-05-10T12:00:00Z", "done", 64)
    assert issued["actor"].startswith("key:")
    assert body["next"] is None


async def test_pages_follow_each_other(admin, credential):
    seen, after = [], ""
    while True:
        page = (await admin.get(f"/v1/audit?limit=2{after}")).json()
        seen += [line["action"] for line in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert seen == ["credential.issue", "achievement.create", "issuer.create", "apikey.create"]


async def test_lines_are_chosen_by_action_and_time(admin, credential):
    found = (await admin.get("/v1/audit?action=achievement.create")).json()["items"]
    assert [line["action"] for line in found] == ["achievement.create"]
    since = (await admin.get("/v1/audit", params={"since": NOW.isoformat()})).json()["items"]
    assert "apikey.create" not in {line["action"] for line in since}  # a year earlier
    assert (await admin.get("/v1/audit?since=2026-05-10T12:00:01Z")).json()["items"] == []


async def test_a_key_of_an_issuer_sees_what_concerns_the_issuer(app, admin, credential, make_key):
    await admin.post("/v1/issuers", json={"slug": "other", "name": "Other School"})
    async with client_for(app, make_key("other", ("manage",))) as stranger:
        found = (await stranger.get("/v1/audit")).json()["items"]
    assert {line["issuer"] for line in found} == {"other"}
    assert {line["action"] for line in found} == {"issuer.create", "apikey.create"}


async def test_whoever_may_only_read_does_not_see_who_did_what(anonymous, app, issuer, make_key):
    assert_problem(await anonymous.get("/v1/audit"), 401, "unauthenticated")
    async with client_for(app, make_key("riverside", ("read", "issue", "revoke"))) as client:
        assert_problem(await client.get("/v1/audit"), 403, "forbidden")


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("after=x", "after"),
        ("after=-1", "after"),
        ("after=" + "9" * 19, "after"),
        ("action=%00", "action"),
        ("action=credential.issue'--", "action"),
        ("since=yesterday", "since"),
        ("since=2026-05-10T12:00:00", "since"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
    ],
)
async def test_a_wrong_parameter_is_named(admin, query, pointer):
    response = await admin.get(f"/v1/audit?{query}")
    assert_problem(response, 422, "invalid-fields")
    assert pointer in response.text


async def test_no_line_tells_anything_about_a_learner(admin, credential, completion):
    uuid = credential["id"].rsplit("/", 1)[1]
    await admin.post(f"/v1/credentials/{uuid}:revoke", json={"reason": "Amina copied it"})
    text = (await admin.get("/v1/audit?limit=100")).text
    learner = completion["learner"]
    for private in ("Amina", learner["name"], learner["email"], completion["externalId"]):
        assert private not in text
