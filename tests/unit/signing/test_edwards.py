"""The eight points of low order are computed here, from the curve's equation, not copied from the code under test."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519

from app.errors import InvalidKeyError
from app.signing import PublicKey
from app.signing.edwards import require_point
from app.signing.multibase import encode_base64url, encode_multibase
from tests.unit.signing.support import RFC8037_JWK

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
ORDER = 2**252 + 27742317777372353535851937790883648493  # of the base point (RFC 8032, L)
NEUTRAL = (0, 1)
SIGN = 2**255


def add(one, other):
    """RFC 7748 section 4.1, the Edwards addition law with a = -1."""
    (x1, y1), (x2, y2) = one, other
    product = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + product, -1, P) % P
    y = (y1 * y2 + x1 * x2) * pow(1 - product, -1, P) % P
    return x, y


def times(factor, point):
    result = NEUTRAL
    while factor:
        if factor & 1:
            result = add(result, point)
        point, factor = add(point, point), factor >> 1
    return result


def x_of(y):
    """A square root as in RFC 8032 section 5.1.3, or None."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    root = pow(square, (P + 3) // 8, P)
    for candidate in (root, root * pow(2, (P - 1) // 4, P) % P):
        if candidate * candidate % P == square:
            return candidate
    return None


def low_order_points():
    """Every point times L has an order that divides 8; a point of order 8 then makes all of them."""
    for y in range(2, 200):
        x = x_of(y)
        point = times(ORDER, (x, y)) if x is not None else NEUTRAL
        if times(4, point) != NEUTRAL:
            return {times(factor, point) for factor in range(8)}
    raise AssertionError("no point of order 8 found")


def encodings(point):
    """All ways in which lenient decoders let `point` be written: y or y + p, and any sign where x is 0."""
    x, y = point
    signs = (0, 1) if x == 0 else (x & 1,)
    return {(value | sign << 255).to_bytes(32, "little") for value in (y, y + P) if value < SIGN for sign in signs}


LOW_ORDER = sorted(raw for point in low_order_points() for raw in encodings(point))


def test_there_are_eight_points_and_fourteen_ways_to_write_them():
    assert len(low_order_points()) == 8
    assert len(LOW_ORDER) == 14


@pytest.mark.parametrize("raw", LOW_ORDER, ids=lambda raw: raw.hex()[:8])
def test_low_order_keys_are_refused_in_every_encoding_and_every_form(raw):
    with pytest.raises(InvalidKeyError):
        require_point(raw)
    with pytest.raises(InvalidKeyError):
        PublicKey.from_multikey(encode_multibase(b"\xed\x01" + raw))
    with pytest.raises(InvalidKeyError):
        PublicKey.from_jwk({"kty": "OKP", "crv": "Ed25519", "x": encode_base64url(raw)})


def test_the_reason_openssl_lets_a_low_order_key_sign_everything():
    neutral = (1).to_bytes(32, "little")
    key = ed25519.Ed25519PublicKey.from_public_bytes(neutral)
    try:
        key.verify(neutral + bytes(32), b"any message at all")
    except InvalidSignature:
        pytest.skip("this OpenSSL refuses low-order keys itself")
    with pytest.raises(InvalidKeyError, match="low order"):
        require_point(neutral)


@pytest.mark.parametrize("y", range(P, SIGN))
def test_y_beyond_the_field_is_refused(y):
    with pytest.raises(InvalidKeyError, match="canonical"):
        require_point(y.to_bytes(32, "little"))


def test_every_second_y_is_on_the_curve_and_the_check_agrees_with_the_square_root():
    for y in range(2, 120):
        raw = y.to_bytes(32, "little")
        if x_of(y) is None:
            with pytest.raises(InvalidKeyError, match="not a point"):
                require_point(raw)
        else:
            require_point(raw)
            require_point((y | SIGN).to_bytes(32, "little"))


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_other_lengths_are_refused(length):
    with pytest.raises(InvalidKeyError, match="32 bytes"):
        require_point(b"\x05" * length)


def test_an_honest_key_passes():
    assert PublicKey.from_jwk(RFC8037_JWK).material.hex().startswith("d75a980182b10ab7")
