from __future__ import annotations

import copy

import pytest

from app.errors import InvalidKeyError, UnsupportedCryptoError
from app.jsonld import canonicalize
from app.signing import (
    Algorithm,
    PublicKey,
    PublishedKey,
    did_document,
    jwk_with_kid,
    jwks,
    key_in_document,
)
from app.signing.multibase import encode_base64url
from tests.unit.signing.support import private_key, vector

DID = "did:web:badges.example:issuers:academy"
ED, RSA, P256 = (private_key(name).public_key for name in (Algorithm.EDDSA, Algorithm.RS256, Algorithm.ES256))
KEYS = [PublishedKey("key-1", ED, retired=True), PublishedKey("key-2", RSA), PublishedKey("key-3", P256)]
DOCUMENT = did_document(DID, KEYS, also_known_as=["https://badges.example/issuers/academy"])


def test_every_key_is_there_in_the_forms_that_validators_read():
    ids = [f"{DID}#{name}" for name in ("key-1", "key-1-jwk", "key-2", "key-3", "key-3-jwk")]
    assert [method["id"] for method in DOCUMENT["verificationMethod"]] == ids
    assert DOCUMENT["assertionMethod"] == ids
    kinds = [method["type"] for method in DOCUMENT["verificationMethod"]]
    assert kinds == ["Multikey", "JsonWebKey", "JsonWebKey", "Multikey", "JsonWebKey"]
    assert {method["controller"] for method in DOCUMENT["verificationMethod"]} == {DID}
    assert DOCUMENT["alsoKnownAs"] == ["https://badges.example/issuers/academy"]


def test_absent_members_are_left_out():
    assert list(did_document(DID, [])) == ["@context", "id", "verificationMethod", "assertionMethod"]


def test_every_term_of_the_document_is_defined_by_its_contexts():
    assert canonicalize(DOCUMENT).decode().count("publicKeyMultibase") == 2


@pytest.mark.parametrize(
    ("fragment", "key"),
    [("key-1", ED), ("key-1-jwk", ED), ("key-2", RSA), ("key-3", P256), ("key-3-jwk", P256)],
)
def test_every_key_is_found_again_retired_or_not(fragment, key):
    assert key_in_document(DOCUMENT, f"{DID}#{fragment}") == key


def test_one_jwk_and_the_set():
    url = "https://badges.example/issuers/academy/keys/{}".format
    assert jwk_with_kid(RSA, url("key-2")) == {**RSA.jwk(), "use": "sig", "kid": url("key-2")}
    [first, *_] = jwks(KEYS, iss=DID)["keys"]
    assert first == {**ED.jwk(), "use": "sig", "kid": "key-1", "iss": DID}
    assert [key["kid"] for key in jwks(KEYS, iss=DID, key_url=url)["keys"]] == [
        url("key-1"),
        url("key-2"),
        url("key-3"),
    ]
    for key in jwks(KEYS, iss=DID)["keys"]:
        PublicKey.from_jwk(key)  # which refuses private members


METHOD = {"id": f"{DID}#k", "type": "Multikey", "controller": DID, "publicKeyMultibase": ED.multikey()}


def document(method=METHOD, **changes):
    base = {"id": DID, "verificationMethod": [method], "assertionMethod": [f"{DID}#k"]}
    return {name: value for name, value in (base | changes).items() if value is not ...}


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("as we write it", document()),
        ("a relative id", document({**METHOD, "id": "#k"})),
        ("a relative reference", document(assertionMethod=["#k"])),
        ("a single reference", document(assertionMethod=f"{DID}#k")),
        ("a single method", document(verificationMethod=METHOD)),
        ("embedded in the relationship", document(verificationMethod=..., assertionMethod=[METHOD])),
        ("embedded with a relative id", document(verificationMethod=..., assertionMethod=[{**METHOD, "id": "#k"}])),
        ("embedded and listed alike", document(assertionMethod=[METHOD, f"{DID}#k"])),
        (
            "among entries of odd types",
            document(assertionMethod=[None, 5, {}, f"{DID}#k"], verificationMethod=[None, 5, {}, METHOD]),
        ),
        ("the older type of a Multikey", document({**METHOD, "type": "Ed25519VerificationKey2020"})),
        (
            "the older type of a JWK",
            document({"id": f"{DID}#k", "type": "JsonWebKey2020", "controller": DID, "publicKeyJwk": ED.jwk()}),
        ),
    ],
)
def test_documents_in_the_wild(name, found):
    before = copy.deepcopy(found)
    assert key_in_document(found, f"{DID}#k") == ED
    assert found == before


def changed(**changes):
    return document({name: value for name, value in (METHOD | changes).items() if value is not ...})


@pytest.mark.parametrize(
    ("name", "found", "error"),
    [
        ("not listed for assertions", document(assertionMethod=[]), InvalidKeyError),
        ("no relationship at all", document(assertionMethod=...), InvalidKeyError),
        ("listed for authentication only", document(assertionMethod=..., authentication=[f"{DID}#k"]), InvalidKeyError),
        (
            "embedded for authentication only",
            document(verificationMethod=..., assertionMethod=[f"{DID}#k"], authentication=[METHOD]),
            InvalidKeyError,
        ),
        ("listed, but there is no such method", document(verificationMethod=[]), InvalidKeyError),
        ("another document", document(id="did:web:evil.example"), InvalidKeyError),
        ("no id", document(id=...), InvalidKeyError),
        ("an id of an odd type", document(id=[DID]), InvalidKeyError),
        ("controlled by another", changed(controller="did:web:evil.example"), InvalidKeyError),
        ("controlled by several", changed(controller=[DID, "did:web:evil.example"]), InvalidKeyError),
        ("controlled by nobody", changed(controller=...), InvalidKeyError),
        (
            "two keys of one id",
            document(verificationMethod=[METHOD, {**METHOD, "publicKeyMultibase": P256.multikey()}]),
            InvalidKeyError,
        ),
        ("two forms at once", changed(publicKeyJwk=P256.jwk()), InvalidKeyError),
        ("the private half published", changed(secretKeyMultibase="z3u2"), InvalidKeyError),
        ("a malformed key", changed(publicKeyMultibase="z6Mk"), InvalidKeyError),
        (
            "a low-order key",
            changed(
                type="JsonWebKey",
                publicKeyMultibase=...,
                publicKeyJwk={"kty": "OKP", "crv": "Ed25519", "x": encode_base64url((1).to_bytes(32, "little"))},
            ),
            InvalidKeyError,
        ),
        (
            "an old form of key",
            changed(type="Ed25519VerificationKey2018", publicKeyMultibase=..., publicKeyBase58="x"),
            UnsupportedCryptoError,
        ),
        ("a type that we do not know", changed(type="EcdsaSecp256k1VerificationKey2019"), UnsupportedCryptoError),
        ("no type", changed(type=...), UnsupportedCryptoError),
        (
            "a key of another kind",
            changed(publicKeyMultibase="z6LSrHyXiPBhUbvPUtyUCdf32sniiMGPTAesgHrtEa4FePtr"),
            UnsupportedCryptoError,
        ),
    ],
)
def test_refused(name, found, error):
    with pytest.raises(error):
        key_in_document(found, f"{DID}#k")


@pytest.mark.parametrize(
    "method_url", ["", DID, f"{DID}#", f"{DID}#key-9", "#k", f"{DID}?a#k", f"{DID}/a#k", "did:web:evil.example#k"]
)
def test_method_urls_that_the_document_does_not_list(method_url):
    with pytest.raises(InvalidKeyError):
        key_in_document(document(), method_url)


def test_a_key_in_the_fragment_proves_nothing():
    """The 1EdTech validator would take the key out of the URL; anybody can write one there."""
    with pytest.raises(InvalidKeyError):
        key_in_document(document(), f"{DID}#{P256.multikey()}")


def test_the_relationship_is_the_callers():
    found = document(assertionMethod=[], authentication=[f"{DID}#k"])
    assert key_in_document(found, f"{DID}#k", relationship="authentication") == ED


@pytest.mark.parametrize("file", ["vm-ed25519.json", "vm-p256.json", "vm-p384.json"])
def test_published_verification_methods(file):
    method = vector(f"vc-jose-cose/tests/input/{file}")
    jwk = {name: value for name, value in method["publicKeyJwk"].items() if name != "d"}
    PublicKey.from_jwk(jwk)
