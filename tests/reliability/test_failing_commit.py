"""A database that says no at any step: the client is told so, nothing is left behind, and the next one works."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.problem import assert_problem
from tests.reliability.ledger import assert_whole, read_ledger
from tests.reliability.posting import make_completion

pytestmark = pytest.mark.anyio

KEY = {"Idempotency-Key": "of-the-unlucky-one"}
STEPS = {
    "the status list is moved on": ("UPDATE", "status_lists"),
    "the credential is stored": ("INSERT", "credentials"),
    "the audit log is written": ("INSERT", "audit_events"),
    "the Idempotency-Key is kept": ("INSERT", "idempotency_keys"),
}
SQLITE = """
CREATE TRIGGER broken {when} {step} ON {table} BEGIN SELECT RAISE(ABORT, 'a bug'); END"""
POSTGRESQL = """
CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'a bug' USING ERRCODE = '{errcode}'; END $$;
CREATE TRIGGER broken {when} {step} ON {table} FOR EACH ROW EXECUTE FUNCTION broken()"""
# Both accept the row and refuse the COMMIT.
SQLITE_AT_COMMIT = """
CREATE TABLE broken_parents (id INTEGER PRIMARY KEY);
CREATE TABLE broken (parent INTEGER REFERENCES broken_parents (id) DEFERRABLE INITIALLY DEFERRED);
CREATE TRIGGER broken_at_commit AFTER INSERT ON credentials BEGIN INSERT INTO broken VALUES (1); END"""
POSTGRESQL_AT_COMMIT = """
CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'a bug' USING ERRCODE = '{errcode}'; END $$;
CREATE CONSTRAINT TRIGGER broken AFTER INSERT ON credentials DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION broken()"""
MEND = {
    "sqlite": "DROP TRIGGER IF EXISTS broken; DROP TRIGGER IF EXISTS broken_at_commit",
    "postgresql": "DROP FUNCTION broken CASCADE",
}
INTEGRITY = "23514"


@pytest.mark.parametrize("when", ["BEFORE", "AFTER"])
@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
async def test_a_step_that_fails(app, client, place, step, when):
    database = app.state.laurel.database
    await client.post("/v1/completions", json=make_completion(0))  # so that there is a status list to be moved on
    command, table = step
    template = SQLITE if database.dialect == "sqlite" else POSTGRESQL
    run(database, template.format(when=when, step=command, table=table, errcode=INTEGRITY))
    await refuse_one_then_mend(client, place, database, already=1)


async def test_a_commit_that_fails(app, client, place):
    database = app.state.laurel.database
    template = SQLITE_AT_COMMIT if database.dialect == "sqlite" else POSTGRESQL_AT_COMMIT
    run(database, template.format(errcode=INTEGRITY))
    await refuse_one_then_mend(client, place, database, already=0)


async def refuse_one_then_mend(client, place, database, *, already):
    """Nobody foresaw it, so it is a 500, by whose id the log has the rest."""
    response = await client.post("/v1/completions", json=make_completion(1), headers=KEY)
    body = assert_problem(response, 500, "internal")
    assert response.headers["X-Request-Id"] in body["detail"]
    ledger = assert_whole(place.url, credentials=already)
    assert ledger.keys == {}
    await assert_good_again(client, place, database, credentials=already + 1)


async def assert_good_again(client, place, database, *, credentials):
    """Once mended, the same request gets its badge, and it verifies."""
    run(database, MEND[database.dialect])
    response = await client.post("/v1/completions", json=make_completion(1), headers=KEY)
    assert response.status_code == 201, response.text
    report = await client.post("/v1/verify", json={"url": response.json()["id"]})
    assert report.json()["verdict"] == "valid"
    assert assert_whole(place.url, credentials=credentials).keys == {KEY["Idempotency-Key"]: "completion-1"}


async def test_a_batch_whose_commit_fails_issues_nothing(app, client, place):
    database = app.state.laurel.database
    template = SQLITE_AT_COMMIT if database.dialect == "sqlite" else POSTGRESQL_AT_COMMIT
    run(database, template.format(errcode=INTEGRITY))
    rows = [make_completion(number) for number in range(3)]
    answer = (await client.post("/v1/completions:batch", json=rows)).json()
    assert (answer["issued"], answer["refused"]) == (0, 3)
    assert {outcome["problem"]["status"] for outcome in answer["outcomes"]} == {500}
    assert_whole(place.url, credentials=0)
    run(database, MEND[database.dialect])
    assert (await client.post("/v1/completions:batch", json=rows)).json()["issued"] == 3
    assert_whole(place.url, credentials=3)


WEATHER = {
    "the disk is full": ("53100", 507, "storage-full"),
    "memory has run out": ("53200", 503, "storage-unavailable"),
    "a deadlock": ("40P01", 503, "storage-unavailable"),
    "the server is shutting down": ("57P01", 503, "storage-unavailable"),
    "this server became a standby": ("25006", 503, "storage-unavailable"),
}


@pytest.mark.parametrize("template", [POSTGRESQL, POSTGRESQL_AT_COMMIT], ids=["at the insert", "at the commit"])
@pytest.mark.parametrize(("errcode", "status", "code"), WEATHER.values(), ids=WEATHER)
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_bad_weather_is_told_apart_from_bugs(app, client, place, template, errcode, status, code):
    database = app.state.laurel.database
    run(database, template.format(when="BEFORE", step="INSERT", table="credentials", errcode=errcode))
    response = await client.post("/v1/completions", json=make_completion(1), headers=KEY)
    assert_problem(response, status, code)
    assert int(response.headers["Retry-After"]) > 0
    assert read_ledger(place.url).allocated == 0
    await assert_good_again(client, place, database, credentials=1)


def run(database, script):
    """DDL, statement by statement where the driver takes only one."""
    with database.engine.connect() as connection:
        if database.dialect == "sqlite":
            connection.connection.driver_connection.executescript(script)
        else:
            connection.execute(text(script))
            connection.commit()
