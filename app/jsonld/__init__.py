r"""Canonical N-Quads of JSON-LD documents: pinned contexts, safe mode, RDFC-1.0 with a limit on its work.

    >>> from app.jsonld import canonicalize
    >>> document = {
    ...     "@context": "https://www.w3.org/ns/credentials/v2",
    ...     "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    ...     "name": "Differentiated Teaching",
    ... }
    >>> canonicalize(document).decode()
    '<urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33> <https://schema.org/name> "Differentiated Teaching" .\n'

A document that would lose something on the way is refused, and the error names the member:

    >>> canonicalize({**document, "grade": "A"})
    Traceback (most recent call last):
    app.errors.UnsafeDocumentError: No context of the document defines 'grade' here, so it would not be signed.

From outside in: `canonical` (the two paths), `bundle` (the contexts), `plans` and `walk` (the fast path), `expansion`
and `to_rdf` (the slow path by way of PyLD), `names` (what may not be said by address), `rdfc` (labels and order),
`terms` and `jcs` (how values are written). For selective disclosure: `nquads` (canonical text read back), `selection`
and `grouping` (which statements some members make).
"""

from __future__ import annotations

from app.jsonld.bundle import BUNDLED_CONTEXTS, GENERIC_CONTEXTS, BundledContext, Contexts, check_contexts
from app.jsonld.canonical import canonicalize
from app.jsonld.grouping import UngroupableError, selected_statements
from app.jsonld.jcs import canonical_json, canonical_json_bytes
from app.jsonld.limits import DEFAULT_LIMITS, Limits
from app.jsonld.nquads import blank_nodes, quads_in, relabelled, written
from app.jsonld.rdfc import Digest
from app.jsonld.selection import NoSuchMemberError
from app.jsonld.template import Canonical, Templates

__all__ = [
    "BUNDLED_CONTEXTS",
    "DEFAULT_LIMITS",
    "GENERIC_CONTEXTS",
    "BundledContext",
    "Canonical",
    "Contexts",
    "Digest",
    "Limits",
    "NoSuchMemberError",
    "Templates",
    "UngroupableError",
    "blank_nodes",
    "canonical_json",
    "canonical_json_bytes",
    "canonicalize",
    "check_contexts",
    "quads_in",
    "relabelled",
    "selected_statements",
    "written",
]
