"""What the terms of a credential's own vocabulary are called.

A context that a document holds may give a new name to `validUntil`. The statement stays the same and so does its
signature, but whoever looks for `validUntil` finds nothing: a signed credential could be made to last for ever. Where
documents may hold contexts, what has a name keeps it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from app.jsonld.bundle import BUNDLED_CONTEXTS

# The vocabularies whose statements decide whether a credential holds: its dates, its status, its proofs.
_GUARDED = (
    "https://www.w3.org/2018/credentials#",
    "https://www.w3.org/ns/credentials/status#",
    "https://w3id.org/vc/status-list#",
    "https://w3id.org/security#",
)


def renames(name: str, address: str) -> bool:
    """Whether a member called `name` hides a statement that is known by another name."""
    return address.startswith(_GUARDED) and name not in _names().get(address, {name})


def _names() -> Mapping[str, set[str]]:
    """Every address in the pinned contexts, with all its names there."""
    found: Mapping[str, set[str]] | None = BUNDLED_CONTEXTS.memory.get("names")
    if found is None:
        found = BUNDLED_CONTEXTS.memory["names"] = _read_names()
    return found


def _read_names() -> Mapping[str, set[str]]:
    names: dict[str, set[str]] = defaultdict(set)
    for context in BUNDLED_CONTEXTS.values():
        definitions = list(_definitions(context.parsed()["@context"]))
        prefixes = {name: meaning for name, meaning in definitions if meaning.endswith(("#", "/"))}
        for name, meaning in definitions:
            prefix, _, rest = meaning.partition(":")
            names[prefixes[prefix] + rest if prefix in prefixes else meaning].add(name)
    return names


def _definitions(value: Any) -> Iterator[tuple[str, str]]:
    """Each name in a context, however deep, with what it is said to mean there."""
    for item in value if isinstance(value, list) else [value]:
        for name, member in item.items() if isinstance(item, dict) else ():
            meaning = member.get("@id") if isinstance(member, dict) else member
            if isinstance(meaning, str):
                yield name, meaning
            if isinstance(member, dict):
                yield from _definitions(member.get("@context"))
