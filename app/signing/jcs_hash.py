"""What the suites that canonicalise JSON (RFC 8785) sign: the hash of the options, then the document's.

VC-DI-EDDSA 1.0 sections 3.3.2 to 3.3.5, VC-DI-ECDSA 1.0 sections 3.3.2 to 3.3.5.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.errors import InvalidProofError
from app.jsonld import Digest, canonical_json_bytes
from app.signing.algorithms import Algorithm
from app.signing.suite import DIGESTS, Unsecured


def hash_data(unsecured: Unsecured, algorithm: Algorithm) -> bytes:
    """The bytes to sign. Raises InvalidProofError, and DocumentError for what is not I-JSON or too deep."""
    digest = DIGESTS[algorithm]
    document, options = unsecured.document, unsecured.options
    # 4. Contexts that stand after those of the proof were added when it had been made.
    if "@context" in options:
        _require_beginning(options["@context"], document.get("@context"))
        document = {**document, "@context": options["@context"]}
    return _hashed(options, digest) + _hashed(document, digest)


def _require_beginning(own: object, of_document: object) -> None:
    beginning, contexts = _listed(own), _listed(of_document)
    if not beginning or contexts[: len(beginning)] != beginning:
        raise InvalidProofError("The proof has a context of its own that the document's do not begin with.")


def _listed(value: object) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _hashed(value: Mapping[str, Any], digest: Digest) -> bytes:
    return bytes(digest(canonical_json_bytes(value)).digest())
