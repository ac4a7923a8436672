"""RDF Dataset Canonicalization, RDFC-1.0 (https://www.w3.org/TR/rdf-canon/), with a limit on its work.

The numbered comments follow section 4.4.3 (the whole), 4.6.3 (first degree), 4.7.3 (related) and 4.8.3 (N-degree).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import permutations
from typing import Any

from app.errors import TooComplexError
from app.jsonld.limits import DEFAULT_LIMITS, Limits
from app.jsonld.terms import Quad, Quads, line

# How many cheap steps (a related node looked at, a related hash made) one unit of work may hold. Calls and
# permutations are what grows factorially; without this second count one permutation of 500 nodes would be one unit.
_STEPS_PER_UNIT = 32
# How many look-alikes in a row may be followed; each is three frames of the interpreter's stack.
_MAX_RECURSION = 128
_TOO_ALIKE = "The document's unnamed parts are too much alike to be told apart within the limit."

Digest = Callable[[bytes], Any]  # a constructor of hashlib; SHA-256 unless the cryptosuite says otherwise


def canonical_nquads(quads: Quads, limits: Limits = DEFAULT_LIMITS, digest: Digest = sha256) -> bytes:
    """The dataset as canonical N-Quads, UTF-8.

    Raises TooComplexError when it has more quads or blank nodes than `limits` allows, or when its blank nodes are so
    much alike that telling them apart would take more work (RDFC-1.0 section 7.1, dataset poisoning).
    """
    lines = set(quads.ground)
    if quads.linked:
        linked = set(quads.linked)
        labels = issue_labels(linked, limits, digest)
        lines.update(_relabelled(linked, labels))
    if len(lines) > limits.quads:
        raise TooComplexError(f"The document makes {len(lines)} statements; the limit is {limits.quads}.")
    return "".join(sorted(lines)).encode()


def _relabelled(quads: Iterable[Quad], labels: dict[str, str]) -> Iterable[str]:
    find = labels.get
    for subject, predicate, obj, graph in quads:
        yield line(find(subject, subject), predicate, find(obj, obj), find(graph, graph))


def issue_labels(quads: Iterable[Quad], limits: Limits = DEFAULT_LIMITS, digest: Digest = sha256) -> dict[str, str]:
    """The canonical label (`_:c14n0`, …) of every blank node in `quads`, a set without repetitions."""
    # 2. and 3. The first degree hash of each blank node.
    by_node = _first_degree_lines(quads)
    if len(by_node) > limits.blank_nodes:
        raise TooComplexError(f"The document has {len(by_node)} blank nodes; the limit is {limits.blank_nodes}.")
    by_hash: dict[str, list[str]] = {}
    for node, lines in by_node.items():
        by_hash.setdefault(digest("".join(sorted(lines)).encode()).hexdigest(), []).append(node)
    # 4. Hashes that only one blank node has give it its label at once.
    labels: dict[str, str] = {}
    alike: list[list[str]] = []
    for _, nodes in sorted(by_hash.items()):
        if len(nodes) == 1:
            labels[nodes[0]] = f"_:c14n{len(labels)}"
        else:
            alike.append(nodes)
    # 5. The others are told apart by their neighbours.
    if alike:
        first_degree = {node: key for key, nodes in by_hash.items() for node in nodes}
        _NDegree(quads, labels, first_degree, limits, digest).label(alike)
    return labels


def _first_degree_lines(quads: Iterable[Quad]) -> dict[str, list[str]]:
    """4.6.3: for each blank node its quads as text, itself written `_:a` and any other blank node `_:z`."""
    by_node: dict[str, list[str]] = {}
    for subject, predicate, obj, graph in quads:
        subject_blank, object_blank = subject[0] == "_", obj[0] == "_"
        if not graph and not object_blank:
            by_node.setdefault(subject, []).append(f"_:a {predicate} {obj} .\n")
        elif not graph and not subject_blank:
            by_node.setdefault(obj, []).append(f"{subject} {predicate} _:a .\n")
        else:
            for node in {term for term in (subject, obj, graph) if term[:1] == "_"}:
                by_node.setdefault(node, []).append(
                    line(_seen(subject, node), predicate, _seen(obj, node), _seen(graph, node))
                )
    return by_node


def _seen(term: str, node: str) -> str:
    if term[:1] != "_":
        return term
    return "_:a" if term == node else "_:z"


def _orders(related: Sequence[str]) -> Iterator[Sequence[str]]:
    """The different orders of `related`, which names a node once for each quad that relates it in the same way.

    A proof's graph is named by each of its quads: seven times the same node has one order and not 7! = 5,040.
    """
    if len(set(related)) == len(related):
        yield from permutations(related)
        return
    nodes = list(dict.fromkeys(related))
    ranks = sorted(map(nodes.index, related))
    while True:
        yield [nodes[rank] for rank in ranks]
        rise = next((i for i in range(len(ranks) - 2, -1, -1) if ranks[i] < ranks[i + 1]), None)
        if rise is None:
            return
        swap = next(i for i in range(len(ranks) - 1, rise, -1) if ranks[i] > ranks[rise])
        ranks[rise], ranks[swap] = ranks[swap], ranks[rise]
        ranks[rise + 1 :] = reversed(ranks[rise + 1 :])


class _Issuer:
    """4.5: hands out temporary labels in the order of asking."""

    __slots__ = ("labels",)

    def __init__(self, labels: dict[str, str] | None = None) -> None:
        self.labels = labels or {}

    def issue(self, node: str) -> str:
        label = self.labels.get(node)
        if label is None:
            label = self.labels[node] = f"_:b{len(self.labels)}"
        return label

    def copy(self) -> _Issuer:
        return _Issuer(self.labels.copy())


class _NDegree:
    """4.8: the canonical labels of blank nodes whose own quads do not tell them apart."""

    def __init__(
        self,
        quads: Iterable[Quad],
        labels: dict[str, str],
        first_degree: dict[str, str],
        limits: Limits,
        digest: Digest,
    ) -> None:
        self._digest = digest
        self._labels = labels
        self._first_degree = first_degree
        self._quads_of: dict[str, list[Quad]] = {}
        for quad in quads:
            for node in {quad[0], quad[2], quad[3]} & first_degree.keys():
                self._quads_of.setdefault(node, []).append(quad)
        self._limit = limits.work
        self._steps = limits.work * _STEPS_PER_UNIT

    def label(self, groups: Sequence[Sequence[str]]) -> None:
        """Step 5 of 4.4.3: `groups` are the nodes of equal first degree hash, in the order of that hash."""
        for nodes in groups:
            results: list[tuple[str, _Issuer]] = []
            for node in nodes:
                if node not in self._labels:
                    issuer = _Issuer()
                    issuer.issue(node)
                    results.append(self._hash(node, issuer, 0))
            for _, issuer in sorted(results, key=lambda result: result[0]):
                for node in issuer.labels:
                    if node not in self._labels:
                        self._labels[node] = f"_:c14n{len(self._labels)}"

    def _hash(self, node: str, issuer: _Issuer, depth: int) -> tuple[str, _Issuer]:
        """4.8.3, Hash N-Degree Quads."""
        if depth > _MAX_RECURSION:
            raise TooComplexError(_TOO_ALIKE)
        self._spend_unit()
        data: list[str] = []
        # 3. and 5. The related nodes by the hash of how they are related, in the order of that hash.
        for related_hash, related in sorted(self._related(node, issuer).items()):
            data.append(related_hash)
            path, issuer = self._shortest_path(related, issuer, depth)
            data.append(path)
        return self._hexdigest("".join(data)), issuer

    def _related(self, node: str, issuer: _Issuer) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for subject, predicate, obj, graph in self._quads_of[node]:
            for position, term in (("s", subject), ("o", obj), ("g", graph)):
                if term[:1] == "_" and term != node:
                    self._spend_step()
                    found.setdefault(self._hash_related(term, position, predicate, issuer), []).append(term)
        return found

    def _hash_related(self, term: str, position: str, predicate: str, issuer: _Issuer) -> str:
        """4.7.3, Hash Related Blank Node."""
        name = self._labels.get(term) or issuer.labels.get(term) or self._first_degree[term]
        return self._hexdigest(f"{position}{'' if position == 'g' else predicate}{name}")

    def _shortest_path(self, related: list[str], issuer: _Issuer, depth: int) -> tuple[str, _Issuer]:
        """Steps 5.2 to 5.6 of 4.8.3: the least path over all orders of the related nodes."""
        chosen: tuple[str, _Issuer] | None = None
        for order in _orders(related):
            self._spend_unit()
            found = self._path(order, issuer.copy(), chosen[0] if chosen else None, depth)
            if found is not None and (chosen is None or found[0] < chosen[0]):
                chosen = found
        assert chosen is not None  # noqa: S101 - `related` is never empty
        return chosen

    def _path(self, order: Sequence[str], issuer: _Issuer, best: str | None, depth: int) -> tuple[str, _Issuer] | None:
        """One order's path, or None as soon as it cannot be less than `best` any more."""
        path = ""
        later: list[str] = []
        for node in order:
            self._spend_step()
            label = self._labels.get(node)
            if label is None:
                if node not in issuer.labels:
                    later.append(node)
                label = issuer.issue(node)
            path += label
            if best is not None and len(path) >= len(best) and path > best:
                return None
        for node in later:
            digest, next_issuer = self._hash(node, issuer, depth + 1)
            path += f"{issuer.issue(node)}<{digest}>"
            issuer = next_issuer
            if best is not None and len(path) >= len(best) and path > best:
                return None
        return path, issuer

    def _hexdigest(self, text: str) -> str:
        found: str = self._digest(text.encode()).hexdigest()
        return found

    def _spend_unit(self) -> None:
        self._limit -= 1
        if self._limit < 0:
            raise TooComplexError(_TOO_ALIKE)

    def _spend_step(self) -> None:
        self._steps -= 1
        if self._steps < 0:
            raise TooComplexError(_TOO_ALIKE)
