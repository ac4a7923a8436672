"""The switch that stops issuing: at once, for one issuer or for all, and nothing else is stopped."""

from __future__ import annotations

import time

import pytest

from app.main import create_app
from app.services import stops
from app.services.actors import TERMINAL
from app.storage import audit
from tests.api.conftest import NOW, client_for, path_of
from tests.api.vc_api import credential, open_suite
from tests.problem import assert_problem

pytestmark = pytest.mark.anyio

REASON = {"reason": "A signing key may have been copied."}
SWITCHES = ["/v1/issuers/riverside", "/v1/service"]


async def switch(client, what, act):
    response = await client.post(f"{what}:{act}", json=REASON)
    assert response.status_code == {"stop": 200, "resume": 204}[act], response.text
    return response


@pytest.fixture
async def issuing(app, admin, issuer, achievement, completion, make_key):
    """Every way to have something signed for the issuer: a function from a number to the answers."""
    await admin.put("/vc-api/issuers/riverside/eddsa-rdfc-2022")
    instances = (await admin.get("/vc-api/issuers/riverside")).json()["instances"]
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": instances[0]["id"],
        "credentialSubject": {"id": "did:example:subject"},
    }
    bound = client_for(app, make_key("riverside", ("issue", "vc:issue")))

    async def answers(number):
        row = {**completion, "externalId": f"attempt-{number}"}
        rows = [{**row, "externalId": f"row-{number}"}]
        return [
            await bound.post("/v1/completions", json=row),
            await bound.post("/v1/completions:batch", json=rows),
            await bound.post(path_of(instances[0]["endpoint"]), json={"credential": document}),
        ]

    yield answers
    await bound.aclose()


@pytest.mark.parametrize("what", SWITCHES)
async def test_while_it_is_stopped_nothing_is_issued_and_all_else_goes_on(admin, anonymous, issuing, what):
    first = await issuing(1)
    assert [answer.status_code for answer in first] == [201, 200, 201]
    page = first[0].json()["id"]
    before = len((await admin.get("/v1/credentials")).json()["items"])
    await switch(admin, what, "stop")
    for answer in await issuing(2):
        assert_problem(answer, 503, "issuing-stopped")
        assert int(answer.headers["retry-after"]) >= 30
    assert len((await admin.get("/v1/credentials")).json()["items"]) == before
    assert (await anonymous.get(path_of(page))).status_code == 200
    verdict = (await anonymous.post("/v1/verify", json={"url": page})).json()["verdict"]
    assert verdict == "valid"
    uuid = page.rsplit("/", 1)[1]
    assert (await admin.post(f"/v1/credentials/{uuid}:revoke", json=REASON)).status_code == 200
    await switch(admin, what, "resume")
    assert [answer.status_code for answer in await issuing(2)] == [201, 200, 201]


async def test_the_rows_of_others_in_a_batch_are_issued(admin, achievement, completion):
    await admin.post("/v1/issuers", json={"slug": "other", "name": "Other", "jwtAlgorithm": "ES256"})
    await admin.post("/v1/achievements", json={"slug": "x", "issuer": "other", "name": "X", "description": "X"})
    await switch(admin, "/v1/issuers/riverside", "stop")
    theirs = {name: value for name, value in completion.items() if name != "results"} | {"achievement": "x"}
    outcomes = (await admin.post("/v1/completions:batch", json=[completion, theirs])).json()["outcomes"]
    assert [item["outcome"] for item in outcomes] == ["refused", "issued"]
    assert outcomes[0]["problem"]["type"].endswith("/issuing-stopped")


async def test_a_stop_for_all_outlasts_the_resumption_of_one(admin, issuing):
    for what in SWITCHES:
        await switch(admin, what, "stop")
    await switch(admin, "/v1/issuers/riverside", "resume")
    assert {answer.status_code for answer in await issuing(1)} == {503}
    await switch(admin, "/v1/service", "resume")
    assert {answer.status_code for answer in await issuing(1)} == {200, 201}


async def test_another_process_knows_within_a_second(app, admin, settings, issuing):
    """Two applications on one database are two processes, as far as anything here is remembered."""
    assert {answer.status_code for answer in await issuing(1)} == {200, 201}
    elsewhere = create_app(settings, clock=lambda: NOW).state.laurel
    try:
        stops.stop_issuing(
            elsewhere.database, "riverside", reason="x", actor=TERMINAL, instance=elsewhere.instance, now=NOW
        )
        stopped = time.monotonic()
        assert {answer.status_code for answer in await issuing(2)} == {503}
        assert time.monotonic() - stopped < 1 + 5  # the answers themselves take their time on a busy machine
    finally:
        elsewhere.database.close()


async def test_who_may_stop_whom(app, admin, issuer, make_key):
    await admin.post("/v1/issuers", json={"slug": "other", "name": "Other", "jwtAlgorithm": "ES256"})
    async with client_for(app, make_key("riverside", ("manage",))) as manager:
        await switch(manager, "/v1/issuers/riverside", "stop")
        assert_problem(await manager.post("/v1/issuers/other:stop", json=REASON), 404, "not-found")
        assert_problem(await manager.post("/v1/service:stop", json=REASON), 403, "forbidden")
    async with client_for(app, make_key("riverside", ("issue", "read", "revoke"))) as clerk:
        assert_problem(await clerk.post("/v1/issuers/riverside:resume", json=REASON), 403, "forbidden")


async def test_it_is_audited_once_and_shown(laurel, admin, anonymous, issuer):
    for _ in range(2):
        answer = (await switch(admin, "/v1/issuers/riverside", "stop")).json()
        assert (answer["reason"], answer["at"]) == (REASON["reason"], "2026-05-10T12:00:00Z")
    await switch(admin, "/v1/service", "stop")
    assert (await admin.get("/v1/issuers/riverside")).json()["stopped"]["reason"] == REASON["reason"]
    assert (await anonymous.get("/readyz")).json() == {"status": "ok", "issuing": "stopped"}
    metrics = (await anonymous.get("/metrics")).text
    assert 'laurel_issuing_stopped{of="service"} 1.0' in metrics
    assert 'laurel_issuing_stopped{of="issuers"} 1.0' in metrics
    for what in SWITCHES:
        for _ in range(2):
            await switch(admin, what, "resume")
    with laurel.database.reading() as session:
        events = [event.action for event in audit.list_events(session, issuer_id=None)]
    assert events[:4] == ["issuing.resume", "issuing.resume", "issuing.stop", "issuing.stop"]
    assert (await admin.get("/v1/issuers/riverside")).json()["stopped"] is None
    assert (await anonymous.get("/readyz")).json()["issuing"] == "open"


async def test_a_suite_that_anybody_uses_is_stopped_too(admin, anonymous):
    suite = await open_suite(admin, anonymous, "eddsa-rdfc-2022")
    await switch(admin, "/v1/service", "stop")
    response = await suite.issue(credential(suite.did))
    assert_problem(response, 503, "issuing-stopped")
