from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from app.errors import InvalidKeyError, UnsupportedCryptoError
from app.signing import Algorithm, PublicKey
from app.signing.keys import public_key
from app.signing.multibase import decode_base64url, encode_base64url
from tests.unit.signing.support import RFC7515_P256, RFC7517_RSA, RFC8037_JWK, private_key, small_rsa_key

KINDS = [
    (RFC8037_JWK, Algorithm.EDDSA),
    (RFC7517_RSA, Algorithm.RS256),
    (RFC7515_P256, Algorithm.ES256),
    (private_key(Algorithm.ES384).public_key.jwk(), Algorithm.ES384),
]


@pytest.mark.parametrize(("jwk", "algorithm"), KINDS)
def test_a_key_reads_and_writes_to_the_same_members(jwk, algorithm):
    key = PublicKey.from_jwk(jwk)
    assert key.algorithm is algorithm
    assert key.jwk() == {**jwk, "alg": algorithm.value}
    assert PublicKey.from_jwk(key.jwk()) == key


@pytest.mark.parametrize(
    ("jwk", "expected"),
    [
        (RFC7517_RSA, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"),  # RFC 7638 section 3.1
        (RFC8037_JWK, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"),  # RFC 8037 appendix A.3
    ],
)
def test_thumbprint_known_answers(jwk, expected):
    assert PublicKey.from_jwk(jwk).thumbprint() == expected
    assert PublicKey.from_jwk({**jwk, "kid": "k", "use": "sig", "key_ops": ["verify"]}).thumbprint() == expected


def changed(jwk, **changes):
    return {**jwk, **changes}


def without(jwk, name):
    return {key: value for key, value in jwk.items() if key != name}


def rsa_jwk(n, e=65_537):
    numbers = {"n": n, "e": e}
    return {"kty": "RSA"} | {
        name: encode_base64url(number.to_bytes((number.bit_length() + 7) // 8, "big"))
        for name, number in numbers.items()
    }


POINT = b"".join(decode_base64url(RFC7515_P256[name], error=InvalidKeyError, max_length=43) for name in "xy")
HONEST_N = int.from_bytes(b"\xc1" + b"\x5b" * 255, "big")


@pytest.mark.parametrize(
    ("name", "jwk"),
    [
        ("private Ed25519", changed(RFC8037_JWK, d="AA")),
        ("private RSA", changed(RFC7517_RSA, d="AA")),
        ("one RSA prime", changed(RFC7517_RSA, p="AA")),
        ("symmetric", {"kty": "oct", "k": "c2VjcmV0"}),
        ("symmetric without its secret", {"kty": "oct"}),
        ("no kty", without(RFC8037_JWK, "kty")),
        ("kty a list", changed(RFC8037_JWK, kty=["OKP"])),
        ("kty in lower case", changed(RFC8037_JWK, kty="okp")),
        ("kty of RSA in lower case", changed(RFC7517_RSA, kty="rsa")),
        ("no curve", without(RFC8037_JWK, "crv")),
        ("no x", without(RFC8037_JWK, "x")),
        ("x a number", changed(RFC8037_JWK, x=5)),
        ("x with padding", changed(RFC8037_JWK, x=RFC8037_JWK["x"] + "=")),
        ("x with stray bits", changed(RFC8037_JWK, x=RFC8037_JWK["x"][:-1] + "p")),
        ("x one byte short", changed(RFC8037_JWK, x=encode_base64url(b"\x05" * 31))),
        ("for encryption", changed(RFC8037_JWK, use="enc")),
        ("for something else", changed(RFC8037_JWK, use="tls")),
        ("for null", changed(RFC8037_JWK, use=None)),
        ("for signing only", changed(RFC8037_JWK, key_ops=["sign"])),
        ("for no operation", changed(RFC8037_JWK, key_ops=[])),
        ("operations no list", changed(RFC8037_JWK, key_ops="verify")),
        ("off the curve", changed(RFC7515_P256, y=RFC7515_P256["x"])),
        ("coordinate with a leading zero", changed(RFC7515_P256, x=encode_base64url(b"\0" + b"\x05" * 32))),
        ("coordinate one byte short", changed(RFC7515_P256, x=encode_base64url(b"\x05" * 31))),
        (
            "coordinates divided in another place",
            changed(RFC7515_P256, x=encode_base64url(POINT[:31]), y=encode_base64url(POINT[31:])),
        ),
        ("coordinate beyond the field", changed(RFC7515_P256, x=encode_base64url(b"\xff" * 32))),
        ("P-256 coordinates called P-384", changed(RFC7515_P256, crv="P-384")),
        ("P-256 coordinates called Ed25519", changed(RFC7515_P256, crv="Ed25519")),
        ("a point of Ed25519 called P-256", changed(RFC8037_JWK, crv="P-256")),
        ("the type of another curve", changed(RFC7515_P256, kty="OKP")),
        ("Ed25519 that says HS256", changed(RFC8037_JWK, alg="HS256")),
        ("Ed25519 that says none", changed(RFC8037_JWK, alg="none")),
        ("RSA that says HS256", changed(RFC7517_RSA, alg="HS256")),
        ("RSA that says ES256", changed(RFC7517_RSA, alg="ES256")),
        ("P-256 that says RS256", changed(RFC7515_P256, alg="RS256")),
        ("P-256 that says ES384", changed(RFC7515_P256, alg="ES384")),
        ("P-256 that says PS256", changed(RFC7515_P256, alg="PS256")),
        ("alg null", changed(RFC7515_P256, alg=None)),
        ("alg a list", changed(RFC7515_P256, alg=["ES256"])),
        ("RSA with 1024 bits", rsa_jwk(small_rsa_key().public_key().public_numbers().n)),
        ("RSA with 2047 bits", rsa_jwk(HONEST_N >> 1)),
        ("RSA with 8193 bits", rsa_jwk(1 << 8_192 | 1)),
        ("RSA with 16384 bits", rsa_jwk(1 << 16_383 | 1)),
        ("RSA with an even modulus", rsa_jwk(HONEST_N & ~1)),
        ("RSA with exponent 1", rsa_jwk(HONEST_N, 1)),
        ("RSA with an even exponent", rsa_jwk(HONEST_N, 65_536)),
        ("RSA with a huge exponent", rsa_jwk(HONEST_N, (1 << 2_000) + 1)),
        ("RSA modulus with a leading zero", changed(RFC7517_RSA, n="A" * 4 + RFC7517_RSA["n"])),
        ("RSA modulus empty", changed(RFC7517_RSA, n="")),
        ("RSA modulus of a megabyte", changed(RFC7517_RSA, n="A" * 1_000_000)),
    ],
)
def test_refused_as_a_key(name, jwk):
    with pytest.raises(InvalidKeyError):
        PublicKey.from_jwk(jwk)


@pytest.mark.parametrize(
    ("name", "jwk"),
    [
        ("X25519", changed(RFC8037_JWK, crv="X25519")),
        ("Ed448", changed(RFC8037_JWK, crv="Ed448")),
        ("P-521", changed(RFC7515_P256, crv="P-521")),
        ("secp256k1", changed(RFC7515_P256, crv="secp256k1")),
        ("RSA kept for RS512", changed(RFC7517_RSA, alg="RS512")),
        ("RSA kept for PSS", changed(RFC7517_RSA, alg="PS256")),
    ],
)
def test_named_as_unsupported(name, jwk):
    with pytest.raises(UnsupportedCryptoError):
        PublicKey.from_jwk(jwk)


def test_the_newer_name_of_ed25519_is_understood():
    assert PublicKey.from_jwk(changed(RFC8037_JWK, alg="Ed25519")).algorithm is Algorithm.EDDSA


def test_the_honest_rsa_number_is_only_refused_for_what_was_changed():
    assert PublicKey.from_jwk(rsa_jwk(HONEST_N)).algorithm is Algorithm.RS256
    assert PublicKey.from_jwk(rsa_jwk(HONEST_N, 3)).algorithm is Algorithm.RS256


def test_the_longest_rsa_key_passes():
    assert PublicKey.from_jwk(rsa_jwk(1 << 8_191 | 1)).algorithm is Algorithm.RS256


@pytest.mark.parametrize("name", ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"])
def test_no_private_member_of_any_kind_of_key_passes(name):
    with pytest.raises(InvalidKeyError, match="private"):
        PublicKey.from_jwk(changed(RFC8037_JWK, **{name: "AA"}))


def test_a_small_coordinate_keeps_its_zeros():
    """RFC 7518 section 6.2.1.2: as many octets as the curve's field, whatever the number."""
    small = ec.derive_private_key(379, ec.SECP256R1()).public_key()
    jwk = public_key(small).jwk()
    assert small.public_numbers().x < 2**248
    assert [len(jwk[name]) for name in "xy"] == [43, 43]
    assert PublicKey.from_jwk(jwk) == public_key(small)
