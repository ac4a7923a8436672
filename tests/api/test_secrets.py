"""No private key is anywhere but under the key-encryption key: not in the tables, logs, metrics or answers."""

from __future__ import annotations

import base64
import logging

import pytest
import structlog

from app.routers.observability import configure_logging
from tests.api.conftest import client_for, path_of
from tests.private_keys import assert_nowhere, dump, secrets_of, spellings

pytestmark = pytest.mark.anyio

COUNT = 50


@pytest.fixture
def jwt_algorithm():
    """Keys of every kind."""
    return "RS256"


@pytest.fixture
def secrets(laurel, issuer):
    found = secrets_of(laurel, issuer["slug"])
    assert len(found) == 2 + 7
    return found


async def exercised(app, admin, anonymous, completion, make_key):
    """50 badges and every kind of answer, as one heap of bytes."""
    answers = [
        await admin.post("/v1/completions", json={**completion, "externalId": f"secret-{number}"})
        for number in range(COUNT)
    ]
    assert {answer.status_code for answer in answers} == {201}
    first = answers[0].json()
    paths = [path_of(url) for url in first["links"].values()]
    paths += [
        "/issuers/riverside/did.json",
        "/issuers/riverside/jwks.json",
        "/issuers/riverside",
        "/metrics",
        "/nowhere",
    ]
    paths += ["/openapi.json", "/readyz", path_of(first["credential"]["credentialStatus"]["statusListCredential"])]
    answers += [await anonymous.get(path) for path in paths]
    answers += [await admin.get(path) for path in ("/v1/issuers", "/v1/api-keys", "/v1/credentials")]
    answers.append(await admin.post("/v1/completions", json={"x": 1}))
    answers.append(await admin.post("/v1/issuers", json={"slug": "riverside", "name": "Again"}))
    async with client_for(app, make_key("riverside", ("read",))) as reader:
        answers.append(await reader.post("/v1/completions", json=completion))
    return b"\n".join(answer.content for answer in answers)


async def test_private_keys_are_nowhere(app, admin, anonymous, completion, make_key, laurel, secrets, capfd, caplog):
    before = structlog.get_config()
    configure_logging("json", "debug")
    try:
        with caplog.at_level(logging.DEBUG):
            answers = await exercised(app, admin, anonymous, completion, make_key)
    finally:
        structlog.configure(**before)
    heaps = {
        "tables": dump(laurel),
        "answers": answers,
        "logs": "".join((*capfd.readouterr(), caplog.text)).encode(),
    }
    assert b"credential.issue" in heaps["logs"]
    assert heaps["tables"].count(b'"proofValue"') == COUNT
    key_encryption_key = bytes.fromhex(laurel.settings.key_encryption_key.get_secret_value())
    token = admin.headers["authorization"].removeprefix("Bearer ").encode()
    assert_nowhere((*secrets, key_encryption_key), heaps)
    assert [where for where, heap in heaps.items() if token in heap] == []


def test_the_search_would_find_a_key():
    """The net has no holes: a key in any spelling, anywhere in a text, is found."""
    secret = bytes(range(1, 33))
    for before in (b"", b"a", b"ab", b"abc"):
        for spelt in (base64.b64encode, base64.urlsafe_b64encode, bytes.hex, bytes):
            written = spelt(before + secret + b"tail") if spelt is not bytes.hex else (before + secret).hex().encode()
            assert any(form in written for form in spellings(secret)), (before, spelt)
