"""What a person may ask: all that is stored about them, and to be forgotten."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from sqlalchemy import select

from app.models import AuditEvent, Credential
from app.services import people
from app.services.holdings import HOLDINGS
from tests.api.canary import BY_EMAIL, COMPLETION, FORMS, IDEMPOTENCY_KEY, hits, leaves
from tests.api.conftest import client_for, path_of
from tests.problem import assert_problem

pytestmark = pytest.mark.anyio

EXPORT, ERASE = "/v1/people:export", "/v1/people:erase"
FOR_GOOD = {"dryRun": False}


def opened(response):
    """The index and the files of an export."""
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/zip"
    assert response.headers["cache-control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    return json.loads(files.pop("person.json")), files


@pytest.fixture
async def badges(admin, achievement):
    """Two of the person's, one of somebody else with the same name, one of somebody of whom only a name is known."""
    bodies = [
        COMPLETION,
        {**COMPLETION, "externalId": "second", "learner": {**COMPLETION["learner"], "name": "Married Name"}},
        {
            **COMPLETION,
            "externalId": "other",
            "learner": {**COMPLETION["learner"], "email": "o@b.example", "did": None},
        },
        {**COMPLETION, "externalId": "nameless", "learner": {"name": "Ἀμίνα Haddad"}},
    ]
    answers = [
        await admin.post("/v1/completions", json=body, headers={"Idempotency-Key": f"{IDEMPOTENCY_KEY}-{number}"})
        for number, body in enumerate(bodies)
    ]
    assert {answer.status_code for answer in answers} == {201}
    return [answer.json() for answer in answers]


async def found(admin, **who):
    answer = await admin.post(ERASE, json=who)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["dryRun"], body["erased"]) == (True, 0)
    return [item["id"] for item in body["credentials"]]


@pytest.mark.parametrize(
    ("who", "which"),
    [
        ({"email": COMPLETION["learner"]["email"]}, {0, 1}),
        ({"email": COMPLETION["learner"]["email"].upper()}, {0, 1}),
        ({"did": COMPLETION["learner"]["did"]}, {0, 1}),
        ({"email": "o@b.example"}, {2}),
        ({"email": "o@b.example", "did": COMPLETION["learner"]["did"]}, {0, 1, 2}),
        ({"name": COMPLETION["learner"]["name"]}, set()),  # each holds an address: it decides
        ({"name": "ἀμίνα haddad"}, {3}),
        ({"email": "o@b.example", "name": "Ἀμίνα HADDAD"}, {2, 3}),
        ({"email": "nobody@b.example"}, set()),
        ({"email": "%@b.example"}, set()),
        ({"email": "ö@b.example"}, set()),
    ],
)
async def test_who_is_found(admin, badges, who, which):
    assert set(await found(admin, **who)) == {badges[number]["id"] for number in which}


async def test_an_address_of_other_letters_is_found_whatever_their_size(admin, achievement):
    learner = {"name": "Ö", "email": "ÖZGE@schule.example"}
    posted = await admin.post("/v1/completions", json={**COMPLETION, "learner": learner})
    assert await found(admin, email="özge@schule.example") == [posted.json()["id"]]


# Exporting ------------------------------------------------------------------------------------------------------------


async def test_an_export_holds_every_field(admin, anonymous, badges):
    """Everything that was sent about the person is in it, in plain words."""
    credential = badges[0]
    assert (await anonymous.get(path_of(credential["links"]["jwt"]))).status_code == 200
    revoke = f"/v1{path_of(credential['id'])}:revoke"
    assert (await admin.post(revoke, json={"reason": "Canary of a reason."})).status_code == 200
    index, files = opened(await admin.post(EXPORT, json=BY_EMAIL))

    first = next(item for item in index["credentials"] if item["id"] == credential["id"])
    signed = json.loads(files[f"credentials/{credential['id'][-36:]}.json"])
    exported = set(leaves(first)) | set(leaves(signed))
    # The learner's e-mail address is signed as a hash; the index has it as it stands.
    missing = {text for text in leaves(COMPLETION) if not any(text in told for told in exported)}
    assert missing - {"2026-05-04T10:00:00Z", "rubric"} == set()
    assert first["learner"] == COMPLETION["learner"]
    assert first["requests"][0]["idempotencyKey"] == f"{IDEMPOTENCY_KEY}-0"
    assert first["statusChange"]["reason"] == "Canary of a reason."
    assert [line["action"] for line in first["audit"]] == [
        "credential.issue",
        "credential.revoke",
        "credential.export",
    ]
    assert first["status"] == "revoked"
    entry = signed["credentialStatus"]
    assert first["statusListEntry"] == {
        "list": entry["statusListCredential"],
        "index": int(entry["statusListIndex"]),
    }


async def test_an_export_has_each_credential_in_every_form(admin, anonymous, badges):
    for form in FORMS:
        assert (await anonymous.get(path_of(badges[0]["links"][form]))).status_code == 200
    index, files = opened(await admin.post(EXPORT, json=BY_EMAIL))
    assert {name for item in index["credentials"] for name in item["files"]} == set(files)
    for badge, forms in zip(badges[:2], (FORMS, ("json", "png", "svg", "pdf")), strict=True):
        name = f"credentials/{badge['id'][-36:]}"
        assert {file.rpartition(".")[2] for file in files if file.startswith(name)} == set(forms)  # a token when kept
        for form in forms:
            report = await anonymous.post("/v1/verify", files={"file": (f"a.{form}", files[f"{name}.{form}"])})
            assert report.json()["verdict"] == "valid", form


async def test_an_export_says_what_for_and_how_long(admin, badges):
    index, _ = opened(await admin.post(EXPORT, json=BY_EMAIL))
    told = {(each["where"], each["purpose"], each["kept"]) for each in index["purposes"]}
    assert told == {(each.column, each.purpose, each.kept) for each in HOLDINGS if each.whose == "learner"}
    assert (index["service"], index["exportedAt"]) == ("http://localhost:8000", "2026-05-10T12:00:00Z")
    assert index["askedFor"] == BY_EMAIL


async def test_every_column_of_a_credential_is_exported(admin, badges):
    """A column that comes later must not be forgotten."""
    index, _ = opened(await admin.post(EXPORT, json=BY_EMAIL))
    elsewhere = {
        "document": "files",
        "jwt": "files",
        "issuer_id": "issuer",
        "achievement_id": "achievement",
        "revision_id": "files",  # the definition stands in the signed document
        "signing_key_id": "files",  # and so does the key
        "status_list_id": "statusListEntry",
        "status_index": "statusListEntry",
        "erased_at": "status",
    }
    for column in Credential.__table__.columns:
        head, *rest = column.name.split("_")
        camel = head + "".join(part.title() for part in rest)
        assert elsewhere.get(column.name, camel) in index["credentials"][0], column.name


async def test_nothing_is_an_answer_too(admin, badges):
    index, files = opened(await admin.post(EXPORT, json={"email": "nobody@b.example"}))
    assert (index["credentials"], files) == ([], {})


async def test_what_was_erased_is_exported_no_more(admin, badges):
    assert (await admin.post(ERASE, json=BY_EMAIL | FOR_GOOD)).json()["erased"] == 2
    index, files = opened(await admin.post(EXPORT, json=BY_EMAIL))
    assert (index["credentials"], files) == ([], {})


# Erasing --------------------------------------------------------------------------------------------------------------


async def test_a_dry_run_changes_nothing(admin, anonymous, badges):
    assert len(await found(admin, **BY_EMAIL)) == 2
    for badge in badges:
        assert (await anonymous.get(path_of(badge["links"]["json"]))).status_code == 200


async def test_all_of_the_persons_and_none_of_anybody_elses(admin, anonymous, badges):
    answer = await admin.post(ERASE, json=BY_EMAIL | FOR_GOOD)
    body = answer.json()
    assert (body["dryRun"], body["erased"]) == (False, 2)
    assert {item["id"] for item in body["credentials"]} == {badge["id"] for badge in badges[:2]}
    assert not hits(answer.content)
    statuses = [(await anonymous.get(path_of(badge["links"]["json"]))).status_code for badge in badges]
    assert statuses == [410, 410, 200, 200]
    again = (await admin.post(ERASE, json=BY_EMAIL | FOR_GOOD)).json()
    assert (again["erased"], again["credentials"]) == (0, [])


async def test_erasing_a_person_may_revoke_as_well(admin, anonymous, badges):
    await admin.post(ERASE, json={**BY_EMAIL, **FOR_GOOD, "revoke": True})
    report = (await anonymous.post("/v1/verify", json={"credential": badges[0]["credential"]})).json()
    assert report["conclusion"] == "revoked"


async def test_more_than_a_person_can_have_is_refused_and_nothing_is_done(admin, laurel, badges, monkeypatch):
    monkeypatch.setattr(people, "MOST", 1)
    for path in (EXPORT, ERASE):
        assert_problem(await admin.post(path, json=BY_EMAIL), 422, "invalid-fields")
    problem = assert_problem(await admin.post(ERASE, json=BY_EMAIL | FOR_GOOD), 422, "invalid-fields")
    assert "not one person" in problem["detail"]
    with laurel.database.reading() as session:
        assert session.scalars(select(Credential.erased_at).where(Credential.erased_at.is_not(None))).all() == []


async def test_the_audit_log_says_what_was_done_and_to_whom_by_no_name(admin, laurel, badges):
    await admin.post(EXPORT, json=BY_EMAIL)
    await admin.post(ERASE, json=BY_EMAIL | FOR_GOOD)
    with laurel.database.reading() as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    done = [(event.action, event.subject) for event in events if event.action.endswith((".erase", ".export"))]
    ids = sorted(badge["id"][-36:] for badge in badges[:2])
    assert sorted(done) == sorted((f"credential.{act}", id_) for act in ("export", "erase") for id_ in ids)
    assert not any(hits(f"{event.actor} {event.subject} {event.detail}") for event in events)


# Who may --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [EXPORT, ERASE])
async def test_who_may_ask(app, admin, anonymous, badges, make_key, path):
    assert_problem(await anonymous.post(path, json=BY_EMAIL), 401, "unauthenticated")
    async with client_for(app, make_key("riverside", ("read", "issue", "revoke"))) as client:
        assert_problem(await client.post(path, json=BY_EMAIL), 403, "forbidden")
    for body in ({}, {"email": None}, {"email": "no address"}, {"did": "x"}, {"name": ""}, {"phone": "1"}):
        assert_problem(await admin.post(path, json=body), 422, "invalid-fields")
    for body in ([], "x"):
        assert_problem(await admin.post(path, json=body), 422, "invalid-fields")


async def test_an_issuer_finds_and_erases_its_own_alone(app, admin, anonymous, badges, make_key):
    assert (await admin.post("/v1/issuers", json={"slug": "elsewhere", "name": "Elsewhere"})).status_code == 201
    async with client_for(app, make_key("elsewhere", ("manage",))) as client:
        assert opened(await client.post(EXPORT, json=BY_EMAIL))[0]["credentials"] == []
        assert (await client.post(ERASE, json=BY_EMAIL | FOR_GOOD)).json()["credentials"] == []
    assert (await anonymous.get(path_of(badges[0]["links"]["json"]))).status_code == 200
    async with client_for(app, make_key("riverside", ("manage",))) as client:
        assert (await client.post(ERASE, json=BY_EMAIL | FOR_GOOD)).json()["erased"] == 2
