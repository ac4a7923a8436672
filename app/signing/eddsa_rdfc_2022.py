"""The cryptosuite eddsa-rdfc-2022 (W3C Data Integrity EdDSA Cryptosuites 1.0, section 3.2)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from app.errors import InvalidKeyError, InvalidProofError, UnsafeDocumentError
from app.jsonld import BUNDLED_CONTEXTS, DEFAULT_LIMITS, Contexts, Limits, canonicalize
from app.signing.algorithms import Algorithm
from app.signing.keys import PublicKey, Signer
from app.signing.multibase import decode_multibase, encode_multibase

NAME: Final = "eddsa-rdfc-2022"
_SIGNATURE_BYTES: Final = 64
_MAX_PROOF_VALUE: Final = 128  # characters; 64 bytes take at most 88


def add_proof(
    document: Mapping[str, Any],
    signer: Signer,
    *,
    verification_method: str,
    created: datetime,
    purpose: str = "assertionMethod",
    contexts: Contexts = BUNDLED_CONTEXTS,
    fallback: bool = True,
) -> dict[str, Any]:
    """A copy of `document` with a `proof` (last, a list of one) by `signer`. Section 3.2.1.

    The list is what the older strict Open Badges schema asks for; the newer one takes it too. Without `fallback` a
    document that only the slow path of canonicalisation can read is refused.
    Raises InvalidKeyError for a key that is not Ed25519, InvalidProofError for a document that has a proof
    already, and DocumentError when safe mode refuses the document.
    """
    if signer.algorithm is not Algorithm.EDDSA:
        raise InvalidKeyError(f"{NAME} needs an Ed25519 key, not one for {signer.algorithm}.")
    if "proof" in document:
        raise InvalidProofError("The document has a proof already.")
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": NAME,
        "created": _date_time_stamp(created),
        "verificationMethod": verification_method,
        "proofPurpose": purpose,
    }
    signature = signer.sign(hash_data(document, options, DEFAULT_LIMITS, contexts, fallback=fallback))
    return {**document, "proof": [{**options, "proofValue": encode_multibase(signature)}]}


def verify(
    document: Mapping[str, Any],
    proof: Mapping[str, Any],
    public_key: PublicKey,
    limits: Limits,
    contexts: Contexts,
) -> None:
    """Section 3.2.2, steps 1 to 5; the members that all suites share are checked by `verify_proof`.

    Raises InvalidKeyError, InvalidProofError, SignatureInvalidError, and DocumentError from canonicalisation.
    """
    if public_key.algorithm is not Algorithm.EDDSA:
        raise InvalidKeyError(f"The proof needs an Ed25519 key, but its key is for {public_key.algorithm}.")
    signature = decode_multibase(proof.get("proofValue"), error=InvalidProofError, max_length=_MAX_PROOF_VALUE)
    if len(signature) != _SIGNATURE_BYTES:
        raise InvalidProofError(f"The proof value has {len(signature)} bytes instead of {_SIGNATURE_BYTES}.")
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    public_key.verify(signature, hash_data(unsecured, options, limits, contexts))


def hash_data(
    document: Mapping[str, Any],
    options: Mapping[str, Any],
    limits: Limits,
    contexts: Contexts,
    *,
    fallback: bool = True,
) -> bytes:
    """The 64 bytes to sign: the hash of the proof options, then the document's (3.2.3 to 3.2.5)."""
    document_hash = hashlib.sha256(canonicalize(document, limits=limits, contexts=contexts, fallback=fallback)).digest()
    configuration = {"@context": document["@context"], **options}
    try:
        canonical = canonicalize(configuration, limits=limits, contexts=contexts, fallback=fallback)
    except UnsafeDocumentError as error:
        # Its pointer leads into the proof options, not into the document that the caller knows.
        raise InvalidProofError(f"The proof is not safe to sign or believe. {error.message}") from error
    return hashlib.sha256(canonical).digest() + document_hash


def _date_time_stamp(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError("created needs a time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
