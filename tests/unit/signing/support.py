"""Keys with published values, and where the published vectors lie when they are there."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from app.signing import Algorithm, LocalSigner, PrivateKey

VECTORS = Path(__file__).parents[3].parent / "shared" / "vectors"

# RFC 8037 appendix A.1 and A.2 (the key pair of RFC 8032 section 7.1, test 1).
RFC8037_JWK = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
RFC8037_SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
# RFC 7517 appendix A.1, also the key of RFC 7638 section 3.1.
RFC7517_RSA = {
    "kty": "RSA",
    "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjB"
    "ZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8"
    "KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_"
    "xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
    "e": "AQAB",
}
# RFC 7515 appendix A.3.1.
RFC7515_P256 = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}


def vector(path: str) -> Any:
    """A published vector (JSON, or text as it stands); the test is skipped where there are none."""
    file = VECTORS / path
    if not file.exists():
        pytest.skip("published vectors not present")
    text = file.read_text(encoding="utf-8")
    return json.loads(text) if file.suffix == ".json" else text


def ed25519_from_seed(seed: bytes) -> PrivateKey:
    return PrivateKey(ed25519.Ed25519PrivateKey.from_private_bytes(seed))


@cache
def private_key(algorithm: Algorithm) -> PrivateKey:
    """One key of each kind for the whole run: RSA keys take a while to find."""
    return PrivateKey.generate(algorithm)


def signer(algorithm: Algorithm = Algorithm.EDDSA) -> LocalSigner:
    return LocalSigner(private_key(algorithm), "key-1")


@cache
def small_rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65_537, 1_024)


def spki_pem(key: Any) -> bytes:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
