from __future__ import annotations

import copy
import logging
import pickle
import traceback

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa, utils
from cryptography.hazmat.primitives.hashes import SHA256

from app.errors import InvalidKeyError, SignatureInvalidError, UnsupportedCryptoError
from app.signing import Algorithm, LocalSigner, PrivateKey, PublicKey
from app.signing.multibase import decode_base64url, encode_base64url
from tests.unit.signing.support import (
    RFC7515_P256,
    RFC8037_JWK,
    RFC8037_SEED,
    ed25519_from_seed,
    private_key,
    signer,
    small_rsa_key,
)

DATA = b"what is signed"
GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493


def b64(text):
    return decode_base64url(text, error=InvalidKeyError, max_length=10_000)


@pytest.mark.parametrize("algorithm", Algorithm)
def test_a_key_verifies_what_it_signed_and_nothing_else(algorithm):
    key = private_key(algorithm)
    signature = key.sign(DATA)
    key.public_key.verify(signature, DATA)
    with pytest.raises(SignatureInvalidError):
        key.public_key.verify(signature, DATA + b".")
    with pytest.raises(SignatureInvalidError):
        PrivateKey.generate(algorithm).public_key.verify(signature, DATA)
    for position in (0, len(signature) // 2, len(signature) - 1):
        flipped = bytearray(signature)
        flipped[position] ^= 1
        with pytest.raises(SignatureInvalidError):
            key.public_key.verify(bytes(flipped), DATA)


@pytest.mark.parametrize("algorithm", Algorithm)
def test_signatures_of_any_other_length_do_not_fit(algorithm):
    key = private_key(algorithm)
    signature = key.sign(DATA)
    for other in (
        b"",
        signature[:-1],
        signature + b"\0",
        b"\0" + signature,
        bytes(len(signature)),
        b"\xff" * len(signature),
    ):
        with pytest.raises(SignatureInvalidError):
            key.public_key.verify(other, DATA)


def test_rfc8037_signature():
    """RFC 8037 appendix A.4: Ed25519 is deterministic, so our signature is theirs."""
    signing_input = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
    signature = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    key = ed25519_from_seed(RFC8037_SEED)
    assert encode_base64url(key.sign(signing_input)) == signature
    assert key.public_key == PublicKey.from_jwk(RFC8037_JWK)
    PublicKey.from_jwk(RFC8037_JWK).verify(b64(signature), signing_input)


def test_rfc7515_es256_signature():
    """RFC 7515 appendix A.3."""
    signing_input = (
        b"eyJhbGciOiJFUzI1NiJ9."
        b"eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    )
    signature = b64("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q")
    PublicKey.from_jwk(RFC7515_P256).verify(signature, signing_input)


def test_an_ed25519_signature_has_one_spelling():
    """S + L satisfies the equation too; RFC 8032 section 5.1.7 refuses it."""
    key = private_key(Algorithm.EDDSA)
    signature = key.sign(DATA)
    malleated = int.from_bytes(signature[32:], "little") + GROUP_ORDER
    with pytest.raises(SignatureInvalidError):
        key.public_key.verify(signature[:32] + malleated.to_bytes(32, "little"), DATA)


def test_ecdsa_zero_and_der_signatures_do_not_fit():
    key = private_key(Algorithm.ES256)
    raw = key.sign(DATA)
    der = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    for bad in (bytes(64), der, der[:64], raw[:32] + bytes(32), bytes(32) + raw[32:]):
        with pytest.raises(SignatureInvalidError):
            key.public_key.verify(bad, DATA)


def test_keys_are_equal_by_value_and_usable_in_sets():
    key = private_key(Algorithm.ES256).public_key
    again = PublicKey.from_multikey(key.multikey())
    assert {key, again} == {key}
    assert key != private_key(Algorithm.ES384).public_key


@pytest.mark.parametrize("algorithm", Algorithm)
def test_pkcs8_round_trip(algorithm):
    key = private_key(algorithm)
    for trusted in (False, True):
        again = PrivateKey.from_pkcs8(key.pkcs8(), trusted=trusted)
        assert (again.public_key, again.algorithm) == (key.public_key, algorithm)


def pkcs8(handle, encryption=None):
    return handle.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, encryption or serialization.NoEncryption()
    )


@pytest.mark.parametrize(
    ("name", "der", "error"),
    [
        ("empty", b"", InvalidKeyError),
        ("not DER", b"-----BEGIN PRIVATE KEY-----", InvalidKeyError),
        ("cut short", pkcs8(small_rsa_key())[:-5], InvalidKeyError),
        ("RSA with 1024 bits", pkcs8(small_rsa_key()), InvalidKeyError),
        (
            "encrypted",
            pkcs8(small_rsa_key(), serialization.BestAvailableEncryption(b"x")),
            InvalidKeyError,
        ),
        ("secp256k1", pkcs8(ec.generate_private_key(ec.SECP256K1())), UnsupportedCryptoError),
        ("Ed448", pkcs8(ed448.Ed448PrivateKey.generate()), UnsupportedCryptoError),
    ],
    ids=lambda value: value if isinstance(value, str) else "",  # some bytes are other ones in each process
)
def test_private_keys_that_are_refused(name, der, error):
    with pytest.raises(error):
        PrivateKey.from_pkcs8(der)


def test_the_primes_of_an_rsa_key_are_tested_unless_they_are_our_own():
    """A key of which the parts do not belong together would give signatures that betray its primes."""
    numbers = private_key(Algorithm.RS256)._handle.private_numbers()
    wrong = rsa.RSAPrivateNumbers(
        p=numbers.p,
        q=numbers.q,
        d=numbers.d,
        dmp1=numbers.dmp1 ^ 2,
        dmq1=numbers.dmq1,
        iqmp=numbers.iqmp,
        public_numbers=numbers.public_numbers,
    )
    der = pkcs8(wrong.private_key(unsafe_skip_rsa_key_validation=True))
    with pytest.raises(InvalidKeyError):
        PrivateKey.from_pkcs8(der)
    assert PrivateKey.from_pkcs8(der, trusted=True).algorithm is Algorithm.RS256


@pytest.mark.parametrize("algorithm", Algorithm)
def test_nothing_of_a_private_key_leaks(algorithm, caplog):
    key = private_key(algorithm)
    local = LocalSigner(key, "key-1")
    secret = key.pkcs8()
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("test").warning("%s %r %s", key, local, {"key": key})
    shown = "".join((repr(key), str(key), repr(local), f"{key}", caplog.text))
    assert "PrivateKey" in shown
    for form in (secret.hex(), secret[-32:].hex(), repr(secret[-16:])[2:-1], encode_base64url(secret)[-40:]):
        assert form not in shown
    for leak, holder in [(pickle.dumps, key), (copy.copy, key), (pickle.dumps, local), (copy.deepcopy, local)]:
        with pytest.raises(TypeError):
            leak(holder)
    assert not hasattr(key, "__dict__")


def test_an_unreadable_private_key_is_not_in_the_exception():
    secret = private_key(Algorithm.EDDSA).pkcs8()
    with pytest.raises(InvalidKeyError) as caught:
        PrivateKey.from_pkcs8(secret + b"more")
    text = "".join(traceback.format_exception(caught.value))
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert secret.hex() not in text
    assert repr(secret)[2:-1] not in text


def test_a_local_signer_is_what_a_signer_promises():
    local = signer(Algorithm.ES256)
    assert (local.algorithm, local.key_id) == (Algorithm.ES256, "key-1")
    local.public_key.verify(local.sign(DATA), DATA)


def test_raw_ecdsa_signatures_are_those_of_cryptography():
    """A second opinion on r||s: the same numbers in DER satisfy the library's own check."""
    handle = ec.generate_private_key(ec.SECP256R1())
    raw = PrivateKey(handle).sign(DATA)
    der = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    handle.public_key().verify(der, DATA, ec.ECDSA(SHA256()))
