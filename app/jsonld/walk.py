"""The fast path: a JSON document to quads in one walk over compiled contexts.

It covers what credentials are made of and nothing else. Anything outside raises UnsupportedError, anything that
JSON-LD would drop raises UnsafeDocumentError; both name the member. It never guesses: a result is the slow path's,
byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from app.errors import DocumentError, TooComplexError, UnsafeDocumentError
from app.jsonld.bundle import Contexts, context_urls
from app.jsonld.limits import Limits
from app.jsonld.places import escape_pointer
from app.jsonld.plans import Kind, Plan, Term, UnsupportedError, plan_for
from app.jsonld.terms import RDF_FIRST, RDF_NIL, RDF_REST, RDF_TYPE, Quads, native, quote

_LONG = 2_048  # characters of an identifier; hardly any has as many
_MOST_REPEATED = 16 * 1024 * 1024  # characters that the statements about one node may take for its identifier

_PLAIN = re.compile(r'[^\x00-\x1f"\\\x7f\ud800-\udfff]*')  # text that needs no escape


def walk(document: Mapping[str, Any], contexts: Contexts, limits: Limits) -> Quads:
    """The statements of `document`.

    Raises UnsupportedError, UnsafeDocumentError, UnknownContextError and TooComplexError.
    """
    if "@context" not in document:
        raise UnsafeDocumentError("The document has no @context, so nothing in it has a meaning.", "/@context")
    plan = plan_for(_urls(document["@context"], contexts, limits), contexts)
    walker = _Walker(contexts, limits)
    walker.node(document, plan, "", 1)
    return walker.quads


def _urls(value: Any, contexts: Contexts, limits: Limits) -> tuple[str, ...]:
    """The contexts that a plan is made of: plans are remembered, so never those that somebody wrote into a document."""
    urls = context_urls(value, contexts, limits)
    if contexts.inline and any(isinstance(entry, Mapping) for entry in (value if isinstance(value, list) else [value])):
        raise UnsupportedError("The document holds a context of its own.", "/@context")
    return urls


class _Walker:
    __slots__ = ("_contexts", "_ground", "_limits", "_linked", "quads")

    def __init__(self, contexts: Contexts, limits: Limits) -> None:
        self.quads = Quads()
        self._ground = self.quads.ground
        self._linked = self.quads.linked
        self._contexts = contexts
        self._limits = limits

    def inner_node(self, element: dict[str, Any], plan: Plan, term: Term, graph: str, depth: int) -> str:
        """A node below another one: the plan of its own (JSON-LD 1.1 API section 5.1.2 steps 7 to 9), then the node."""
        if plan.previous is not None and not (len(element) == 1 and plan.id_key in element):
            plan = plan.previous
        if term.scoped:
            plan = plan.scoped(term)
        if "@context" in element:
            plan = plan.local(_urls(element["@context"], self._contexts, self._limits))
        return self.node(element, plan, graph, depth)

    def node(self, element: Mapping[str, Any], plan: Plan, graph: str, depth: int) -> str:
        """The subject of a node object, whose statements are added."""
        self._check_size(depth)
        types: tuple[str, ...] = ()
        if plan.type_key is not None and plan.type_key in element:
            plan, types = self._typed(element[plan.type_key], plan)
        subject = self._subject(element, plan)
        if len(subject) > _LONG:
            _check_repetition(subject, element)
        for type_iri in types:
            self._add(subject, RDF_TYPE, type_iri, graph)
        linked, ground = self._linked, self._ground
        find, inside = plan.terms.get, bool(graph) or subject[0] == "_"
        key = ""
        try:
            for key, value in element.items():
                term = find(key)
                if term is None:
                    _check_undefined(key, element)
                elif term.kind is Kind.LITERAL and type(value) is str and not term.is_list and not term.scoped:
                    # Most members of a credential are plain text: the same as below, without the detours.
                    text = f'"{value}"' if _PLAIN.fullmatch(value) else quote(value)
                    if inside:
                        linked.append((subject, term.predicate, text + term.suffix, graph))
                    else:
                        ground.append(f"{subject} {term.predicate} {text}{term.suffix} .\n")
                elif term.kind is not Kind.ID and term.kind is not Kind.TYPE:
                    self._member(subject, key, value, term, plan, graph, depth)
        except (DocumentError, UnsupportedError) as error:
            error.pointer = f"/{escape_pointer(key)}{error.pointer}"
            raise
        return subject

    def _check_size(self, depth: int) -> None:
        if depth > self._limits.depth:
            raise TooComplexError(f"The document is nested deeper than {self._limits.depth} levels.")
        if len(self.quads) > 2 * self._limits.quads:
            raise TooComplexError(f"The document makes more than {self._limits.quads} statements.")

    def _typed(self, value: Any, plan: Plan) -> tuple[Plan, tuple[str, ...]]:
        types = tuple(value) if isinstance(value, list) else (value,)
        if not all(type(name) is str for name in types):
            raise UnsafeDocumentError("A type is not a text.", f"/{plan.type_key}")
        try:
            return plan.typed(types)
        except (DocumentError, UnsupportedError) as error:
            error.pointer = f"/{plan.type_key}"
            raise

    def _subject(self, element: Mapping[str, Any], plan: Plan) -> str:
        if plan.id_key is None or plan.id_key not in element:
            return self.quads.blank()
        try:
            return _reference(element[plan.id_key], plan)
        except (DocumentError, UnsupportedError) as error:
            error.pointer = f"/{plan.id_key}"
            raise

    def _member(self, subject: str, key: str, value: Any, term: Term, plan: Plan, graph: str, depth: int) -> None:
        if term.kind is Kind.UNSUPPORTED:
            raise UnsupportedError(f"The member {key!r} is of a kind that plans do not cover.")
        if isinstance(value, list):
            objects = self._objects(key, value, term, plan, graph, depth + 1)
        else:
            objects = [self._object(key, value, term, plan, graph, depth)]
        if term.is_list:
            objects = [self._list(objects, graph)]
        for text in objects:
            self._add(subject, term.predicate, text, graph)

    def _objects(self, key: str, values: list[Any], term: Term, plan: Plan, graph: str, depth: int) -> list[str]:
        objects: list[str] = []
        try:
            for value in values:
                objects.append(self._object(key, value, term, plan, graph, depth))  # noqa: PERF401 - see the handler
        except (DocumentError, UnsupportedError) as error:
            error.pointer = f"/{len(objects)}{error.pointer}"
            raise
        return objects

    def _object(self, key: str, value: Any, term: Term, plan: Plan, graph: str, depth: int) -> str:
        if term.is_graph:
            return self._graph(value, term, plan, depth)
        if isinstance(value, dict):
            return self.inner_node(value, plan, term, graph, depth + 1)
        return _scalar(key, value, term, plan)

    def _list(self, objects: list[str], graph: str) -> str:
        rest = RDF_NIL
        for text in reversed(objects):
            cell = self.quads.blank()
            self._add(cell, RDF_FIRST, text, graph)
            self._add(cell, RDF_REST, rest, graph)
            rest = cell
        return rest

    def _graph(self, value: Any, term: Term, plan: Plan, depth: int) -> str:
        """A graph of its own, as each proof has one; its content must make a statement or it would vanish."""
        if not isinstance(value, dict):
            raise UnsupportedError("A graph is given as something else than an object.")
        name = self.quads.blank()
        before = len(self._linked)
        self.inner_node(value, plan, term, name, depth + 1)
        if len(self._linked) == before:
            raise UnsafeDocumentError("This part makes no statement, so it would be dropped.")
        return name

    def _add(self, subject: str, predicate: str, obj: str, graph: str) -> None:
        if graph or subject[0] == "_" or obj[0] == "_":
            self._linked.append((subject, predicate, obj, graph))
        else:
            self._ground.append(f"{subject} {predicate} {obj} .\n")


def _check_repetition(subject: str, element: Mapping[str, Any]) -> None:
    """Each statement repeats its subject: a long id with many values would make gigabytes out of a small document.

    An image that is its own id, as a data URL, has a few statements and passes.
    """
    statements = sum(len(value) if isinstance(value, list) else 1 for value in element.values())
    if len(subject) * statements > _MOST_REPEATED:
        raise TooComplexError("An identifier is so long, and so much is said of it, that the document cannot be read.")


def _check_undefined(key: object, element: Mapping[str, Any]) -> None:
    """A member that no context defines: an error, unless it is the context itself."""
    if key == "@context":
        return
    if not isinstance(key, str):
        raise UnsafeDocumentError("A member's name is not a text.")
    if ":" in key:
        raise UnsupportedError(f"The member {key!r} is an IRI, not a term.")
    if any(str(name).startswith("@") and name != "@context" for name in element):
        # A bare @type, for one, could bring the context that defines `key`.
        raise UnsupportedError(f"The member {key!r} stands beside a keyword.")
    raise UnsafeDocumentError(f"No context of the document defines {key!r} here, so it would not be signed.")


def _scalar(key: str, value: Any, term: Term, plan: Plan) -> str:
    if term.scoped:
        plan = plan.scoped(term)
        again = plan.terms.get(key)
        if again is None or again.kind is Kind.UNSUPPORTED:
            raise UnsupportedError(f"The member {key!r} undefines itself.")
        term = again
    kind = term.kind
    if kind is Kind.LITERAL:
        if type(value) is str:
            return quote(value) + term.suffix
        if type(value) in {int, float, bool}:
            return native(value, term.datatype)
    elif type(value) is str:
        return _reference(value, plan) if kind is Kind.REFERENCE else _vocabulary(value, plan)
    raise UnsupportedError(f"A value of the type {type(value).__name__} stands here.")


def _reference(value: Any, plan: Plan) -> str:
    if type(value) is not str:
        raise UnsafeDocumentError("An identifier is not a text.")
    return f"<{plan.iri(value)}>"


def _vocabulary(value: str, plan: Plan) -> str:
    term = plan.terms.get(value)
    if term is None:
        return _reference(value, plan)
    if term.kind is Kind.ID or term.kind is Kind.TYPE or term.iri.startswith("_:"):
        raise UnsupportedError(f"The term {value!r} is a keyword here.")
    return f"<{plan.iri(term.iri)}>"
