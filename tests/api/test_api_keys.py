"""API keys in the hands of an issuer: made, listed, replaced and ended, and when they were last used."""

from __future__ import annotations

from datetime import timedelta
from statistics import median
from threading import Event
from time import perf_counter, sleep

import pytest
from sqlalchemy import text

from app.services import actors
from app.services.key_usage import KeyUsage
from tests.api.conftest import NOW, client_for
from tests.problem import assert_problem

pytestmark = pytest.mark.anyio

EVERY_SCOPE = ("read", "issue", "vc:issue", "revoke", "manage")


@pytest.fixture
async def other(admin, issuer):
    return (await admin.post("/v1/issuers", json={"slug": "other", "name": "Other", "jwtAlgorithm": "ES256"})).json()


@pytest.fixture
async def manager(app, issuer, make_key):
    async with client_for(app, make_key("riverside", ("manage",))) as client:
        yield client


async def made(client, **body):
    response = await client.post("/v1/api-keys", json={"name": "lms", "scopes": ["read"], **body})
    assert response.status_code == 201, response.text
    return response.json()


async def works(app, key):
    async with client_for(app, key["key"]) as client:
        return (await client.get("/v1/credentials")).status_code == 200


async def test_a_manager_makes_keys_of_its_own_issuer(app, manager):
    key = await made(manager, scopes=list(EVERY_SCOPE))
    assert (key["issuer"], key["scopes"]) == ("riverside", sorted(EVERY_SCOPE))
    assert await works(app, key)


REFUSED = [
    ("an admin key", {"scopes": ["admin"]}, "/scopes"),
    ("a key of another issuer", {"issuer": "other"}, "/issuer"),
    ("a key of an issuer that does not exist", {"issuer": "nobody"}, "/issuer"),
]


@pytest.mark.parametrize(("body", "pointer"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
async def test_a_manager_makes_no_other_keys(manager, other, body, pointer):
    response = await manager.post("/v1/api-keys", json={"name": "x", "scopes": ["read"], **body})
    assert_problem(response, 422, "invalid-fields", pointer=pointer)


async def test_keys_of_others_are_not_there(admin, manager, other):
    theirs, services = await made(admin, issuer="other"), await made(admin, scopes=["admin"])
    listed = await manager.get("/v1/api-keys")
    assert {item["issuer"] for item in listed.json()["items"]} == {"riverside"}
    for prefix in (theirs["prefix"], services["prefix"]):
        for act, body in (("rotate", {"overlapSeconds": 0}), ("revoke", None)):
            known = await manager.post(f"/v1/api-keys/{prefix}:{act}", json=body)
            unknown = await manager.post(f"/v1/api-keys/aaaaaaaaaa:{act}", json=body)
            assert_problem(known, 404, "not-found")
            assert known.text.replace(prefix, "aaaaaaaaaa") == unknown.text


async def test_a_test_key_has_no_power_over_live_ones(app, admin, issuer, make_key):
    live = await made(admin, issuer="riverside")
    async with client_for(app, make_key("riverside", ("manage",), test=True)) as client:
        refused = await client.post("/v1/api-keys", json={"name": "x", "scopes": ["read"]})
        assert_problem(refused, 422, "invalid-fields", pointer="/test")
        for act, body in (("rotate", {"overlapSeconds": 0}), ("revoke", None)):
            assert_problem(await client.post(f"/v1/api-keys/{live['prefix']}:{act}", json=body), 403, "forbidden")
        own = await made(client, test=True)
        assert (await client.post(f"/v1/api-keys/{own['prefix']}:revoke")).status_code == 204
    assert await works(app, live)


class TestRotation:
    async def test_both_keys_work_until_the_overlap_ends(self, app, laurel, manager):
        old = await made(manager, scopes=["read", "issue"])
        new = (await manager.post(f"/v1/api-keys/{old['prefix']}:rotate", json={"overlapSeconds": 3_600})).json()
        alike = ("name", "issuer", "scopes", "test", "expiresAt")
        assert [new[name] for name in alike] == [old[name] for name in alike]
        assert new["prefix"] != old["prefix"]
        assert await works(app, old)
        assert await works(app, new)
        for seconds, still in ((3_599, True), (3_600, False)):
            with laurel.database.reading() as session:
                try:
                    actors.authenticate(session, old["key"], now=NOW + timedelta(seconds=seconds))
                except actors.UnauthenticatedError:
                    assert not still
                else:
                    assert still

    async def test_without_an_overlap_the_old_one_ends_at_once(self, app, manager):
        old = await made(manager)
        new = (await manager.post(f"/v1/api-keys/{old['prefix']}:rotate", json={"overlapSeconds": 0})).json()
        assert (await works(app, old), await works(app, new)) == (False, True)

    async def test_a_key_that_expires_is_followed_by_one_that_lives_as_long(self, manager):
        old = await made(manager, expiresAt="2026-05-20T12:00:00Z")
        new = (await manager.post(f"/v1/api-keys/{old['prefix']}:rotate", json={"overlapSeconds": 7_000_000})).json()
        assert new["expiresAt"] == "2026-05-20T12:00:00Z"
        listed = {item["prefix"]: item for item in (await manager.get("/v1/api-keys")).json()["items"]}
        assert listed[old["prefix"]]["expiresAt"] == "2026-05-20T12:00:00Z", "an overlap prolongs nothing"

    async def test_what_has_ended_has_no_successor(self, manager):
        old = await made(manager)
        await manager.post(f"/v1/api-keys/{old['prefix']}:revoke")
        response = await manager.post(f"/v1/api-keys/{old['prefix']}:rotate", json={"overlapSeconds": 0})
        assert_problem(response, 409, "invalid-transition")

    @pytest.mark.parametrize("seconds", [-1, 7_776_001, 1.5, "60"])
    async def test_an_overlap_has_bounds(self, manager, seconds):
        response = await manager.post("/v1/api-keys/aaaaaaaaaa:rotate", json={"overlapSeconds": seconds})
        assert_problem(response, 422, "invalid-fields", pointer="/overlapSeconds")


async def test_the_list_comes_in_pages_that_link_to_the_next(manager):
    prefixes = {(await made(manager))["prefix"] for _ in range(4)}
    seen, address = [], "/v1/api-keys?limit=2"
    while address:
        page = await manager.get(address)
        seen += [item["prefix"] for item in page.json()["items"]]
        link = page.headers.get("link", "")
        assert bool(link) == (page.json()["next"] is not None)
        address = link.removeprefix("<http://localhost:8000").partition(">")[0]
    assert len(seen) == len(set(seen)) == 5
    assert prefixes < set(seen)


class TestLastUse:
    async def test_it_is_shown_to_the_minute(self, laurel, manager):
        await manager.get("/v1/api-keys")
        laurel.key_usage.close()
        [own] = (await manager.get("/v1/api-keys")).json()["items"]
        assert own["lastUsedAt"] == "2026-05-10T12:00:00Z"

    async def test_it_is_written_once_a_minute(self, laurel, manager, monkeypatch):
        [own] = (await manager.get("/v1/api-keys")).json()["items"]
        laurel.key_usage.close()
        written = []
        usage = KeyUsage(laurel.database)
        monkeypatch.setattr("app.storage.api_keys.touch_api_keys", lambda session, ids, now: written.append(now))
        with laurel.database.reading() as session:
            key_id = actors.api_keys.find_api_key_by_prefix(session, own["prefix"]).id
        moments = [NOW + timedelta(seconds=seconds) for seconds in (0, 1, 59, 60, 61, 119, 120)]
        for moment in moments:
            usage.note(key_id, moment)
            usage.close()
        assert written == [moments[0], moments[3], moments[6]]

    async def test_a_note_that_cannot_be_written_fails_nobody(self, app, laurel, manager, monkeypatch):
        def fails(*_, **__):
            raise OSError("full")

        monkeypatch.setattr("app.storage.api_keys.touch_api_keys", fails)
        assert (await manager.get("/v1/api-keys")).status_code == 200
        laurel.key_usage.close()
        assert (await manager.get("/v1/api-keys")).status_code == 200

    async def test_closing_lets_no_connection_outlive_its_pool(self, laurel, manager, monkeypatch):
        begun = Event()

        def slowly(session, *_, **__):
            session.execute(text("SELECT 1"))
            begun.set()
            sleep(0.2)

        monkeypatch.setattr("app.storage.api_keys.touch_api_keys", slowly)
        pool = laurel.database.engine.pool
        await manager.get("/v1/api-keys")
        assert begun.wait(5)
        assert pool.checkedout() == 1
        laurel.close()
        assert pool.checkedout() == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_unknown_and_wrong_keys_get_the_same_answer_after_the_same_time(laurel, anonymous, make_key, issuer):
    token = make_key("riverside", ("read",))
    wrong, unknown = token[:-4] + "aaaa", f"lrl_live_{'a' * 62}"

    def seconds(sent):
        started = perf_counter()
        with laurel.database.reading() as session, pytest.raises(actors.UnauthenticatedError):
            actors.authenticate(session, sent, now=NOW)
        return perf_counter() - started

    taken = {sent: [] for sent in (wrong, unknown)}
    for _ in range(400):  # in turns, so that whatever slows the machine down slows both
        for sent, samples in taken.items():
            samples.append(seconds(sent))
    times = [median(samples) for samples in taken.values()]
    # The row of a wrong secret is read, that of an unknown prefix is not there: some microseconds, which 256 bits bear.
    assert max(times) < 2 * min(times)
    answers = [
        await anonymous.get("/v1/credentials", headers={"Authorization": f"Bearer {sent}"}) for sent in (wrong, unknown)
    ]
    assert answers[0].content == answers[1].content
