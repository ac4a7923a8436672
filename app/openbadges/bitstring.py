"""Bitstring Status List v1.0: which credentials of a list are revoked, one bit each.

Index 0 is the left-most (most significant) bit of the first byte; a bit that is set means "revoked" (or
whatever the list's purpose says).
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from app.errors import MalformedDocumentError, TooLargeError
from app.openbadges.vocabulary import VC_CONTEXT

MINIMUM_LENGTH: Final = 131_072
"""The fewest entries a list may have (section 3.3: herd privacy, 16 KiB)."""

MAX_BITSTRING_BYTES: Final = 16 * 1024 * 1024
_GZIP: Final = 31  # zlib's number for "gzip header and trailer, 32 KiB window"
_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]+")
_TO_BASE64URL: Final = str.maketrans("+/", "-_")
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,9}")
_INDEX_BOUND: Final = 10**10


def list_bits(indexes: Iterable[int], *, length: int = MINIMUM_LENGTH) -> bytes:
    """The bits of a list with `indexes` set. Raises MalformedDocumentError for an index outside the list."""
    bits = bytearray(length // 8)
    for index in indexes:
        byte, mask = _position(bits, index)
        bits[byte] |= mask
    return bytes(bits)


def encode_bitstring(indexes: Iterable[int], *, length: int = MINIMUM_LENGTH) -> str:
    """`encodedList` with `indexes` set: multibase base64url of the gzipped bits.

    Level 1 and zlib's header without a time: the same bits give the same text, and a list with 2 % of its
    bits set takes 0.1 ms against 11 ms at level 9. Raises MalformedDocumentError for an index outside the
    list.
    """
    bits = list_bits(indexes, length=length)
    return "u" + base64.urlsafe_b64encode(zlib.compress(bits, 1, wbits=_GZIP)).decode().rstrip("=")


def decode_bitstring(encoded: object, *, max_bytes: int = MAX_BITSTRING_BYTES, bare: bool = False) -> bytes:
    """The bits of an `encodedList` (section 3.3, "bitstring expansion").

    Never inflates more than `max_bytes` (TooLargeError). MalformedDocumentError when it is not one whole
    gzip member or holds fewer than 131,072 bits. `bare` also takes the form of the draft of 2021: base64 of either
    alphabet, padded or not, without the prefix "u".
    """
    text = _without_sign(encoded, bare=bare)
    bits = _gunzip(_base64url(text, max_bytes), max_bytes)
    if len(bits) * 8 < MINIMUM_LENGTH:
        raise MalformedDocumentError(
            f"The status list has {len(bits) * 8} entries; {MINIMUM_LENGTH} is the least allowed."
        )
    return bits


def entry_value(bits: bytes, index: int, *, size: int = 1) -> int:
    """The value of entry `index`, whose `size` bits stand next to each other with the most significant first.

    Raises MalformedDocumentError past the end of the list (RANGE_ERROR).
    """
    first, last = index * size, index * size + size - 1
    if not 0 <= first <= last < len(bits) * 8:
        raise MalformedDocumentError(f"Entry {index} is outside the status list of {len(bits) * 8 // size} entries.")
    window = int.from_bytes(bits[first >> 3 : (last >> 3) + 1], "big")
    return window >> (7 - (last & 7)) & ((1 << size) - 1)


def parse_index(value: object) -> int:
    """`statusListIndex` as a number: decimal digits in a string (the standard's form) or a whole JSON number.

    Python's own `int()` would read "+7", " 7" and "0_7" too, and two verifiers would look at two bits.
    Raises MalformedDocumentError for all others.
    """
    if isinstance(value, str) and _INDEX.fullmatch(value):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _INDEX_BOUND:
        return value
    raise MalformedDocumentError("statusListIndex is not a whole number from 0 up, written in decimal digits.")


def status_list_document(
    *,
    id: str,  # noqa: A002  the document's own word
    issuer: str | Mapping[str, Any],
    valid_from: datetime,
    valid_until: datetime | None,
    encoded_list: str,
    purpose: str = "revocation",
    ttl_ms: int | None = None,
) -> dict[str, Any]:
    """The unsigned BitstringStatusListCredential (section 2.2) that is published at `id`."""
    subject: dict[str, Any] = {
        "id": f"{id}#list",
        "type": "BitstringStatusList",
        "statusPurpose": purpose,
        "encodedList": encoded_list,
    }
    if ttl_ms is not None:
        subject["ttl"] = ttl_ms
    return {
        "@context": [VC_CONTEXT],
        "id": id,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": _timestamp(valid_from),
        **({} if valid_until is None else {"validUntil": _timestamp(valid_until)}),
        "credentialSubject": subject,
    }


def _position(bits: bytes | bytearray, index: int) -> tuple[int, int]:
    if not 0 <= index < len(bits) * 8:
        raise MalformedDocumentError(f"Entry {index} is outside the status list of {len(bits) * 8} entries.")
    return index >> 3, 0x80 >> (index & 7)


def _without_sign(encoded: object, *, bare: bool) -> str:
    if not isinstance(encoded, str):
        raise MalformedDocumentError("encodedList is not a text.")
    if encoded.startswith("u"):
        return encoded[1:]
    # A gzip member begins with 1f 8b 08, in base64 "H4sI": the bare form cannot be taken for a signed one.
    if bare and encoded.startswith("H4sI"):
        return encoded.rstrip("=").translate(_TO_BASE64URL)
    raise MalformedDocumentError('encodedList does not start with "u", the multibase sign for base64url.')


def _base64url(text: str, max_bytes: int) -> bytes:
    if len(text) > max_bytes * 4 // 3 + 1_024:  # gzip never grows bits by more than a few bytes per block
        raise TooLargeError(f"The status list is larger than {max_bytes} bytes.")
    if not _BASE64URL.fullmatch(text):
        raise MalformedDocumentError("encodedList is not base64url without padding.")
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise MalformedDocumentError("encodedList is not whole base64url; its end is missing.") from error


def _gunzip(data: bytes, max_bytes: int) -> bytes:
    inflater = zlib.decompressobj(_GZIP)
    try:
        bits = inflater.decompress(data, max_bytes + 1)
    except zlib.error as error:
        raise MalformedDocumentError("The status list is not gzip, or is damaged.") from error
    if len(bits) > max_bytes:
        raise TooLargeError(f"The status list inflates to more than {max_bytes} bytes.")
    if not inflater.eof:
        raise MalformedDocumentError("The status list's gzip data ends too early.")
    if inflater.unused_data:
        raise MalformedDocumentError("Bytes follow the status list's gzip data.")
    return bits


def _timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
