"""Data Integrity proofs of any cryptosuite: what all of them share, and the table of those we know.

A cryptosuite is one module with a `verify` function, and one line in CRYPTOSUITES (W3C Data Integrity 1.0).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from app.errors import InvalidProofError, UnsafeDocumentError, UnsupportedCryptoError
from app.jsonld import BUNDLED_CONTEXTS, DEFAULT_LIMITS, Contexts, Limits
from app.signing import eddsa_rdfc_2022
from app.signing.keys import PublicKey

Known = Callable[[Mapping[str, Any]], bytes | None]
"""From a document without its proof to its canonical N-Quads, or None where these have to be worked out."""

Cryptosuite = Callable[[Mapping[str, Any], Mapping[str, Any], PublicKey, Limits, Contexts, Known], None]
"""`verify(document, proof, public_key, limits, contexts, known)`: returns nothing, or raises."""

CRYPTOSUITES: Final[Mapping[str, Cryptosuite]] = MappingProxyType({eddsa_rdfc_2022.NAME: eddsa_rdfc_2022.verify})

# XML Schema dateTimeStamp, as far as a calendar reaches: a zone is required.
_DATE_TIME_STAMP: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)


def verify_proof(
    document: Mapping[str, Any],
    proof: Mapping[str, Any],
    public_key: PublicKey,
    *,
    purpose: str = "assertionMethod",
    limits: Limits = DEFAULT_LIMITS,
    contexts: Contexts = BUNDLED_CONTEXTS,
    suites: Mapping[str, Cryptosuite] = CRYPTOSUITES,
    known: Known = lambda _: None,
) -> None:
    """Returns when `proof` is `public_key`'s over `document` (whose own `proof` member, if any, is left out).

    That the key is the issuer's, and that the proof has not expired, is for the caller to judge. Raises
    InvalidProofError for a malformed proof or another purpose, SignatureInvalidError when it does not fit,
    UnsupportedCryptoError for another type or cryptosuite, InvalidKeyError for a key of another kind, and
    DocumentError for a document that safe mode refuses.
    """
    suite = _suite(proof, suites)
    _require_terms(document, proof)
    _require_sound_options(document, proof, purpose)
    suite(document, proof, public_key, limits, contexts, known)


def _require_terms(document: Mapping[str, Any], proof: Mapping[str, Any]) -> None:
    """Refuses members that are named by their IRI.

    They say the same to the signature, but nothing to whoever looks for `validUntil` or `credentialStatus`.
    """
    if any(_is_no_term(name) for name in proof):
        raise InvalidProofError("A member of the proof is not named by its term.")
    for name in document:
        if _is_no_term(name):
            raise UnsafeDocumentError(f"The member {name[:60]} is not named by its term.", f"/{_escaped(name)}")


def _is_no_term(name: str) -> bool:
    return ":" in name or (name.startswith("@") and name != "@context")


def _escaped(name: str) -> str:
    """A member's name as a part of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def _suite(proof: Mapping[str, Any], suites: Mapping[str, Cryptosuite]) -> Cryptosuite:
    kind, name = proof.get("type"), proof.get("cryptosuite")
    if not isinstance(kind, str):
        raise InvalidProofError("The proof has no type.")
    if kind != "DataIntegrityProof":
        raise UnsupportedCryptoError(f"This version does not know proofs of the type {kind[:60]}.")
    if not isinstance(name, str):
        raise InvalidProofError("The proof names no cryptosuite.")
    if name not in suites:
        raise UnsupportedCryptoError(f"This version does not know the cryptosuite {name[:60]}.")
    if "previousProof" in proof:
        raise UnsupportedCryptoError("This version does not know chains of proofs.")
    return suites[name]


def _require_sound_options(document: Mapping[str, Any], proof: Mapping[str, Any], purpose: str) -> None:
    """Data Integrity 2.1 (members) and 4.3 (purpose)."""
    if proof.get("proofPurpose") != purpose:
        raise InvalidProofError(f"The proof's purpose is not {purpose}.")
    if not isinstance(proof.get("verificationMethod"), str):
        raise InvalidProofError("The proof names no verification method.")
    for name in ("created", "expires"):
        if name in proof and not _is_date_time_stamp(proof[name]):
            raise InvalidProofError(f"The proof's {name} is not a date and time with a zone.")
    if "@context" in proof and proof["@context"] != document.get("@context"):
        raise InvalidProofError("The proof has a context of its own that differs from the document's.")


def _is_date_time_stamp(value: object) -> bool:
    if not isinstance(value, str) or not _DATE_TIME_STAMP.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True
