"""Private keys at rest, in envelopes or on a device. They are made here, what others store of them is a ciphertext or a
name, and they come back only as a `Signer`.

keystore = EnvelopeKeystore(KeyEncryptionKey.from_text(text))
wrapped = keystore.generate(issuer_id="…", kid="key-1", algorithm=Algorithm.EDDSA)
signer = keystore.signer(issuer_id="…", kid="key-1", algorithm=Algorithm.EDDSA, ciphertext=wrapped.ciphertext)
"""

from __future__ import annotations

from app.keystore.envelope import FORM as ENVELOPE_FORM
from app.keystore.envelope import EnvelopeKeystore
from app.keystore.kek import KeyEncryptionKey
from app.keystore.pkcs11 import FORM as PKCS11_FORM
from app.keystore.pkcs11 import Device, PKCS11Keystore
from app.keystore.protocol import Keystore, WrappedKey
from app.keystore.several import Keystores

__all__ = [
    "ENVELOPE_FORM",
    "PKCS11_FORM",
    "Device",
    "EnvelopeKeystore",
    "KeyEncryptionKey",
    "Keystore",
    "Keystores",
    "PKCS11Keystore",
    "WrappedKey",
]
