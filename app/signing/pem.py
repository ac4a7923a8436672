"""Public keys in PEM, as Open Badges 2.0 publishes them in `publicKeyPem` (RFC 7468 section 13, RFC 8017)."""

from __future__ import annotations

import re
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from app.errors import InvalidKeyError, UnsupportedCryptoError
from app.signing.algorithms import PublicHandle

_MAX_LENGTH: Final = 4_096  # of an RSA key with 8,192 bits it is 1,500
# One block, and nothing before or after it: two readers must not take two keys.
_BLOCK: Final = re.compile(
    r"\s*-----BEGIN (RSA PUBLIC KEY|PUBLIC KEY)-----\s[A-Za-z0-9+/=\s]+-----END \1-----\s*", re.ASCII
)


def decode_pem(text: object) -> PublicHandle:
    """The key in `text`: a SubjectPublicKeyInfo, or the older RSAPublicKey.

    Raises InvalidKeyError for what is no public key (a private one, a certificate, several), UnsupportedCryptoError
    for a key of a kind that this version does not use.
    """
    if not isinstance(text, str) or len(text) > _MAX_LENGTH or not _BLOCK.fullmatch(text):
        raise InvalidKeyError("A value is not one public key in PEM.")
    try:
        handle = serialization.load_pem_public_key(text.strip().encode("ascii"))
    except ValueError:
        raise InvalidKeyError("A value in PEM does not hold a public key.") from None
    except UnsupportedAlgorithm:
        raise UnsupportedCryptoError("This version does not know this kind of key.") from None
    if not isinstance(handle, ed25519.Ed25519PublicKey | rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise UnsupportedCryptoError("This version does not know this kind of key.")
    return handle
