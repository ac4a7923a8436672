"""Where something stands in a document, written out only for whoever is told.

A JSON pointer repeats every name above it, and strangers choose the names: a pointer for each of 100,000 objects under
one name of 200 KB would take 20 GB.
"""

from __future__ import annotations

Place = tuple["Place", object] | None
"""The place around it, and its name or index there; None is the document itself."""


def pointer_to(place: Place) -> str:
    """The JSON pointer (RFC 6901)."""
    tokens: list[str] = []
    while place is not None:
        place, name = place
        tokens.append(f"/{escape_pointer(name)}")
    return "".join(reversed(tokens))


def escape_pointer(key: object) -> str:
    """`key` as one reference token of a JSON pointer (RFC 6901 section 3)."""
    return str(key).replace("~", "~0").replace("/", "~1")
