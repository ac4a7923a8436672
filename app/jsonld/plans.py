"""Contexts compiled for the walk: what each member name means, decided once and not once per document.

PyLD processes the contexts (JSON-LD 1.1 section 4.1); a `Plan` is the readable outcome for one active context. Plans
lead to further plans: a node's types and a property's own context each switch to another one (section 4.1.8 and 4.1.9).
Those steps are compiled on first use and remembered, so a plan looks immutable and may be shared between threads.

What a plan does not cover (language and index maps, reverse properties, `@vocab`, …) raises UnsupportedError.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

from pyld import jsonld as pyld

from app.errors import UnsafeDocumentError
from app.jsonld.bundle import Contexts
from app.jsonld.expansion import PYLD_LOCK, pyld_options
from app.jsonld.terms import XSD, is_absolute_iri

# Hostile documents can ask for ever new combinations of types, at up to a millisecond each. A set of contexts that has
# taken half its steps is compiled anew for the next document, which costs milliseconds and no memory; so every document
# has the other half for itself, and one that needs more is left to the slow path.
_MAX_ROOTS = 32
_MAX_STEPS = 256

_CONTAINERS: Final = {
    frozenset[str](): (False, False),
    frozenset({"@set"}): (False, False),
    frozenset({"@list"}): (True, False),
    frozenset({"@graph"}): (False, True),
    frozenset({"@graph", "@set"}): (False, True),
}
_UNSUPPORTED_MAPPING = frozenset({"@language", "@direction", "@index", "@nest"})


class UnsupportedError(Exception):
    """The document uses something that plans do not cover; the slow path may."""

    def __init__(self, message: str, pointer: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.pointer = pointer


class Kind(IntEnum):
    LITERAL = 0  # text, number or boolean, perhaps with a datatype
    REFERENCE = 1  # text is an IRI ("@type": "@id")
    VOCABULARY = 2  # text is a term or an IRI ("@type": "@vocab")
    ID = 3
    TYPE = 4
    UNSUPPORTED = 5


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """What one member name means. Terms are compared by identity, as keys of the steps that they cause."""

    kind: Kind
    iri: str
    predicate: str
    datatype: str | None
    suffix: str
    is_list: bool
    is_graph: bool
    scoped: bool
    context: Any = None


class Plan:
    """One active context, compiled."""

    __slots__ = (
        "_active",
        "_compiler",
        "_local",
        "_scoped",
        "_typed",
        "id_key",
        "prefixes",
        "previous",
        "terms",
        "type_key",
    )

    def __init__(self, compiler: Compiler, active: Any, previous: Plan | None) -> None:
        if any(name in active for name in ("@vocab", "@language", "@direction", "@base")):
            raise UnsupportedError("A context sets a default vocabulary, language, direction or base.")
        self._compiler = compiler
        self._active = active
        self.previous = previous
        self.terms: dict[str, Term] = compiler.terms(active["mappings"])
        self.prefixes: dict[str, str] = {
            name: mapping["@id"] for name, mapping in active["mappings"].items() if mapping and mapping["_prefix"]
        }
        self.id_key = self._only(Kind.ID)
        self.type_key = self._only(Kind.TYPE)
        self._typed: dict[tuple[str, ...], tuple[Plan, tuple[str, ...]]] = {}
        self._scoped: dict[Term, Plan] = {}
        self._local: dict[tuple[str, ...], Plan] = {}

    def _only(self, kind: Kind) -> str | None:
        names = [name for name, term in self.terms.items() if term.kind is kind]
        if len(names) > 1:
            raise UnsupportedError("A context has several names for one keyword.")
        return names[0] if names else None

    def typed(self, types: tuple[str, ...]) -> tuple[Plan, tuple[str, ...]]:
        """The plan inside a node of these types, and the types as N-Quads terms."""
        found = self._typed.get(types)
        if found is None:
            with PYLD_LOCK:
                iris = tuple(f"<{self._type_iri(name)}>" for name in types)
                found = (self._compiler.typed(self, types), iris)
                self._typed[types] = found
        return found

    def scoped(self, term: Term) -> Plan:
        """The plan inside the value of a property that brings its own context."""
        return self._step(self._scoped, term, lambda: self._compiler.scoped(self, term))

    def local(self, urls: tuple[str, ...]) -> Plan:
        """The plan inside an embedded document that names its own contexts."""
        return self._step(self._local, urls, lambda: self._compiler.local(self, urls))

    def _step(self, steps: dict[Any, Plan], key: object, compile_step: Callable[[], Plan]) -> Plan:
        found = steps.get(key)
        if found is None:
            with PYLD_LOCK:
                found = steps[key] = compile_step()
        return found

    def _type_iri(self, name: str) -> str:
        term = self.terms.get(name)
        if term is not None:
            return self.iri(term.iri)
        if ":" in name:
            return self.iri(name)
        raise UnsafeDocumentError(f"No context of the document defines the type {name!r} here.")

    def iri(self, text: str) -> str:
        """`text` as an absolute IRI; a compact one is written out. Raises UnsafeDocumentError if it is relative."""
        prefix, colon, rest = text.partition(":")
        if prefix == "_" and colon:
            raise UnsupportedError("The document names its blank nodes.")
        if colon and prefix in self.prefixes and not rest.startswith("//"):
            text = self.prefixes[prefix] + rest
        if not is_absolute_iri(text):
            raise UnsafeDocumentError(f"{text!r} is not an absolute IRI.")
        return text


class Compiler:
    """Makes the plans of one ordered set of contexts; every plan it made lives and is forgotten with it."""

    def __init__(self, contexts: Contexts, urls: tuple[str, ...]) -> None:
        self._processor = pyld.JsonLdProcessor()
        self._options = pyld_options(contexts)
        self._terms: dict[int, tuple[Any, Term]] = {}
        self.steps = 0
        initial = self._processor.process_context(None, None, self._options)
        self.root = Plan(self, self._process(initial, list(urls)), None)

    def typed(self, plan: Plan, types: Iterable[str]) -> Plan:
        """JSON-LD 1.1 API section 5.1.2 step 11: type-scoped contexts, in the order of the types' names."""
        self._count()
        active = plan._active  # noqa: SLF001 - the plan's maker
        for name in sorted(types):
            term = plan.terms.get(name)
            if term is not None and term.scoped:
                active = self._process(active, term.context, propagate=False)
        if active is plan._active:  # noqa: SLF001
            return plan
        if plan.previous is not None or "previousContext" not in active:
            raise UnsupportedError("A type brings a context that reaches further than its node.")
        return self._same_names(plan, Plan(self, active, plan))

    def scoped(self, plan: Plan, term: Term) -> Plan:
        """Step 8: a property-scoped context may redefine protected terms."""
        self._count()
        active = self._process(plan._active, term.context, override_protected=True)  # noqa: SLF001
        return Plan(self, active, plan.previous if "previousContext" in active else None)

    def local(self, plan: Plan, urls: tuple[str, ...]) -> Plan:
        """Step 9: the embedded document's own `@context`."""
        self._count()
        active = self._process(plan._active, list(urls))  # noqa: SLF001
        return Plan(self, active, plan.previous if "previousContext" in active else None)

    def terms(self, mappings: Any) -> dict[str, Term]:
        """The terms of an active context; contexts share most mappings, so terms are shared as well."""
        compiled: dict[str, Term] = {}
        for name, mapping in mappings.items():
            if mapping is None or mapping["@id"] is None:
                compiled[name] = _NULL
                continue
            known = self._terms.get(id(mapping))
            if known is None:
                # The mapping is kept with its term: its id must not be given to another object.
                known = self._terms[id(mapping)] = (mapping, _term(mapping))
            compiled[name] = known[1]
        return compiled

    def _same_names(self, outer: Plan, inner: Plan) -> Plan:
        """The node's id and types are read by names known before its types are; they must not change with them."""
        if (outer.id_key, outer.type_key) != (inner.id_key, inner.type_key):
            raise UnsupportedError("A type's context renames a keyword.")
        return inner

    def _process(self, active: Any, context: Any, **options: bool) -> Any:
        if context is None and "propagate" in options:
            raise UnsupportedError("A type clears the context.")
        try:
            return self._processor._process_context(active, context, self._options, **options)  # noqa: SLF001 - the public method lacks these options
        except pyld.JsonLdError as error:
            raise UnsafeDocumentError(f"The document's contexts do not fit together: {error.code}.") from error

    def _count(self) -> None:
        self.steps += 1
        if self.steps > _MAX_STEPS:
            raise UnsupportedError("The document combines contexts in too many ways.")


def _term(mapping: Any) -> Term:
    iri, coercion = mapping["@id"], mapping.get("@type")
    containers = _CONTAINERS.get(frozenset(mapping.get("@container") or ()))
    is_list, is_graph = containers or (False, False)
    datatype = coercion if coercion not in {None, "@id", "@vocab", "@json", "@none"} else None
    return Term(
        kind=_kind(mapping, iri, coercion, containers is not None),
        iri=iri,
        predicate=f"<{iri}>",
        datatype=datatype,
        suffix="" if datatype in {None, f"{XSD}string"} else f"^^<{datatype}>",
        is_list=is_list,
        is_graph=is_graph,
        scoped="@context" in mapping,
        context=mapping.get("@context"),
    )


# A name that a context sets to null: JSON-LD drops its members, so they must not be signed.
_NULL = Term(Kind.UNSUPPORTED, "", "", None, "", is_list=False, is_graph=False, scoped=False)


def _kind(mapping: Any, iri: str, coercion: str | None, known_container: bool) -> Kind:  # noqa: FBT001
    if iri in {"@id", "@type"}:
        return Kind.ID if iri == "@id" else Kind.TYPE
    if not known_container or mapping["reverse"] or not is_absolute_iri(iri):
        return Kind.UNSUPPORTED
    if _UNSUPPORTED_MAPPING & mapping.keys() or coercion in {"@json", "@none"}:
        return Kind.UNSUPPORTED
    if coercion == "@id":
        return Kind.REFERENCE
    if coercion == "@vocab":
        return Kind.VOCABULARY
    if coercion == f"{XSD}double":
        return Kind.UNSUPPORTED  # readers differ about texts of this type
    return Kind.LITERAL if coercion is None or is_absolute_iri(coercion) else Kind.UNSUPPORTED


def plan_for(urls: tuple[str, ...], contexts: Contexts) -> Plan:
    """The plan at the top of a document that names these contexts in this order."""
    roots: dict[tuple[str, ...], Compiler] = contexts.memory.setdefault("plans", {})
    found = roots.get(urls)
    if found is None or found.steps > _MAX_STEPS // 2:
        with PYLD_LOCK:
            if len(roots) >= _MAX_ROOTS:
                roots.clear()
            found = roots[urls] = Compiler(contexts, urls)
    return found.root
