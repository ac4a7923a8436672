from __future__ import annotations

import json

import pytest

from app.jsonld import canonicalize
from app.signing import (
    DID_DOCUMENT_TYPES,
    NOT_FOUND,
    Algorithm,
    Elsewhere,
    Failure,
    Resolved,
    Unresolved,
    did_jwk,
    did_jwk_method,
    did_key,
    did_key_method,
    key_in_document,
    resolve,
    resolve_fetched,
)
from app.signing.multibase import encode_base64url, encode_multibase
from tests.cost import within
from tests.unit.signing.support import RFC7515_P256, RFC7517_RSA, RFC8037_JWK, private_key, vector

SIGNING = {"authentication", "assertionMethod", "capabilityInvocation", "capabilityDelegation"}
AGREEING = {"keyAgreement"}
ED_DID = "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"
X25519_JWK = {"kty": "OKP", "crv": "X25519", "x": encode_base64url(b"\x09" + bytes(31))}
WEB = "did:web:example.org:issuers:a"


def of(jwk):
    return "did:jwk:" + encode_base64url(json.dumps(jwk).encode())


def purposes(document):
    return {name for name in document if name not in {"@context", "id", "verificationMethod"}}


@pytest.mark.parametrize("algorithm", list(Algorithm))
@pytest.mark.parametrize(("write", "name"), [(did_key, did_key_method), (did_jwk, did_jwk_method)])
def test_a_did_that_is_a_key_has_the_document_that_lists_it(write, name, algorithm):
    key = private_key(algorithm).public_key
    found = resolve(write(key))
    assert isinstance(found, Resolved)
    document = found.document
    assert document["id"] == write(key)
    assert document["assertionMethod"] == [name(key)] == [method["id"] for method in document["verificationMethod"]]
    assert key_in_document(document, name(key)) == key
    agrees = algorithm in {Algorithm.ES256, Algorithm.ES384}
    assert purposes(document) == SIGNING | (AGREEING if agrees else set())
    kind = "Multikey" if write is did_key and algorithm is not Algorithm.RS256 else "JsonWebKey"
    assert document["verificationMethod"][0]["type"] == kind
    assert document["verificationMethod"][0]["controller"] == write(key)


def test_a_did_key_that_agrees_on_secrets_is_for_nothing_else():
    assert purposes(resolve("did:key:" + encode_multibase(b"\xec\x01" + b"\x09" + bytes(31))).document) == AGREEING


@pytest.mark.parametrize("did", [ED_DID, of(RFC7515_P256)])
def test_every_term_of_the_document_is_defined_by_its_contexts(did):
    assert canonicalize(resolve(did).document).count(b"verificationMethod") == 1


@pytest.mark.parametrize(
    ("jwk", "expected"),
    [
        pytest.param(RFC7515_P256, SIGNING | AGREEING, id="P-256 for anything"),
        pytest.param({**RFC7515_P256, "use": "sig"}, SIGNING, id="P-256 for signatures"),
        pytest.param({**RFC7515_P256, "use": "enc"}, AGREEING, id="P-256 for encryption"),
        pytest.param({**RFC7515_P256, "use": "enc", "alg": "ECDH-ES"}, AGREEING, id="P-256 for ECDH-ES"),
        pytest.param({**RFC7515_P256, "use": "enc", "key_ops": ["deriveBits"]}, AGREEING, id="P-256 for shared bits"),
        pytest.param(RFC8037_JWK, SIGNING, id="Ed25519"),
        pytest.param(RFC7517_RSA, SIGNING, id="RSA"),
        pytest.param(X25519_JWK, AGREEING, id="X25519"),
        pytest.param({**X25519_JWK, "use": "enc"}, AGREEING, id="X25519 for encryption"),
    ],
)
def test_what_a_did_jwk_may_be_used_for(jwk, expected):
    document = resolve(of(jwk)).document
    assert purposes(document) == expected
    assert document["verificationMethod"][0]["publicKeyJwk"] == jwk
    assert "use" not in jwk or jwk["use"] == "sig" or "assertionMethod" not in document


@pytest.mark.parametrize(
    ("did", "failure"),
    [
        pytest.param("", "invalidDid", id="empty"),
        pytest.param("did:key", "invalidDid", id="no identifier"),
        pytest.param("did:key:", "invalidDid", id="an empty identifier"),
        pytest.param("did:KEY:z6Mk", "invalidDid", id="capital letters in the method"),
        pytest.param("DID:key:z6Mk", "invalidDid", id="another scheme"),
        pytest.param(f"{ED_DID}#x", "invalidDid", id="a fragment"),
        pytest.param(f"{ED_DID}?x=1", "invalidDid", id="a query"),
        pytest.param(f"{ED_DID}/x", "invalidDid", id="a path"),
        pytest.param(f"{ED_DID} ", "invalidDid", id="white space"),
        pytest.param(f"{ED_DID}\n", "invalidDid", id="a line end"),
        pytest.param("did:key:z6Mk", "invalidDid", id="no key"),
        pytest.param("did:key:z6MkeTG3bFFSLYVU7VqhgZxqr6YzpaGrQtFMh1uvqGy1vDnP1", "invalidDid", id="low order"),
        pytest.param("did:key:" + encode_multibase(b"\xec\x01" + bytes(31)), "invalidDid", id="X25519, a byte short"),
        pytest.param("did:key:" + encode_multibase(b"\xec\x01" + bytes(33)), "invalidDid", id="X25519, a byte long"),
        pytest.param("did:x:" + "a" * 8_187, "invalidDid", id="a character too long"),
        pytest.param("did:x:" + "a" * 8_186, "methodNotSupported", id="as long as may be"),
        pytest.param("did:key:" + encode_multibase(b"\xff\xff" + bytes(32)), "invalidDid", id="no such kind of key"),
        pytest.param(of([]), "invalidDid", id="did:jwk of a list"),
        pytest.param(of({**RFC8037_JWK, "d": "AAAA"}), "invalidDid", id="did:jwk with its private half"),
        pytest.param(of({**RFC8037_JWK, "use": "enc"}), "invalidDid", id="Ed25519 for encryption"),
        pytest.param(of({**X25519_JWK, "use": "sig"}), "invalidDid", id="X25519 for signatures"),
        pytest.param(of({**X25519_JWK, "x": "AAAA"}), "invalidDid", id="X25519, too short"),
        pytest.param(of({**X25519_JWK, "d": "AAAA"}), "invalidDid", id="X25519 with its private half"),
        pytest.param(
            of({**RFC7515_P256, "use": "enc", "d": "AAAA"}), "invalidDid", id="for encryption, with its private half"
        ),
        pytest.param("did:web:a@b", "invalidDid", id="did:web with a user name"),
        pytest.param("did:web:127.0.0.1", "invalidDid", id="did:web of an IP address"),
        pytest.param("did:web:a.example:..", "invalidDid", id="did:web that climbs"),
        pytest.param("did:example:123", "methodNotSupported", id="another method"),
        pytest.param(
            "did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme", "unsupportedPublicKeyType", id="secp256k1"
        ),
        pytest.param(of({**RFC7515_P256, "crv": "secp256k1"}), "unsupportedPublicKeyType", id="secp256k1 as JWK"),
    ],
)
def test_why_there_is_no_document(did, failure):
    assert resolve(did) == Unresolved(Failure(failure))


def test_a_did_web_is_elsewhere():
    assert resolve("did:web:example.org") == Elsewhere("https://example.org/.well-known/did.json")
    assert resolve("did:web:localhost%3A8000:a", scheme="http") == Elsewhere("http://localhost:8000/a/did.json")


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param({"id": WEB}, Resolved({"id": WEB}), id="about it"),
        pytest.param({"id": f"{WEB}b"}, Unresolved(Failure.INVALID_DID_DOCUMENT), id="about another"),
        pytest.param({}, Unresolved(Failure.INVALID_DID_DOCUMENT), id="about nobody"),
        pytest.param([WEB], Unresolved(Failure.INVALID_DID_DOCUMENT), id="no object"),
    ],
)
def test_what_was_fetched(document, expected):
    assert resolve_fetched(WEB, document) == expected
    assert Unresolved(Failure.NOT_FOUND) == NOT_FOUND


@pytest.mark.parametrize("accept", [None, *sorted(DID_DOCUMENT_TYPES)])
def test_representations(accept):
    assert isinstance(resolve(ED_DID, accept=accept), Resolved)


@pytest.mark.parametrize("accept", ["application/did+cbor", "application/json", "text/html", ""])
def test_other_representations(accept):
    assert resolve(ED_DID, accept=accept) == Unresolved(Failure.REPRESENTATION_NOT_SUPPORTED)
    assert resolve("did:key:", accept=accept) == Unresolved(Failure.INVALID_DID), "that comes first"


def test_a_megabyte_is_refused_at_once():
    with within(0.5):
        for method in ("key", "jwk", "web", "x"):
            for letter in "z1e:%":
                resolve(f"did:{method}:" + letter * 1_000_000)
                resolve(f"did:{method}:" + letter * 8_000)


@pytest.mark.parametrize(
    ("file", "purposes_"),
    [
        ("nist-curves.json", SIGNING | AGREEING),
        ("ed25519-x25519.json", SIGNING | AGREEING),
        ("x25519.json", SIGNING | AGREEING),
        ("rsa.json", SIGNING),  # theirs are for agreeing on secrets too, which RSA does not do
    ],
)
def test_published_documents_list_the_same_purposes(file, purposes_):
    """The X25519 keys that theirs derive from Ed25519 ones aside: we derive none."""
    vectors = vector(f"did-key/test-vectors/{file}")
    documents = vectors.get("didDocument") or {did: entry["didDocument"] for did, entry in vectors.items()}
    compared = 0
    for did, published in documents.items():
        found = resolve(did)
        if isinstance(found, Unresolved):
            assert found.failure is Failure.UNSUPPORTED_PUBLIC_KEY_TYPE
            assert did.startswith("did:key:z2J9")  # P-521
            continue
        for purpose in purposes_:
            theirs = [name for name in published.get(purpose, []) if name.endswith(did.removeprefix("did:key:"))]
            ours = [name.partition("#")[2] for name in found.document.get(purpose, [])]
            assert ours == [name.partition("#")[2] for name in theirs], (did, purpose)
        compared += 1
    assert compared >= 2
