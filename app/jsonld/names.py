"""Members that are named by an address although a term says the same.

`"validUntil": …` and `"https://www.w3.org/2018/credentials#validUntil": …` make one statement, so one signature fits
both; but whoever looks for `validUntil` finds it in the first only. A member whose address no term has hides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.errors import UnsafeDocumentError
from app.jsonld.bundle import Contexts
from app.jsonld.places import Place, pointer_to


def check_names(document: Mapping[str, Any], contexts: Contexts) -> None:
    """Raises UnsafeDocumentError for a member, at any depth, that a term of any of `contexts` could hide behind."""
    vocabulary = _vocabulary(contexts)
    level: list[tuple[Place, Any]] = [(None, document)]
    while level:
        below: list[tuple[Place, Any]] = []
        for place, item in level:
            if isinstance(item, Mapping):
                for name, member in item.items():
                    here = (place, name)
                    if isinstance(name, str) and vocabulary.says_a_term(name):
                        raise UnsafeDocumentError(f"The member {name[:60]} is not named by its term.", pointer_to(here))
                    if name != "@context" and isinstance(member, dict | list):
                        below.append((here, member))
            else:
                inner = enumerate(item)
                below.extend(((place, index), member) for index, member in inner if isinstance(member, dict | list))
        level = below


class _Vocabulary:
    """What the terms of a set of contexts mean, whichever of them a document names: rather too much than too little."""

    def __init__(self, contexts: Contexts) -> None:
        definitions = [pair for context in contexts.values() for pair in _definitions(context.parsed())]
        self._prefixes: dict[str, set[str]] = {}
        for name, meaning in definitions:
            self._prefixes.setdefault(name, set()).add(meaning)
        self._addresses = {address for _, meaning in definitions for address in self._written_out(meaning)}
        self._vocabularies = tuple(meaning for name, meaning in definitions if name == "@vocab" and meaning)

    def says_a_term(self, name: str) -> bool:
        if ":" not in name:
            return False
        addresses = self._written_out(name)
        return not addresses.isdisjoint(self._addresses) or any(
            address.startswith(self._vocabularies) for address in addresses
        )

    def _written_out(self, text: str) -> set[str]:
        """`text`, and what it is if it is a compact IRI."""
        prefix, _, rest = text.partition(":")
        return {text, *(start + rest for start in self._prefixes.get(prefix, ()))}


def _definitions(value: object) -> Iterator[tuple[str, str]]:
    """Each name in a context, with what it is said to mean there."""
    if isinstance(value, dict):
        for name, member in value.items():
            meaning = member.get("@id") if isinstance(member, dict) else member
            if isinstance(meaning, str):
                yield name, meaning
            yield from _definitions(member)
    elif isinstance(value, list):
        for item in value:
            yield from _definitions(item)


def _vocabulary(contexts: Contexts) -> _Vocabulary:
    found: _Vocabulary | None = contexts.memory.get("vocabulary")
    if found is None:
        found = contexts.memory["vocabulary"] = _Vocabulary(contexts)
    return found
