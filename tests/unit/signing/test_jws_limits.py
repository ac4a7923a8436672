"""How long a token and its parts may be, to the byte."""

from __future__ import annotations

import json

import pytest

from app.errors import InvalidProofError, TooLargeError
from app.signing import read_jwt
from tests.unit.signing.test_jws import ED, GOOD, PAYLOAD, deep, judge, token_of


@pytest.mark.parametrize("payload", [deep(32), b'{"a":"' + b"x" * 190_000 + b'"}'], ids=["32 levels", "190 KB"])
def test_what_is_just_within_the_limits_passes(payload):
    assert judge(token_of(ED, payload)) == json.loads(payload)


@pytest.mark.parametrize(
    ("limit", "size"),
    [
        ("max_bytes", len(GOOD)),
        ("max_header_bytes", len(json.dumps(ED))),
        ("max_payload_bytes", len(json.dumps(PAYLOAD))),
    ],
)
def test_each_limit_is_exact(limit, size):
    assert read_jwt(GOOD, **{limit: size}).payload == PAYLOAD
    with pytest.raises(TooLargeError):
        read_jwt(GOOD, **{limit: size - 1})


def test_a_signature_is_at_most_that_of_the_longest_rsa_key():
    assert len(read_jwt(token_of(ED, sign=lambda _: bytes(1_024))).signature) == 1_024
    with pytest.raises(InvalidProofError):
        read_jwt(token_of(ED, sign=lambda _: bytes(1_025)))
