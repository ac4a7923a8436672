"""Reading canonical N-Quads back (RDFC-1.0 section 5): what our own writer wrote, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.jsonld.terms import Quad, Quads, line


def read_nquads(canonical: bytes) -> Quads:
    """The dataset that `canonical` is the canonical form of."""
    quads = Quads()
    for quad in quads_in(canonical):
        quads.add(*quad)
    return quads


def quads_in(canonical: bytes) -> list[Quad]:
    """Its statements, in their order."""
    return [_quad(text) for text in canonical.decode().split("\n") if text]


def relabelled(quads: Iterable[Quad], labels: Mapping[str, str]) -> list[Quad]:
    """The same statements about blank nodes of other names."""
    find = labels.get
    return [(find(s, s), predicate, find(o, o), find(graph, graph)) for s, predicate, o, graph in quads]


def written(quads: Iterable[Quad]) -> list[str]:
    """One line each, sorted."""
    return sorted(line(*quad) for quad in quads)


def blank_nodes(quads: Iterable[Quad]) -> set[str]:
    return {term for subject, _, obj, graph in quads for term in (subject, obj, graph) if term[:1] == "_"}


def _quad(text: str) -> Quad:
    subject, predicate, rest = text.removesuffix(" .").split(" ", 2)
    # Of all terms only a literal holds spaces or quotes, and it ends with its last quote, a language or a datatype.
    opening, quote, closing = rest.rpartition('"')
    ending, _, graph = closing.partition(" ")
    return subject, predicate, opening + quote + ending, graph
