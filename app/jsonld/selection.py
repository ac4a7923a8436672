"""Parts of a document, by JSON pointers (VC-DI-ECDSA 1.0, sections 3.4.11 to 3.4.13)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

# What a node is and is called stands in every selection of one of its members.
_IDENTITY: Final = ("@context", "id", "@id", "type", "@type")
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,7}", re.ASCII)


class NoSuchMemberError(Exception):
    """A pointer that is none, or that leads nowhere."""


@dataclass(slots=True)
class _Wanted:
    """What the pointers want of one place: all of it, or some of what is below it."""

    whole: bool = False
    below: dict[str, _Wanted] = field(default_factory=dict)


def select(document: Mapping[str, Any], pointers: Iterable[str]) -> Any:
    """The document with nothing but what the pointers lead to, and the types and ids of all on the way there.

    A list of one and its only value are the same to JSON-LD, so a pointer may be written for either. Shares its parts
    with `document`. Raises NoSuchMemberError.
    """
    wanted = _Wanted()
    for pointer in pointers:
        place = wanted
        for token in _tokens(pointer):
            place = place.below.setdefault(token, _Wanted())
        place.whole = True
    return _selected(document, wanted)


def _tokens(pointer: str) -> list[str]:
    """RFC 6901 sections 3 and 4."""
    if pointer and not pointer.startswith("/"):
        raise NoSuchMemberError
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


def _selected(source: Any, wanted: _Wanted) -> Any:
    if wanted.whole:
        return source
    if isinstance(source, list):
        return _of_list(source, wanted)
    if wanted.below.keys() == {"0"} and not (isinstance(source, Mapping) and "0" in source):
        return _selected(source, wanted.below["0"])
    if not isinstance(source, Mapping):
        raise NoSuchMemberError
    members = {token: _selected(_member(source, token), below) for token, below in wanted.below.items()}
    return members | {name: source[name] for name in _IDENTITY if name in source}


def _member(source: Mapping[str, Any], token: str) -> Any:
    if token not in source:
        raise NoSuchMemberError
    return source[token]


def _of_list(source: list[Any], wanted: _Wanted) -> list[Any]:
    indexes = {token: _index(token) for token in wanted.below}
    if None in indexes.values():
        if len(source) != 1:
            raise NoSuchMemberError
        return [_selected(source[0], wanted)]
    if any(index is not None and index >= len(source) for index in indexes.values()):
        raise NoSuchMemberError
    return [_selected(source[int(token)], wanted.below[token]) for token in sorted(indexes, key=int)]


def _index(token: str) -> int | None:
    return int(token) if _INDEX.fullmatch(token) else None
