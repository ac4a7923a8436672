"""Public keys, private keys, and the one thing that the rest of Laurel asks of a private key: `Signer`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn, Protocol, cast, final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization

from app.errors import InvalidKeyError, SignatureInvalidError
from app.signing import algorithms
from app.signing.algorithms import Algorithm, PrivateHandle, PublicHandle
from app.signing.jwk import decode_jwk, encode_jwk, require_algorithm, thumbprint
from app.signing.multikey import decode_multikey, decode_multikey_bytes, decode_raw, encode_multikey
from app.signing.pem import decode_pem


@final
@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key that passed every check. Made by the methods `from_…`; equal by value."""

    algorithm: Algorithm
    material: bytes = field(repr=False)
    _handle: PublicHandle = field(repr=False, compare=False)

    @classmethod
    def from_multikey(cls, text: str) -> PublicKey:
        """Raises InvalidKeyError, or UnsupportedCryptoError for a key of a kind that we do not use."""
        return public_key(decode_multikey(text))

    @classmethod
    def from_multikey_bytes(cls, raw: bytes) -> PublicKey:
        """From what a Multikey text stands for; raises as `from_multikey` does."""
        return public_key(decode_multikey_bytes(raw))

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, Any]) -> PublicKey:
        """Raises InvalidKeyError, or UnsupportedCryptoError for a key of a kind that we do not use."""
        key = public_key(decode_jwk(jwk))
        require_algorithm(jwk, key.algorithm)
        return key

    @classmethod
    def from_pem(cls, text: str) -> PublicKey:
        """Raises InvalidKeyError, or UnsupportedCryptoError for a key of a kind that we do not use."""
        return public_key(decode_pem(text))

    @classmethod
    def from_raw(cls, algorithm: Algorithm, raw: bytes) -> PublicKey:
        """The key as Multikey has it behind its code. Raises InvalidKeyError."""
        return public_key(decode_raw(algorithm, raw))

    def multikey(self) -> str:
        """The Multikey text."""
        return encode_multikey(self.algorithm, self._handle)

    def jwk(self) -> dict[str, Any]:
        """The public members and `alg`; no `kid`, which depends on where the key is published."""
        return encode_jwk(self.algorithm, self._handle)

    def thumbprint(self) -> str:
        """The RFC 7638 thumbprint (SHA-256, base64url): equal for equal keys, however they were written."""
        return thumbprint(self._handle)

    def verify(self, signature: bytes, data: bytes) -> None:
        """Raises SignatureInvalidError unless `signature` is this key's over `data` (ECDSA: raw r||s)."""
        if not algorithms.fits(self.algorithm, self._handle, signature, data):
            raise SignatureInvalidError("The signature does not fit the content and the key.")


def public_key(handle: PublicHandle) -> PublicKey:
    """Raises InvalidKeyError for a weak key, UnsupportedCryptoError for a kind that Laurel does not use."""
    return PublicKey(algorithms.algorithm_of(handle), algorithms.material(handle), handle)


@final
class PrivateKey:
    """A private key in memory. It shows nothing of itself, and is neither copied nor pickled."""

    __slots__ = ("_handle", "public_key")

    public_key: PublicKey

    def __init__(self, handle: PrivateHandle) -> None:
        self._handle = handle
        self.public_key = public_key(handle.public_key())

    @classmethod
    def generate(cls, algorithm: Algorithm) -> PrivateKey:
        """A fresh key (RSA: 2,048 bits)."""
        return cls(algorithms.new_private_handle(algorithm))

    @classmethod
    def from_pkcs8(cls, der: bytes, *, trusted: bool = False) -> PrivateKey:
        """Raises InvalidKeyError when `der` is not an unencrypted PKCS #8 key of a kind that Laurel uses.

        `trusted` is for bytes that are proven to be our own: it skips testing the RSA primes (30 ms).
        """
        try:
            handle = serialization.load_der_private_key(der, password=None, unsafe_skip_rsa_key_validation=trusted)
            return cls(cast("PrivateHandle", handle))
        except (ValueError, TypeError, UnsupportedAlgorithm):
            # The cause is dropped: nothing that has seen the key's bytes belongs in a traceback.
            raise InvalidKeyError("The private key cannot be read.") from None

    @property
    def algorithm(self) -> Algorithm:
        return self.public_key.algorithm

    def pkcs8(self) -> bytes:
        """The secret itself (unencrypted PKCS #8, DER), for the keystore, which encrypts it."""
        return self._handle.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    def sign(self, data: bytes) -> bytes:
        return algorithms.sign(self.algorithm, self._handle, data)

    def __repr__(self) -> str:
        return f"<PrivateKey {self.algorithm}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a private key is neither copied nor pickled")


class Signer(Protocol):
    """What signs with one key, here or in a security module. `key_id` is the kid within the issuer."""

    @property
    def algorithm(self) -> Algorithm: ...

    @property
    def public_key(self) -> PublicKey: ...

    @property
    def key_id(self) -> str: ...

    def sign(self, data: bytes) -> bytes:
        """The signature over `data`. Raises SigningFaultError when a security module does not give one in time."""


@dataclass(frozen=True, slots=True)
class LocalSigner:
    """A `Signer` over a private key in this process."""

    private_key: PrivateKey
    key_id: str

    @property
    def algorithm(self) -> Algorithm:
        return self.private_key.algorithm

    @property
    def public_key(self) -> PublicKey:
        return self.private_key.public_key

    def sign(self, data: bytes) -> bytes:
        return self.private_key.sign(data)
