"""Erasing one credential: what goes, what stays, and what everybody is told afterwards."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import select

from app.models import ErasedCompletion, IdempotencyKey
from app.routers.awarding import read_completion
from app.services import erasure
from app.services.actors import TERMINAL
from app.services.awards import Refused, Request
from app.services.credentials import ERASED
from app.services.fsck import Check
from app.services.own_evidence import badge_at
from app.storage.live import asking
from app.verification import Missing
from tests.api.conftest import NOW, client_for, path_of
from tests.problem import assert_problem

pytestmark = pytest.mark.anyio

FORMS = ("json", "jwt", "png", "svg", "pdf")
SIGNED = {"Accept": "application/vc"}


def erase_path(credential):
    return f"/v1{path_of(credential['id'])}:erase"


@pytest.fixture
async def erased(admin, completion):
    """A badge as it was answered, and its erasure."""
    headers = {"Idempotency-Key": "retry-1"}
    credential = (await admin.post("/v1/completions", json=completion, headers=headers)).json()
    response = await admin.post(erase_path(credential), json={})
    assert response.status_code == 200, response.text
    return credential, response


async def test_the_issuer_sees_that_it_was_erased_and_nothing_of_its_holder(erased, admin):
    credential, response = erased
    body = response.json()
    assert "Idempotent-Replayed" not in response.headers
    assert (body["status"], body["learner"], body["credential"], body["externalId"]) == ("erased", None, None, None)
    kept = ("id", "achievement", "issuer", "source", "awardedAt", "issuedAt", "validUntil", "links", "test")
    assert {name: body[name] for name in kept} == {name: credential[name] for name in kept}
    assert (await admin.get(f"/v1{path_of(credential['id'])}")).json() == body
    [listed] = (await admin.get("/v1/credentials")).json()["items"]
    assert (listed["status"], listed["learner"]) == ("erased", None)


@pytest.mark.parametrize("form", FORMS)
async def test_every_form_is_gone(erased, anonymous, form):
    response = await anonymous.get(f"{path_of(erased[0]['id'])}.{form}")
    assert_problem(response, 410, "erased")
    assert response.headers["cache-control"] == "no-store"


async def test_the_page_says_that_it_was_removed_and_not_whose_it_was(erased, anonymous, completion):
    response = await anonymous.get(path_of(erased[0]["id"]), headers={"Accept": "text/html"})
    assert response.status_code == 410
    assert response.headers["cache-control"] == "no-store"
    assert "This badge was removed" in response.text
    assert "can still be verified" in response.text
    assert completion["learner"]["name"] not in response.text
    for accept in ("application/vc", "application/vc+jwt"):
        assert_problem(await anonymous.get(path_of(erased[0]["id"]), headers={"Accept": accept}), 410, "erased")


async def test_the_page_is_told_in_the_language_that_was_asked_for(erased, anonymous):
    for tag, removed, kept in (
        ("es", "Esta insignia ha sido eliminada", "todavía se puede verificar"),
        ("fr", "Ce badge a été", "peut encore être vérifiée"),
        ("ar", "أُزيلت هذه الشارة", "ما زال التحقق منها ممكنًا"),
    ):
        text = (await anonymous.get(f"{path_of(erased[0]['id'])}?lang={tag}", headers={"Accept": "text/html"})).text
        assert removed in text
        assert kept in text


async def test_what_was_kept_ready_is_not_sent_any_more(admin, anonymous, credential):
    """Each form was asked for before, so that it may lie in memory."""
    page = path_of(credential["id"])
    for path in (page, *(f"{page}.{form}" for form in FORMS)):
        assert (await anonymous.get(path, headers=SIGNED if path == page else {})).status_code == 200
    assert (await admin.post(erase_path(credential), json={})).status_code == 200
    for path in (page, *(f"{page}.{form}" for form in FORMS)):
        assert (await anonymous.get(path, headers=SIGNED if path == page else {})).status_code == 410


async def test_the_achievement_keeps_its_picture_and_page(erased, anonymous, achievement):
    for path in (f"{path_of(achievement['id'])}/image.png", path_of(achievement["id"])):
        assert (await anonymous.get(path)).status_code == 200


async def test_the_copy_that_the_holder_kept_still_verifies(erased, anonymous):
    report = (await anonymous.post("/v1/verify", json={"credential": erased[0]["credential"]})).json()
    assert report["verdict"] == "valid"


async def test_an_address_instead_of_a_copy_could_not_be_checked(erased, anonymous, laurel):
    report = (await anonymous.post("/v1/verify", json={"url": erased[0]["id"]})).json()
    assert report["verdict"] == "undetermined"
    assert "removed from it for good" in json.dumps(report)
    with asking(laurel.database) as live:
        assert badge_at(live, erased[0]["id"], laurel.instance.site) == Missing(ERASED, gone=True)


async def test_erasing_may_revoke_as_well(admin, anonymous, credential):
    body = (await admin.post(erase_path(credential), json={"revoke": True})).json()
    assert (body["status"], body["revokedAt"]) == ("erased", "2026-05-10T12:00:00Z")
    report = (await anonymous.post("/v1/verify", json={"credential": credential["credential"]})).json()
    assert (report["verdict"], report["conclusion"]) == ("invalid", "revoked")


async def test_what_is_erased_may_be_revoked_later(erased, admin, anonymous):
    again = await admin.post(erase_path(erased[0]), json={"revoke": True})
    assert "Idempotent-Replayed" not in again.headers
    assert again.json()["revokedAt"] is not None
    report = (await anonymous.post("/v1/verify", json={"credential": erased[0]["credential"]})).json()
    assert report["conclusion"] == "revoked"


async def test_what_is_revoked_may_be_erased(admin, anonymous, credential):
    revoked = await admin.post(f"/v1{path_of(credential['id'])}:revoke", json={"reason": "By mistake."})
    assert revoked.status_code == 200
    assert (await admin.post(erase_path(credential), json={})).json()["revocationReason"] == "By mistake."
    report = (await anonymous.post("/v1/verify", json={"credential": credential["credential"]})).json()
    assert report["conclusion"] == "revoked"


async def test_erasing_again_changes_nothing(erased, admin):
    again = await admin.post(erase_path(erased[0]), json={})
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (200, "true")
    assert again.json() == erased[1].json()


# The retry ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "retry-1"}, {"Idempotency-Key": "another"}])
async def test_a_retry_of_the_completion_does_not_bring_it_back(erased, admin, completion, headers):
    response = await admin.post("/v1/completions", json=completion, headers=headers)
    assert_problem(response, 410, "erased")
    assert "is not awarded again" in response.json()["detail"]
    assert completion["learner"]["name"] not in response.text


async def test_a_row_of_a_batch_is_refused_and_its_neighbours_are_not(erased, admin, completion):
    other = {**completion, "externalId": "another"}
    answer = (await admin.post("/v1/completions:batch", json=[completion, other, completion])).json()
    assert [row["outcome"] for row in answer["outcomes"]] == ["refused", "issued", "refused"]
    assert answer["outcomes"][0]["problem"]["status"] == 410


async def test_another_platform_may_have_a_completion_of_the_same_name(erased, admin, completion):
    other = await admin.post("/v1/completions", json={**completion, "source": "elsewhere"})
    assert other.status_code == 201


async def test_a_test_key_has_completions_of_its_own(erased, app, make_key, completion):
    async with client_for(app, make_key("riverside", ("issue",), test=True)) as client:
        assert (await client.post("/v1/completions", json=completion)).status_code == 201


async def test_what_stays_of_the_completion_can_be_guessed_by_nobody_without_the_pepper(erased, laurel, completion):
    with laurel.database.reading() as session:
        row = session.scalars(select(ErasedCompletion)).one()
        assert session.scalars(select(IdempotencyKey)).all() == []
    key = (completion["source"], completion["externalId"])
    assert row.digest not in {erasure.completion_digest(pepper, key) for pepper in (b"", bytes(32))}


async def test_an_award_that_comes_at_the_same_time_is_either_before_or_refused(admin, laurel, completion):
    """Whatever the order: in the end there is one credential of this completion, and it is erased."""
    for number in range(10):
        body = {**completion, "externalId": f"race-{number}"}
        credential = (await admin.post("/v1/completions", json=body)).json()
        again = [Request(read_completion(body, laurel), TERMINAL, NOW)]
        with ThreadPoolExecutor(4) as pool:
            awards = [pool.submit(laurel.writer.award_group, again) for _ in range(3)]
            erasing = pool.submit(erase, laurel, credential)
            outcomes = [outcome for future in awards for outcome in future.result()]
        erasing.result()
        assert all(isinstance(outcome, Refused) or outcome.replayed for outcome in outcomes)
    items = (await admin.get("/v1/credentials")).json()["items"]
    assert [item["status"] for item in items] == ["erased"] * 10


def erase(laurel, credential):
    with laurel.database.transaction() as session:
        erasure.erase_credential(
            session, UUID(credential["id"][-36:]), revoke=False, actor=TERMINAL, instance=laurel.instance, now=NOW
        )


# Who may, and what else ----------------------------------------------------------------------------------------------


async def test_who_may_erase(app, anonymous, admin, credential, make_key):
    path = erase_path(credential)
    assert_problem(await anonymous.post(path, json={}), 401, "unauthenticated")
    async with client_for(app, make_key("riverside", ("read", "issue", "revoke"))) as client:
        assert_problem(await client.post(path, json={}), 403, "forbidden")
    other = {"slug": "elsewhere", "name": "Elsewhere"}
    assert (await admin.post("/v1/issuers", json=other)).status_code == 201
    async with client_for(app, make_key("elsewhere", ("manage",))) as client:
        assert_problem(await client.post(path, json={}), 404, "not-found")
    async with client_for(app, make_key("riverside", ("manage",))) as client:
        assert (await client.post(path, json={})).status_code == 200


async def test_bodies_that_are_none(admin, credential):
    path = erase_path(credential)
    assert_problem(await admin.post(path, json={"revoke": "yes"}), 422, "invalid-fields")
    assert_problem(await admin.post(path, json={"reason": "x"}), 422, "invalid-fields")
    assert_problem(await admin.post("/v1/credentials/no-uuid:erase", json={}), 422, "invalid-fields")
    nobody = "/v1/credentials/00000000-0000-4000-8000-000000000000:erase"
    assert_problem(await admin.post(nobody, json={}), 404, "not-found")


async def test_fsck_has_nothing_against_it(erased, laurel):
    check = Check(laurel.database, laurel.instance, NOW, lambda *_: None)
    assert list(check.findings()) == []
    assert check.counts.credentials == 1
