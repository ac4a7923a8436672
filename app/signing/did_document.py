"""DID documents and JWK sets: writing ours, and finding a key in somebody's (Controlled Identifiers 3.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.errors import InvalidKeyError, UnsupportedCryptoError
from app.signing.algorithms import Algorithm
from app.signing.keys import PublicKey

_CONTEXTS: Final = (
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/multikey/v1",
    "https://w3id.org/security/jwk/v1",
)
_MULTIKEY_TYPES: Final = frozenset({"Multikey", "Ed25519VerificationKey2020"})
_JWK_TYPES: Final = frozenset({"JsonWebKey", "JsonWebKey2020"})
_SECRETS: Final = frozenset({"secretKeyMultibase", "secretKeyJwk", "privateKeyMultibase", "privateKeyJwk"})


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """A key of an issuer. A retired one signs no more but stays published, for the badges it has signed."""

    kid: str
    public_key: PublicKey
    retired: bool = False


def did_document(did: str, keys: Sequence[PublishedKey], *, also_known_as: Sequence[str] = ()) -> dict[str, Any]:
    """The document that answers for `did`.

    Each key is there as a Multikey `did#kid` and a JsonWebKey `did#kid-jwk`, since validators read one or the
    other; an RSA key only as a JsonWebKey `did#kid`. All ids are absolute: the 1EdTech validator
    resolves none.
    """
    methods = [method for key in keys for method in _methods(did, key)]
    document: dict[str, Any] = {"@context": list(_CONTEXTS), "id": did}
    if also_known_as:
        document["alsoKnownAs"] = list(also_known_as)
    document["verificationMethod"] = methods
    document["assertionMethod"] = [method["id"] for method in methods]
    return document


def jwk_with_kid(public: PublicKey, kid: str) -> dict[str, Any]:
    """One JWK, as the URL in a token's `kid` answers it."""
    return {**public.jwk(), "use": "sig", "kid": kid}


def jwks(keys: Sequence[PublishedKey], *, iss: str, key_url: Callable[[str], str] | None = None) -> dict[str, Any]:
    """The JWK set of an issuer. Each key holds `iss`, as the implementation guide advises for shared hosts.

    `key_url` turns a kid into the URL that tokens carry, so that the two can be compared.
    """
    named = key_url or str
    return {"keys": [{**jwk_with_kid(key.public_key, named(key.kid)), "iss": iss} for key in keys]}


def key_in_document(
    document: Mapping[str, Any], method_url: str, *, relationship: str = "assertionMethod"
) -> PublicKey:
    """The key behind `method_url`, which the document's owner has to list under `relationship`.

    Raises InvalidKeyError when it is not listed, listed twice, controlled by somebody else or malformed, and
    UnsupportedCryptoError when it is of a kind that this version does not know.
    """
    owner = document.get("id")
    if not isinstance(owner, str) or method_url.partition("#")[0] != owner:
        raise InvalidKeyError("The key is not one of this document: their identifiers differ.")
    method = _listed_method(document, owner, method_url, relationship)
    if method.get("controller") != owner:
        raise InvalidKeyError(f"The key is controlled by another than {owner}.")
    return _key_of(method)


def _methods(did: str, key: PublishedKey) -> list[dict[str, Any]]:
    method = f"{did}#{key.kid}"
    if key.public_key.algorithm is Algorithm.RS256:
        return [_jwk_method(method, did, key.public_key)]
    multikey = {
        "id": method,
        "type": "Multikey",
        "controller": did,
        "publicKeyMultibase": key.public_key.multikey(),
    }
    return [multikey, _jwk_method(f"{method}-jwk", did, key.public_key)]


def _jwk_method(method: str, did: str, public: PublicKey) -> dict[str, Any]:
    return {"id": method, "type": "JsonWebKey", "controller": did, "publicKeyJwk": public.jwk()}


def _listed_method(document: Mapping[str, Any], owner: str, method_url: str, relationship: str) -> Mapping[str, Any]:
    """The method: embedded under the relationship, or named there and found among the document's methods."""
    entries = _as_list(document.get(relationship))
    found = _named(entries, owner, method_url)
    if any(isinstance(entry, str) and _absolute(entry, owner) == method_url for entry in entries):
        found += _named(_as_list(document.get("verificationMethod")), owner, method_url)
    if not found:
        raise InvalidKeyError(f"The document of {owner} does not list this key for {relationship}.")
    if any(method != found[0] for method in found):
        raise InvalidKeyError("Two different keys of the document have the same identifier.")
    return found[0]


def _named(methods: list[Any], owner: str, method_url: str) -> list[Mapping[str, Any]]:
    return [
        method for method in methods if isinstance(method, Mapping) and _absolute(method.get("id"), owner) == method_url
    ]


def _absolute(reference: object, owner: str) -> str | None:
    if not isinstance(reference, str):
        return None
    return owner + reference if reference.startswith("#") else reference


def _as_list(value: object) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _key_of(method: Mapping[str, Any]) -> PublicKey:
    if _SECRETS & method.keys():
        raise InvalidKeyError("The document shows the private half of the key: anybody can sign with it.")
    kind, multikey, jwk = (method.get(name) for name in ("type", "publicKeyMultibase", "publicKeyJwk"))
    if multikey is not None and jwk is not None:
        raise InvalidKeyError("A key is given in two forms at once.")
    if kind in _MULTIKEY_TYPES and isinstance(multikey, str):
        return PublicKey.from_multikey(multikey)
    if kind in _JWK_TYPES and isinstance(jwk, Mapping):
        return PublicKey.from_jwk(jwk)
    raise UnsupportedCryptoError("The key is in a form that this version does not know.")
