"""The slow path's first half: JSON-LD expansion by PyLD, with a safe mode that PyLD does not have.

Expansion drops what it does not understand: a term without definition, a relative reference, a scalar in the wrong
place. What is dropped is not signed, so a stranger can add it or change it. Here each such loss is an error that names
the member. Two nets are laid:

1. PyLD's two steps that see the document (`_expand_object`, `_expand_value`) are watched and each member is checked
   with the very context that PyLD uses for it.
2. Every object and every scalar of the document is counted before; those that passed the watched steps are counted
   after. A difference is an error, so a loss that nobody thought of (or a PyLD that calls other steps) fails closed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn

from pyld import jsonld as pyld
from pyld.context_resolver import ContextResolver

from app.errors import TooComplexError, UnknownContextError, UnsafeDocumentError
from app.jsonld.bundle import Contexts, check_contexts
from app.jsonld.limits import Limits
from app.jsonld.places import Place, pointer_to
from app.jsonld.renaming import renames
from app.jsonld.terms import is_absolute_iri, is_language
from app.jsonld.to_rdf import literal_of

# Keywords that a signed document may use. The others move statements to another node or graph (@graph, @included,
# @reverse, @nest), so that the same signature fits documents which read differently, or are not signed at all
# (@index, @direction).
_ALLOWED_KEYWORDS = frozenset({"@id", "@type", "@value", "@language", "@list", "@set"})

# Processing a context costs PyLD up to a millisecond when it is not in its cache, and a hostile document can make each
# one a new combination. A full credential of 400 statements needs 80 to 130 steps.
_MAX_CONTEXT_STEPS = 1_500

_MAX_REMEMBERED = 128  # contexts, where documents may hold their own

# Resolving against this shows that a reference was relative; nothing absolute can start with it and pass.
_NO_BASE = "https://relative.invalid/"

# PyLD's caches are not made for threads. A server reads strange documents in another process (`Limits.slow_path`), so
# that in it this guards only the compiling of plans.
PYLD_LOCK = threading.RLock()


def document_loader(contexts: Contexts) -> Callable[[str, Any], dict[str, Any]]:
    """A PyLD document loader that knows `contexts` and nothing else: it never opens a socket or a file."""

    def load(url: str, _options: Any = None) -> dict[str, Any]:
        if url not in contexts:
            raise UnknownContextError(url)
        document = contexts[url].parsed()
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": url,
            "document": document,
        }

    return load


def pyld_options(contexts: Contexts) -> dict[str, Any]:
    """The options for PyLD's processor; the resolver keeps processed contexts, so it is shared per set."""
    loader = document_loader(contexts)
    resolver = contexts.memory.get("resolver")
    if resolver is None:
        resolver = contexts.memory["resolver"] = ContextResolver({} if not contexts.inline else _Bounded(), loader)
    return {
        "base": _NO_BASE,
        "processingMode": "json-ld-1.1",
        "isFrame": False,
        "keepFreeFloatingNodes": False,
        "extractAllScripts": False,
        "documentLoader": loader,
        "contextResolver": resolver,
    }


class _Bounded(dict[str, Any]):
    """For contexts that strangers wrote: forgets what was added first."""

    def __setitem__(self, key: str, value: Any) -> None:
        if len(self) >= _MAX_REMEMBERED:
            self.pop(next(iter(self)))
        super().__setitem__(key, value)


def expand(document: Mapping[str, Any], contexts: Contexts, limits: Limits) -> list[dict[str, Any]]:
    """The expanded form of `document`.

    Raises UnknownContextError as `check_contexts` does, UnsafeDocumentError for anything that expansion would drop or
    could not read, TooComplexError past a limit.
    """
    survey = _Survey(document, limits)  # first: everything after it takes time by the member
    check_contexts(document, contexts=contexts, limits=limits)
    with PYLD_LOCK:
        watcher = _Watcher(survey, inline=contexts.inline)
        try:
            expanded: list[dict[str, Any]] = watcher.expand(dict(document), pyld_options(contexts))
        except pyld.JsonLdError as error:
            _raise_what_ran_out(error)
            raise UnsafeDocumentError(f"This is not JSON-LD: {error.code or error.type}.", watcher.pointer) from error
        except (TypeError, ValueError, AttributeError, KeyError, IndexError) as error:
            # PyLD trips over some malformed documents instead of refusing them; either way they say nothing.
            raise UnsafeDocumentError("This is not JSON-LD: a member has the wrong type.", watcher.pointer) from error
    watcher.check_nothing_lost()
    if not expanded:
        raise UnsafeDocumentError("The document makes no statement.")
    return expanded


def _raise_what_ran_out(error: BaseException) -> None:
    """PyLD takes whatever happens inside a term's own context for a mistake in that context."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, TooComplexError | MemoryError):
            raise cause
        cause = cause.__cause__


class _Survey:
    """How many objects and scalars there are, with bounds on depth, on their number, and on what is neither."""

    def __init__(self, document: Mapping[str, Any], limits: Limits) -> None:
        self.limits = limits
        self.objects = self.scalars = 0
        self._others = 0  # lists and nulls: they may say nothing and still keep PyLD busy
        level: list[Any] = [document]
        depth = 0
        while level:
            depth += 1
            if depth > limits.depth:
                raise TooComplexError(f"The document is nested deeper than {limits.depth} levels.")
            level = list(self._below(level))
            if max(self.objects, self.scalars, self._others) > 2 * limits.quads:
                raise TooComplexError(f"The document makes more than {limits.quads} statements.")

    def _below(self, level: list[Any]) -> Iterator[Any]:
        for item in level:
            if isinstance(item, Mapping):
                self.objects += 1
                members: Any = [value for key, value in item.items() if key != "@context"]
            else:
                self._others += 1
                members = item
            for member in members:
                if isinstance(member, dict | list):
                    yield member
                elif member is None:
                    self._others += 1
                else:
                    self.scalars += 1


class _Watcher(pyld.JsonLdProcessor):  # type: ignore[misc]  # PyLD has no types
    """PyLD's processor, with each member of the document checked as it is read."""

    def __init__(self, survey: _Survey, *, inline: bool) -> None:
        super().__init__()
        self._survey = survey
        self._inline = inline
        self._places: dict[int, Place] = {}
        self._here: list[Place] = []
        self._objects = self._scalars = self._context_steps = 0
        self._place: Place = None

    @property
    def pointer(self) -> str:
        """What is being read, as a JSON pointer."""
        return pointer_to(self._place)

    def check_nothing_lost(self) -> None:
        if (self._objects, self._scalars) != (self._survey.objects, self._survey.scalars):
            raise UnsafeDocumentError("A part of the document would be dropped, so it would not be signed.")

    # PyLD's steps

    def _process_context(self, *args: Any, **kwargs: Any) -> Any:
        self._context_steps += 1
        if self._context_steps > _MAX_CONTEXT_STEPS:
            raise TooComplexError("The document switches between too many contexts.")
        return super()._process_context(*args, **kwargs)

    def _expand_object(
        self,
        active_ctx: Any,
        active_property: Any,
        expanded_active_property: Any,
        element: dict[str, Any],
        expanded_parent: dict[str, Any],
        options: dict[str, Any],
        inside_list: bool = False,  # noqa: FBT001, FBT002 - PyLD's signature
        type_key: Any = None,
        type_scoped_ctx: Any = None,
    ) -> None:
        if not self._places:
            self._note(element, None)
        here = self._places.get(id(element), self._place)
        self._objects += 1
        self._place = here
        self._here.append(here)
        for key, value in element.items():
            if key != "@context":
                self._check_member(active_ctx, type_scoped_ctx, element, key, value)
        self._place = here
        super()._expand_object(
            active_ctx,
            active_property,
            expanded_active_property,
            element,
            expanded_parent,
            options,
            inside_list,
            type_key,
            type_scoped_ctx,
        )
        self._place = self._here.pop()

    def _expand_value(self, active_ctx: Any, active_property: Any, value: Any, options: dict[str, Any]) -> Any:
        self._place = (self._here[-1], active_property)
        self._scalars += 1
        if type(value) not in {str, int, float, bool}:
            self._refuse(f"A {type(value).__name__} is not a JSON value.")
        expanded = super()._expand_value(active_ctx, active_property, value, options)
        if not isinstance(expanded, dict):
            self._refuse("A value stands where only a described thing may stand, and would be dropped.")
        if "@id" in expanded:
            self._check_reference(value, expanded["@id"])
        else:
            self._check_literal(expanded)
        return expanded

    # Our checks

    def _check_member(
        self, active_ctx: Any, type_scoped_ctx: Any, element: dict[str, Any], key: str, value: Any
    ) -> None:
        self._place = (self._here[-1], key)
        if not isinstance(key, str):
            self._refuse("A member's name is not a text.")
        meaning = self._expand_iri(active_ctx, key, vocab=True)
        if meaning in _ALLOWED_KEYWORDS:
            self._check_keyword(meaning, active_ctx, type_scoped_ctx, element, value)
        elif isinstance(meaning, str) and meaning.startswith("@"):
            self._refuse(f"The keyword {meaning} must not stand in a signed document.")
        elif not isinstance(meaning, str) or not is_absolute_iri(meaning):
            self._refuse(f"No context of the document defines {key!r} here, so it would not be signed.")
        elif self._inline and renames(key, meaning):
            self._refuse(f"The document gives another name, {key!r}, to what is called otherwise by the standard.")
        elif self.get_context_value(active_ctx, key, "@type") == "@json":
            self._count_json(value)
        elif "@graph" in (self.get_context_value(active_ctx, key, "@container") or ()):
            self._check_graph(active_ctx, value)

    def _check_keyword(
        self, keyword: str, active_ctx: Any, type_scoped_ctx: Any, element: dict[str, Any], value: Any
    ) -> None:
        if keyword in {"@list", "@set"}:
            if len(element) > 1:
                self._refuse(f"What stands beside {keyword} would be dropped.")
            return
        if value is None:
            self._refuse(f"{keyword} is null, so it would be dropped.")
        values = value if keyword == "@type" and isinstance(value, list) else [value]
        self._scalars += sum(not isinstance(item, dict | list) for item in values)
        if keyword == "@id":
            self._check_reference(value, self._expand_iri(active_ctx, value))
        elif keyword == "@type":
            of_value = self._has_value(active_ctx, element)
            for item in values:
                self._check_type(item, self._expand_iri(type_scoped_ctx, item, vocab=True), of_value)
        elif keyword == "@language":
            if not isinstance(value, str) or not is_language(value):
                self._refuse(f"{value!r} is not a language tag.")
            if not self._has_value(active_ctx, element):
                self._refuse("A language without a value would be dropped.")
        elif isinstance(value, dict | list):
            if not self._is_json(active_ctx, element):
                self._refuse("A value is neither a text nor a number nor a boolean.")  # PyLD drops an empty list
            self._count_json(value)

    def _is_json(self, active_ctx: Any, element: dict[str, Any]) -> bool:
        """Whether a value object is of the type `@json`, so that any JSON may be its value."""
        types = [value for key, value in element.items() if self._expand_iri(active_ctx, key, vocab=True) == "@type"]
        flat = [name for each in types for name in (each if isinstance(each, list) else [each])]
        return any(isinstance(name, str) and self._expand_iri(active_ctx, name, vocab=True) == "@json" for name in flat)

    def _check_graph(self, active_ctx: Any, value: Any) -> None:
        """A graph of its own (each proof has one) holds what is said of a node; a mere name in it vanishes."""
        for item in value if isinstance(value, list) else [value]:
            members = item if isinstance(item, dict) else ()
            meanings = {self._expand_iri(active_ctx, key, vocab=True) for key in members}
            if item is not None and not meanings - {"@id", "@context"}:
                self._refuse("This part makes no statement, so it would be dropped.")

    def _has_value(self, active_ctx: Any, element: dict[str, Any]) -> bool:
        return any(self._expand_iri(active_ctx, key, vocab=True) == "@value" for key in element)

    def _check_reference(self, written: Any, identifier: Any) -> None:
        if not isinstance(identifier, str) or identifier.startswith(_NO_BASE):
            self._refuse(f"{written!r} is not an absolute IRI.")
        if not identifier.startswith("_:") and not is_absolute_iri(identifier):
            self._refuse(f"{written!r} is not an absolute IRI.")

    def _check_type(self, written: Any, identifier: Any, of_value: bool) -> None:  # noqa: FBT001
        if of_value and identifier == "@json":
            return
        if not isinstance(identifier, str) or not is_absolute_iri(identifier):
            self._refuse(f"No context of the document defines the type {written!r} here.")

    def _check_literal(self, expanded: dict[str, Any]) -> None:
        try:
            literal_of(expanded)
        except UnsafeDocumentError as error:
            self._refuse(error.message)

    def _count_json(self, value: Any) -> None:
        """A JSON literal is signed whole, so nothing in it is read by the watched steps."""
        survey = _Survey({"": value}, self._survey.limits)
        self._objects += survey.objects - 1
        self._scalars += survey.scalars

    def _note(self, value: Any, place: Place) -> None:
        """Where each object stands in the document that PyLD works on."""
        if isinstance(value, dict):
            self._places[id(value)] = place
            for key, member in value.items():
                self._note(member, (place, key))
        elif isinstance(value, list):
            for index, member in enumerate(value):
                self._note(member, (place, index))

    def _refuse(self, message: str) -> NoReturn:
        raise UnsafeDocumentError(message, self.pointer)
