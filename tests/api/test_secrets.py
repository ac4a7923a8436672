"""No private key is anywhere but under the key-encryption key: not in the tables, logs, metrics or answers."""

from __future__ import annotations

import base64
import logging

import pytest
import structlog
from cryptography.hazmat.primitives.serialization import load_der_private_key
from sqlalchemy import MetaData, select

from app.routers.observability import configure_logging
from app.signing import Algorithm
from app.storage import keys as key_rows
from tests.api.conftest import client_for, path_of

pytestmark = pytest.mark.anyio

COUNT = 50


def integer(number):
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def secret_parts(pkcs8):
    """The bytes of a private key that must stay secret: the whole, and each secret number in it."""
    key = load_der_private_key(pkcs8, None)
    if hasattr(key, "private_bytes_raw"):
        return [pkcs8, key.private_bytes_raw()]
    numbers = key.private_numbers()
    if hasattr(numbers, "private_value"):
        return [pkcs8, integer(numbers.private_value)]
    return [pkcs8, *(integer(getattr(numbers, name)) for name in ("d", "p", "q", "dmp1", "dmq1", "iqmp"))]


def spellings(secret):
    """`secret` as somebody might have written it: raw, hex, base64 in every alignment (so as `d` of a JWK too)."""
    yield secret
    yield secret.hex().encode()
    yield secret.hex().upper().encode()
    for offset in range(3):
        plain = base64.b64encode(b"\0" * offset + secret)
        inner = plain[4 if offset else 0 : -4]
        yield inner
        yield inner.translate(bytes.maketrans(b"+/", b"-_"))


@pytest.fixture
def secrets(laurel, issuer):
    """The private keys of the issuer, opened through the keystore as the service does."""

    def of(row):
        signer = laurel.instance.keystore.signer(
            issuer_id=str(row.issuer_id),
            kid=row.kid,
            algorithm=Algorithm(row.algorithm.value),
            ciphertext=row.ciphertext,
        )
        return secret_parts(signer.private_key.pkcs8())

    with laurel.database.reading() as session:
        from app.storage import issuers

        rows = key_rows.list_keys(session, issuers.find_issuer_by_slug(session, issuer["slug"]).id)
    found = [part for row in rows for part in of(row)]
    assert len(rows) == 2
    assert len(found) == 2 + 7
    return found


def dump(laurel):
    """Every value of every table."""
    metadata = MetaData()
    metadata.reflect(laurel.database.engine)
    assert {"issuers", "signing_keys", "credentials", "audit_events", "api_keys"} <= set(metadata.tables)
    with laurel.database.reading() as session:
        rows = [row for table in metadata.tables.values() for row in session.execute(select(table))]
    values = [value for row in rows for value in row]
    return b"\n".join(bytes(value) if isinstance(value, bytes) else str(value).encode() for value in values)


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
    for where, heap in heaps.items():
        for secret in (*secrets, key_encryption_key):
            assert not any(spelt in heap for spelt in spellings(secret)), where
        assert token not in heap, where


def test_the_search_would_find_a_key():
    """The net has no holes: a key in any spelling, anywhere in a text, is found."""
    secret = bytes(range(1, 33))
    for before in (b"", b"a", b"ab", b"abc"):
        for spelt in (base64.b64encode, base64.urlsafe_b64encode, bytes.hex, bytes):
            written = spelt(before + secret + b"tail") if spelt is not bytes.hex else (before + secret).hex().encode()
            assert any(form in written for form in spellings(secret)), (before, spelt)
