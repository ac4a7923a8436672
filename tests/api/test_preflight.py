"""Preflight over HTTP: who may ask, what is answered, that nothing is left behind, and what it means for awards."""

from __future__ import annotations

import pytest
import structlog
from sqlalchemy import text

from app.cli import samples
from app.issuance.preflight import RULES, Finding, Preflight, Said
from app.issuance.preflight import Outcome as PreflightOutcome
from app.services import preflight as service
from tests.api.conftest import client_for, path_of
from tests.problem import assert_problem

pytestmark = pytest.mark.anyio

TABLES = ("credentials", "status_lists", "status_changes", "audit_events", "idempotency_keys", "images")


@pytest.fixture
def address(achievement):
    return f"/v1{path_of(achievement['id'])}:preflight"


def counted(laurel):
    with laurel.database.reading() as session:
        return {table: session.scalar(text(f"SELECT count(*) FROM {table}")) for table in TABLES}


@pytest.fixture
def logged():
    """What the preflight logs; the loggers of the module are asked for anew."""
    with structlog.testing.capture_logs() as lines:
        yield lines


def preflights(lines):
    return [line for line in lines if line["event"] == "achievement.preflight"]


async def test_every_rule_answers_with_its_cure(admin, address, achievement):
    response = await admin.post(address)
    assert response.status_code == 200, response.text
    body = response.json()
    assert body["achievement"] == achievement["id"]
    assert body["revision"] == 1
    assert body["checkedAt"] == "2026-05-10T12:00:00Z"
    assert body["blocksAward"] is False
    assert [result["id"] for result in body["results"]] == [rule.id for rule in RULES]
    for result in body["results"]:
        assert bool(result["cure"]) is (result["outcome"] != "passes"), result
        assert result["readers"]


async def test_in_development_only_the_public_address_fails(admin, address):
    body = (await admin.post(address)).json()
    assert [result["id"] for result in body["results"] if result["outcome"] == "fails"] == ["public-address"]
    assert body["verdict"] == "fails"


@pytest.mark.parametrize("slug", sorted(samples.ACHIEVEMENTS))
async def test_every_sample_achievement_could_be_awarded(admin, issuer, slug):
    body = {"slug": slug, "issuer": issuer["slug"], **samples.ACHIEVEMENTS[slug]}
    created = (await admin.post("/v1/achievements", json=body)).json()
    found = (await admin.post(f"/v1{path_of(created['id'])}:preflight")).json()
    assert found["blocksAward"] is False
    assert [result["id"] for result in found["results"] if result["outcome"] == "fails"] == ["public-address"]


async def test_what_is_mended_in_the_achievement_passes_next_time(admin, address, achievement):
    def outcomes(response):
        return {result["id"]: result["outcome"] for result in response.json()["results"]}

    definition = {**achievement["definition"], "slug": achievement["slug"], "name": "x" * 120}
    assert (await admin.put(f"/v1{path_of(achievement['id'])}", json=definition)).status_code == 200
    before = outcomes(await admin.post(address))
    definition |= {"name": "Short", "language": "en", "imageCaption": "A hand."}
    assert (await admin.put(f"/v1{path_of(achievement['id'])}", json=definition)).status_code == 200
    after = outcomes(await admin.post(address))
    assert before["achievement-name"] == "warns"
    assert {after[name] for name in ("achievement-name", "language", "image-caption")} == {"passes"}


async def test_an_uploaded_picture_is_measured(admin, address, achievement):
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 95"><rect width="100" height="95"/></svg>'
    path = f"/v1{path_of(achievement['id'])}/image"
    response = await admin.put(path, content=svg, headers={"Content-Type": "image/svg+xml"})
    assert response.status_code == 200, response.text
    results = {result["id"]: result for result in (await admin.post(address)).json()["results"]}
    assert results["picture"]["outcome"] == "warns"
    assert "600 by 570" in results["picture"]["detail"]


async def test_a_bound_key_with_the_scope_may_ask(app, address, make_key):
    async with client_for(app, make_key("riverside", ("manage",))) as client:
        assert (await client.post(address)).status_code == 200


async def test_nothing_is_stored_and_no_place_in_a_list_is_taken(admin, address, laurel):
    before = counted(laurel)
    assert (await admin.post(address)).status_code == 200
    assert counted(laurel) == before


@pytest.mark.parametrize("name", ["nothing", "3f0c1e52-8a3b-4f5e-9a55-0d1b7f6f2c11"])
async def test_what_is_not_there(admin, name):
    assert_problem(
        await admin.post(f"/v1/achievements/{name}:preflight"),
        *(404, "not-found") if "-" in name else (422, "invalid-fields"),
    )


# By itself ------------------------------------------------------------------------------------------------------------


async def test_the_first_award_of_a_revision_asks_and_later_ones_do_not(admin, completion, logged, achievement):
    for number in range(3):
        body = completion | {"externalId": f"attempt-{number}"}
        assert (await admin.post("/v1/completions", json=body)).status_code == 201
    [line] = preflights(logged)
    assert (line["log_level"], line["outcome"]) == ("info", "fails")
    assert line["request_id"]
    assert line["fails"] == ["public-address"]
    assert "image-caption" in line["warns"]

    definition = {**achievement["definition"], "slug": achievement["slug"], "name": "Another name"}
    assert (await admin.put(f"/v1{path_of(achievement['id'])}", json=definition)).status_code == 200
    assert (await admin.post("/v1/completions", json=completion | {"externalId": "later"})).status_code == 201
    assert [line["revision"] for line in preflights(logged)] == [1, 2]


@pytest.fixture
def make_found(monkeypatch):
    """Has the rules say what a test wants: what no definition that is let in can bring about."""

    def make(rule_id, outcome):
        rule = next(rule for rule in RULES if rule.id == rule_id)
        found = Preflight([Finding(rule, Said(outcome, "The criteria are gone.", "Write them."))])
        monkeypatch.setattr(service, "examine", lambda _sample: found)

    return make


async def test_an_achievement_of_which_no_valid_badge_can_come_is_not_awarded(
    admin, completion, make_found, laurel, logged
):
    make_found("criteria", PreflightOutcome.FAILS)
    before = counted(laurel)
    for _ in range(2):
        body = assert_problem(
            await admin.post("/v1/completions", json=completion), 422, "invalid-fields", pointer="/achievement"
        )
        assert "The criteria are gone. Write them." in body["errors"][0]["detail"]
    assert counted(laurel) == before
    assert [line["log_level"] for line in preflights(logged)] == ["warning", "warning"]


@pytest.mark.parametrize(
    ("rule", "outcome"),
    [("criteria", PreflightOutcome.WARNS), ("token-algorithm", PreflightOutcome.FAILS)],
    ids=["an advice", "what only some refuse"],
)
async def test_mere_advice_costs_nobody_a_badge(admin, completion, make_found, rule, outcome):
    make_found(rule, outcome)
    assert (await admin.post("/v1/completions", json=completion)).status_code == 201


async def test_a_mistake_in_a_rule_costs_nobody_a_badge(admin, completion, monkeypatch, logged):
    def mistaken(_sample):
        raise ZeroDivisionError

    monkeypatch.setattr(service, "examine", mistaken)
    assert (await admin.post("/v1/completions", json=completion)).status_code == 201
    [line] = preflights(logged)
    assert (line["outcome"], line["error"]) == ("fault", "ZeroDivisionError")
    assert "test_preflight.py" in line["where"][-1]
    assert line["request_id"]


async def test_bad_neighbours_in_a_batch_are_refused_alone(admin, completion, achievement, issuer, monkeypatch):
    second = {"slug": "pupil-wellbeing", "issuer": issuer["slug"], **samples.ACHIEVEMENTS["pupil-wellbeing"]}
    assert (await admin.post("/v1/achievements", json=second)).status_code == 201
    real = service.examine

    def choosy(sample):
        found = real(sample)
        if sample.achievement["name"] != second["name"]:
            return found
        rule = next(rule for rule in RULES if rule.binding)
        return Preflight([Finding(rule, Said(PreflightOutcome.FAILS, "No.", "Yes."))])

    monkeypatch.setattr(service, "examine", choosy)
    bad = {**samples.EXPIRED, "externalId": "bad"}
    response = await admin.post("/v1/completions:batch", json=[completion, bad])
    assert response.status_code == 200, response.text
    assert [row["outcome"] for row in response.json()["outcomes"]] == ["issued", "refused"]
