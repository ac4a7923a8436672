from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, x25519

from app.errors import InvalidKeyError, UnsupportedCryptoError
from app.signing import Algorithm, PublicKey
from tests.unit.signing.support import RFC7517_RSA, private_key, small_rsa_key, spki_pem

RSA = PublicKey.from_jwk(RFC7517_RSA)
PEM = spki_pem(RSA._handle).decode()


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_keys_of_every_kind(algorithm):
    key = private_key(algorithm).public_key
    assert PublicKey.from_pem(spki_pem(key._handle).decode()) == key


def test_the_older_form_of_rsa():
    older = RSA._handle.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.PKCS1).decode()
    assert older.startswith("-----BEGIN RSA PUBLIC KEY-----")
    assert PublicKey.from_pem(older) == RSA


@pytest.mark.parametrize(
    "text", [PEM, PEM.strip(), f"\n {PEM}\n", PEM.replace("\n", "\r\n")],
    ids=["as written", "without its last line end", "with space around", "with line ends of Windows"],
)  # fmt: skip
def test_white_space(text):
    assert PublicKey.from_pem(text) == RSA


PRIVATE = small_rsa_key().private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param(None, InvalidKeyError, id="nothing"),
        pytest.param("", InvalidKeyError, id="empty"),
        pytest.param(PRIVATE.decode(), InvalidKeyError, id="a private key"),
        pytest.param(PEM + PEM, InvalidKeyError, id="two keys"),
        pytest.param("x" + PEM, InvalidKeyError, id="something before it"),
        pytest.param(PEM.replace("PUBLIC KEY", "CERTIFICATE"), InvalidKeyError, id="called a certificate"),
        pytest.param(PEM.replace("END PUBLIC", "END RSA PUBLIC"), InvalidKeyError, id="two names"),
        pytest.param(PEM.replace("MII", "AAA"), InvalidKeyError, id="no key inside"),
        pytest.param(PEM.replace("\n-----END", "A\n-----END"), InvalidKeyError, id="stray base64"),
        pytest.param(PEM + " " * 5_000, InvalidKeyError, id="too long"),
        pytest.param(spki_pem(small_rsa_key().public_key()).decode(), InvalidKeyError, id="RSA of 1,024 bits"),
        pytest.param(
            spki_pem(ed25519.Ed25519PublicKey.from_public_bytes(b"\x01" + bytes(31))).decode(),
            InvalidKeyError, id="Ed25519 of low order",
        ),
        pytest.param(
            spki_pem(ec.generate_private_key(ec.SECP256K1()).public_key()).decode(),
            UnsupportedCryptoError, id="secp256k1",
        ),
        pytest.param(
            spki_pem(x25519.X25519PrivateKey.generate().public_key()).decode(), UnsupportedCryptoError, id="X25519"
        ),
        pytest.param(
            spki_pem(dsa.generate_private_key(2_048).public_key()).decode(), UnsupportedCryptoError, id="DSA"
        ),
    ],
)  # fmt: skip
def test_refused(text, error):
    with pytest.raises(error):
        PublicKey.from_pem(text)
