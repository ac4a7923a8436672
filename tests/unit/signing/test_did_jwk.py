from __future__ import annotations

import json

import pytest

from app.errors import InvalidKeyError, UnsupportedCryptoError
from app.signing import Algorithm, PublicKey, did_jwk, did_jwk_method, resolve_did_jwk
from app.signing.multibase import encode_base64url
from tests.cost import within
from tests.unit.signing.support import RFC7515_P256, RFC8037_JWK, private_key

# The example of the did:jwk method specification (P-256).
EXAMPLE = (
    "did:jwk:eyJjcnYiOiJQLTI1NiIsImt0eSI6IkVDIiwieCI6ImFjYklRaXVNczNpOF91c3pFakoydHBUdFJNNEVVM3l6OTFQSDZDZEgyVjAiLCJ5"
    "IjoiX0tjeUxqOXZXTXB0bm1LdG00NkdxRHo4d2Y3NEk1TEtncmwyR3pIM25TRSJ9"
)
EXAMPLE_JWK = {
    "kty": "EC",
    "crv": "P-256",
    "x": "acbIQiuMs3i8_uszEjJ2tpTtRM4EU3yz91PH6CdH2V0",
    "y": "_KcyLj9vWMptnmKtm46GqDz8wf74I5LKgrl2GzH3nSE",
}


def of(jwk: object) -> str:
    return "did:jwk:" + encode_base64url(json.dumps(jwk).encode())


def test_the_example_of_the_specification():
    assert resolve_did_jwk(EXAMPLE) == (EXAMPLE, PublicKey.from_jwk(EXAMPLE_JWK))
    assert resolve_did_jwk(f"{EXAMPLE}#0") == resolve_did_jwk(EXAMPLE)


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_the_method_resolves_to_its_did_and_key(algorithm):
    key = private_key(algorithm).public_key
    assert did_jwk_method(key) == f"{did_jwk(key)}#0"
    assert resolve_did_jwk(did_jwk_method(key)) == (did_jwk(key), key)


@pytest.mark.parametrize(
    ("did", "error"),
    [
        pytest.param("", InvalidKeyError, id="empty"),
        pytest.param("did:jwk:", InvalidKeyError, id="no key"),
        pytest.param(EXAMPLE.removeprefix("did:jwk:"), InvalidKeyError, id="a key alone"),
        pytest.param(of({**RFC8037_JWK, "x5c": [[[["AAAA"]]]]}), InvalidKeyError, id="five levels"),
        pytest.param(EXAMPLE.replace("jwk", "JWK", 1), InvalidKeyError, id="upper-case method"),
        pytest.param(EXAMPLE + "#1", InvalidKeyError, id="another fragment"),
        pytest.param(EXAMPLE + "#", InvalidKeyError, id="an empty fragment"),
        pytest.param(EXAMPLE + "?x=1", InvalidKeyError, id="a query"),
        pytest.param(EXAMPLE + "=", InvalidKeyError, id="padding"),
        pytest.param(EXAMPLE[:-1] + "-", InvalidKeyError, id="stray bits"),
        pytest.param("did:jwk:" + encode_base64url(b"{"), InvalidKeyError, id="no JSON"),
        pytest.param(of([RFC8037_JWK]), InvalidKeyError, id="a list"),
        pytest.param("did:jwk:" + encode_base64url(b'{"kty":"OKP","kty":"EC"}'), InvalidKeyError, id="a member twice"),
        pytest.param(of({**RFC8037_JWK, "d": "AAAA"}), InvalidKeyError, id="with its private half"),
        pytest.param(of({**RFC8037_JWK, "use": "enc"}), InvalidKeyError, id="for encryption"),
        pytest.param(of({**RFC8037_JWK, "x": "AQ"}), InvalidKeyError, id="a byte instead of a key"),
        pytest.param(of({"kty": "oct", "k": "AAAA"}), InvalidKeyError, id="a shared secret"),
        pytest.param(of({**RFC7515_P256, "kty": "OKP"}), InvalidKeyError, id="a curve of another kind"),
        pytest.param(of({**RFC7515_P256, "alg": "RS256"}), InvalidKeyError, id="for another algorithm"),
        pytest.param(of({**RFC7515_P256, "crv": "secp256k1"}), UnsupportedCryptoError, id="secp256k1"),
    ],
)
def test_refused(did, error):
    with pytest.raises(error):
        resolve_did_jwk(did)


def test_a_megabyte_is_refused_at_once():
    with within(0.2):
        for did in ("did:jwk:" + "e" * 1_000_000, of({**RFC8037_JWK, "x5c": "A" * 100_000})):
            with pytest.raises(InvalidKeyError):
                resolve_did_jwk(did)
