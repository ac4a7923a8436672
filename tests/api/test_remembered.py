"""What awards remember of issuers, achievements and keys never outlives a change of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.cli import samples
from app.errors import SigningFaultError
from app.models import KeyPurpose
from app.services import issuers as issuing
from app.services import sealing
from app.signing import Algorithm
from app.storage import issuers, keys
from tests.api.conftest import NOW, client_for
from tests.problem import assert_problem

pytestmark = pytest.mark.anyio


async def signed(admin, number):
    """The document of one more award."""
    response = await admin.post("/v1/completions", json={**samples.COMPLETIONS[0], "externalId": f"one-more-{number}"})
    assert response.status_code == 201, response.text
    return response.json()["credential"]


async def is_valid(admin, document):
    report = (await admin.post("/v1/verify", json={"credential": document})).json()
    return report["verdict"] == "valid"


async def test_a_revised_achievement_is_what_the_next_badge_shows(admin, achievement):
    before = await signed(admin, 1)
    definition = {**achievement["definition"], "name": "Renamed", "slug": achievement["slug"]}
    revised = await admin.put(f"/v1/achievements/{achievement['id'].rsplit('/', 1)[1]}", json=definition)
    assert revised.status_code == 200, revised.text
    after = await signed(admin, 2)
    assert before["credentialSubject"]["achievement"]["name"] == achievement["definition"]["name"]
    assert after["credentialSubject"]["achievement"]["name"] == "Renamed"
    assert await is_valid(admin, after)


async def test_a_changed_profile_is_what_the_next_badge_shows(admin, achievement, laurel):
    await signed(admin, 1)
    with laurel.database.transaction() as session:
        row = issuers.get_issuer_by_slug(session, samples.ISSUER["slug"])
        issuers.update_issuer(session, row, profile={**row.profile, "name": "Riverside II"}, now=NOW)
    after = await signed(admin, 2)
    assert after["issuer"]["name"] == "Riverside II"
    assert await is_valid(admin, after)


async def test_the_next_badge_is_signed_with_the_new_key(admin, achievement, laurel):
    before = await signed(admin, 1)
    with laurel.database.transaction() as session:
        row = issuers.get_issuer_by_slug(session, samples.ISSUER["slug"])
        old = keys.get_active_key(session, row.id, KeyPurpose.DATA_INTEGRITY)
        keys.retire_key(session, old, now=NOW)
        new = issuing.add_key(
            session, row, KeyPurpose.DATA_INTEGRITY, Algorithm.EDDSA, instance=laurel.instance, now=NOW
        )
    after = await signed(admin, 2)
    assert before["proof"][0]["verificationMethod"].endswith(f"#{old.kid}")
    assert after["proof"][0]["verificationMethod"].endswith(f"#{new.kid}")
    assert await is_valid(admin, before)
    assert await is_valid(admin, after)


async def test_an_issuer_without_a_key_awards_no_more(admin, achievement, laurel):
    await signed(admin, 1)
    with laurel.database.transaction() as session:
        row = issuers.get_issuer_by_slug(session, samples.ISSUER["slug"])
        keys.retire_key(session, keys.get_active_key(session, row.id, KeyPurpose.DATA_INTEGRITY), now=NOW)
    response = await admin.post("/v1/completions", json={**samples.COMPLETIONS[0], "externalId": "one-more"})
    assert_problem(response, 503, "signing-fault")


async def test_what_was_read_for_a_group_that_failed_serves_the_next(admin, achievement, monkeypatch):
    def fail(*_args, **_options):
        raise SigningFaultError("The signer is away.")

    with monkeypatch.context() as broken:
        broken.setattr(sealing, "require_own_signature", fail)
        response = await admin.post("/v1/completions", json={**samples.COMPLETIONS[0], "externalId": "first"})
        assert_problem(response, 503, "signing-fault")
    assert await is_valid(admin, await signed(admin, 1))


async def test_one_of_each_kind_a_second_is_judged_whole(admin, achievement, laurel, monkeypatch):
    judged = []
    monkeypatch.setattr(sealing, "require_own_output", lambda raw, **_options: judged.append(raw))
    moment = set_clock(laurel, monkeypatch)
    await signed(admin, 1)
    moment += timedelta(seconds=0.9)
    await signed(admin, 2)
    assert len(judged) == 1
    moment += timedelta(seconds=0.2)
    await signed(admin, 3)
    assert len(judged) == 2
    await admin.post("/v1/completions", json={**samples.COMPLETIONS[0], "externalId": "x", "evidence": []})
    assert len(judged) == 3, "another kind"


async def test_what_did_not_pass_is_judged_again(admin, achievement, laurel, monkeypatch):
    set_clock(laurel, monkeypatch)
    judged = []

    def refuse(raw, **_options):
        judged.append(raw)
        raise SigningFaultError("Our own badge did not pass our own check.")

    monkeypatch.setattr(sealing, "require_own_output", refuse)
    for number in (1, 2):
        response = await admin.post("/v1/completions", json={**samples.COMPLETIONS[0], "externalId": f"x{number}"})
        assert_problem(response, 503, "signing-fault")
    assert len(judged) == 2


class Moment:
    """A clock that stands still until it is moved on."""

    def __init__(self):
        self.seconds = 0.0

    def __iadd__(self, step):
        self.seconds += step.total_seconds()
        return self


def set_clock(laurel, monkeypatch):
    moment = Moment()
    # The instance is frozen, so the clock is changed where it lies.
    monkeypatch.setattr(type(laurel.instance), "monotonic", property(lambda _self: lambda: moment.seconds))
    return moment


async def test_a_key_that_ended_is_told_so_whatever_it_lacked(app, admin, achievement, make_key):
    """It was let in and remembered, and refused from memory nobody would look at it again."""
    token = make_key("riverside", ("read",))
    async with client_for(app, token) as reader:
        assert (await reader.get("/v1/achievements")).status_code == 200
        assert_problem(await reader.post("/v1/completions", json=samples.COMPLETIONS[0]), 403, "forbidden")
        assert (await admin.post(f"/v1/api-keys/{token.split('_')[2][:10]}:revoke")).status_code == 204
        assert_problem(await reader.post("/v1/completions", json=samples.COMPLETIONS[0]), 401, "unauthenticated")
        batch = await reader.post("/v1/completions:batch", json={"completions": [samples.COMPLETIONS[0]]})
        assert_problem(batch, 401, "unauthenticated")
