"""What the suites that canonicalise statements (RDFC-1.0) sign: the hash of the options, then the document's.

VC-DI-EDDSA 1.0 sections 3.2.3 to 3.2.5, VC-DI-ECDSA 1.0 sections 3.2.3 to 3.2.5.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from app.errors import InvalidProofError, UnknownContextError, UnsafeDocumentError
from app.jsonld import BUNDLED_CONTEXTS, canonicalize
from app.signing.algorithms import Algorithm
from app.signing.suite import DIGESTS, Unsecured

# The members beside `created` that nearly all proof options have, and no others, by their number. In N-Quads `created`
# is one literal in a line of its own; what a key signs differs in nothing else.
_USUAL_OPTIONS: Final = {
    5: ("type", "cryptosuite", "verificationMethod", "proofPurpose"),
    4: ("type", "verificationMethod", "proofPurpose"),  # a type of proof that has no cryptosuites
}
_CREATED: Final = re.compile(r"[0-9T:.Z+-]+", re.ASCII)  # no letter of it is written otherwise in N-Quads
_SOME_DAY: Final = "9999-12-31T23:59:59Z"
_MAX_USUAL: Final = 2_048  # characters of options and contexts that are worth remembering


def hash_data(unsecured: Unsecured, algorithm: Algorithm) -> bytes:
    """The bytes to sign, for proofs that are read by the document's context. Raises as `own_context_hash`."""
    require_shared_context(unsecured)
    return own_context_hash(unsecured, algorithm)


def require_shared_context(unsecured: Unsecured) -> None:
    """Raises InvalidProofError for a proof with a context of its own that differs from the document's."""
    own = unsecured.options
    if "@context" in own and own["@context"] != unsecured.document.get("@context"):
        raise InvalidProofError("The proof has a context of its own that differs from the document's.")


def own_context_hash(unsecured: Unsecured, algorithm: Algorithm) -> bytes:
    """The bytes to sign, where a proof is read by a context of its own if it has one.

    Raises InvalidProofError for options, and DocumentError for a document, that safe mode refuses.
    """
    digest = DIGESTS[algorithm]
    canonical = canonical_document(unsecured, algorithm)
    return options_hash(unsecured, algorithm) + bytes(digest(canonical).digest())


def canonical_document(unsecured: Unsecured, algorithm: Algorithm) -> bytes:
    """Its canonical N-Quads, with members at the top named by terms and by nothing else.

    Whoever reads `validUntil` or `proof` looks there, and another name might be a keyword. Raises DocumentError.
    """
    for name in unsecured.document:
        if is_no_term(name):
            pointer = "/" + name.replace("~", "~0").replace("/", "~1")
            raise UnsafeDocumentError(f"The member {name[:60]} is not named by its term.", pointer)
    return unsecured.canonical(DIGESTS[algorithm])


def is_no_term(name: str) -> bool:
    return ":" in name or (name.startswith("@") and name != "@context")


def options_hash(unsecured: Unsecured, algorithm: Algorithm) -> bytes:
    """The hash of the proof options under the document's context."""
    context, options = unsecured.document["@context"], unsecured.options
    digest = DIGESTS[algorithm]
    try:
        canonical = _usual_options(context, options) if unsecured.contexts is BUNDLED_CONTEXTS else None
        if canonical is None:
            canonical = unsecured.canonicalize({"@context": context, **options}, digest)
    except (UnsafeDocumentError, UnknownContextError) as error:
        # Its pointer leads into the proof options, not into the document that the caller knows.
        raise InvalidProofError(f"The proof is not safe to sign or believe. {error.message}") from error
    return bytes(digest(canonical).digest())


def _usual_options(context: Any, options: Mapping[str, Any]) -> bytes | None:
    """What `canonicalize` returns for options with the usual members, by filling in `created`; None for others.

    One node makes all of their statements, so that no digest has a part in its label.
    """
    names = _USUAL_OPTIONS.get(len(options))
    if names is None or type(context) is not list or "created" not in options:
        return None
    others, created = tuple(options.get(name) for name in names), options["created"]
    texts = (*context, *others, created)
    if not all(type(text) is str for text in texts) or sum(map(len, texts)) > _MAX_USUAL:
        return None
    around = _around_created(tuple(context), names, others) if _CREATED.fullmatch(created) else None
    return None if around is None else around[0] + created.encode() + around[1]


@lru_cache(maxsize=256)
def _around_created(
    context: tuple[str, ...], names: tuple[str, ...], others: tuple[str, ...]
) -> tuple[bytes, bytes] | None:
    """The canonical N-Quads of the usual options before and after the text of `created`; None if that is unclear."""
    options = {**dict(zip(names, others, strict=True)), "created": _SOME_DAY}
    before, some_day, after = canonicalize({"@context": list(context), **options}).partition(f'"{_SOME_DAY}"'.encode())
    return (before + b'"', b'"' + after) if some_day and _SOME_DAY.encode() not in before + after else None


def own_options_hash(unsecured: Unsecured, algorithm: Algorithm) -> bytes:
    """The same for options of our own making: all that are signed by one key in one second share them."""
    context = unsecured.document.get("@context")
    if (
        unsecured.contexts is BUNDLED_CONTEXTS
        and isinstance(context, list)
        and all(type(url) is str for url in context)
    ):
        return _remembered_options_hash(tuple(context), tuple(unsecured.options.items()), algorithm)
    return options_hash(unsecured, algorithm)


@lru_cache(maxsize=64)
def _remembered_options_hash(
    context: tuple[str, ...], options: tuple[tuple[str, str], ...], algorithm: Algorithm
) -> bytes:
    return options_hash(Unsecured({"@context": list(context)}, dict(options)), algorithm)
