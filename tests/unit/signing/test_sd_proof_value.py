"""What is no proof value of ecdsa-sd-2023: refused before anything is canonicalised, whatever it is."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import InvalidProofError, TooComplexError
from app.signing import Algorithm
from app.signing.multibase import encode_base64url
from app.signing.sd_proof_value import MAX_SIGNATURES, BaseProof, DerivedProof, read_proof_value
from tests.cost import within
from tests.factories import make_credential
from tests.unit.signing.selective import BASE, DERIVED, Issued, cbor, proof_value
from tests.unit.signing.support import signer

ISSUED = Issued(make_credential(), ["/issuer"])
BASE_PARTS = ISSUED.base_parts()
PARTS = ISSUED.revealed(["/name"]).parts()


def base_with(**changes):
    parts = dict(zip(("signature", "key", "hmac", "single", "pointers"), BASE_PARTS, strict=True))
    return proof_value(BASE, list((parts | changes).values()))


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("u" + "A" * 200_000, id="two hundred thousand characters"),
        pytest.param(base_with(single=[bytes(64)] * (MAX_SIGNATURES + 1)), id="more signatures than are checked"),
        pytest.param("u" + "A" * 131_072, id="a character more than is read"),
        pytest.param(base_with(pointers=["/issuer"] * 257), id="more pointers than are followed"),
    ],
)
def test_what_is_more_than_we_do_is_no_mistake(value):
    with pytest.raises(TooComplexError):
        read_proof_value(value)


def test_good_ones():
    assert isinstance(read_proof_value(base_with()), BaseProof)
    assert isinstance(read_proof_value(proof_value(DERIVED, PARTS)), DerivedProof)
    assert isinstance(read_proof_value(base_with(single=[bytes(64)] * MAX_SIGNATURES)), BaseProof)
    assert isinstance(read_proof_value(base_with(pointers=["/issuer"] * 256)), BaseProof)
    assert isinstance(read_proof_value(base_with(pointers=["/" + "a" * 1_023])), BaseProof)


def test_as_many_values_as_are_read():
    """The list and its five parts are six of them."""
    few = [PARTS[0], PARTS[1], [], {}]
    assert len(read_proof_value(proof_value(DERIVED, [*few, list(range(8_186))])).mandatory) == 8_186
    with pytest.raises(InvalidProofError, match="too many"):
        read_proof_value(proof_value(DERIVED, [*few, list(range(8_187))]))


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(None, id="null"),
        pytest.param("", id="empty"),
        pytest.param("u", id="no bytes"),
        pytest.param("z" + "2" * 80, id="base58"),
        pytest.param("u2V0", id="half a header"),
        pytest.param("u2V0A", id="a header alone"),
        pytest.param(proof_value(b"\xd9\x5d\x02", BASE_PARTS), id="another header"),
        pytest.param(proof_value(b"", BASE_PARTS), id="no header"),
        pytest.param(proof_value(DERIVED, BASE_PARTS), id="a base proof under the header of the other"),
        pytest.param(proof_value(BASE, PARTS), id="a derived proof under the header of the other"),
        pytest.param(proof_value(BASE, BASE_PARTS[:4]), id="one part less"),
        pytest.param(proof_value(BASE, [*BASE_PARTS, 0]), id="one part more"),
        pytest.param(proof_value(BASE, dict(enumerate(BASE_PARTS))), id="a map"),
        pytest.param(proof_value(BASE, BASE_PARTS) + "AA", id="bytes after it"),
        pytest.param(proof_value(BASE, BASE_PARTS)[:-4], id="cut off"),
        pytest.param(proof_value(BASE, BASE_PARTS) + "=", id="padding"),
        pytest.param("u" + "A" * 131_071, id="as many characters as are read, and nothing in them"),
    ],
)
def test_values_that_are_none(value):
    with within(0.2), pytest.raises(InvalidProofError):
        read_proof_value(value)


P384 = signer(Algorithm.ES384).public_key
ED25519 = signer().public_key


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"signature": bytes(63)}, id="a short base signature"),
        pytest.param({"signature": "x"}, id="a text as base signature"),
        pytest.param({"key": b""}, id="no key"),
        pytest.param({"key": b"\x80\x24" + bytes(33)}, id="a key that is no point"),
        pytest.param({"key": b"\x80\x24\x04" + bytes(64)}, id="a key that is not compressed"),
        pytest.param({"key": b"\x81\x24" + P384.material}, id="a key of the other curve"),
        pytest.param({"key": b"\xed\x01" + ED25519.material}, id="a key of Ed25519"),
        pytest.param({"key": b"\xe7\x01" + bytes(33)}, id="a key of a kind that we do not know"),
        pytest.param({"key": 5}, id="a number as key"),
        pytest.param({"hmac": bytes(31)}, id="a short HMAC key"),
        pytest.param({"single": [bytes(63)]}, id="a short signature"),
        pytest.param({"single": [bytes(64), bytes(63)]}, id="a short signature behind a good one"),
        pytest.param({"pointers": ["/issuer", "/" + "a" * 1_024]}, id="a long pointer behind a good one"),
        pytest.param({"single": ["x"]}, id="a text as signature"),
        pytest.param({"single": b""}, id="bytes in place of signatures"),
    ],
)
def test_parts_that_are_none(changes):
    with pytest.raises(InvalidProofError):
        read_proof_value(base_with(**changes))


@given(st.binary(max_size=400))
@settings(max_examples=300, deadline=1_000)
def test_any_bytes_are_a_proof_value_or_refused(raw):
    for header in (b"", BASE, DERIVED):
        with suppress(InvalidProofError, TooComplexError):
            read_proof_value("u" + encode_base64url(header + raw))


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=1_000)
def test_any_text_is_a_proof_value_or_refused(text):
    for value in (text, f"u{text}"):
        with suppress(InvalidProofError, TooComplexError):
            read_proof_value(value)


PART = st.deferred(lambda: SCALAR | st.lists(SCALAR, max_size=4) | st.dictionaries(SCALAR, SCALAR, max_size=3))
SCALAR = st.integers(0, 2**64 - 1) | st.binary(max_size=70) | st.text(max_size=10)


@given(st.sampled_from([BASE, DERIVED]), st.lists(PART, min_size=4, max_size=6))
@settings(max_examples=300, deadline=1_000)
def test_any_parts_make_a_proof_value_or_are_refused(header, parts):
    with suppress(InvalidProofError, TooComplexError):
        read_proof_value("u" + encode_base64url(header + cbor(parts)))
