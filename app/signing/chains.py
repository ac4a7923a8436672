"""Proofs that build on others (Data Integrity 1.0, sections 2.1.2 and 4.5): `previousProof` names them by id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.errors import InvalidProofError

Proof = Mapping[str, Any]


def previous_proofs(document: Mapping[str, Any], proof: Proof) -> list[Proof]:
    """The proofs of `document` on which `proof` builds, in the document's order; none if it is no part of a chain.

    Raises InvalidProofError unless each that it names is there, once.
    """
    names = _names(proof)
    found = [other for other in _proofs(document) if isinstance(other.get("id"), str) and other["id"] in names]
    if len(found) != len(names):
        raise InvalidProofError("The proof builds on others, which are not there once each.")
    return found


def chain(document: Mapping[str, Any], proof: Proof) -> list[Proof]:
    """All proofs on which `proof`, one of the document's, builds, directly or not.

    Raises InvalidProofError as above and for a circle, of which `proof` itself may be a part.
    """
    found: dict[str, Proof] = {}
    waiting = [proof]
    while waiting:
        for previous in previous_proofs(document, waiting.pop()):
            if previous["id"] not in found:
                found[previous["id"]] = previous
                waiting.append(previous)
    _require_order(found)
    return list(found.values())


def _require_order(proofs: Mapping[str, Proof]) -> None:
    """Some order has to be possible in which each was made after those that it builds on."""
    made: set[str] = set()
    while len(made) < len(proofs):
        ready = {name for name, proof in proofs.items() if name not in made and _names(proof) <= made}
        if not ready:
            raise InvalidProofError("The proof builds on others that build on themselves.")
        made |= ready


def _names(proof: Proof) -> set[str]:
    if "previousProof" not in proof:
        return set()
    value = proof["previousProof"]
    names = value if isinstance(value, list) else [value]
    if not names or not all(isinstance(name, str) for name in names) or len(set(names)) != len(names):
        raise InvalidProofError("The proof does not say clearly which others it builds on.")
    return set(names)


def _proofs(document: Mapping[str, Any]) -> list[Proof]:
    value = document.get("proof")
    return [proof for proof in (value if isinstance(value, list) else [value]) if isinstance(proof, Mapping)]
