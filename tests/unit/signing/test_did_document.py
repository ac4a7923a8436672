from __future__ import annotations

import pytest

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
from tests.unit.signing.support import private_key

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
