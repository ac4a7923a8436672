"""DID resolution: from an identifier to its document (DID Resolution v1.0, section 4).

    resolve("did:key:z6Mk…")          # Resolved(document)
    resolve("did:web:example.org")    # Elsewhere("https://example.org/.well-known/did.json"): fetch it, and then
    resolve_fetched(did, document)    # Resolved(document), or Unresolved(Failure.INVALID_DID_DOCUMENT)

Everything but the fetching, which is somebody else's affair.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from app.errors import InvalidKeyError, UnsupportedCryptoError
from app.signing.algorithms import Algorithm
from app.signing.did_jwk import did_jwk_members
from app.signing.did_key import resolve_did_key
from app.signing.did_structure import DID, is_did_document
from app.signing.did_web import did_web_url
from app.signing.edwards import KEY_BYTES
from app.signing.keys import PublicKey
from app.signing.multibase import decode_base64url, decode_multibase

_MAX_LENGTH: Final = 8_192
_X25519_PUB: Final = b"\xec\x01"

_DID_CONTEXT: Final = "https://www.w3.org/ns/did/v1"
_MULTIKEY_CONTEXT: Final = "https://w3id.org/security/multikey/v1"
_JWK_CONTEXT: Final = "https://w3id.org/security/jwk/v1"
# What a key that signs may be used for; one that agrees on secrets is for that alone.
_OF_SIGNATURES: Final = ("authentication", "assertionMethod", "capabilityInvocation", "capabilityDelegation")
_OF_SECRETS: Final = ("keyAgreement",)
_AGREEING: Final = frozenset({Algorithm.ES256, Algorithm.ES384})

DID_DOCUMENT_TYPES: Final = frozenset({"application/did+json", "application/did+ld+json", "application/did"})
"""The representations in which a document can be had. JSON in all of them, with a JSON-LD context."""


class Failure(StrEnum):
    """Why there is no document, in the words of the standard and of did:key."""

    INVALID_DID = "invalidDid"
    NOT_FOUND = "notFound"
    METHOD_NOT_SUPPORTED = "methodNotSupported"
    REPRESENTATION_NOT_SUPPORTED = "representationNotSupported"
    INVALID_DID_DOCUMENT = "invalidDidDocument"
    UNSUPPORTED_PUBLIC_KEY_TYPE = "unsupportedPublicKeyType"


@dataclass(frozen=True, slots=True)
class Resolved:
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Unresolved:
    failure: Failure


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The document has to be fetched from `url`: `resolve_fetched` says what it is worth, `NOT_FOUND` if it is not."""

    url: str


NOT_FOUND: Final = Unresolved(Failure.NOT_FOUND)


def resolve(did: str, *, accept: str | None = None, scheme: str = "https") -> Resolved | Unresolved | Elsewhere:
    """The document of `did`, or where it is, or why there is none. `accept` is the media type that is asked for.

    `scheme="http"` is for did:web in development, as in `did_web_url`.
    """
    match = DID.fullmatch(did) if len(did) <= _MAX_LENGTH else None
    if match is None:
        return Unresolved(Failure.INVALID_DID)
    if accept is not None and accept not in DID_DOCUMENT_TYPES:
        return Unresolved(Failure.REPRESENTATION_NOT_SUPPORTED)
    try:
        if match[1] == "web":
            return Elsewhere(did_web_url(did, scheme=scheme))
        write = _WRITERS.get(match[1])
        return Resolved(write(did)) if write else Unresolved(Failure.METHOD_NOT_SUPPORTED)
    except InvalidKeyError:
        return Unresolved(Failure.INVALID_DID)
    except UnsupportedCryptoError:
        return Unresolved(Failure.UNSUPPORTED_PUBLIC_KEY_TYPE)


def resolve_fetched(did: str, document: Any) -> Resolved | Unresolved:
    """What was found at the address of a did:web: it has to be a DID document, and that of `did` (DID Resolution 4)."""
    if is_did_document(document, did):
        return Resolved(document)
    return Unresolved(Failure.INVALID_DID_DOCUMENT)


def _did_key_document(did: str) -> Mapping[str, Any]:
    """did:key v0.9 section 3.1.1. No X25519 key is derived from an Ed25519 one: a key has one purpose."""
    multikey = did.removeprefix("did:key:")
    raw = decode_multibase(multikey, error=InvalidKeyError)
    if raw.startswith(_X25519_PUB):
        if len(raw) != len(_X25519_PUB) + KEY_BYTES:
            raise InvalidKeyError(f"An X25519 public key has {KEY_BYTES} bytes.")
        return _of_multikey(did, multikey, _OF_SECRETS)
    key = resolve_did_key(did)[1]
    if key.algorithm is Algorithm.RS256:  # a Multikey has no RSA (Controlled Identifiers 2.2.2)
        return _of_jwk(did, multikey, key.jwk(), _OF_SIGNATURES)
    return _of_multikey(did, multikey, _purposes(key))


def _did_jwk_document(did: str) -> Mapping[str, Any]:
    """did:jwk, "Read". A key that does not say what it is for is listed for all that such a key can do."""
    jwk = did_jwk_members(did)
    if (jwk.get("kty"), jwk.get("crv")) == ("OKP", "X25519"):
        x = decode_base64url(jwk.get("x"), error=InvalidKeyError, max_length=2 * KEY_BYTES)
        if len(x) != KEY_BYTES or jwk.get("use", "enc") != "enc":
            raise InvalidKeyError("A did:jwk holds a malformed key, or one that contradicts itself.")
        return _of_jwk(did, "0", jwk, _OF_SECRETS)
    if jwk.get("use") == "enc":
        key = PublicKey.from_jwk({name: value for name, value in jwk.items() if name not in {"use", "key_ops", "alg"}})
        if key.algorithm not in _AGREEING:
            raise InvalidKeyError("A did:jwk holds a key that contradicts itself.")
        return _of_jwk(did, "0", jwk, _OF_SECRETS)
    key = PublicKey.from_jwk(jwk)
    return _of_jwk(did, "0", jwk, _OF_SIGNATURES if "use" in jwk else _purposes(key))


def _purposes(key: PublicKey) -> tuple[str, ...]:
    """All that such a key can do. Ed25519 cannot agree on secrets, nor does RSA."""
    return _OF_SIGNATURES + (_OF_SECRETS if key.algorithm in _AGREEING else ())


_WRITERS: Final[Mapping[str, Callable[[str], Mapping[str, Any]]]] = MappingProxyType(
    {"key": _did_key_document, "jwk": _did_jwk_document}
)


def _of_multikey(did: str, multikey: str, purposes: tuple[str, ...]) -> Mapping[str, Any]:
    method = {"type": "Multikey", "publicKeyMultibase": multikey}
    return _document(did, multikey, method, purposes, _MULTIKEY_CONTEXT)


def _of_jwk(did: str, name: str, jwk: Mapping[str, Any], purposes: tuple[str, ...]) -> Mapping[str, Any]:
    return _document(did, name, {"type": "JsonWebKey", "publicKeyJwk": jwk}, purposes, _JWK_CONTEXT)


def _document(
    did: str, name: str, method: Mapping[str, Any], purposes: tuple[str, ...], context: str
) -> Mapping[str, Any]:
    id_ = f"{did}#{name}"
    whole = {"id": id_, "type": method["type"], "controller": did, **method}
    return {
        "@context": [_DID_CONTEXT, context],
        "id": did,
        "verificationMethod": [whole],
        **{purpose: [id_] for purpose in purposes},
    }
