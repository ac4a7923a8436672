"""The key-encryption key: 32 bytes from outside the database, which open every stored private key."""

from __future__ import annotations

import base64
import re
import secrets
from typing import Final, NoReturn, final

from app.errors import ConfigurationError

KEY_BYTES: Final = 32
_HEX: Final = re.compile(r"[0-9A-Fa-f]{64}", re.ASCII)
_BASE64: Final = re.compile(r"([A-Za-z0-9+/]{43}|[A-Za-z0-9_-]{43})=?", re.ASCII)


@final
class KeyEncryptionKey:
    """Shows nothing of itself. `text()` is for the file that keeps it, `raw()` for the keystore."""

    __slots__ = ("_raw",)

    def __init__(self, raw: bytes) -> None:
        if len(raw) != KEY_BYTES:
            raise ConfigurationError(f"The key-encryption key needs {KEY_BYTES} bytes.")
        self._raw = bytes(raw)

    @classmethod
    def generate(cls) -> KeyEncryptionKey:
        return cls(secrets.token_bytes(KEY_BYTES))

    @classmethod
    def from_text(cls, text: str) -> KeyEncryptionKey:
        """Reads base64, base64url or hex, with white space around it. Raises ConfigurationError otherwise."""
        text = text.strip()
        if _HEX.fullmatch(text):
            return cls(bytes.fromhex(text))
        match = _BASE64.fullmatch(text)
        if match is None:
            raise ConfigurationError(f"The key-encryption key needs {KEY_BYTES} bytes as base64 or as hex.")
        return cls(base64.urlsafe_b64decode(match[1].replace("+", "-").replace("/", "_") + "="))

    def text(self) -> str:
        """The secret as base64, for the file that keeps it."""
        return base64.b64encode(self._raw).decode("ascii")

    def raw(self) -> bytes:
        return self._raw

    def __repr__(self) -> str:
        return "<KeyEncryptionKey>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key-encryption key is neither copied nor pickled")
