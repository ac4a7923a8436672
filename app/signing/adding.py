"""Making proofs: one signature by one key, for documents of our own."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from app.errors import InvalidProofError, UnsupportedCryptoError
from app.jsonld import BUNDLED_CONTEXTS, DEFAULT_LIMITS, Contexts, Limits
from app.signing import eddsa_rdfc_2022
from app.signing.keys import Signer
from app.signing.multibase import encode_multibase
from app.signing.proofs import CRYPTOSUITES
from app.signing.rdfc_hash import own_options_hash
from app.signing.suite import DATA_INTEGRITY, SignatureSuite, Unsecured


@dataclass(frozen=True, slots=True)
class Signed:
    """A document with its `proof`; `signature` is the signer's over `hash_data`, not yet checked by anybody."""

    document: dict[str, Any]
    hash_data: bytes = field(repr=False)
    signature: bytes = field(repr=False)


def add_proof(
    document: Mapping[str, Any],
    signer: Signer,
    *,
    verification_method: str,
    created: datetime,
    cryptosuite: str = eddsa_rdfc_2022.SUITE.name,
    purpose: str = "assertionMethod",
    contexts: Contexts = BUNDLED_CONTEXTS,
    limits: Limits = DEFAULT_LIMITS,
    fallback: bool = True,
) -> dict[str, Any]:
    """A copy of `document` with a `proof` (last, a list of one) by `signer`.

    The list is what the older strict Open Badges schema asks for; the newer one takes it too. Without `fallback` a
    document that only the slow path of canonicalisation can read is refused; `limits` are for those of strangers.
    Raises InvalidKeyError for a key that the suite has no use for, UnsupportedCryptoError for a suite of which we make
    no proofs, InvalidProofError for a document that has a proof already, and DocumentError when it cannot be signed.
    """
    suite = _signing_suite(cryptosuite)
    options = _options(document, suite, verification_method, created, purpose)
    suite.require(signer.algorithm)
    unsecured = Unsecured(document, options, limits, contexts, fallback=fallback)
    return _signed(unsecured, suite.hash_data(unsecured, signer.algorithm), signer).document


def sign_canonical(
    document: Mapping[str, Any],
    canonical: bytes,
    signer: Signer,
    *,
    verification_method: str,
    created: datetime,
    purpose: str = "assertionMethod",
    contexts: Contexts = BUNDLED_CONTEXTS,
) -> Signed:
    """An eddsa-rdfc-2022 proof for whoever has the canonical form of `document` already, as a template gives it."""
    suite = eddsa_rdfc_2022.SUITE
    options = _options(document, suite, verification_method, created, purpose)
    suite.require(signer.algorithm)
    unsecured = Unsecured(document, options, contexts=contexts)
    to_sign = own_options_hash(unsecured, signer.algorithm) + hashlib.sha256(canonical).digest()
    return _signed(unsecured, to_sign, signer)


def _signing_suite(name: str) -> SignatureSuite:
    suite = CRYPTOSUITES.get(name)
    if not isinstance(suite, SignatureSuite) or suite.proof_type != DATA_INTEGRITY or suite is eddsa_rdfc_2022.DRAFT:
        raise UnsupportedCryptoError(f"No proofs are made with the cryptosuite {name[:60]}.")
    return suite


def _options(
    document: Mapping[str, Any], suite: SignatureSuite, method: str, created: datetime, purpose: str
) -> dict[str, Any]:
    if "proof" in document:
        raise InvalidProofError("The document has a proof already.")
    options = {
        "type": DATA_INTEGRITY,
        "cryptosuite": suite.name,
        "created": _date_time_stamp(created),
        "verificationMethod": method,
        "proofPurpose": purpose,
    }
    if suite.names_contexts and "@context" in document:
        options["@context"] = document["@context"]
    return options


def _signed(unsecured: Unsecured, to_sign: bytes, signer: Signer) -> Signed:
    signature = signer.sign(to_sign)
    proof = {**unsecured.options, "proofValue": encode_multibase(signature)}
    return Signed({**unsecured.document, "proof": [proof]}, to_sign, signature)


def _date_time_stamp(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError("created needs a time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
