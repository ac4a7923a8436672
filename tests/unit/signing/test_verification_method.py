from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import serialization

from app.errors import InvalidKeyError, UnsupportedCryptoError
from app.signing import Algorithm, PublicKey, key_of_method
from app.signing.multibase import encode_base58btc
from tests.unit.signing.support import (
    RFC7515_P256,
    RFC7517_RSA,
    RFC8037_JWK,
    private_key,
    small_rsa_key,
    spki_pem,
    vector,
)

ED, P256, RSA = (PublicKey.from_jwk(jwk) for jwk in (RFC8037_JWK, RFC7515_P256, RFC7517_RSA))
P384 = private_key(Algorithm.ES384).public_key


def pem(key: PublicKey) -> str:
    return spki_pem(key._handle).decode()


RSA_PKCS1 = RSA._handle.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)


def base58(key: PublicKey) -> str:
    return encode_base58btc(key.material)


@pytest.mark.parametrize(
    ("method", "key"),
    [
        pytest.param({"type": "Multikey", "publicKeyMultibase": ED.multikey()}, ED, id="Multikey, Ed25519"),
        pytest.param({"type": "Multikey", "publicKeyMultibase": P384.multikey()}, P384, id="Multikey, P-384"),
        pytest.param({"type": "JsonWebKey", "publicKeyJwk": RFC7517_RSA}, RSA, id="JsonWebKey, RSA"),
        pytest.param({"type": "JsonWebKey2020", "publicKeyJwk": RFC7515_P256}, P256, id="JsonWebKey2020, P-256"),
        pytest.param(
            {"type": "Ed25519VerificationKey2020", "publicKeyMultibase": ED.multikey()}, ED, id="Ed25519, 2020"
        ),
        pytest.param({"type": "Ed25519VerificationKey2018", "publicKeyBase58": base58(ED)}, ED, id="Ed25519, 2018"),
        pytest.param(
            {"type": "EcdsaSecp256r1VerificationKey2019", "publicKeyMultibase": P256.multikey()}, P256, id="P-256, 2019"
        ),
        pytest.param(
            {"type": "EcdsaSecp256r1VerificationKey2019", "publicKeyBase58": base58(P256)},
            P256,
            id="P-256, 2019, in base58",
        ),
        pytest.param({"type": "RsaVerificationKey2018", "publicKeyPem": pem(RSA)}, RSA, id="RSA, 2018"),
        pytest.param({"type": "CryptographicKey", "publicKeyPem": pem(RSA)}, RSA, id="Open Badges 2.0"),
        pytest.param({"type": ["x", "Multikey"], "publicKeyMultibase": ED.multikey()}, ED, id="one of several types"),
    ],
)
def test_forms_of_keys(method, key):
    assert key_of_method(method) == key


@pytest.mark.parametrize(
    ("method", "error"),
    [
        pytest.param(
            {"type": "Ed25519VerificationKey2020", "publicKeyMultibase": P256.multikey()},
            InvalidKeyError, id="a P-256 key that is called Ed25519",
        ),
        pytest.param(
            {"type": "EcdsaSecp256r1VerificationKey2019", "publicKeyMultibase": P384.multikey()},
            InvalidKeyError, id="a P-384 key that is called P-256",
        ),
        pytest.param(
            {"type": "RsaVerificationKey2018", "publicKeyPem": pem(P256)}, InvalidKeyError, id="a P-256 key called RSA"
        ),
        pytest.param(
            {"type": "Ed25519VerificationKey2018", "publicKeyBase58": base58(P256)},
            InvalidKeyError, id="base58 of another kind",
        ),
        pytest.param(
            {"type": "Ed25519VerificationKey2018", "publicKeyBase58": encode_base58btc(b"\x01" + bytes(31))},
            InvalidKeyError, id="base58 of the neutral point",
        ),
        pytest.param({"type": "Ed25519VerificationKey2018", "publicKeyBase58": 7}, InvalidKeyError, id="a number"),
        pytest.param(
            {"type": "Ed25519VerificationKey2018", "publicKeyBase58": "0OIl"}, InvalidKeyError, id="not base58"
        ),
        pytest.param({"type": "JsonWebKey", "publicKeyJwk": "x"}, InvalidKeyError, id="a text as JWK"),
        pytest.param({"type": "CryptographicKey", "publicKeyPem": "x"}, InvalidKeyError, id="no PEM"),
        pytest.param(
            {"type": "CryptographicKey", "publicKeyPem": spki_pem(small_rsa_key().public_key()).decode()},
            InvalidKeyError, id="RSA of 1,024 bits",
        ),
        pytest.param(
            {"type": "JsonWebKey", "publicKeyJwk": RFC7515_P256, "publicKeyMultibase": P256.multikey()},
            InvalidKeyError, id="two forms at once",
        ),
        pytest.param(
            {"type": "JsonWebKey", "publicKeyJwk": {}, "publicKeyMultibase": P256.multikey()},
            InvalidKeyError, id="two forms at once, one of them empty",
        ),
        pytest.param(
            {"type": "Ed25519VerificationKey2018", "publicKeyBase58": base58(ED), "privateKeyBase58": "x"},
            InvalidKeyError, id="the private half published",
        ),
        pytest.param({"publicKeyMultibase": ED.multikey()}, UnsupportedCryptoError, id="no type"),
        pytest.param(
            {"type": [{}, ["Multikey"]], "publicKeyMultibase": ED.multikey()},
            UnsupportedCryptoError, id="types that are no texts",
        ),
        pytest.param(
            {"type": "RsaVerificationKey2018", "publicKeyBase58": encode_base58btc(RSA_PKCS1)},
            UnsupportedCryptoError, id="RSA as bare bytes",
        ),
        pytest.param({"type": "Multikey"}, UnsupportedCryptoError, id="no key"),
        pytest.param({"type": "Multikey", "publicKeyHex": "00"}, UnsupportedCryptoError, id="another form"),
        pytest.param({"type": "Multikey", "publicKeyBase58": base58(ED)}, UnsupportedCryptoError, id="bare bytes"),
        pytest.param(
            {"type": "EcdsaSecp256k1VerificationKey2019", "publicKeyBase58": base58(P256)},
            UnsupportedCryptoError, id="a curve that is not supported",
        ),
    ],
)  # fmt: skip
def test_refused(method, error):
    with pytest.raises(error):
        key_of_method(method)


@pytest.mark.parametrize(
    "name",
    [
        "secretKeyMultibase",
        "secretKeyJwk",
        "privateKeyMultibase",
        "privateKeyJwk",
        "privateKeyBase58",
        "privateKeyPem",
        "privateKeyHex",
    ],
)
def test_no_key_counts_whose_private_half_is_shown(name):
    method = {"type": "Multikey", "publicKeyMultibase": ED.multikey()}
    assert key_of_method(method) == ED
    with pytest.raises(InvalidKeyError, match="private half"):
        key_of_method({**method, name: "x"})


@pytest.mark.parametrize("file", ["vm-ed25519.json", "vm-p256.json", "vm-p384.json"])
def test_published_verification_methods(file):
    method = vector(f"vc-jose-cose/tests/input/{file}")
    public = {name: value for name, value in method.items() if name != "secretKeyJwk"}
    jwk = {name: value for name, value in method["publicKeyJwk"].items() if name != "d"}
    assert key_of_method({**public, "publicKeyJwk": jwk}) == PublicKey.from_jwk(jwk)


def test_published_keys_in_the_forms_of_2018():
    """The did:key vectors hold each key twice: in the identifier, and as a verification method."""
    read = 0
    for did, entry in vector("did-key/test-vectors/ed25519-x25519.json").items():
        for method in entry["didDocument"]["verificationMethod"]:
            if method["id"].endswith(did.removeprefix("did:key:")):
                assert key_of_method(method) == PublicKey.from_multikey(did.removeprefix("did:key:"))
                read += 1
    assert read >= 5
