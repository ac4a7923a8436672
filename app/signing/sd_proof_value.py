"""The proof values of ecdsa-sd-2023 (W3C Data Integrity ECDSA Cryptosuites 1.0, sections 3.5.2 to 3.5.8).

base:     header, [base signature, public key, HMAC key, [signature, …], [mandatory pointer, …]]
derived:  header, [base signature, public key, [signature, …], {number: label, …}, [mandatory index, …]]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NoReturn, TypeVar, cast

from app.errors import InvalidKeyError, InvalidProofError, TooComplexError, UnsupportedCryptoError
from app.signing.algorithms import Algorithm
from app.signing.cbor import CBOR, read_cbor
from app.signing.keys import PublicKey
from app.signing.multibase import decode_multibase_base64url, encode_base64url

MAX_SIGNATURES: Final = 1_024  # one for each statement that is not mandatory; each takes some 0.1 ms to check
_MAX_CHARACTERS: Final = 128 * 1_024
_MAX_ITEMS: Final = 8 * 1_024
_MAX_POINTERS: Final = 256
_MAX_POINTER: Final = 1_024
_BASE: Final = b"\xd9\x5d\x00"
_DERIVED: Final = b"\xd9\x5d\x01"
_SIGNATURE_BYTES: Final = 64
_HASH_BYTES: Final = 32

Kind = TypeVar("Kind", int, bytes, str)


@dataclass(frozen=True, slots=True)
class Signatures:
    """What both kinds hold. `key_bytes` is the Multikey of `key`, which signed the single statements, undecoded."""

    base: bytes = field(repr=False)
    key_bytes: bytes = field(repr=False)
    key: PublicKey
    single: list[bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class BaseProof:
    """The issuer's own proof, from which the holder derives others."""

    signatures: Signatures
    hmac_key: bytes = field(repr=False)
    pointers: list[str]


@dataclass(frozen=True, slots=True)
class DerivedProof:
    """A holder's proof. `labels` are the blank nodes' names for the issuer, by their canonical labels."""

    signatures: Signatures
    labels: Mapping[str, str]
    mandatory: frozenset[int]


def read_proof_value(value: object) -> BaseProof | DerivedProof:
    """Raises InvalidProofError unless `value` is one of the two, made of what it should be made of.

    TooComplexError past our own limits, which say nothing against a proof.
    """
    if isinstance(value, str) and len(value) > _MAX_CHARACTERS:
        raise TooComplexError(f"The proof value has {len(value)} characters; the limit is {_MAX_CHARACTERS}.")
    raw = decode_multibase_base64url(value, error=InvalidProofError, max_length=_MAX_CHARACTERS)
    header, content = raw[: len(_BASE)], raw[len(_BASE) :]
    if header not in {_BASE, _DERIVED}:
        _refuse()
    parts = read_cbor(content, max_items=_MAX_ITEMS)
    if not isinstance(parts, list) or len(parts) != 5:  # noqa: PLR2004 - see above
        _refuse()
    return _base(*parts) if header == _BASE else _derived(*parts)


def _base(base: CBOR, key: CBOR, hmac_key: CBOR, single: CBOR, pointers: CBOR) -> BaseProof:
    texts = _several(pointers, str, _MAX_POINTERS)
    if any(len(text) > _MAX_POINTER for text in texts):
        _refuse()
    return BaseProof(_signatures(base, key, single), _bytes(hmac_key, _HASH_BYTES), texts)


def _derived(base: CBOR, key: CBOR, single: CBOR, labels: CBOR, mandatory: CBOR) -> DerivedProof:
    indexes = frozenset(_several(mandatory, int, _MAX_ITEMS))
    return DerivedProof(_signatures(base, key, single), _labels(labels), indexes)


def _signatures(base: CBOR, key: CBOR, single: CBOR) -> Signatures:
    if not isinstance(key, bytes):
        _refuse()
    signatures = _several(single, bytes, MAX_SIGNATURES)
    if any(len(signature) != _SIGNATURE_BYTES for signature in signatures):
        _refuse()
    return Signatures(_bytes(base, _SIGNATURE_BYTES), key, _key(key), signatures)


def _key(raw: bytes) -> PublicKey:
    try:
        key = PublicKey.from_multikey_bytes(raw)
    except (InvalidKeyError, UnsupportedCryptoError) as error:
        raise InvalidProofError("The key in the proof value cannot be used.") from error
    if key.algorithm is not Algorithm.ES256:
        raise InvalidProofError("The key in the proof value is not one of P-256.")
    return key


def _labels(value: CBOR) -> dict[str, str]:
    """3.5.6: two nodes of one name would be one node to the signatures, and two to a reader."""
    if not isinstance(value, dict):
        _refuse()
    labels = {_canonical_label(number): issuer_label(_bytes(name, _HASH_BYTES)) for number, name in value.items()}
    if len(set(labels.values())) != len(labels):
        _refuse()
    return labels


def _canonical_label(number: CBOR) -> str:
    if not isinstance(number, int):
        _refuse()
    return f"_:c14n{number}"


def issuer_label(digest: bytes) -> str:
    """What the issuer calls a blank node, as N-Quads write it (3.4.4)."""
    return f"_:u{encode_base64url(digest)}"


def _bytes(value: CBOR, length: int) -> bytes:
    if not isinstance(value, bytes) or len(value) != length:
        _refuse()
    return value


def _several(value: CBOR, kind: type[Kind], most: int) -> list[Kind]:
    if not isinstance(value, list) or not all(type(item) is kind for item in value):
        _refuse()
    if len(value) > most:
        raise TooComplexError(f"The proof value lists {len(value)} things in one place; the limit is {most}.")
    return cast("list[Kind]", value)


def _refuse() -> NoReturn:
    raise InvalidProofError("The proof value is not made as its cryptosuite asks.")
