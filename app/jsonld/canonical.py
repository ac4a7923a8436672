"""From a JSON-LD document to the bytes that are hashed and signed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.errors import UnsafeDocumentError
from app.jsonld.bundle import BUNDLED_CONTEXTS, Contexts, check_contexts
from app.jsonld.expansion import expand
from app.jsonld.limits import DEFAULT_LIMITS, Limits
from app.jsonld.plans import UnsupportedError
from app.jsonld.rdfc import canonical_nquads
from app.jsonld.terms import Quads
from app.jsonld.to_rdf import to_quads
from app.jsonld.walk import walk


def canonicalize(
    document: Mapping[str, Any],
    *,
    limits: Limits = DEFAULT_LIMITS,
    fallback: bool = True,
    contexts: Contexts = BUNDLED_CONTEXTS,
) -> bytes:
    """The canonical N-Quads of `document` (RDFC-1.0 with SHA-256), UTF-8.

    Nothing in the document is left out silently. Raises UnknownContextError for a context that is inline or not in
    `contexts`, UnsafeDocumentError (its `pointer` names the member) for anything that would not be signed or that
    other implementations write differently, TooComplexError past `limits`.

    Documents made of what the compiled walk covers take a fraction of a millisecond. With `fallback` the others are
    read by PyLD, some forty times slower and no less strictly; without it they are unsafe, which is right for
    documents of our own making.
    """
    return canonical_nquads(_quads(document, limits, contexts, fallback=fallback), limits)


def _quads(document: Mapping[str, Any], limits: Limits, contexts: Contexts, *, fallback: bool) -> Quads:
    try:
        quads = walk(document, contexts, limits)
    except UnsupportedError as unsupported:
        if not fallback:
            raise UnsafeDocumentError(unsupported.message, unsupported.pointer) from unsupported
        quads = slow_quads(document, contexts, limits)
    if not quads:
        raise UnsafeDocumentError("The document makes no statement.")
    return quads


def slow_quads(document: Mapping[str, Any], contexts: Contexts, limits: Limits) -> Quads:
    """The statements of `document` by way of PyLD's expansion; the same as the walk's wherever that has a result."""
    check_contexts(document, contexts=contexts, limits=limits)
    return to_quads(expand(document, contexts, limits))
