"""Verification methods: one public key, in the forms in which documents have held them since 2018.

The key is what counts. Its type only says what the key has to be, so that nobody can be told two things by one method.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from app.errors import InvalidKeyError, UnsupportedCryptoError
from app.signing.algorithms import Algorithm
from app.signing.keys import PublicKey
from app.signing.multibase import decode_base58btc

# The types that are read, and the one kind of key that each may hold; None where any may.
_TYPES: Final[Mapping[str, Algorithm | None]] = MappingProxyType(
    {
        # Controlled Identifiers 2.2.2, 2.2.3 and their forerunner
        "Multikey": None,
        "JsonWebKey": None,
        "JsonWebKey2020": None,
        # security vocabularies of 2018 to 2020, which DID documents still hold
        "Ed25519VerificationKey2018": Algorithm.EDDSA,
        "Ed25519VerificationKey2020": Algorithm.EDDSA,
        "EcdsaSecp256r1VerificationKey2019": Algorithm.ES256,
        "RsaVerificationKey2018": Algorithm.RS256,
        # Open Badges 2.0
        "CryptographicKey": None,
    }
)
_SECRETS: Final = frozenset(
    {
        "secretKeyMultibase",
        "secretKeyJwk",
        "privateKeyMultibase",
        "privateKeyJwk",
        "privateKeyBase58",
        "privateKeyPem",
        "privateKeyHex",
    }
)


def key_of_method(method: Mapping[str, Any]) -> PublicKey:
    """The key that a verification method holds.

    Raises InvalidKeyError for one that is malformed, weak, of another kind than its type says, given in two forms or
    shown with its private half; UnsupportedCryptoError for a type or form that this version does not know.
    """
    if _SECRETS & method.keys():
        raise InvalidKeyError("The document shows the private half of the key: anybody can sign with it.")
    forms = [name for name in _FORMS if method.get(name) is not None]
    if len(forms) > 1:
        raise InvalidKeyError("A key is given in two forms at once.")
    kind = _type(method.get("type"))
    if kind is None or not forms:
        raise UnsupportedCryptoError("The key is in a form that this version does not know.")
    key = _FORMS[forms[0]](method[forms[0]], _TYPES[kind])
    if _TYPES[kind] not in {None, key.algorithm}:
        raise InvalidKeyError("A key is of another kind than the document says.")
    return key


def _type(value: object) -> str | None:
    """The type that is known; in JSON-LD it may be one of a list."""
    stated = value if isinstance(value, list) else [value]
    return next((kind for kind in stated if isinstance(kind, str) and kind in _TYPES), None)


def _multibase(value: Any, _stated: Algorithm | None) -> PublicKey:
    return PublicKey.from_multikey(value)


def _jwk(value: Any, _stated: Algorithm | None) -> PublicKey:
    if not isinstance(value, Mapping):
        raise InvalidKeyError("A value is not a JSON Web Key.")
    return PublicKey.from_jwk(value)


def _base58(value: Any, stated: Algorithm | None) -> PublicKey:
    """The bytes alone: what they are, only the type says."""
    if stated is None or stated is Algorithm.RS256:
        raise UnsupportedCryptoError("The key is in a form that this version does not know.")
    if not isinstance(value, str):
        raise InvalidKeyError("A value is not base58: it is not a text.")
    return PublicKey.from_raw(stated, decode_base58btc(value, error=InvalidKeyError))


def _pem(value: Any, _stated: Algorithm | None) -> PublicKey:
    return PublicKey.from_pem(value)


_FORMS: Final[Mapping[str, Callable[[Any, Algorithm | None], PublicKey]]] = MappingProxyType(
    {"publicKeyMultibase": _multibase, "publicKeyJwk": _jwk, "publicKeyBase58": _base58, "publicKeyPem": _pem}
)
