"""Private keys at rest: each one encrypted under the key-encryption key and bound to where it belongs.

    ciphertext = version | nonce (12 bytes) | AES-256-GCM(PKCS #8)
    associated data = version, issuer id, kid, algorithm, each with its length in front

Because of the associated data a ciphertext opens in its own row only: moved to another one it is refused.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.errors import InvalidKeyError, KeyUnwrapError
from app.keystore.kek import KeyEncryptionKey
from app.signing import Algorithm, LocalSigner, PrivateKey, PublicKey, Signer

_VERSION: Final = b"\x01"
_DOMAIN: Final = b"laurel private key"
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A new key as it is stored: its public half, and the private half under the key-encryption key."""

    public_key: PublicKey
    ciphertext: bytes = field(repr=False)


class EnvelopeKeystore:
    """Makes keys and hands out signers. Keeps the `cache` used last, so that most uses decrypt nothing."""

    def __init__(self, kek: KeyEncryptionKey, *, cache: int = 64) -> None:
        self._cipher = AESGCM(kek.raw())
        # The ciphertext is part of what is remembered: a row that was altered is opened, and refused, anew.
        self._signers: Callable[[str, str, Algorithm, bytes], Signer] = lru_cache(maxsize=cache)(self._open)

    def generate(self, *, issuer_id: str, kid: str, algorithm: Algorithm) -> WrappedKey:
        """A fresh key for this issuer, under this kid."""
        key = PrivateKey.generate(algorithm)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, key.pkcs8(), _associated_data(issuer_id, kid, algorithm))
        return WrappedKey(key.public_key, _VERSION + nonce + sealed)

    def signer(self, *, issuer_id: str, kid: str, algorithm: Algorithm, ciphertext: bytes) -> Signer:
        """The signer whose key `ciphertext` holds. Raises KeyUnwrapError when that is not this very key."""
        return self._signers(issuer_id, kid, Algorithm(algorithm), ciphertext)

    def _open(self, issuer_id: str, kid: str, algorithm: Algorithm, ciphertext: bytes) -> Signer:
        if ciphertext[:1] != _VERSION or len(ciphertext) <= 1 + _NONCE_BYTES + _TAG_BYTES:
            raise KeyUnwrapError(f"The stored key {kid} is not in a form that this version writes.")
        nonce, sealed = ciphertext[1 : 1 + _NONCE_BYTES], ciphertext[1 + _NONCE_BYTES :]
        try:
            pkcs8 = self._cipher.decrypt(nonce, sealed, _associated_data(issuer_id, kid, algorithm))
            key = PrivateKey.from_pkcs8(pkcs8, trusted=True)  # the tag has proven that these are our own bytes
        except (InvalidTag, InvalidKeyError):
            raise KeyUnwrapError(f"The key-encryption key does not open the stored key {kid}.") from None
        return LocalSigner(key, kid)


def _associated_data(issuer_id: str, kid: str, algorithm: Algorithm) -> bytes:
    """Every part with its length in front: no two different lists of parts give the same bytes."""
    parts = (_DOMAIN, _VERSION, issuer_id.encode(), kid.encode(), algorithm.value.encode())
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
