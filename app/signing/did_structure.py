"""Whether a document is a DID document (DID Core 1.0, sections 4 and 5), and its relative addresses made whole.

Strict about what a stranger is handed as a document; what a signature needs of one method is asked by `controlled`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from app.signing.jwk import PRIVATE_MEMBERS

# DID Core 3.1. A path, a query or a fragment makes it a DID URL, which is dereferenced and not resolved.
DID: Final = re.compile(r"did:([a-z0-9]+):((?:[A-Za-z0-9._:-]|%[0-9A-Fa-f]{2})*(?:[A-Za-z0-9._-]|%[0-9A-Fa-f]{2}))")
_DID_URL: Final = re.compile(rf"(?:{DID.pattern})?(?:[/?#][!-~]*)?")  # 3.2; without a DID before it, a relative one
_RELATIONSHIPS: Final = (
    "authentication",
    "assertionMethod",
    "keyAgreement",
    "capabilityInvocation",
    "capabilityDelegation",
)


def is_did_document(document: object, did: str) -> bool:
    """Whether `document` is that of `did`, and each member that the standard knows is built as it asks.

    A method without a controller passes: documents in the wild leave it out, and there is one owner.
    """
    if not isinstance(document, Mapping) or document.get("id") != did:
        return False
    return all(check(document[name]) for name, check in _MEMBERS.items() if name in document)


def with_absolute_urls(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same with every relative DID URL of a method or a service made whole (DID Resolution 1.0, section 4.4)."""
    owner = document["id"]
    lists = ("verificationMethod", *_RELATIONSHIPS, "service")
    return {
        name: [_whole(item, owner) for item in value] if name in lists else value for name, value in document.items()
    }


def _whole(item: Any, owner: str) -> Any:
    if isinstance(item, str):
        return owner + item if item.startswith(("#", "/", "?")) else item
    return {name: _whole(value, owner) if name == "id" else value for name, value in item.items()}


def _is_did(value: Any) -> bool:
    return isinstance(value, str) and DID.fullmatch(value) is not None


def _is_did_url(value: Any) -> bool:
    return _is_text(value) and _DID_URL.fullmatch(value) is not None


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _are(check: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(map(check, value))


def _is_method(value: Any) -> bool:
    """Section 5.2."""
    if not isinstance(value, Mapping) or not _is_did_url(value.get("id")) or not _is_text(value.get("type")):
        return False
    jwk = value.get("publicKeyJwk", {})
    public = isinstance(jwk, Mapping) and not PRIVATE_MEMBERS & jwk.keys()
    return public and ("controller" not in value or _is_did(value["controller"]))


def _is_service(value: Any) -> bool:
    """Section 5.4."""
    if not isinstance(value, Mapping) or not _is_text(value.get("id")):
        return False
    kind, endpoint = value.get("type"), value.get("serviceEndpoint")
    places = endpoint if isinstance(endpoint, list) else [endpoint]
    return (_is_text(kind) or _are(_is_text)(kind)) and all(isinstance(place, str | Mapping) for place in places)


def _are_services(value: Any) -> bool:
    return _are(_is_service)(value) and len({service["id"] for service in value}) == len(value)


_MEMBERS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "controller": lambda value: _is_did(value) or _are(_is_did)(value),
    "alsoKnownAs": _are(_is_text),
    "verificationMethod": _are(_is_method),
    **dict.fromkeys(_RELATIONSHIPS, _are(lambda value: _is_did_url(value) or _is_method(value))),
    "service": _are_services,
}
