"""Private keys at rest: each one encrypted under the key-encryption key and bound to where it belongs.

    ciphertext = version | nonce (12 bytes) | AES-256-GCM(PKCS #8)
    associated data = version, issuer id, kid, algorithm, each with its length in front

Because of the associated data a ciphertext opens in its own row only: moved to another one it is refused.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.errors import InvalidKeyError, KeyUnwrapError
from app.keystore.kek import KeyEncryptionKey
from app.keystore.protocol import WrappedKey
from app.signing import Algorithm, LocalSigner, PrivateKey, Signer

FORM: Final = b"\x01"
_DOMAIN: Final = b"laurel private key"
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16


class EnvelopeKeystore:
    """Makes keys and hands out signers. Keeps the `cache` used last, so that most uses decrypt nothing.

    New keys are wrapped under `kek`; those under one of the `former` key-encryption keys are opened all the same.
    """

    def __init__(self, kek: KeyEncryptionKey, *, former: Sequence[KeyEncryptionKey] = (), cache: int = 64) -> None:
        self._ciphers = [AESGCM(one.raw()) for one in (kek, *former)]
        # The ciphertext is part of what is remembered: a row that was altered is opened, and refused, anew.
        self._signers = lru_cache(maxsize=cache)(self._open)

    def generate(self, *, issuer_id: str, kid: str, algorithm: Algorithm) -> WrappedKey:
        """A fresh key for this issuer, under this kid."""
        key = PrivateKey.generate(algorithm)
        return WrappedKey(key.public_key, self._wrap(key.pkcs8(), issuer_id, kid, algorithm))

    def signer(self, *, issuer_id: str, kid: str, algorithm: Algorithm, ciphertext: bytes) -> Signer:
        """The signer whose key `ciphertext` holds. Raises KeyUnwrapError when that is not this very key."""
        return self._signers(issuer_id, kid, Algorithm(algorithm), ciphertext)

    def destroy(self, *, issuer_id: str, kid: str, algorithm: Algorithm, ciphertext: bytes) -> None:  # noqa: ARG002 - one signature for all back ends
        """The row alone held it, so what is left to forget is in memory."""
        self._signers.cache_clear()

    def rewrapped(self, *, issuer_id: str, kid: str, algorithm: Algorithm, ciphertext: bytes) -> bytes | None:
        """The same key under the current key-encryption key; None when it is. Raises KeyUnwrapError."""
        pkcs8, cipher = self._unwrap(issuer_id, kid, Algorithm(algorithm), ciphertext)
        return None if cipher is self._ciphers[0] else self._wrap(pkcs8, issuer_id, kid, Algorithm(algorithm))

    def _open(self, issuer_id: str, kid: str, algorithm: Algorithm, ciphertext: bytes) -> Signer:
        pkcs8, _ = self._unwrap(issuer_id, kid, algorithm, ciphertext)
        try:
            key = PrivateKey.from_pkcs8(pkcs8, trusted=True)  # the tag has proven that these are our own bytes
        except InvalidKeyError:
            raise KeyUnwrapError(f"The stored key {kid} cannot be read.") from None
        return LocalSigner(key, kid)

    def _wrap(self, pkcs8: bytes, issuer_id: str, kid: str, algorithm: Algorithm) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return FORM + nonce + self._ciphers[0].encrypt(nonce, pkcs8, _associated_data(issuer_id, kid, algorithm))

    def _unwrap(self, issuer_id: str, kid: str, algorithm: Algorithm, ciphertext: bytes) -> tuple[bytes, AESGCM]:
        """The secret, and what opened it."""
        if ciphertext[:1] != FORM or len(ciphertext) <= 1 + _NONCE_BYTES + _TAG_BYTES:
            raise KeyUnwrapError(f"The stored key {kid} is not in a form that this version writes.")
        nonce, sealed = ciphertext[1 : 1 + _NONCE_BYTES], ciphertext[1 + _NONCE_BYTES :]
        for cipher in self._ciphers:
            with suppress(InvalidTag):
                return cipher.decrypt(nonce, sealed, _associated_data(issuer_id, kid, algorithm)), cipher
        raise KeyUnwrapError(f"The key-encryption key does not open the stored key {kid}.")


def _associated_data(issuer_id: str, kid: str, algorithm: Algorithm) -> bytes:
    """Every part with its length in front: no two different lists of parts give the same bytes."""
    parts = (_DOMAIN, FORM, issuer_id.encode(), kid.encode(), algorithm.value.encode())
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
