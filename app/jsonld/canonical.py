"""From a JSON-LD document to the bytes that are hashed and signed."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from app.errors import UnsafeDocumentError
from app.jsonld.bundle import BUNDLED_CONTEXTS, GENERIC_CONTEXTS, Contexts
from app.jsonld.expansion import expand
from app.jsonld.limits import DEFAULT_LIMITS, Limits, SlowPath
from app.jsonld.names import check_names
from app.jsonld.nquads import read_nquads
from app.jsonld.plans import UnsupportedError
from app.jsonld.rdfc import Digest, canonical_nquads
from app.jsonld.terms import Quads
from app.jsonld.to_rdf import to_quads
from app.jsonld.walk import walk


def canonicalize(
    document: Mapping[str, Any],
    *,
    limits: Limits = DEFAULT_LIMITS,
    fallback: bool = True,
    contexts: Contexts = BUNDLED_CONTEXTS,
    digest: Digest = sha256,
) -> bytes:
    """The canonical N-Quads of `document` (RDFC-1.0, with SHA-256 unless `digest` is another), UTF-8.

    Nothing in the document is left out silently, and nothing that a term says is said by an address instead. Raises
    UnknownContextError for a context that is inline or not in `contexts`, UnsafeDocumentError (its `pointer` names the
    member) for anything that would not be signed or that other implementations write differently, TooComplexError past
    `limits`.

    Documents made of what the compiled walk covers take a fraction of a millisecond. With `fallback` the others are
    read by PyLD, some forty times slower and no less strictly: by `limits.slow_path`, or else right here. Without
    `fallback` they are unsafe, which is right for documents of our own making.
    """
    try:
        quads = walk(document, contexts, limits)
    except UnsupportedError as unsupported:
        if not fallback:
            raise UnsafeDocumentError(unsupported.message, unsupported.pointer) from unsupported
    else:
        return _canonical(quads, limits, digest)
    # The walk knows terms only, so that none but these documents can hold anything else.
    check_names(document, contexts)
    if limits.slow_path is None or contexts not in (BUNDLED_CONTEXTS, GENERIC_CONTEXTS):
        return canonicalize_slowly(document, contexts, limits, digest)
    canonical = _elsewhere(limits.slow_path, document, limits, generic=contexts is GENERIC_CONTEXTS)
    return canonical if digest is sha256 else canonical_nquads(read_nquads(canonical), limits, digest)


def _elsewhere(slow_path: SlowPath, document: Mapping[str, Any], limits: Limits, *, generic: bool) -> bytes:
    return slow_path(document, limits, generic=True) if generic else slow_path(document, limits)


def canonicalize_slowly(
    document: Mapping[str, Any], contexts: Contexts, limits: Limits, digest: Digest = sha256
) -> bytes:
    """`canonicalize` by way of PyLD, whatever the walk would say, in the calling thread."""
    return _canonical(slow_quads(document, contexts, limits), limits, digest)


def slow_quads(document: Mapping[str, Any], contexts: Contexts, limits: Limits) -> Quads:
    """The statements of `document` by way of PyLD's expansion; the same as the walk's wherever that has a result."""
    return to_quads(expand(document, contexts, limits))


def _canonical(quads: Quads, limits: Limits, digest: Digest) -> bytes:
    if not quads:
        raise UnsafeDocumentError("The document makes no statement.")
    return canonical_nquads(quads, limits, digest)
