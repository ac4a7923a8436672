"""`POST /v1/completions`: issued once, replayed for ever, refused with reasons."""

from __future__ import annotations

import copy
import json

import anyio
import pytest

from tests.api.conftest import client_for, path_of
from tests.problem import assert_problem

pytestmark = pytest.mark.anyio


async def test_a_completion_becomes_a_credential_with_every_link(admin, achievement, completion):
    response = await admin.post("/v1/completions", json=completion)
    assert response.status_code == 201
    body = response.json()
    assert response.headers["location"] == body["id"]
    assert body["status"] == "active"
    assert body["achievement"] == achievement["slug"]
    assert body["learner"]["name"] == completion["learner"]["name"]
    assert body["credential"]["id"] == body["id"]
    assert body["credential"]["awardedDate"] == "2026-05-04T10:00:00Z"
    assert set(body["links"]) == {"page", "json", "jwt", "png", "svg", "pdf"}


async def test_what_is_answered_is_what_is_served(admin, anonymous, completion):
    body = (await admin.post("/v1/completions", json=completion)).json()
    served = await anonymous.get(path_of(body["links"]["json"]))
    assert served.json() == body["credential"]


async def test_the_email_is_signed_as_a_salted_hash_only(admin, completion):
    body = (await admin.post("/v1/completions", json=completion)).json()
    assert completion["learner"]["email"] not in json.dumps(body["credential"])
    [name, email] = body["credential"]["credentialSubject"]["identifier"]
    assert (name["identityType"], name["identityHash"]) == ("name", completion["learner"]["name"])
    assert email["hashed"] is True
    assert len(bytes.fromhex(email["salt"])) == 16


async def test_two_awards_of_one_learner_have_different_salts(admin, completion):
    first = (await admin.post("/v1/completions", json=completion)).json()
    second = (await admin.post("/v1/completions", json={**completion, "externalId": "another"})).json()
    salts = {body["credential"]["credentialSubject"]["identifier"][1]["salt"] for body in (first, second)}
    assert len(salts) == 2


async def test_the_same_completion_again_is_the_same_credential(admin, completion):
    first = await admin.post("/v1/completions", json=completion)
    second = await admin.post("/v1/completions", json=completion)
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert first.json() == second.json()


async def test_the_same_key_and_body_is_replayed_whatever_the_spelling(admin, completion):
    key = {"Idempotency-Key": "order-1"}
    first = await admin.post("/v1/completions", json=completion, headers=key)
    turned = dict(reversed(completion.items())) | {"completedAt": "2026-05-04T12:00:00+02:00"}
    second = await admin.post("/v1/completions", json=turned, headers=key)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]


async def test_the_same_key_with_another_body_is_refused(admin, completion):
    key = {"Idempotency-Key": "order-2"}
    await admin.post("/v1/completions", json=completion, headers=key)
    response = await admin.post("/v1/completions", json={**completion, "externalId": "other"}, headers=key)
    assert_problem(response, 422, "idempotency-key-reused")


async def test_the_same_external_id_for_another_learner_is_refused(admin, completion):
    await admin.post("/v1/completions", json=completion)
    other = {**completion, "learner": {"name": "Somebody Else", "email": "else@riverside.example"}}
    assert_problem(await admin.post("/v1/completions", json=other), 422, "idempotency-key-reused")


async def test_a_corrected_name_is_still_the_same_completion(admin, completion):
    first = await admin.post("/v1/completions", json=completion)
    corrected = {**completion, "learner": {**completion["learner"], "name": "Amina El Haddad"}}
    second = await admin.post("/v1/completions", json=corrected)
    assert second.status_code == 200
    assert second.json()["id"] == first.json()["id"]


async def test_fifty_parallel_posts_give_one_credential(admin, completion, laurel):
    answers = []

    async def post():
        answers.append(await admin.post("/v1/completions", json=completion))

    async with anyio.create_task_group() as group:
        for _ in range(50):
            group.start_soon(post)
    assert sorted({answer.status_code for answer in answers}) == [200, 201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sum(answer.status_code == 201 for answer in answers) == 1
    listed = (await admin.get("/v1/credentials")).json()["items"]
    assert len(listed) == 1


async def test_an_achievement_is_named_by_slug_uuid_or_address(admin, achievement, completion):
    uuid = achievement["id"].rsplit("/", 1)[1]
    for number, name in enumerate((achievement["slug"], uuid, achievement["id"])):
        response = await admin.post(
            "/v1/completions", json={**completion, "achievement": name, "externalId": f"e-{number}"}
        )
        assert response.status_code == 201, response.text


async def test_validity_is_reckoned_from_the_completion(admin, completion):
    body = (await admin.post("/v1/completions", json=completion)).json()
    assert body["credential"]["validFrom"] == "2026-05-04T10:00:00Z"
    assert body["validUntil"] == body["credential"]["validUntil"]
    assert body["validUntil"].startswith("2029-05-04")


async def test_a_key_of_another_issuer_does_not_see_the_achievement(app, admin, completion, make_key):
    await admin.post("/v1/issuers", json={"slug": "other", "name": "Other School"})
    async with client_for(app, make_key("other", ("issue",))) as other:
        response = await other.post("/v1/completions", json=completion)
    assert_problem(response, 422, "invalid-fields", pointer="/achievement")


async def test_a_test_key_issues_badges_that_say_so(app, anonymous, completion, make_key):
    async with client_for(app, make_key("riverside", ("issue",), test=True)) as tester:
        body = (await tester.post("/v1/completions", json=completion)).json()
    assert body["test"] is True
    assert body["credential"]["name"].startswith("Test: ")
    page = await anonymous.get(path_of(body["id"]), headers={"Accept": "text/html"})
    assert "test" in page.text.lower()


REMOVED = object()
BAD = [
    ("the achievement is unknown", {"achievement": "no-such"}, "/achievement"),
    ("the achievement is missing", {"achievement": REMOVED}, "/achievement"),
    ("the achievement is no text", {"achievement": 7}, "/achievement"),
    ("a member is unknown", {"grade": "A"}, "/grade"),
    ("a member is in snake case", {"external_id": "x"}, "/external_id"),
    ("the external id is empty", {"externalId": ""}, "/externalId"),
    ("the external id is a number", {"externalId": 42}, "/externalId"),
    ("the external id is too long", {"externalId": "x" * 256}, "/externalId"),
    ("the learner is missing", {"learner": REMOVED}, "/learner"),
    ("the learner has no name", {"learner": {"email": "a@b.example"}}, "/learner/name"),
    ("the learner's name is blank", {"learner": {"name": "  "}}, "/learner/name"),
    ("the learner's name has two lines", {"learner": {"name": "A\nB"}}, "/learner/name"),
    ("the learner's name is too long", {"learner": {"name": "x" * 201}}, "/learner/name"),
    ("the e-mail is none", {"learner": {"name": "A", "email": "nobody"}}, "/learner/email"),
    ("the DID is none", {"learner": {"name": "A", "did": "https://a.example"}}, "/learner/did"),
    ("the moment has no zone", {"completedAt": "2026-05-04T10:00:00"}, "/completedAt"),
    ("the moment is a day", {"completedAt": "2026-05-04"}, "/completedAt"),
    ("the moment is a number", {"completedAt": 1_777_000_000}, "/completedAt"),
    ("the day does not exist", {"completedAt": "2026-02-30T10:00:00Z"}, "/completedAt"),
    ("the year cannot be stored", {"completedAt": "0001-01-01T00:00:00Z"}, "/completedAt"),
    ("it was completed in the future", {"completedAt": "2026-05-11T10:00:00Z"}, "/completedAt"),
    ("it ends before it begins", {"validUntil": "2026-05-03T10:00:00Z"}, "/validUntil"),
    (
        "the result is unknown",
        {"results": [{"resultDescription": "nope", "value": "1"}]},
        "/results/0/resultDescription",
    ),
    (
        "the result is off the scale",
        {"results": [{"resultDescription": "rubric", "value": "Superb"}]},
        "/results/0/value",
    ),
    ("the results are no list", {"results": "Exceeds"}, "/results"),
    ("the evidence is a script", {"evidence": [{"url": "javascript:alert(1)"}]}, "/evidence/0/url"),
    ("the evidence's address has a space", {"evidence": [{"url": "https://a.example/a b"}]}, "/evidence/0/url"),
    ("the narrative holds a control character", {"narrative": "a\x07b"}, "/narrative"),
    ("a piece of evidence is empty", {"evidence": [{"name": "x"}, {}]}, "/evidence/1"),
    ("a piece of evidence holds only null", {"evidence": [{"name": None, "url": None}]}, "/evidence/0"),
    ("there are too many pieces of evidence", {"evidence": [{"name": "x"}] * 51}, "/evidence"),
]


@pytest.mark.parametrize(("changes", "pointer"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
async def test_a_wrong_member_is_named(admin, completion, changes, pointer, laurel):
    body = {name: value for name, value in {**completion, **changes}.items() if value is not REMOVED}
    response = await admin.post("/v1/completions", json=body)
    assert_problem(response, 422, "invalid-fields", pointer=pointer)
    assert (await admin.get("/v1/credentials")).json()["items"] == []


JSON = {"Content-Type": "application/json"}
UNREADABLE = [
    ("it is not JSON", b"{", JSON, 400, "malformed-json"),
    ("it is empty", b"", JSON, 400, "malformed-json"),
    ("a member stands twice", b'{"source": "a", "source": "b"}', JSON, 400, "malformed-json"),
    ("it holds NaN", b'{"results": [NaN]}', JSON, 400, "malformed-json"),
    ("it holds half a surrogate pair", b'{"source": "\\ud800"}', JSON, 400, "malformed-json"),
    ("it holds U+0000", b'{"source": "\\u0000"}', JSON, 400, "malformed-json"),
    ("it is not UTF-8", b'{"source": "\xff"}', JSON, 400, "malformed-json"),
    ("it starts with a byte-order mark", b"\xef\xbb\xbf{}", JSON, 400, "malformed-json"),
    ("it is nested too deep", b"[" * 40 + b"]" * 40, JSON, 400, "malformed-json"),
    ("it is nested absurdly deep", b"[" * 200_000, JSON, 400, "malformed-json"),
    ("a number is too long", b'{"a": ' + b"9" * 5_000 + b"}", JSON, 400, "malformed-json"),
    ("it is too large", b'"' + b"x" * (1024 * 1024) + b'"', JSON, 413, "too-large"),
    ("it is a form", b"a=b", {"Content-Type": "application/x-www-form-urlencoded"}, 415, "unsupported-media-type"),
    ("it states no type", b"{}", {}, 415, "unsupported-media-type"),
    ("it is an array", b"[]", JSON, 422, "invalid-fields"),
    ("it is null", b"null", JSON, 422, "invalid-fields"),
]


@pytest.mark.parametrize(
    ("content", "headers", "status", "code"), [row[1:] for row in UNREADABLE], ids=[row[0] for row in UNREADABLE]
)
async def test_an_unreadable_body_is_refused(admin, achievement, content, headers, status, code):
    response = await admin.post("/v1/completions", content=content, headers=headers)
    assert_problem(response, status, code)


async def test_a_body_that_grows_past_the_limit_is_refused_without_a_length(admin, achievement):
    async def endless():
        for _ in range(64):
            yield b" " * 65_536

    response = await admin.post("/v1/completions", content=endless(), headers=JSON)
    assert_problem(response, 413, "too-large")


@pytest.mark.parametrize(
    "key", ["", "x" * 256, "with space", "ümlaut".encode()], ids=["empty", "long", "space", "bytes"]
)
async def test_an_odd_idempotency_key_is_refused(admin, completion, key):
    response = await admin.post("/v1/completions", json=completion, headers={"Idempotency-Key": key})
    assert_problem(response, 422, "invalid-fields")


async def test_an_issuer_that_identifies_by_email_only_needs_one(admin, completion):
    await admin.post("/v1/issuers", json={"slug": "strict", "name": "Strict", "identifyLearnersBy": ["email"]})
    definition = copy.deepcopy(completion) | {"achievement": "strict-course", "results": []}
    await admin.post(
        "/v1/achievements",
        json={"issuer": "strict", "slug": "strict-course", "name": "Course", "description": "A course."},
    )
    definition["learner"] = {"name": "No Address"}
    response = await admin.post("/v1/completions", json=definition)
    assert_problem(response, 422, "invalid-fields", pointer="/learner/email")
    definition["learner"] = {"name": "With Address", "email": "with@a.example"}
    issued = await admin.post("/v1/completions", json=definition)
    [identifier] = issued.json()["credential"]["credentialSubject"]["identifier"]
    assert identifier["identityType"] == "emailAddress"


async def test_a_learners_did_becomes_the_subjects_id(admin, completion):
    did = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
    body = {**completion, "learner": {**completion["learner"], "did": did}}
    issued = (await admin.post("/v1/completions", json=body)).json()
    assert issued["credential"]["credentialSubject"]["id"] == did
    jwt = (await admin.get(path_of(issued["links"]["jwt"]))).text
    assert jwt.count(".") == 2
