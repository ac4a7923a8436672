"""`POST /v1/completions:batch`: one outcome a row, in order, and a bad row costs nobody anything."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from app.cli import samples
from app.services.writer import GROUP_ROWS
from tests.api.conftest import client_for, path_of
from tests.problem import assert_problem

pytestmark = pytest.mark.anyio

BATCH = "/v1/completions:batch"
JSON = {"Content-Type": "application/json"}
NDJSON = {"Content-Type": "application/x-ndjson"}
# What does not reach the tables needs only one kind of database.
SQLITE_ONLY = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def issuer(admin):
    """The sample issuer, with keys that are made in no time."""
    response = await admin.post("/v1/issuers", json={**samples.ISSUER, "jwtAlgorithm": "ES256"})
    return response.json()


@pytest.fixture
async def bound(app, achievement, make_key):
    async with client_for(app, make_key("riverside", ("issue", "read"))) as client:
        yield client


def rows(count, **changes):
    """Completions of different learners."""
    return [
        {
            "achievement": "differentiated-teaching",
            "externalId": f"row-{number}",
            "source": "batch",
            "learner": {"name": f"Learner {number}", "email": f"learner-{number}@riverside.example"},
            "completedAt": "2026-05-04T10:00:00Z",
            **changes,
        }
        for number in range(count)
    ]


def as_json(values):
    return {"content": json.dumps(values).encode(), "headers": JSON}


def as_lines(values):
    return {"content": "\n".join(json.dumps(value) for value in values).encode(), "headers": NDJSON}


async def answered(client, request):
    response = await client.post(BATCH, **request)
    assert response.status_code == 200, response.text
    body = response.json()
    assert [outcome["row"] for outcome in body["outcomes"]] == list(range(len(body["outcomes"])))
    for name in ("issued", "replayed", "refused"):
        assert body[name] == sum(outcome["outcome"] == name for outcome in body["outcomes"])
    for outcome in body["outcomes"]:
        assert (outcome["credential"] is None) == (outcome["outcome"] == "refused") == (outcome["problem"] is not None)
    return body


def stored(laurel):
    with laurel.database.reading() as session:
        return session.execute(text("SELECT count(*), count(DISTINCT status_index) FROM credentials")).one()


@pytest.mark.parametrize("form", [as_json, as_lines])
async def test_every_row_is_issued_in_order(bound, laurel, form):
    sent = rows(4)
    body = await answered(bound, form(sent))
    assert body["issued"] == 4
    names = [outcome["credential"]["learner"]["name"] for outcome in body["outcomes"]]
    assert names == [row["learner"]["name"] for row in sent]
    assert stored(laurel) == (4, 4)


async def test_what_a_batch_answers_is_what_a_single_post_answers(bound, anonymous):
    [row] = rows(1)
    [outcome] = (await answered(bound, as_json([row])))["outcomes"]
    again = await bound.post("/v1/completions", json=row)
    assert (again.status_code, again.json()) == (200, outcome["credential"])
    served = await anonymous.get(path_of(outcome["credential"]["links"]["json"]))
    assert served.json() == outcome["credential"]["credential"]


BAD_ROWS = [
    ("an unknown achievement", {"achievement": "nothing"}, "/achievement"),
    ("an unknown member", {"grade": "A"}, "/grade"),
    ("a wrong type", {"externalId": 7}, "/externalId"),
    ("the future", {"completedAt": "2027-01-01T00:00:00Z"}, "/completedAt"),
    ("a result off the scale", {"results": [{"resultDescription": "rubric", "value": "!"}]}, "/results/0/value"),
]


@pytest.mark.parametrize("form", [as_json, as_lines])
async def test_bad_rows_cost_their_neighbours_nothing(bound, laurel, form):
    sent = []
    for number, (_, changes, _) in enumerate(BAD_ROWS):
        good, bad = rows(2 * len(BAD_ROWS))[2 * number :][:2]
        sent += [good, {**bad, **changes}]
    body = await answered(bound, form(sent))
    assert [outcome["outcome"] for outcome in body["outcomes"]] == ["issued", "refused"] * len(BAD_ROWS)
    for outcome, (_, _, pointer) in zip(body["outcomes"][1::2], BAD_ROWS, strict=True):
        problem = outcome["problem"]
        assert (problem["status"], problem["instance"]) == (422, BATCH)
        assert pointer in [error["pointer"] for error in problem["errors"]]
    assert stored(laurel) == (len(BAD_ROWS), len(BAD_ROWS))


@SQLITE_ONLY
@pytest.mark.parametrize("value", [None, 7, "x", [], {}, [{}]], ids=json.dumps)
async def test_a_row_that_is_no_completion_is_refused_alone(bound, value):
    body = await answered(bound, as_json([value, *rows(1)]))
    assert [outcome["outcome"] for outcome in body["outcomes"]] == ["refused", "issued"]


BAD_LINES = [
    ("half an object", b'{"achievement": "x"', "malformed-json"),
    ("a member twice", b'{"source": "a", "source": "b"}', "malformed-json"),
    ("not UTF-8", b'{"source": "\xff"}', "malformed-json"),
    ("half a pair of surrogates", b'{"source": "\\ud800"}', "malformed-json"),
    ("nested too deep", b"[" * 40 + b"]" * 40, "malformed-json"),
    ("a byte-order mark", b"\xef\xbb\xbf{}", "malformed-json"),
    ("too long", b'"' + b"x" * 1_048_576 + b'"', "too-large"),
]


async def test_lines_that_cannot_be_read_are_refused_alone(bound, laurel):
    good = [json.dumps(row).encode() for row in rows(len(BAD_LINES))]
    lines = [line for pair in zip((row[1] for row in BAD_LINES), good, strict=True) for line in pair]
    body = await answered(bound, {"content": b"\n".join(lines), "headers": NDJSON})
    refused = body["outcomes"][0::2]
    assert [one["problem"]["type"].rsplit("/", 1)[1] for one in refused] == [row[2] for row in BAD_LINES]
    assert body["issued"] == len(BAD_LINES) == stored(laurel)[0]


@SQLITE_ONLY
@pytest.mark.parametrize("ending", ["", "\n", "\r\n", "\n\n \n"])
async def test_line_endings_and_blank_lines_do_not_matter(bound, ending):
    content = (ending or "\n").join(json.dumps(row) for row in rows(3)) + ending
    assert (await answered(bound, {"content": content.encode(), "headers": NDJSON}))["issued"] == 3


async def test_equal_rows_of_one_batch_are_one_credential(bound, laurel):
    [row] = rows(1)
    body = await answered(bound, as_json([row, row, dict(reversed(row.items()))]))
    assert [outcome["outcome"] for outcome in body["outcomes"]] == ["issued", "replayed", "replayed"]
    assert len({outcome["credential"]["id"] for outcome in body["outcomes"]}) == 1
    assert stored(laurel) == (1, 1)


async def test_a_row_that_takes_anothers_name_is_refused(bound, laurel):
    [row] = rows(1)
    other = {**row, "learner": {"name": "Somebody Else", "email": "else@riverside.example"}}
    body = await answered(bound, as_json([row, other]))
    assert [outcome["outcome"] for outcome in body["outcomes"]] == ["issued", "refused"]
    assert body["outcomes"][1]["problem"]["type"].endswith("/idempotency-key-reused")


async def test_the_twin_of_a_refused_row_is_refused_too(bound, laurel):
    row = rows(1)[0] | {"results": [{"resultDescription": "nope", "value": "1"}]}
    body = await answered(bound, as_json([row, row]))
    assert [outcome["outcome"] for outcome in body["outcomes"]] == ["refused", "refused"]
    assert stored(laurel)[0] == 0


async def test_a_row_with_a_mistake_does_not_spoil_its_corrected_twin(bound):
    [row] = rows(1)
    wrong = row | {"results": [{"resultDescription": "nope", "value": "1"}]}
    body = await answered(bound, as_json([wrong, row]))
    assert body["outcomes"][0]["outcome"] == "refused"


async def test_the_whole_batch_again_is_replayed(bound, laurel):
    sent = rows(5)
    first = await answered(bound, as_json(sent))
    second = await answered(bound, as_lines(sent))
    assert (second["issued"], second["replayed"]) == (0, 5)
    addresses = [[outcome["credential"]["id"] for outcome in body["outcomes"]] for body in (first, second)]
    assert addresses[0] == addresses[1]
    assert stored(laurel) == (5, 5)


async def test_more_of_it_issues_only_what_is_new(bound):
    await answered(bound, as_json(rows(3)))
    body = await answered(bound, as_json(rows(5)))
    assert [outcome["outcome"] for outcome in body["outcomes"]] == ["replayed"] * 3 + ["issued"] * 2


@SQLITE_ONLY
@pytest.mark.parametrize("request_", [as_json([]), as_lines([])], ids=["JSON", "NDJSON"])
async def test_an_empty_batch_has_no_outcomes(bound, request_):
    assert await answered(bound, request_) == {"issued": 0, "replayed": 0, "refused": 0, "outcomes": []}


@SQLITE_ONLY
@pytest.mark.parametrize(
    ("content", "headers", "status", "code"),
    [
        (b'{"achievement": "x"}', JSON, 400, "malformed-json"),
        (b"null", JSON, 400, "malformed-json"),
        (b"[{}", JSON, 400, "malformed-json"),
        (b"", JSON, 400, "malformed-json"),
        (b'[{"source": "a", "source": "b"}]', JSON, 400, "malformed-json"),
        (b"[" * 40 + b"]" * 40, JSON, 400, "malformed-json"),
        (b"a,b", {"Content-Type": "text/csv"}, 415, "unsupported-media-type"),
        (b"[]", {}, 415, "unsupported-media-type"),
    ],
    ids=["an object", "null", "half an array", "nothing", "a member twice", "too deep", "a table", "no type"],
)
async def test_a_body_that_is_no_batch_is_refused(bound, content, headers, status, code):
    assert_problem(await bound.post(BATCH, content=content, headers=headers), status, code)


@pytest.fixture
def narrow(laurel):
    """The same application with small limits."""
    limits = laurel.settings.limits
    before = {name: getattr(limits, name) for name in ("batch_rows", "batch_bytes")}
    limits.__dict__.update(batch_rows=3, batch_bytes=2_000)
    yield
    limits.__dict__.update(before)


@SQLITE_ONLY
@pytest.mark.parametrize("form", [as_json, as_lines])
async def test_too_many_rows_are_refused_as_a_whole(bound, narrow, laurel, form):
    sent = [{"x": 1}] * 4
    body = assert_problem(await bound.post(BATCH, **form(sent)), 413, "too-large")
    assert "4 rows; the limit is 3" in body["detail"]
    assert (await answered(bound, form(sent[:3])))["refused"] == 3
    assert stored(laurel)[0] == 0


async def test_too_many_bytes_are_refused_as_a_whole(bound, narrow, laurel):
    assert_problem(await bound.post(BATCH, **as_json(rows(3, narrative="x" * 2_000))), 413, "too-large")
    assert stored(laurel)[0] == 0


async def test_an_admins_batch_may_hold_rows_of_several_issuers(admin, anonymous, achievement, laurel):
    await admin.post("/v1/issuers", json={"slug": "northgate", "name": "Northgate School"})
    course = {"issuer": "northgate", "slug": "first-aid", "name": "First aid", "description": "A course."}
    assert (await admin.post("/v1/achievements", json=course)).status_code == 201
    sent = rows(4)
    sent[1]["achievement"] = sent[3]["achievement"] = "first-aid"
    body = await answered(admin, as_json(sent))
    assert [outcome["credential"]["issuer"] for outcome in body["outcomes"]] == ["riverside", "northgate"] * 2
    lists = {
        outcome["credential"]["credential"]["credentialStatus"]["statusListCredential"] for outcome in body["outcomes"]
    }
    assert len(lists) == 2
    for outcome in body["outcomes"][:2]:
        report = await anonymous.post("/v1/verify", json={"url": outcome["credential"]["id"]})
        assert report.json()["verdict"] == "valid"


async def test_a_bound_key_does_not_see_the_others_achievements(bound, admin):
    await admin.post("/v1/issuers", json={"slug": "northgate", "name": "Northgate School"})
    course = {"issuer": "northgate", "slug": "first-aid", "name": "First aid", "description": "A course."}
    await admin.post("/v1/achievements", json=course)
    body = await answered(bound, as_json(rows(1, achievement="first-aid") + rows(1)))
    assert [outcome["outcome"] for outcome in body["outcomes"]] == ["refused", "issued"]


@SQLITE_ONLY
@pytest.mark.parametrize(("scopes", "status"), [(None, 401), (("read", "manage"), 403)], ids=["no key", "no scope"])
async def test_a_batch_needs_the_right_key(app, anonymous, achievement, make_key, laurel, scopes, status):
    if scopes is None:
        response = await anonymous.post(BATCH, **as_json(rows(1)))
    else:
        async with client_for(app, make_key("riverside", scopes)) as client:
            response = await client.post(BATCH, **as_json(rows(1)))
    assert_problem(response, status, "unauthenticated" if status == 401 else "forbidden")
    assert stored(laurel)[0] == 0


async def test_a_batch_larger_than_a_group(bound, laurel):
    """Twins on both sides of the border between two transactions, and a bad row on it."""
    sent = rows(GROUP_ROWS + 50)
    sent[GROUP_ROWS] = {**sent[GROUP_ROWS], "achievement": "nothing"}
    sent[GROUP_ROWS + 1] = sent[0]
    body = await answered(bound, as_lines(sent))
    assert (body["issued"], body["replayed"], body["refused"]) == (GROUP_ROWS + 48, 1, 1)
    assert body["outcomes"][GROUP_ROWS + 1]["credential"]["id"] == body["outcomes"][0]["credential"]["id"]
    assert body["outcomes"][-1]["credential"]["externalId"] == sent[-1]["externalId"]
    assert stored(laurel) == (GROUP_ROWS + 48, GROUP_ROWS + 48)


async def test_the_samples_of_the_demonstration_as_one_batch(admin, issuer):
    for slug, definition in samples.ACHIEVEMENTS.items():
        await admin.post("/v1/achievements", json={"slug": slug, "issuer": issuer["slug"], **definition})
    body = await answered(admin, as_json([*samples.COMPLETIONS, samples.EXPIRED, samples.REVOKED]))
    assert body["issued"] == len(samples.COMPLETIONS) + 2
