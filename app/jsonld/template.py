"""Templates: documents that differ only in a few texts are canonicalised once, and filled in after that.

The credentials of one achievement are such documents. What they share is the key under which a template is found: the
names and the order of all members, numbers, types, and the whole content of the members called constant. So a template
cannot be out of date; a document that differs in anything else than texts belongs to another one.
"""

from __future__ import annotations

import marshal
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import count
from threading import Lock
from typing import Any, Final

from app.errors import DocumentError
from app.jsonld.bundle import BUNDLED_CONTEXTS, Contexts
from app.jsonld.canonical import canonicalize
from app.jsonld.form import Form, form_of
from app.jsonld.limits import DEFAULT_LIMITS, Limits
from app.jsonld.plans import UnsupportedError
from app.jsonld.walk import walk

# Their values decide what other members mean.
_ALWAYS_CONSTANT: Final = frozenset({"@context", "type", "@type"})
_SCALARS: Final = frozenset({int, float, bool, type(None)})
# Writes neither references nor interned strings, so that equal values have equal bytes.
_MARSHAL_VERSION: Final = 2


@dataclass(frozen=True, slots=True, eq=False)
class Canonical:
    """`template` is the same object for all documents that one template filled; None where the walk did it."""

    nquads: bytes
    template: object | None


@dataclass(slots=True, eq=False)
class _Template:
    """`form` is None for a shape that cannot be filled in; `proven` since the walk gave the same bytes once."""

    form: Form | None
    proven: bool = False


class Templates:
    """The `size` templates used last; may be shared between threads.

    `constant` names the members whose whole value is the same in all documents of a template, wherever they stand.
    """

    def __init__(
        self,
        constant: frozenset[str],
        *,
        size: int = 256,
        contexts: Contexts = BUNDLED_CONTEXTS,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self._constant = constant | _ALWAYS_CONSTANT
        self._size = size
        self._contexts = contexts
        self._limits = limits
        # No context can define a term or a prefix that is not among the names in its file.
        self._reserved = frozenset(_names([context.parsed() for context in contexts.values()]))
        self._by_shape: OrderedDict[bytes, _Template] = OrderedDict()
        self._lock = Lock()

    def canonicalize(self, document: Mapping[str, Any]) -> Canonical:
        """The bytes that `canonicalize(document, fallback=False)` returns, or its errors."""
        outlined = _outline(document, self._constant)
        if outlined is None:
            return Canonical(self._walked(document), None)
        shape, texts = outlined
        template = self._find(shape)
        if template is None:
            return self._first(document, shape, texts)
        form = template.form
        filled = form.fill(texts) if form is not None else None
        if filled is None:
            return Canonical(self._walked(document), None)
        if not template.proven:
            return _proof(template, filled, self._walked(document))
        return Canonical(filled, template)

    def find(self, document: Mapping[str, Any]) -> bytes | None:
        """What `canonicalize` returns, if a template for such documents is at hand already; nothing is remembered.

        For documents of which nobody knows yet who wrote them.
        """
        outlined = _outline(document, self._constant)
        if outlined is None:
            return None
        shape, texts = outlined
        template = self._find(shape)
        form = template.form if template is not None and template.proven else None
        return form.fill(texts) if form is not None else None

    def _walked(self, document: Mapping[str, Any]) -> bytes:
        return canonicalize(document, limits=self._limits, contexts=self._contexts, fallback=False)

    def _find(self, shape: bytes) -> _Template | None:
        with self._lock:
            found = self._by_shape.get(shape)
            if found is not None:
                self._by_shape.move_to_end(shape)
            return found

    def _first(self, document: Mapping[str, Any], shape: bytes, texts: list[str]) -> Canonical:
        walked = self._walked(document)
        template = _Template(self._form(document, walked, len(texts)))
        with self._lock:
            # Another thread may have been here in the meantime; all use its template then.
            template = self._by_shape.setdefault(shape, template)
            while len(self._by_shape) > self._size:
                self._by_shape.popitem(last=False)
        form = template.form
        filled = form.fill(texts) if form is not None else None
        return Canonical(walked, None) if filled is None else _proof(template, filled, walked)

    def _form(self, document: Any, walked: bytes, texts: int) -> Form | None:
        """Made from a second walk, over the document with a mark in place of each text."""
        written = marshal.dumps(document, _MARSHAL_VERSION) + walked
        mark = next(mark for number in count() if (mark := f"mark{number}://").encode() not in written)
        marked = _marked(document, self._constant, (f"{mark}{number}/" for number in count()))
        try:
            quads = walk(marked, self._contexts, self._limits)
        except (DocumentError, UnsupportedError):
            return None
        return form_of(quads, mark, texts, reserved=self._reserved)


def _proof(template: _Template, filled: bytes, walked: bytes) -> Canonical:
    """The first fill: a template that differs from the walk is given up.

    The walk had to hold its limits as well, and none of them counts anything that differs between two fills.
    """
    if filled != walked:
        template.form = None
        return Canonical(walked, None)
    template.proven = True
    return Canonical(walked, template)


def _names(value: object) -> Iterator[str]:
    """Every member name in a JSON value."""
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _names(item)


class _UnlikeJSONError(Exception):
    """The document holds objects that JSON does not know; what the walk makes of them is its own affair."""


def _outline(document: Mapping[str, Any], constant: AbstractSet[str]) -> tuple[bytes, list[str]] | None:
    """The shape of `document` and its other texts in order; None if it is not made of JSON's own types.

    Two documents of one shape differ in those texts and in nothing else. The shape is a list of tokens, each object
    and array headed by its size. Marshal writes it because it keeps apart what compares equal in Python (1, 1.0, True)
    or looks equal in JSON (a list and a tuple, a text and an object of a subclass), and is about as fast as anything.
    """
    if type(document) is not dict:
        return None
    shape: list[Any] = []
    texts: list[str] = []
    try:
        _outline_object(document, constant, shape, texts)
        return marshal.dumps(shape, _MARSHAL_VERSION), texts
    except (_UnlikeJSONError, ValueError, RecursionError):
        return None


def _outline_object(value: dict[str, Any], constant: AbstractSet[str], shape: list[Any], texts: list[str]) -> None:
    shape += "{", len(value)
    for key, member in value.items():
        shape.append(key)
        kind = type(member)
        if key in constant:
            shape.append([member])
        elif kind is str:
            shape.append(...)
            texts.append(member)
        elif kind is dict:
            _outline_object(member, constant, shape, texts)
        elif kind is list:
            _outline_array(member, constant, shape, texts)
        elif kind in _SCALARS:
            shape.append(member)
        else:
            raise _UnlikeJSONError


def _outline_array(value: list[Any], constant: AbstractSet[str], shape: list[Any], texts: list[str]) -> None:
    shape += "[", len(value)
    for member in value:
        kind = type(member)
        if kind is str:
            shape.append(...)
            texts.append(member)
        elif kind is dict:
            _outline_object(member, constant, shape, texts)
        elif kind is list:
            _outline_array(member, constant, shape, texts)
        elif kind in _SCALARS:
            shape.append(member)
        else:
            raise _UnlikeJSONError


def _marked(value: Any, constant: AbstractSet[str], marks: Iterator[str]) -> Any:
    """`value` with the next of `marks` in place of each text that `_outline` lists, in its order."""
    if isinstance(value, dict):
        return {key: member if key in constant else _marked(member, constant, marks) for key, member in value.items()}
    if isinstance(value, list):
        return [_marked(member, constant, marks) for member in value]
    return next(marks) if isinstance(value, str) else value
