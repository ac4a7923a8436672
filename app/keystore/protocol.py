"""What the rest of Laurel asks of a place for private keys, whatever it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from app.signing import Algorithm, PublicKey, Signer

ENVELOPE = "envelope"
PKCS11 = "pkcs11"


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A new key as it is stored: its public half, and what the back end keeps of the private one in the row.

    That is the private key under the key-encryption key, or the name under which a device finds it.
    """

    public_key: PublicKey
    ciphertext: bytes = field(repr=False)
    backend: str = ENVELOPE


class Keystore(Protocol):
    """Makes keys, hands out signers, and forgets keys for good.

    Each raises KeyUnwrapError when what is stored is not this very key's, KeystoreUnavailableError when the place
    itself is away.
    """

    def generate(self, *, issuer_id: str, kid: str, algorithm: Algorithm) -> WrappedKey:
        """A fresh key for this issuer, under this kid. Raises UnsupportedCryptoError for what is not made there."""
        ...

    def signer(self, *, issuer_id: str, kid: str, algorithm: Algorithm, ciphertext: bytes) -> Signer:
        """The signer whose key `ciphertext` stands for."""
        ...

    def destroy(self, *, issuer_id: str, kid: str, algorithm: Algorithm, ciphertext: bytes) -> None:
        """Nothing of the private half is left in the keystore, nor in the memory of this process. Again: no error."""
        ...

    def rewrapped(self, *, issuer_id: str, kid: str, algorithm: Algorithm, ciphertext: bytes) -> bytes | None:
        """The same key under the current key-encryption key; None when it is, or needs none."""
        ...
