"""Text forms of bytes: base58btc and base64url, both strict and both bounded before any work is done.

A decoder here accepts exactly one text for each value, so a signed token or a key cannot be rewritten without
changing it. Since the same codecs read keys and proofs, the caller names the error that a bad text raises.
"""

from __future__ import annotations

import base64
import re
from typing import Final

from app.errors import CryptoError

# Characters; decoding is quadratic. A did:key of RSA-4096 has about 720, the other kinds have at most 70.
MAX_BASE58: Final = 1_024

_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGITS: Final = {character: value for value, character in enumerate(_ALPHABET)}
_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]*", re.ASCII)


def encode_base58btc(raw: bytes) -> str:
    """`raw` in base58btc, without the multibase letter (draft-msporny-base58)."""
    number = int.from_bytes(raw, "big")
    characters = []
    while number:
        number, digit = divmod(number, 58)
        characters.append(_ALPHABET[digit])
    zeros = len(raw) - len(raw.lstrip(b"\0"))
    return _ALPHABET[0] * zeros + "".join(reversed(characters))


def decode_base58btc(text: str, *, error: type[CryptoError], max_length: int = MAX_BASE58) -> bytes:
    """The bytes of `text`. Raises `error` beyond `max_length` characters or outside the alphabet."""
    if len(text) > max_length:
        raise error(f"A base58 value has {len(text)} characters; the limit is {max_length}.")
    number = 0
    for character in text:
        digit = _DIGITS.get(character)
        if digit is None:
            raise error("A value is not base58: it holds a character outside the Bitcoin alphabet.")
        number = number * 58 + digit
    zeros = len(text) - len(text.lstrip(_ALPHABET[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def encode_multibase(raw: bytes) -> str:
    """`raw` as multibase base58btc: a `z` and the digits."""
    return "z" + encode_base58btc(raw)


def decode_multibase(text: object, *, error: type[CryptoError], max_length: int = MAX_BASE58) -> bytes:
    """The bytes of a `z` multibase value. Raises `error` for other bases and for what is no text at all."""
    if not isinstance(text, str) or not text.startswith("z"):
        raise error("A value is not multibase base58btc: it has to be a text that begins with z.")
    return decode_base58btc(text[1:], error=error, max_length=max_length)


def decode_multibase_base64url(text: object, *, error: type[CryptoError], max_length: int) -> bytes:
    """The bytes of a `u` multibase value: base64url without padding. Raises `error` for all else."""
    if not isinstance(text, str) or not text.startswith("u"):
        raise error("A value is not multibase base64url: it has to be a text that begins with u.")
    return decode_base64url(text[1:], error=error, max_length=max_length)


def encode_base64url(raw: bytes) -> str:
    """`raw` in base64url without padding (RFC 7515 section 2)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def decode_base64url(text: object, *, error: type[CryptoError], max_length: int) -> bytes:
    """The bytes of `text`. Raises `error` for padding, white space, another alphabet and stray bits."""
    if not isinstance(text, str) or len(text) > max_length:
        raise error(f"A value is not base64url of at most {max_length} characters.")
    if len(text) % 4 == 1 or not _BASE64URL.fullmatch(text):
        raise error("A value is not base64url without padding.")
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    # Only the last character can carry stray bits.
    if len(text) % 4 and encode_base64url(raw[-(len(raw) % 3) :])[-1] != text[-1]:
        raise error("A base64url value has stray bits at its end.")
    return raw
