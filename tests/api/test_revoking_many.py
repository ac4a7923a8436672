"""Revoking by filter over HTTP: seen before it is done, never more than was seen, and cut off without harm."""

from __future__ import annotations

import json
from itertools import islice

import pytest
from sqlalchemy import select

from app.main import create_app
from app.models import StatusChange, StatusList
from app.services import revoking
from app.services.actors import TERMINAL
from app.services.searching import Search
from app.storage import audit
from tests.api.conftest import NOW, client_for
from tests.problem import assert_problem

pytestmark = pytest.mark.anyio
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PATH = "/v1/credentials:revoke"
ASKED = {"filter": {"source": "moodle"}, "reason": "The course had no assessment."}


async def issue(client, completion, number, **members):
    body = completion | {"source": "moodle", "externalId": str(number)} | members
    response = await client.post("/v1/completions", json=body)
    assert response.status_code == 201, response.text
    return response.json()


@pytest.fixture
async def five(admin, completion):
    return [await issue(admin, completion, number) for number in range(5)]


@pytest.fixture
def in_twos(monkeypatch):
    monkeypatch.setattr(revoking, "ROWS", 2)


async def dry_run(client, **changes):
    response = await client.post(PATH, json=ASKED | {"dryRun": True} | changes)
    assert response.status_code == 200, response.text
    return response.json()


async def confirmed(client, confirmation, **headers):
    return await client.post(PATH, json=ASKED | {"confirmation": confirmation}, headers=headers)


def revoked(laurel):
    with laurel.database.reading() as session:
        return len(session.scalars(select(StatusChange)).all())


async def test_a_dry_run_tells_and_changes_nothing(admin, five, laurel):
    found = await dry_run(admin)
    assert found["count"] == 5
    assert {item["id"] for item in found["sample"]} == {credential["id"] for credential in five}
    assert revoked(laurel) == 0


async def test_what_was_seen_is_revoked_and_audited_and_published_at_once(admin, anonymous, five, laurel, in_twos):
    with laurel.database.reading() as session:
        before = session.scalars(select(StatusList.version)).one()
    response = await confirmed(admin, (await dry_run(admin))["confirmation"])
    assert (response.status_code, response.json()) == (200, {"revoked": 5, "of": 5})
    with laurel.database.reading() as session:
        assert session.scalars(select(StatusList.version)).one() == before + 5  # by one for each, in three transactions
        events = [event for event in audit.list_events(session, issuer_id=None) if event.action == "credential.revoke"]
    assert sorted(event.subject for event in events) == sorted(item["id"].rsplit("/", 1)[1] for item in five)
    for credential in five:
        report = (await anonymous.post("/v1/verify", json={"url": credential["id"]})).json()
        assert report["conclusion"] == "revoked"
    page = (await admin.get("/v1/credentials", params={"status": "revoked"})).json()
    assert len(page["items"]) == 5


@sqlite
async def test_what_was_issued_since_is_not_touched(app, admin, five, completion, settings, make_key, laurel):
    seen = (await dry_run(admin))["confirmation"]
    later = create_app(settings, clock=lambda: NOW.replace(hour=13))
    try:
        async with client_for(later, make_key()) as client:
            new = await issue(client, completion, 6)
            assert (await confirmed(client, seen)).json() == {"revoked": 5, "of": 5}
            assert (await client.get(new["id"].replace("/credentials", "/v1/credentials"))).json()["status"] == "active"
    finally:
        later.state.laurel.close()


@sqlite
async def test_more_than_was_seen_is_not_revoked(admin, five, completion, laurel):
    """Issued within the same second, so that time cannot tell them apart."""
    seen = (await dry_run(admin))["confirmation"]
    await issue(admin, completion, 6)
    problem = assert_problem(await confirmed(admin, seen), 409, "invalid-transition")
    assert "6 credentials fit by now; the dry run counted 5" in problem["detail"]
    assert revoked(laurel) == 0


async def test_cut_off_and_sent_again_it_goes_on(admin, five, laurel, in_twos):
    """And once more: it changes nothing."""
    seen = (await dry_run(admin))["confirmation"]
    run = revoking.revoke_many(
        laurel.database,
        Search(source="moodle"),
        seen,
        reason="x",
        actor=TERMINAL,
        site=laurel.instance.site,
        now=NOW,
    )
    # Whoever asked is gone after the first step.
    assert [step.revoked for step in islice(run, 1)] == [2]
    run.close()
    assert revoked(laurel) == 2
    assert (await confirmed(admin, seen)).json() == {"revoked": 3, "of": 3}
    assert (await confirmed(admin, seen)).json() == {"revoked": 0, "of": 0}
    with laurel.database.reading() as session:
        actors = [change.reason for change in session.scalars(select(StatusChange))]
    assert sorted(actors) == [ASKED["reason"]] * 3 + ["x"] * 2


@sqlite
async def test_progress_a_line_after_each_step(admin, five, in_twos):
    seen = (await dry_run(admin))["confirmation"]
    response = await confirmed(admin, seen, Accept="application/x-ndjson")
    assert response.headers["content-type"].startswith("application/x-ndjson")
    lines = [json.loads(line) for line in response.text.splitlines()]
    assert lines == [{"revoked": 2, "of": 5}, {"revoked": 4, "of": 5}, {"revoked": 5, "of": 5}]


@sqlite
async def test_the_first_reason_stands(admin, five):
    one = five[0]["id"].replace("/credentials", "/v1/credentials")
    assert (await admin.post(f"{one}:revoke", json={"reason": "first"})).status_code == 200
    found = await dry_run(admin)
    assert found["count"] == 4
    await confirmed(admin, found["confirmation"])
    assert (await admin.get(one)).json()["revocationReason"] == "first"


WRONG = {
    "no dry run": ({}, "/confirmation"),
    "a made-up confirmation": ({"confirmation": "yes"}, "/confirmation"),
    "a confirmation of numbers": ({"confirmation": "WzEsMl0"}, "/confirmation"),
    "no criterion": ({"filter": {}, "dryRun": True}, "/filter"),
    "no filter": ({"filter": None, "dryRun": True}, "/filter"),
    "what is revoked already": ({"filter": {"status": "revoked"}, "dryRun": True}, "/filter/status"),
    "an unknown achievement": ({"filter": {"achievement": "algebra"}, "dryRun": True}, "/filter/achievement"),
    "a wrong member": ({"filter": {"sorce": "moodle"}, "dryRun": True}, "/filter/sorce"),
    "no reason": ({"reason": "", "dryRun": True}, "/reason"),
}


@sqlite
@pytest.mark.parametrize("name", WRONG)
async def test_a_request_that_cannot_be_understood_revokes_nothing(admin, five, laurel, name):
    changes, pointer = WRONG[name]
    problem = assert_problem(await admin.post(PATH, json=ASKED | changes), 422, "invalid-fields")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert revoked(laurel) == 0


@sqlite
async def test_a_confirmation_is_of_one_filter_and_one_key(app, admin, five, make_key, laurel):
    seen = (await dry_run(admin))["confirmation"]
    other = ASKED | {"filter": {"achievement": "differentiated-teaching"}, "confirmation": seen}
    assert_problem(await admin.post(PATH, json=other), 422, "invalid-fields")
    async with client_for(app, make_key("riverside", ("revoke",))) as bound:
        assert_problem(await confirmed(bound, seen), 422, "invalid-fields")
        assert (await dry_run(bound))["count"] == 5
    assert revoked(laurel) == 0


@sqlite
async def test_who_may(app, admin, anonymous, five, make_key, laurel):
    assert_problem(await anonymous.post(PATH, json=ASKED), 401, "unauthenticated")
    async with client_for(app, make_key("riverside", ("issue", "read"))) as client:
        assert_problem(await client.post(PATH, json=ASKED | {"dryRun": True}), 403, "forbidden")
    response = await admin.post("/v1/issuers", json={"slug": "hillside", "name": "Hillside"})
    assert response.status_code == 201, response.text
    async with client_for(app, make_key("hillside", ("revoke",))) as stranger:
        assert (await dry_run(stranger))["count"] == 0
    async with client_for(app, make_key("riverside", ("revoke",), test=True)) as tester:
        assert (await dry_run(tester))["count"] == 0
        body = ASKED | {"filter": {"test": False}, "dryRun": True}
        assert_problem(await tester.post(PATH, json=body), 422, "invalid-fields")
        one = five[0]["id"].replace("/credentials", "/v1/credentials")
        assert_problem(await tester.post(f"{one}:revoke", json={"reason": "x"}), 403, "forbidden")
    assert revoked(laurel) == 0


@sqlite
async def test_no_other_form_is_answered(admin, five):
    response = await admin.post(PATH, json=ASKED | {"dryRun": True}, headers={"Accept": "text/csv"})
    assert_problem(response, 406, "not-acceptable")
