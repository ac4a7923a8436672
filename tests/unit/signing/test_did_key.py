from __future__ import annotations

import pytest

from app.errors import InvalidKeyError, UnsupportedCryptoError
from app.signing import Algorithm, PublicKey, did_key, did_key_method, resolve_did_key
from tests.cost import within
from tests.unit.signing.support import ed25519_from_seed, private_key, vector

# w3c-ccg/did-method-key test-vectors/ed25519-x25519.json: the seed of 32 zero bytes.
ZERO_DID = "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"
# w3c-ccg/did-method-key test-vectors/nist-curves.json
P256_DID = "did:key:zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv"
P256_JWK = {
    "kty": "EC",
    "crv": "P-256",
    "x": "igrFmi0whuihKnj9R3Om1SoMph72wUGeFaBbzG2vzns",
    "y": "efsX5b10x8yjyrj4ny3pGfLcY7Xby1KzgqOdqnsrJIM",
}


def test_known_answers():
    assert did_key(ed25519_from_seed(bytes(32)).public_key) == ZERO_DID
    assert did_key(PublicKey.from_jwk(P256_JWK)) == P256_DID
    assert resolve_did_key(P256_DID) == (P256_DID, PublicKey.from_jwk(P256_JWK))


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_the_method_resolves_to_its_did_and_key(algorithm):
    key = private_key(algorithm).public_key
    did = did_key(key)
    assert did_key_method(key) == f"{did}#{key.multikey()}"
    assert resolve_did_key(did_key_method(key)) == resolve_did_key(did) == (did, key)


@pytest.mark.parametrize(
    ("name", "did"),
    [
        ("empty", ""),
        ("another method", "did:web:example.org"),
        ("no key", "did:key:"),
        ("a key alone", ZERO_DID.removeprefix("did:key:")),
        ("upper-case method", ZERO_DID.replace("key", "KEY")),
        ("a path", ZERO_DID + "/a"),
        ("a query", ZERO_DID + "?versionId=1"),
        ("a version part", ZERO_DID.replace("did:key:", "did:key:1.1:")),
        ("white space", ZERO_DID + " "),
        ("an empty fragment", ZERO_DID + "#"),
        ("the fragment of another key", f"{ZERO_DID}#{P256_DID.removeprefix('did:key:')}"),
        ("two fragments", f"{ZERO_DID}#{ZERO_DID.removeprefix('did:key:')}#x"),
        ("base64url multibase", "did:key:u7QEA"),
        ("low order (the neutral point)", "did:key:z6MkeTG3bFFSLYVU7VqhgZxqr6YzpaGrQtFMh1uvqGy1vDnP1"),
    ],
)
def test_refused(name, did):
    with pytest.raises(InvalidKeyError):
        resolve_did_key(did)


def test_a_point_off_the_curve_is_refused():
    """Half of all values are no point: among nine last characters some are not, and some are."""
    refused = 0
    for letter in "123456789":
        try:
            resolve_did_key(ZERO_DID[:-1] + letter)
        except InvalidKeyError:
            refused += 1
    assert 0 < refused < 9


def test_a_megabyte_is_refused_at_once():
    with within(0.2):
        for did in ("did:key:z6Mk" + "1" * 1_000_000, "did:key:" + "z" * 1_000_000, ZERO_DID + "#" + "z" * 1_000_000):
            with pytest.raises(InvalidKeyError):
                resolve_did_key(did)


def test_published_ed25519_vectors():
    for did, entry in vector("did-key/test-vectors/ed25519-x25519.json").items():
        key = ed25519_from_seed(bytes.fromhex(entry["seed"])).public_key
        assert did_key(key) == did
        assert resolve_did_key(did)[1] == key
        assert did_key_method(key) in entry["didDocument"]["assertionMethod"]


def test_published_nist_curve_vectors():
    judged = {"P-256": 0, "P-384": 0, "P-521": 0}
    for did, entry in vector("did-key/test-vectors/nist-curves.json").items():
        jwk = entry["verificationMethod"].get("publicKeyJwk")
        if jwk is None:
            continue
        judged[jwk["crv"]] += 1
        if jwk["crv"] == "P-521":
            with pytest.raises(UnsupportedCryptoError):
                resolve_did_key(did)
        else:
            assert resolve_did_key(did)[1] == PublicKey.from_jwk(jwk)
            assert did_key(PublicKey.from_jwk(jwk)) == did
    assert judged["P-256"]
    assert judged["P-384"]


def test_published_rsa_vectors():
    for did, entry in vector("did-key/test-vectors/rsa.json").items():
        key = PublicKey.from_jwk(entry["publicKeyJwk"])
        assert resolve_did_key(did)[1] == key
        assert did_key(key) == did


@pytest.mark.parametrize("file", ["secp256k1.json", "bls12381.json"])
def test_published_vectors_of_other_kinds_are_unsupported_not_malformed(file):
    for did in vector(f"did-key/test-vectors/{file}"):
        with pytest.raises(UnsupportedCryptoError):
            resolve_did_key(did)
