"""Private keys at rest. They are made here, stored by others as ciphertext, and come back only as a `Signer`.

keystore = EnvelopeKeystore(KeyEncryptionKey.from_text(text))
wrapped = keystore.generate(issuer_id="…", kid="key-1", algorithm=Algorithm.EDDSA)
signer = keystore.signer(issuer_id="…", kid="key-1", algorithm=Algorithm.EDDSA, ciphertext=wrapped.ciphertext)
"""

from __future__ import annotations

from app.keystore.envelope import EnvelopeKeystore, WrappedKey
from app.keystore.kek import KeyEncryptionKey

__all__ = ["EnvelopeKeystore", "KeyEncryptionKey", "WrappedKey"]
