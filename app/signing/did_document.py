"""DID documents and JWK sets: writing ours. Reading somebody's is in `controlled.py`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from app.signing.algorithms import Algorithm
from app.signing.keys import PublicKey

_CONTEXTS: Final = (
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/multikey/v1",
    "https://w3id.org/security/jwk/v1",
)


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """A key of an issuer. A retired one signs no more but stays published, for the badges it has signed.

    Only one that was `revoked` is marked (Controlled Identifiers 1.0, section 2.2): what it signed from then on counts
    no more. To mark one as past its use would make readers refuse what it signed before (docs/decisions/0026).
    """

    kid: str
    public_key: PublicKey
    retired: bool = False
    revoked: datetime | None = None


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


def _methods(did: str, key: PublishedKey) -> list[dict[str, Any]]:
    method = f"{did}#{key.kid}"
    if key.public_key.algorithm is Algorithm.RS256:
        return [_jwk_method(method, did, key.public_key) | _end(key)]
    multikey = {
        "id": method,
        "type": "Multikey",
        "controller": did,
        "publicKeyMultibase": key.public_key.multikey(),
    }
    return [multikey | _end(key), _jwk_method(f"{method}-jwk", did, key.public_key) | _end(key)]


def _end(key: PublishedKey) -> dict[str, Any]:
    return {"revoked": key.revoked.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")} if key.revoked else {}


def _jwk_method(method: str, did: str, public: PublicKey) -> dict[str, Any]:
    return {"id": method, "type": "JsonWebKey", "controller": did, "publicKeyJwk": public.jwk()}
