"""Expanded JSON-LD to quads (JSON-LD 1.1 API section 8), refusing where the specification would drop something.

The specification flattens first; that only merges nodes of the same name, which a set of quads does by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.errors import UnsafeDocumentError
from app.jsonld.jcs import canonical_json
from app.jsonld.terms import (
    RDF,
    RDF_FIRST,
    RDF_NIL,
    RDF_REST,
    RDF_TYPE,
    XSD,
    Quads,
    is_absolute_iri,
    is_canonical_double,
    is_language,
    literal,
    native,
    quote,
)


def to_quads(expanded: Sequence[Mapping[str, Any]]) -> Quads:
    """The statements of an expanded document. Raises UnsafeDocumentError for whatever RDF cannot say."""
    converter = _Converter()
    for item in expanded:
        converter.top(item, "")
    return converter.quads


class _Converter:
    def __init__(self) -> None:
        self.quads = Quads()
        self._labels: dict[str, str] = {}

    def top(self, item: Mapping[str, Any], graph: str) -> None:
        """A node that stands by itself in a graph: it must say something, or it vanishes."""
        if "@value" in item or "@list" in item or not item.keys() - {"@id"}:
            raise UnsafeDocumentError("A value stands where only a described thing may stand, and would be dropped.")
        self._node(item, graph)

    def _node(self, node: Mapping[str, Any], graph: str) -> str:
        subject = self._name(node["@id"]) if "@id" in node else self.quads.blank()
        for key, values in node.items():
            if key == "@id":
                continue
            if key == "@type":
                for value in values:
                    self.quads.add(subject, RDF_TYPE, self._name(value), graph)
            elif key == "@graph":
                for item in values:
                    self.top(item, subject)
            elif key == "@included":
                for item in values:
                    self._node(item, graph)
            elif key == "@reverse":
                self._reverse(subject, values, graph)
            else:
                self._property(subject, key, values, graph)
        return subject

    def _property(self, subject: str, key: str, values: Sequence[Any], graph: str) -> None:
        if not is_absolute_iri(key):
            raise UnsafeDocumentError(f"The property {key} is not an absolute IRI, and would be dropped.")
        for value in values:
            self.quads.add(subject, f"<{key}>", self._object(value, graph), graph)

    def _reverse(self, subject: str, members: Mapping[str, Sequence[Any]], graph: str) -> None:
        for key, values in members.items():
            if not is_absolute_iri(key):
                raise UnsafeDocumentError(f"The property {key} is not an absolute IRI, and would be dropped.")
            for value in values:
                self.quads.add(self._node(value, graph), f"<{key}>", subject, graph)

    def _object(self, value: Mapping[str, Any], graph: str) -> str:
        if "@value" in value:
            return literal_of(value)
        if "@list" in value:
            _check_keys(value, {"@list"})
            return self._list(value["@list"], graph)
        return self._node(value, graph)

    def _list(self, values: Sequence[Any], graph: str) -> str:
        rest = RDF_NIL
        for value in reversed(values):
            first = self._object(value, graph)
            cell = self.quads.blank()
            self.quads.add(cell, RDF_FIRST, first, graph)
            self.quads.add(cell, RDF_REST, rest, graph)
            rest = cell
        return rest

    def _name(self, identifier: Any) -> str:
        """An IRI, or the document's own blank node label replaced by one that cannot clash with ours."""
        if not isinstance(identifier, str):
            raise UnsafeDocumentError("An identifier has no meaning, and would be dropped.")
        if identifier.startswith("_:"):
            if identifier not in self._labels:
                self._labels[identifier] = self.quads.blank()
            return self._labels[identifier]
        if not is_absolute_iri(identifier):
            raise UnsafeDocumentError(f"{identifier} is not an absolute IRI, and would be dropped.")
        return f"<{identifier}>"


def literal_of(value: Mapping[str, Any]) -> str:
    """The literal that an expanded value object stands for."""
    if "@direction" in value:
        raise UnsafeDocumentError("A text direction cannot be signed: RDF has no place for it.")
    _check_keys(value, {"@value", "@type", "@language"})
    content, datatype = value["@value"], value.get("@type")
    if datatype == "@json":
        return literal(canonical_json(content), f"{RDF}JSON")
    if datatype is not None and not is_absolute_iri(datatype):
        raise UnsafeDocumentError(f"The type {datatype} is not an absolute IRI.")
    if datatype == f"{RDF}langString":
        raise UnsafeDocumentError(
            "A text of the type rdf:langString has no language, and is not written alike everywhere."
        )
    if type(content) in {bool, int, float}:
        return native(content, datatype)
    if type(content) is not str:
        raise UnsafeDocumentError(f"A {type(content).__name__} is not a JSON value.")
    if datatype == f"{XSD}double" and not is_canonical_double(content):
        raise UnsafeDocumentError("A text is not written alike everywhere as a double; write it as a number.")
    if (language := value.get("@language")) is not None:
        if not is_language(language):
            raise UnsafeDocumentError(f"{language!r} is not a language tag.")
        return f"{quote(content)}@{language}"
    return literal(content, datatype)


def _check_keys(value: Mapping[str, Any], allowed: set[str]) -> None:
    """PyLD lets a few mixtures pass that the specification forbids; what stands beside would be dropped."""
    if beside := value.keys() - allowed:
        raise UnsafeDocumentError(f"{', '.join(sorted(beside))} stands beside a value or list, and would be dropped.")
