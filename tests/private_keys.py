"""Where private keys must not be found: what of them is secret, how it might be spelt, and a search for that."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.serialization import load_der_private_key
from sqlalchemy import MetaData, select

from app.signing import Algorithm
from app.storage import issuers
from app.storage import keys as key_rows


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


def secrets_of(laurel, slug):
    """The secret parts of every private key of the issuer, opened through the keystore as the service does."""
    with laurel.database.reading() as session:
        rows = key_rows.list_keys(session, issuers.find_issuer_by_slug(session, slug).id)
    assert len(rows) == 2
    return [part for row in rows for part in secret_parts(_opened(laurel, row).private_key.pkcs8())]


def _opened(laurel, row):
    return laurel.instance.keystore.signer(
        issuer_id=str(row.issuer_id),
        kid=row.kid,
        algorithm=Algorithm(row.algorithm.value),
        ciphertext=row.ciphertext,
    )


def dump(laurel):
    """Every value of every table."""
    metadata = MetaData()
    metadata.reflect(laurel.database.engine)
    assert {"issuers", "signing_keys", "credentials", "audit_events", "api_keys"} <= set(metadata.tables)
    with laurel.database.reading() as session:
        rows = [row for table in metadata.tables.values() for row in session.execute(select(table))]
    values = [value for row in rows for value in row]
    return b"\n".join(bytes(value) if isinstance(value, bytes) else str(value).encode() for value in values)


def assert_nowhere(secrets, heaps):
    """`heaps`: bytes by where they are from."""
    for where, heap in heaps.items():
        for secret in secrets:
            assert not any(spelt in heap for spelt in spellings(secret)), where
