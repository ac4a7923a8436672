"""Forms: canonical N-Quads that are complete but for a few texts.

A form is made from the quads of one document in which every text that may vary is a mark. Two documents that fill it
differ in those texts, in the labels of blank nodes, and in the order of lines that hold either; all else is worked out
when the form is made. Where more could differ, a form is not made or not filled, and the caller hears None.

A document that is being filled in is a pool: a list of its texts, then the labels of its blank nodes, then everything
that never changes, with room for lines that must be sorted anew. Any passage is a choice of places, and one join.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Final

from app.errors import UnsafeDocumentError
from app.jsonld.terms import RDF_TYPE, XSD, Quad, Quads, is_absolute_iri, line, quote

Piece = str | int  # a text that never changes, or the place in the pool of one that does
Picker = Callable[[Sequence[str]], Iterable[str]]  # takes the pieces of one passage out of a pool

_PLAIN: Final = re.compile(r'[^\x00-\x1f"\\\x7f\ud800-\udfff]*')  # text that `quote` leaves as it is
# Texts that stand for numbers and truth values: how these are spelt is not alike to all processors, so each is judged.
_JUDGED: Final = frozenset(f"^^<{XSD}{name}>" for name in ("boolean", "decimal", "double", "float", "integer"))


@dataclass(frozen=True, slots=True)
class _Loose:
    """Lines whose order depends on the texts: written one by one, sorted, and laid at `place` in the pool."""

    place: int
    lines: tuple[Picker, ...]

    def lay(self, pool: list[str]) -> bool:
        """Whether the lines are all different."""
        texts = ["".join(pick(pool)) for pick in self.lines]
        texts.sort()
        pool[self.place] = "".join(texts)
        return len(set(texts)) == len(texts)


@dataclass(frozen=True, slots=True)
class _Texts:
    """What each text of the document stands for, by its place."""

    literals: tuple[int, ...]
    references: tuple[int, ...]
    subjects: tuple[int, ...]  # those of the references that are subjects
    fixed_subjects: AbstractSet[str]  # the other subjects that are IRIs
    reserved: AbstractSet[str]  # names to which a context may give a meaning where an IRI or its scheme stands

    def write(self, pool: list[str]) -> bool:
        """Whether the walk would take the texts as they are, but for escapes, which are put into the pool."""
        return self._write_literals(pool) and self._accepts_references(pool)

    def _write_literals(self, pool: list[str]) -> bool:
        plain = _PLAIN.fullmatch
        if plain("".join([pool[place] for place in self.literals])):
            return True
        try:
            for place in self.literals:
                if not plain(pool[place]):
                    pool[place] = quote(pool[place])[1:-1]
        except UnsafeDocumentError:
            return False
        return True

    def _accepts_references(self, pool: list[str]) -> bool:
        references = [pool[place] for place in self.references]
        if not all(map(is_absolute_iri, references)):
            return False
        schemes = [text.partition(":")[0] for text in references]
        if not (self.reserved.isdisjoint(schemes) and self.reserved.isdisjoint(references)):
            return False
        # Two subjects that are one have their lines mixed.
        subjects = {pool[place] for place in self.subjects}
        return len(subjects) == len(self.subjects) and self.fixed_subjects.isdisjoint(subjects)


@dataclass(frozen=True, slots=True)
class _Nodes:
    """Blank nodes by the place of their label, with what their first degree hash is made of (RDFC-1.0 section 4.6)."""

    digests: Mapping[bytes, int]  # finished: no text has a part in it
    hashed: tuple[tuple[int, Picker], ...]  # the quads of the other nodes
    loose: tuple[_Loose, ...]

    def ranked(self, pool: list[str]) -> list[int] | None:
        """In the order of the hashes (section 4.4.3 step 4), if these are all different."""
        for loose in self.loose:
            loose.lay(pool)
        found = {**self.digests}
        for place, pick in self.hashed:
            found[sha256("".join(pick(pool)).encode()).digest()] = place
        if len(found) < len(self.digests) + len(self.hashed):
            return None
        return [found[digest] for digest in sorted(found)]


@dataclass(frozen=True, slots=True)
class _Passages:
    """The lines, one passage per subject; all lines of a passage come before or after all lines of another."""

    loose: tuple[_Loose, ...]
    fixed: tuple[str, ...]  # of IRIs; nothing in them changes
    named: tuple[Picker, ...]  # of IRIs
    blank: Mapping[int, Picker]  # of blank nodes, by the place of the label
    labels: tuple[str, ...]
    spelt: tuple[int, ...]  # the numbers of the labels in the order of their spelling: 10 comes before 2

    def write(self, pool: list[str], nodes: Sequence[int]) -> list[str] | None:
        """In their order, for `nodes` in the order of their labels; None if texts make one line of two."""
        for place, label in zip(nodes, self.labels, strict=True):
            pool[place] = label
        for loose in self.loose:
            # A dataset holds each quad once, so the hashes above were not right either.
            if not loose.lay(pool):
                return None
        written = [*self.fixed, *["".join(pick(pool)) for pick in self.named]]
        written.sort()
        blank = self.blank
        written += ["".join(blank[nodes[number]](pool)) for number in self.spelt]
        return written


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """The canonical N-Quads of all documents of one shape."""

    _rest: tuple[str, ...]  # the pool after the document's own texts
    _texts: _Texts
    _nodes: _Nodes
    _passages: _Passages

    def fill(self, texts: Sequence[str]) -> bytes | None:
        """The canonical form of the document with these texts; None where only the walk can tell."""
        pool = [*texts, *self._rest]
        if not self._texts.write(pool):
            return None
        nodes = self._nodes.ranked(pool)
        if nodes is None:
            return None
        written = self._passages.write(pool, nodes)
        return None if written is None else "".join(written).encode()


def form_of(quads: Quads, mark: str, count: int, *, reserved: AbstractSet[str]) -> Form | None:
    """A form for `count` texts, made from quads that have `{mark}0/`, `{mark}1/`, … in their stead.

    None if a mark does not stand for a whole literal or a whole IRI, or stands for a type or a number; and if two blank
    nodes look alike whatever the texts are. All that is filled in has the same number of quads and of blank nodes.
    """
    statements = _statements(quads)
    nodes = sorted({term for quad in statements for term in quad if term[:1] == "_"})
    kinds = _kinds(statements, mark)
    if kinds is None or kinds.keys() != set(range(count)):
        return None
    return _Maker(mark, kinds, nodes).form(statements, reserved)


def _statements(quads: Quads) -> set[Quad]:
    """Each quad once; what stands in `ground` is a line already."""
    found = set(quads.linked)
    for text in quads.ground:
        subject, predicate, rest = text.split(" ", 2)
        found.add((subject, predicate, rest.removesuffix(" .\n"), ""))
    return found


def _kinds(statements: Iterable[Quad], mark: str) -> dict[int, str] | None:
    """For each text whether it is an IRI, `<`, or a literal, `"`; None if a mark is anything else as well."""
    whole = re.compile(rf'<{re.escape(mark)}(\d+)/>|"{re.escape(mark)}(\d+)/"([^"]*)')
    kinds: dict[int, str] = {}
    for subject, predicate, obj, graph in statements:
        if mark in predicate or mark in graph or (predicate == RDF_TYPE and mark in obj):
            return None
        for term in (subject, obj):
            if mark in term:
                match = whole.fullmatch(term)
                if match is None or match[3] in _JUDGED:
                    return None
                if kinds.setdefault(int(match[1] or match[2]), term[0]) != term[0]:
                    return None
    return kinds


class _Maker:
    """Gives everything its place in the pool."""

    def __init__(self, mark: str, kinds: Mapping[int, str], nodes: Sequence[str]) -> None:
        self._mark = mark
        self._marks = re.compile(rf"{re.escape(mark)}(\d+)/")
        self._kinds = kinds
        self._labels = {node: len(kinds) + number for number, node in enumerate(nodes)}
        self._pool = [""] * (len(kinds) + len(nodes))
        self._places: dict[str, int] = {}
        self._loose: list[_Loose] = []

    def form(self, statements: AbstractSet[Quad], reserved: AbstractSet[str]) -> Form | None:
        nodes = self._nodes(statements)
        if len(nodes.digests) + len(nodes.hashed) < len(self._labels):
            return None
        by_subject = groupby(sorted(statements), key=itemgetter(0))
        lines = {subject: self._passage(list(quads)) for subject, quads in by_subject}
        passages = self._passages(lines)
        texts = self._texts(lines, reserved)
        # The pool comes last, when everything has its place.
        return Form(tuple(self._pool[len(self._kinds) :]), texts, nodes, passages)

    def _texts(self, subjects: Collection[str], reserved: AbstractSet[str]) -> _Texts:
        of_kind: dict[str, list[int]] = {"<": [], '"': []}
        for place, kind in sorted(self._kinds.items()):
            of_kind[kind].append(place)
        return _Texts(
            literals=tuple(of_kind['"']),
            references=tuple(of_kind["<"]),
            subjects=tuple(int(match[1]) for match in map(self._marks.search, subjects) if match),
            fixed_subjects=frozenset(subject[1:-1] for subject in subjects if not self._varies(subject)),
            reserved=reserved,
        )

    def _nodes(self, statements: Iterable[Quad]) -> _Nodes:
        digests: dict[bytes, int] = {}
        hashed: list[tuple[int, Picker]] = []
        for node, quads in _first_degree(statements).items():
            pieces = self._passage(quads)
            if (text := _fixed(pieces)) is None:
                hashed.append((self._labels[node], self._picker(pieces)))
            else:
                digests[sha256(text.encode()).digest()] = self._labels[node]
        loose, self._loose = tuple(self._loose), []
        return _Nodes(digests, tuple(hashed), loose)

    def _passages(self, lines: Mapping[str, list[Piece]]) -> _Passages:
        named = [pieces for subject, pieces in sorted(lines.items()) if subject not in self._labels]
        numbers = range(len(self._labels))
        return _Passages(
            loose=tuple(self._loose),
            fixed=tuple(text for text in map(_fixed, named) if text is not None),
            named=tuple(self._picker(pieces) for pieces in named if _fixed(pieces) is None),
            blank={place: self._picker(lines.get(node, [])) for node, place in self._labels.items()},
            labels=tuple(f"_:c14n{number}" for number in numbers),
            spelt=tuple(sorted(numbers, key=str)),
        )

    def _passage(self, quads: Iterable[Quad]) -> list[Piece]:
        """Lines in the order of their text. Where that depends on what varies, they are loose lines at one place."""
        subjects = {subject for subject, _, _, _ in quads if subject[0] == "<"}
        mixed = len(subjects) > 1 and any(map(self._varies, subjects))

        def rank(quad: Quad) -> tuple[str, str]:
            # A term ends where no other one goes on, so that subject and predicate decide before what follows them.
            return ("<", "") if mixed and quad[0][0] == "<" else (quad[0], quad[1])

        pieces: list[Piece] = []
        for (subject, _), run in groupby(sorted(quads, key=lambda quad: (rank(quad), line(*quad))), key=rank):
            alike = list(run)
            loose = subject == "<" or any(self._varies(term) for quad in alike for term in quad[2:])
            if loose and len(alike) > 1:
                pieces.append(self._lay_loose(alike))
            else:
                pieces.extend(piece for quad in alike for piece in self._pieces(quad))
        return pieces

    def _lay_loose(self, quads: Iterable[Quad]) -> int:
        lines = tuple(self._picker(self._pieces(quad)) for quad in quads)
        place = len(self._pool)
        self._pool.append("")
        self._loose.append(_Loose(place, lines))
        return place

    def _varies(self, term: str) -> bool:
        return term in self._labels or self._mark in term

    def _pieces(self, quad: Quad) -> Iterator[Piece]:
        """One line (RDFC-1.0 section 5)."""
        for term in filter(None, quad):
            if term in self._labels:
                yield self._labels[term]
            else:
                for index, part in enumerate(self._marks.split(term)):
                    yield int(part) if index % 2 else part
            yield " "
        yield ".\n"

    def _picker(self, pieces: Iterable[Piece]) -> Picker:
        places: list[int] = []
        for is_text, run in groupby(pieces, key=lambda piece: isinstance(piece, str)):
            alike = list(run)
            places.extend([self._place("".join(map(str, alike)))] if is_text else map(int, alike))
        # From two places on `itemgetter` gives a tuple.
        return itemgetter(*places, *[self._place("")] * (2 - len(places)))

    def _place(self, text: str) -> int:
        place = self._places.get(text)
        if place is None:
            place = self._places[text] = len(self._pool)
            self._pool.append(text)
        return place


def _fixed(pieces: Iterable[Piece]) -> str | None:
    """The text of a passage in which nothing changes."""
    texts = [piece for piece in pieces if isinstance(piece, str)]
    return "".join(texts) if all(isinstance(piece, str) for piece in pieces) else None


def _first_degree(statements: Iterable[Quad]) -> dict[str, list[Quad]]:
    """For each blank node its quads as they are hashed (RDFC-1.0 section 4.6.3): itself `_:a`, any other `_:z`."""
    by_node: dict[str, list[Quad]] = {}
    for subject, predicate, obj, graph in statements:
        for node in {term for term in (subject, obj, graph) if term[:1] == "_"}:
            seen = (_seen(subject, node), predicate, _seen(obj, node), _seen(graph, node))
            by_node.setdefault(node, []).append(seen)
    return by_node


def _seen(term: str, node: str) -> str:
    if term[:1] != "_":
        return term
    return "_:a" if term == node else "_:z"
