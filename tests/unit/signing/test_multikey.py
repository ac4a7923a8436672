from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from app.errors import InvalidKeyError, UnsupportedCryptoError
from app.signing import Algorithm, PublicKey
from app.signing.multibase import encode_multibase
from tests.unit.signing.support import RFC8037_JWK, private_key, small_rsa_key

ED25519 = PublicKey.from_jwk(RFC8037_JWK).material
P256 = private_key(Algorithm.ES256).public_key.material
P384 = private_key(Algorithm.ES384).public_key.material


def uncompressed(curve):
    handle = ec.generate_private_key(curve).public_key()
    return handle.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


SOUND = rsa.generate_private_key(65_537, 2_048)


# SubjectPublicKeyInfo with the object identifier 1.3.101.127, which is no algorithm (RFC 8410 has 110 to 113).
NO_KNOWN_KIND = bytes.fromhex("302a300506032b657f032100") + ED25519


def rsa_bytes(key, form):
    return key.public_key().public_bytes(serialization.Encoding.DER, getattr(serialization.PublicFormat, form))


@pytest.mark.parametrize(
    ("algorithm", "start"),
    [(Algorithm.EDDSA, "z6Mk"), (Algorithm.ES256, "zDn"), (Algorithm.ES384, "z82"), (Algorithm.RS256, "z4MX")],
)
def test_the_known_beginnings_and_the_way_back(algorithm, start):
    key = private_key(algorithm).public_key
    assert key.multikey().startswith(start)
    assert PublicKey.from_multikey(key.multikey()) == key


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("no code at all", b""),
        ("half a code", b"\xed"),
        ("an unknown code", b"\xed\x02" + ED25519),
        ("the private code of Ed25519", b"\x80\x26" + ED25519),
        ("the code in two spellings", b"\xed\x81\x00" + ED25519),
        ("the raw key without a code", ED25519),
        ("one byte short", b"\xed\x01" + ED25519[:-1]),
        ("one byte more", b"\xed\x01" + ED25519 + b"\0"),
        ("only the code", b"\xed\x01"),
        ("P-256 bytes as P-384", b"\x81\x24" + P256),
        ("P-384 bytes as P-256", b"\x80\x24" + P384),
        ("P-256 uncompressed", b"\x80\x24" + uncompressed(ec.SECP256R1())),
        ("P-256 with a bad sign byte", b"\x80\x24" + b"\x05" + P256[1:]),
        ("P-256 at infinity", b"\x80\x24\x00"),
        ("P-256 beyond the field", b"\x80\x24\x02" + b"\xff" * 32),
        ("RSA without its numbers", b"\x85\x24" + bytes(33)),
        ("RSA of 1,024 bits", b"\x85\x24" + rsa_bytes(small_rsa_key(), "PKCS1")),
        ("RSA in the form of certificates", b"\x85\x24" + rsa_bytes(SOUND, "SubjectPublicKeyInfo")),
        ("RSA in the form of certificates, with a key of no known kind", b"\x85\x24" + NO_KNOWN_KIND),
        ("P-256 off the curve", b"\x80\x24\x02" + bytes(31) + b"\x01"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",  # some bytes are other ones in each process
)
def test_refused(name, raw):
    with pytest.raises(InvalidKeyError):
        PublicKey.from_multikey(encode_multibase(raw))


@pytest.mark.parametrize(
    "code", [b"\xec\x01", b"\xee\x01", b"\xe7\x01", b"\xeb\x01", b"\xea\x01", b"\x82\x24", b"\x83\x24"]
)
def test_other_kinds_of_key_are_named_as_unsupported(code):
    with pytest.raises(UnsupportedCryptoError):
        PublicKey.from_multikey(encode_multibase(code + bytes(33)))


def test_the_smallest_x_of_p256_without_a_point_is_really_off_the_curve():
    """Keeps the case "off the curve" above honest: x = 1 has no y."""
    p = 2**256 - 2**224 + 2**192 + 2**96 - 1
    b = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
    assert pow(1 - 3 + b, (p - 1) // 2, p) != 1
