from __future__ import annotations

import copy

import pytest

from app.errors import InvalidKeyError, UnsupportedCryptoError
from app.signing import Algorithm, key_in_document, listed_methods, references_elsewhere
from app.signing.multibase import encode_base64url
from tests.unit.signing.support import private_key

DID = "did:web:badges.example:issuers:academy"
ED, P256 = (private_key(name).public_key for name in (Algorithm.EDDSA, Algorithm.ES256))
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
        (
            "without a controller, in the owner's own document",
            document({k: METHOD[k] for k in METHOD if k != "controller"}),
        ),
        (
            "embedded without a controller",
            document(verificationMethod=..., assertionMethod=[{k: METHOD[k] for k in METHOD if k != "controller"}]),
        ),
        ("an owner, as in Open Badges 2.0", document({**METHOD, "controller": DID, "owner": DID})),
        ("among several keys", document(verificationMethod=[{**METHOD, "id": f"{DID}#other"}, METHOD])),
        ("methods by the name of before 2020", document(verificationMethod=..., publicKey=[METHOD])),
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
        ("another's document", document(id="did:web:evil.example"), InvalidKeyError),
        ("no id", document(id=...), InvalidKeyError),
        ("an id of an odd type", document(id=[DID]), InvalidKeyError),
        ("an id of an odd type, and no controller", {**changed(controller=...), "id": [DID]}, InvalidKeyError),
        ("a path for a relative reference", document({**METHOD, "id": "/k"}, assertionMethod=["/k"]), InvalidKeyError),
        ("controlled by another", changed(controller="did:web:evil.example"), InvalidKeyError),
        ("controlled by several", changed(controller=[DID, "did:web:evil.example"]), InvalidKeyError),
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
        ("owned by another", changed(controller=..., owner="did:web:evil.example"), InvalidKeyError),
        ("controlled by the owner, owned by another", changed(owner="did:web:evil.example"), InvalidKeyError),
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


def test_every_listed_method_is_told_with_and_without_a_name():
    nameless = {name: value for name, value in METHOD.items() if name != "id"}
    others = {**METHOD, "id": f"{DID}#z", "controller": "did:web:evil.example"}
    found = document(
        assertionMethod=[nameless, f"{DID}#k", others, 7], verificationMethod=[METHOD, {**METHOD, "id": "#u"}]
    )
    assert list(listed_methods(found)) == [nameless, METHOD]
    assert list(listed_methods({**found, "id": None})) == []


def test_what_is_named_and_not_held_is_elsewhere():
    url = "https://keys.example/1"
    found = document(assertionMethod=["#k", f"{DID}#gone", url, METHOD])
    assert references_elsewhere(found) == {f"{DID}#gone", url}
    assert references_elsewhere(document()) == frozenset()
    others = {**METHOD, "controller": "did:web:evil.example"}
    both = document(assertionMethod=[f"{DID}#k", others], verificationMethod=...)
    assert references_elsewhere(both) == frozenset(), "what is held in place is not elsewhere, whoever it belongs to"
    assert references_elsewhere({**found, "id": 7}) == frozenset()


@pytest.mark.parametrize("held", ["assertionMethod", "verificationMethod", "publicKey"])
def test_a_document_is_looked_at_to_a_bound(held):
    keys = [{**METHOD, "id": f"#{number}"} for number in range(1_025)]
    last, first_beyond = f"{DID}#1023", f"{DID}#1024"
    found = document(**{"verificationMethod": ..., "assertionMethod": [last, first_beyond], held: keys})
    assert key_in_document(found, last) == ED
    with pytest.raises(InvalidKeyError):
        key_in_document(found, first_beyond)


def test_references_are_looked_at_to_a_bound():
    found = document(assertionMethod=[*[f"{DID}#x"] * 1_023, f"{DID}#k", f"{DID}#gone"])
    assert key_in_document(found, f"{DID}#k") == ED
    assert references_elsewhere(found) == {f"{DID}#x"}


def test_what_is_relative_to_a_part_is_relative_to_its_document():
    """Open Badges has issuers that are a part of a page."""
    page = "https://academy.example/about"
    found = {"id": f"{page}#us", "assertionMethod": ["#k"], "verificationMethod": {**METHOD, "id": "#k"}}
    del found["verificationMethod"]["controller"]
    assert key_in_document(found, f"{page}#k") == ED
