from __future__ import annotations

import pytest

from app.signing import Algorithm, PublishedKey, did_document, did_jwk, did_key, resolve, with_absolute_urls
from app.signing.did_structure import is_did_document
from tests.cost import within
from tests.unit.signing.support import RFC7515_P256, RFC8037_JWK, private_key

DID = "did:web:academy.example"
METHOD = {"id": f"{DID}#a", "type": "JsonWebKey", "controller": DID, "publicKeyJwk": RFC7515_P256}
SERVICE = {"id": f"{DID}#shop", "type": "LinkedDomains", "serviceEndpoint": "https://academy.example"}


def without(whole, left_out):
    return {name: value for name, value in whole.items() if name != left_out}


@pytest.mark.parametrize(
    "members",
    [
        pytest.param({}, id="an id alone"),
        pytest.param({"verificationMethod": [METHOD], "assertionMethod": [METHOD["id"]]}, id="a method and its name"),
        pytest.param({"verificationMethod": [{**METHOD, "id": "#a"}], "assertionMethod": ["#a"]}, id="relative names"),
        pytest.param({"authentication": [METHOD], "keyAgreement": []}, id="a method embedded"),
        pytest.param({"verificationMethod": [without(METHOD, "controller")]}, id="a method without a controller"),
        pytest.param({"verificationMethod": [{**METHOD, "controller": "did:key:z6Mk"}]}, id="somebody else's method"),
        pytest.param({"verificationMethod": [without(METHOD, "publicKeyJwk")]}, id="a method of an unknown kind"),
        pytest.param({"controller": "did:example:1", "alsoKnownAs": ["https://a.example"]}, id="other names"),
        pytest.param({"controller": ["did:example:1", "did:example:2"]}, id="two controllers"),
        pytest.param({"service": [SERVICE, {**SERVICE, "id": "#hub", "type": ["A", "B"]}]}, id="services"),
        pytest.param(
            {"service": [{**SERVICE, "serviceEndpoint": ["https://a.example", {"uri": "x"}]}]}, id="endpoints"
        ),
        pytest.param({"verificationMethods": 5, "x": None}, id="members of nobody's"),
    ],
)
def test_a_did_document(members):
    assert is_did_document({"id": DID, **members}, DID)


@pytest.mark.parametrize(
    "members",
    [
        pytest.param({"id": f"{DID}:b"}, id="somebody else's"),
        pytest.param({"id": f"{DID}#a"}, id="a part of it"),
        pytest.param({"controller": "Academy"}, id="a controller that is no DID"),
        pytest.param({"controller": [f"{DID}#a"]}, id="a key for a controller"),
        pytest.param({"alsoKnownAs": "https://a.example"}, id="one other name, in no list"),
        pytest.param({"verificationMethod": METHOD}, id="a method in no list"),
        pytest.param({"verificationMethod": [METHOD["id"]]}, id="a name for a method"),
        pytest.param({"verificationMethod": [None]}, id="null for a method"),
        pytest.param({"verificationMethod": [without(METHOD, "id")]}, id="a method without a name"),
        pytest.param({"verificationMethod": [without(METHOD, "type")]}, id="a method without a type"),
        pytest.param({"verificationMethod": [{**METHOD, "id": "key 1"}]}, id="a name that is no DID URL"),
        pytest.param({"verificationMethod": [{**METHOD, "id": f"{DID}#ä"}]}, id="a name beyond ASCII"),
        pytest.param({"verificationMethod": [{**METHOD, "id": "#a b"}]}, id="a space in a relative name"),
        pytest.param({"verificationMethod": [{**METHOD, "id": f"{DID}#a\n"}]}, id="a line end after the name"),
        pytest.param({"verificationMethod": [{**METHOD, "id": "https://a.example/#a"}]}, id="a web address for a name"),
        pytest.param({"verificationMethod": [{**METHOD, "controller": f"{DID}#a"}]}, id="controlled by a DID URL"),
        pytest.param({"verificationMethod": [{**METHOD, "controller": None}]}, id="controlled by null"),
        pytest.param({"verificationMethod": [{**METHOD, "type": ["JsonWebKey"]}]}, id="a list of types"),
        pytest.param({"verificationMethod": [{**METHOD, "publicKeyJwk": "x"}]}, id="a key that is a text"),
        pytest.param(
            {"verificationMethod": [{**METHOD, "publicKeyJwk": {**RFC8037_JWK, "d": "AAAA"}}]}, id="a private key"
        ),
        pytest.param({"assertionMethod": METHOD["id"]}, id="a relationship in no list"),
        pytest.param({"assertionMethod": [""]}, id="an empty name"),
        pytest.param({"keyAgreement": [without(METHOD, "type")]}, id="a malformed method embedded"),
        pytest.param({"service": SERVICE}, id="a service in no list"),
        pytest.param({"service": [without(SERVICE, "serviceEndpoint")]}, id="a service nowhere"),
        pytest.param({"service": [without(SERVICE, "type")]}, id="a service of no kind"),
        pytest.param({"service": [without(SERVICE, "id")]}, id="a service without a name"),
        pytest.param({"service": [{**SERVICE, "serviceEndpoint": [5]}]}, id="an endpoint that is a number"),
        pytest.param({"service": [SERVICE, SERVICE]}, id="two services of one name"),
    ],
)
def test_what_is_none(members):
    assert not is_did_document({"id": DID, **members}, DID)


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_our_own_documents_are_such(algorithm):
    key = private_key(algorithm).public_key
    for document in (resolve(did_key(key)).document, resolve(did_jwk(key)).document):
        assert is_did_document(document, document["id"])
        assert with_absolute_urls(document) == document
    assert is_did_document(did_document(DID, [PublishedKey("a", key)]), DID)


def test_relative_addresses_are_made_whole():
    document = {
        "id": DID,
        "verificationMethod": [{"id": "#a", "controller": "#not-one"}, {"id": f"{DID}#b"}],
        "assertionMethod": ["#a", f"{DID}#b", {"id": "#c"}, "did:key:z6Mk#z6Mk"],
        "service": [{"id": "?x=1", "serviceEndpoint": "/shop"}, {"id": "/y"}],
        "x": ["#a"],
    }
    assert with_absolute_urls(document) == {
        "id": DID,
        "verificationMethod": [{"id": f"{DID}#a", "controller": "#not-one"}, {"id": f"{DID}#b"}],
        "assertionMethod": [f"{DID}#a", f"{DID}#b", {"id": f"{DID}#c"}, "did:key:z6Mk#z6Mk"],
        "service": [{"id": f"{DID}?x=1", "serviceEndpoint": "/shop"}, {"id": f"{DID}/y"}],
        "x": ["#a"],
    }
    assert document["assertionMethod"][0] == "#a", "the one that was given stays as it is"


def test_long_names_are_read_at_once():
    with within(0.5):
        for name in ("did:web:" + "a" * 50_000, "did:web:" + "%41" * 15_000 + "\n", "#" + "a" * 50_000 + "\n"):
            is_did_document({"id": DID, "assertionMethod": [name]}, DID)
            is_did_document({"id": DID, "controller": name}, DID)


@pytest.mark.parametrize(
    "name", ["authentication", "assertionMethod", "keyAgreement", "capabilityInvocation", "capabilityDelegation"]
)
def test_every_relationship_is_made_whole(name):
    assert with_absolute_urls({"id": DID, name: ["#a"]})[name] == [f"{DID}#a"]
