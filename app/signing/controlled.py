"""Controlled identifier documents, DID documents among them: which keys the owner lists, and for what.

A key counts for a purpose only if the document's owner names it under that purpose (Controlled Identifiers 1.0,
section 3.3): by reference to one of the document's methods, or as a whole method in that place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from app.errors import InvalidKeyError
from app.signing.keys import PublicKey
from app.signing.verification_method import key_of_method

ASSERTION: Final = "assertionMethod"
MAX_LISTED: Final = 1_024
"""How many entries of a list are looked at. An honest issuer has a handful; reading a key takes a tenth of a
millisecond."""

# DID documents of before 2020 have their methods under the second name.
_METHOD_LISTS: Final = ("verificationMethod", "publicKey")


def key_in_document(document: Mapping[str, Any], method_url: str, *, relationship: str = ASSERTION) -> PublicKey:
    """The key behind `method_url`, which the document's owner has to list under `relationship`.

    Raises InvalidKeyError when it is not listed, listed twice, controlled by somebody else or malformed, and
    UnsupportedCryptoError when it is of a kind that this version does not know.
    """
    return key_of_method(method_in_document(document, method_url, relationship=relationship))


def method_in_document(
    document: Mapping[str, Any], method_url: str, *, relationship: str = ASSERTION
) -> Mapping[str, Any]:
    """The method `method_url`. Raises InvalidKeyError unless the document's owner lists it, once, as its own."""
    owner = document.get("id")
    if not isinstance(owner, str):
        raise InvalidKeyError("The document does not say whose it is.")
    found = [method for name, method in _listed(document, owner, relationship) if name == method_url]
    if not found:
        raise InvalidKeyError(f"The document of {owner} does not list this key for {relationship}.")
    if any(method != found[0] for method in found):
        raise InvalidKeyError("Two different keys of the document have the same identifier.")
    if not _is_owners(found[0], owner):
        raise InvalidKeyError(f"The key is controlled by another than {owner}.")
    return found[0]


def listed_methods(document: Mapping[str, Any], *, relationship: str = ASSERTION) -> Iterator[Mapping[str, Any]]:
    """The methods that the document's owner lists under `relationship` as its own, with and without an identifier."""
    owner = document.get("id")
    if isinstance(owner, str):
        yield from (method for _, method in _listed(document, owner, relationship) if _is_owners(method, owner))


def references_elsewhere(document: Mapping[str, Any], *, relationship: str = ASSERTION) -> frozenset[str]:
    """What stands under `relationship` as a reference and is no method of this document: it has to be elsewhere."""
    owner = document.get("id")
    if not isinstance(owner, str):
        return frozenset()
    named = _references(document, owner, relationship)
    return named - {name for name, _ in _listed(document, owner, relationship)} if named else named


def absolute(reference: str, owner: str) -> str:
    """A reference to a part of the owner's document, as a whole address; any other as it stands."""
    return owner.partition("#")[0] + reference if reference.startswith("#") else reference


def _listed(
    document: Mapping[str, Any], owner: str, relationship: str
) -> Iterator[tuple[str | None, Mapping[str, Any]]]:
    """The methods under the relationship, by identifier: those embedded, then those named and found in the document."""
    for method in _as_list(document.get(relationship))[:MAX_LISTED]:
        if isinstance(method, Mapping):
            yield _name(method, owner), method
    named = _references(document, owner, relationship)
    if not named:
        return
    for method in _methods(document):
        if (name := _name(method, owner)) in named:
            yield name, method


def _references(document: Mapping[str, Any], owner: str, relationship: str) -> frozenset[str]:
    entries = _as_list(document.get(relationship))[:MAX_LISTED]
    return frozenset(absolute(entry, owner) for entry in entries if isinstance(entry, str))


def _methods(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for name in _METHOD_LISTS:
        entries = _as_list(document.get(name))[:MAX_LISTED]
        yield from (entry for entry in entries if isinstance(entry, Mapping))


def _name(method: Mapping[str, Any], owner: str) -> str | None:
    name = method.get("id")
    return absolute(name, owner) if isinstance(name, str) else None


def _is_owners(method: Mapping[str, Any], owner: str) -> bool:
    """Whether nobody else is named as the one who controls the key.

    A method has to name its controller. Documents in the wild leave it out where it stands in the owner's document,
    where only the owner can have put it; so nothing is believed that the owner did not say. `owner` is what Open Badges
    2.0 calls it.
    """
    return all(method.get(name) in (None, owner) for name in ("controller", "owner"))


def _as_list(value: object) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
