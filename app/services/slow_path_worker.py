"""Reads strange documents by way of PyLD in a process of its own (see `worker.py`), for `slow_path.py`."""

from __future__ import annotations

import json
from typing import Final

from app.errors import DocumentError
from app.jsonld import BUNDLED_CONTEXTS, DEFAULT_LIMITS, GENERIC_CONTEXTS, Limits
from app.jsonld.canonical import canonicalize_slowly
from app.services.worker import work

MEMORY_BYTES: Final = 512 * 1024 * 1024
_WARM_UP: Final = {
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "name": {"@value": "warm", "@language": "en"},
}


def canonical(task: bytes) -> bytes:
    """`task` is {"document", "limits", "generic"} as JSON; the answer canonical N-Quads. Raises DocumentError."""
    asked = json.loads(task)
    contexts = GENERIC_CONTEXTS if asked["generic"] else BUNDLED_CONTEXTS
    return canonicalize_slowly(asked["document"], contexts, Limits(**asked["limits"]))


if __name__ == "__main__":
    canonicalize_slowly(_WARM_UP, BUNDLED_CONTEXTS, DEFAULT_LIMITS)
    work(canonical, refusals=DocumentError, memory=MEMORY_BYTES)
