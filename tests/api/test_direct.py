"""The hot routes are answered before the framework, and nobody can tell: both ways give the same answer."""

from __future__ import annotations

import json
from uuid import UUID

import httpx
import pytest

from app.routers.resources import credential_bytes, credential_resource
from app.services.credentials import get_credential
from tests.api.conftest import BASE_URL, NOW
from tests.problem import assert_problem

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

JSON = {"Content-Type": "application/json"}
KEY, NO_KEY, BAD_KEY, READER = "key", "no key", "bad key", "reader"

# (what is sent, by whom, method, path, headers, body); a callable body is made of the completion that was awarded.
COMPLETIONS = "/v1/completions"
AWARDS = {
    "sent again": (KEY, "POST", COMPLETIONS, JSON, lambda sent: sent),
    "sent again with a query": (KEY, "POST", f"{COMPLETIONS}?x=1", JSON, lambda sent: sent),
    "sent again with a name": (KEY, "POST", COMPLETIONS, JSON | {"Idempotency-Key": "order-1"}, lambda sent: sent),
    "sent again with an odd name": (KEY, "POST", COMPLETIONS, JSON | {"Idempotency-Key": ""}, lambda sent: sent),
    "for another learner": (KEY, "POST", COMPLETIONS, JSON, lambda sent: sent | {"learner": {"name": "Else"}}),
    "with several wrong members": (KEY, "POST", COMPLETIONS, JSON, lambda sent: sent | {"learner": {}, "grade": 1}),
    "with an address that is none": (KEY, "POST", COMPLETIONS, JSON, lambda s: s | {"evidence": [{"url": "a:b"}, {}]}),
    "with no achievement": (KEY, "POST", COMPLETIONS, JSON, lambda sent: sent | {"achievement": "none"}),
    "without a key": (NO_KEY, "POST", COMPLETIONS, JSON, lambda sent: sent),
    "with a bad key": (BAD_KEY, "POST", COMPLETIONS, JSON, lambda sent: sent),
    "without the scope": (READER, "POST", COMPLETIONS, JSON, lambda sent: sent),
    "as a form": (KEY, "POST", COMPLETIONS, {"Content-Type": "text/plain"}, b"a=b"),
    "twice the same member": (KEY, "POST", COMPLETIONS, JSON, b'{"source":"a","source":"b"}'),
    "not a number": (KEY, "POST", COMPLETIONS, JSON, b'{"source":NaN}'),
    "nothing": (KEY, "POST", COMPLETIONS, JSON, b""),
    "too much": (KEY, "POST", COMPLETIONS, JSON, b" " * (1024 * 1024 + 1)),
    "long": (KEY, "POST", COMPLETIONS, JSON, b" " * 40_000 + b"{}"),
    "by another method": (KEY, "PUT", COMPLETIONS, JSON, b"{}"),
    "read": (KEY, "GET", COMPLETIONS, {}, b""),
    "its headers": (KEY, "HEAD", COMPLETIONS, {}, b""),
    "its options": (KEY, "OPTIONS", COMPLETIONS, {}, b""),
    "with a slash": (KEY, "POST", f"{COMPLETIONS}/", JSON, b"{}"),
    "with a line break": (KEY, "POST", f"{COMPLETIONS}%0A", JSON, b"{}"),
    "for another host": (KEY, "POST", COMPLETIONS, JSON | {"Host": "elsewhere.example"}, b"{}"),
    "for no host": (KEY, "POST", COMPLETIONS, JSON | {"Host": "a b/@[?"}, b"{}"),
    "with a hostile request id": (KEY, "POST", COMPLETIONS, JSON | {"X-Request-Id": "<script>"}, b"{}"),
}
VERIFY = "/v1/verify"
VERIFICATIONS = {
    "a credential": (NO_KEY, "POST", VERIFY, {"Content-Type": "application/vc"}, lambda sent: sent["credential"]),
    "a credential as JSON": (NO_KEY, "POST", VERIFY, JSON, lambda sent: sent["credential"]),
    "a credential in JSON": (NO_KEY, "POST", VERIFY, JSON, lambda sent: {"credential": sent["credential"]}),
    "an address": (NO_KEY, "POST", VERIFY, JSON, lambda sent: {"url": sent["id"]}),
    "an address and a question": (NO_KEY, "POST", VERIFY, JSON, lambda s: {"url": s["id"], "email": "a@b.example"}),
    "with a key": (KEY, "POST", VERIFY, JSON, lambda sent: {"url": sent["id"]}),
    "an address elsewhere": (NO_KEY, "POST", VERIFY, JSON, b'{"url":"https://elsewhere.example/badge"}'),
    "neither": (NO_KEY, "POST", VERIFY, JSON, b"{}"),
    "a wrong address": (NO_KEY, "POST", VERIFY, JSON, b'{"url":"a:b"}'),
    "no JSON": (NO_KEY, "POST", VERIFY, JSON, b"{"),
    "no credential": (NO_KEY, "POST", VERIFY, {"Content-Type": "application/vc"}, b"{}"),
    "no image": (NO_KEY, "POST", VERIFY, {"Content-Type": "image/png"}, b"\x89PNG\r\n\x1a\n"),
    "a type that nobody takes": (NO_KEY, "POST", VERIFY, {"Content-Type": "image/avif"}, b"x"),
    "an empty form": (NO_KEY, "POST", VERIFY, {"Content-Type": "multipart/form-data; boundary=x"}, b"--x--\r\n"),
    "a broken form": (NO_KEY, "POST", VERIFY, {"Content-Type": "multipart/form-data"}, b"--x--\r\n"),
    "by another method": (NO_KEY, "GET", VERIFY, {}, b""),
}


@pytest.fixture
def tokens(issuer, make_key):
    return {KEY: make_key(), BAD_KEY: "nonsense", READER: make_key("riverside", ("read",))}


@pytest.fixture
def ask(app, tokens):
    """A function from a row of the tables, with the body filled in, to the answers both ways."""

    async def both(who, method, path, headers, body):
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        credentials = {"Authorization": f"Bearer {tokens[who]}"} if who in tokens else {}
        sent = {"X-Request-Id": "abcdefgh"} | credentials | headers
        answers = []
        for way in (app, app.framework):
            transport = httpx.ASGITransport(way, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client:
                answers.append(await client.request(method, path, headers=sent, content=content))
        return answers

    return both


def said(response, *, with_id):
    """The status, every header in its order, and the body; the id only where the sender gave it."""
    headers = [item for item in response.headers.raw if with_id or item[0] != b"x-request-id"]
    return response.status_code, headers, response.content


async def assert_the_same(ask, row, made_of):
    who, method, path, headers, body = row
    directly, by_the_framework = await ask(who, method, path, headers, body(made_of) if callable(body) else body)
    with_id = "X-Request-Id" not in headers
    assert said(directly, with_id=with_id) == said(by_the_framework, with_id=with_id)
    assert directly.headers["x-content-type-options"] == "nosniff"
    return directly


@pytest.mark.parametrize("row", AWARDS.values(), ids=AWARDS)
async def test_an_award_either_way(ask, credential, completion, row):
    await assert_the_same(ask, row, completion)


@pytest.mark.parametrize("row", VERIFICATIONS.values(), ids=VERIFICATIONS)
async def test_a_verification_either_way(ask, credential, row):
    await assert_the_same(ask, row, credential)


async def test_a_new_award_either_way_has_the_same_shape(ask, completion, tokens):
    """Two requests are two badges, so only what they share is compared."""
    requests = iter([completion, completion | {"externalId": "another"}])
    shapes = []
    for _ in range(2):
        [directly, again] = await ask(KEY, "POST", COMPLETIONS, JSON, next(requests))
        assert (directly.status_code, again.status_code) == (201, 200)
        shapes.append(([name for name, _ in directly.headers.raw], list(directly.json())))
        assert directly.json() == again.json()
    assert shapes[0] == shapes[1]


async def test_the_framework_is_not_asked(app, anonymous, make_key):
    """It winds its middleware when it is first asked for anything."""
    authorization = {"Authorization": f"Bearer {make_key()}"}
    assert_problem(await anonymous.post(COMPLETIONS, headers=authorization, json={}), 422, "invalid-fields")
    assert_problem(await anonymous.post(VERIFY, json={}), 422, "invalid-fields")
    assert app.middleware_stack is None
    await anonymous.get("/healthz")
    assert app.middleware_stack is not None


# The body of the answer -----------------------------------------------------------------------------------------------

ODD = {
    "as usual": {},
    "never ends": {"valid_until": None},
    "no e-mail": {"learner": {"name": 'Zoë 李 "quoted" \\ \b\f\x7f\u2028', "email": None, "did": "did:key:z6Mk"}},
    "a test": {"test": True},
    "no name of the platform's": {"external_id": None},
    "parts of a second": {"awarded_at": NOW.replace(microsecond=250_000)},
}


@pytest.mark.parametrize("changes", ODD.values(), ids=ODD)
@pytest.mark.parametrize("revoked", [False, True])
async def test_an_award_is_answered_as_the_resource_that_it_is(admin, credential, laurel, changes, revoked):
    """Written by hand, since it is hot; the model says the same, byte for byte."""
    uuid, site = UUID(credential["id"].rsplit("/", 1)[1]), laurel.instance.site
    if revoked:
        await admin.post(f"/v1/credentials/{uuid}:revoke", json={"reason": 'A "mistake".'})
    with laurel.database.reading() as session:
        stored = get_credential(session, uuid)
        for name, value in changes.items():
            setattr(stored.row, name, value)
        assert bool(stored.revocation) == revoked
        assert (
            credential_bytes(stored, site, now=NOW)
            == credential_resource(stored, site, now=NOW).model_dump_json().encode()
        )
