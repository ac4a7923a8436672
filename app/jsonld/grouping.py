"""Which statements of a document do some of its members make? (VC-DI-ECDSA 1.0, sections 3.4.7 to 3.4.14)

A selection of members is a document of its own, in which the same blank node would have another label. So each node
without an id gets one first, for as long as it takes; the standard calls that skolemising.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count
from typing import Any, Final

from app.errors import UnsafeDocumentError
from app.jsonld.limits import Limits
from app.jsonld.nquads import blank_nodes, quads_in, relabelled, written
from app.jsonld.rdfc import issue_labels
from app.jsonld.selection import select
from app.jsonld.terms import RDF_FIRST, RDF_REST, Quad

_SKOLEM: Final = "urn:bnid:"
_NOT_NODES: Final = frozenset({"@value", "@list", "@set"})


class UngroupableError(Exception):
    """The document is made of something that cannot be told apart by its members, such as a graph inside it."""


def selected_statements(
    document: Mapping[str, Any],
    pointers: Iterable[str],
    canonical: bytes,
    canonicalize: Callable[[Mapping[str, Any]], bytes],
    limits: Limits,
) -> set[Quad]:
    """Those statements of `canonical`, the canonical form of `document`, that the members at `pointers` make.

    Raises NoSuchMemberError for a pointer that leads nowhere, UngroupableError, and TooComplexError.
    """
    named = _with_ids(document, map(str, count()))
    every = set(_statements(named, canonicalize))
    labels = issue_labels({quad for quad in every if blank_nodes([quad])}, limits)
    # Had an id changed what the document says, or were an id of its own taken for one of these, it would show here.
    if "".join(written(relabelled(every, labels))).encode() != canonical:
        raise UngroupableError
    selection = _statements(select(named, pointers), canonicalize)
    return set(relabelled(every.intersection(selection), labels))


def _with_ids(value: Any, numbers: Iterator[str]) -> Any:
    """A copy in which every node has an id. What is no node may get one too: the document then differs, and is left."""
    if isinstance(value, list):
        return [_with_ids(item, numbers) for item in value]
    if not isinstance(value, Mapping):
        return value
    copied = {name: member if name == "@context" else _with_ids(member, numbers) for name, member in value.items()}
    if not copied.keys() & (_NOT_NODES | {"id", "@id"}):
        copied["id"] = _SKOLEM + next(numbers)
    return copied


def _statements(named: Mapping[str, Any], canonicalize: Callable[[Mapping[str, Any]], bytes]) -> list[Quad]:
    """The statements of a document whose nodes have ids, with blank nodes in place of those that were given."""
    try:
        quads = quads_in(canonicalize(named))
    except UnsafeDocumentError as error:
        raise UngroupableError from error
    nodes = {term: f"_:{term}" for quad in quads for term in quad if term.startswith(f"<{_SKOLEM}")}
    others = _list_cells(quads) | _graphs(quads)
    if blank_nodes(quads) - others.keys():
        raise UngroupableError
    return relabelled(quads, nodes | others)


def _list_cells(quads: Iterable[Quad]) -> dict[str, str]:
    """A name for each cell of a list, by whose list it is and by its place in it: the same in every selection."""
    cells = {subject: obj for subject, predicate, obj, _ in quads if predicate == RDF_REST}
    heads: dict[tuple[str, str], str] = {}
    for subject, predicate, obj, _ in quads:
        if obj not in cells or predicate == RDF_REST:
            continue
        if predicate == RDF_FIRST or heads.setdefault((subject, predicate), obj) != obj:
            raise UngroupableError  # lists in lists, or two of one member
    names: dict[str, str] = {}
    for (subject, predicate), head in heads.items():
        cell, place = head, 0
        while cell in cells and cell not in names:
            names[cell] = f"_:{subject}{predicate}{place}"
            cell, place = cells[cell], place + 1
    return names


def _graphs(quads: Iterable[Quad]) -> dict[str, str]:
    """A name for each graph inside the document, as each proof is one: by whose it is, and what it is about."""
    subjects: dict[str, set[str]] = {}
    objects: dict[str, set[str]] = {}
    for subject, _, obj, graph in quads:
        subjects.setdefault(graph, set()).add(subject)
        objects.setdefault(graph, set()).add(obj)
    names: dict[str, str] = {}
    for subject, predicate, obj, _ in quads:
        if obj[:1] == "_" and obj in subjects:
            about = min(subjects[obj] - objects[obj], default="_")
            if "_" in (subject[:1], about[:1]):
                raise UngroupableError
            names[obj] = f"_:{subject}{predicate}{about}"
    return names
