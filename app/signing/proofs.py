"""Data Integrity proofs of any cryptosuite: what all of them share, and the table of those we know.

A cryptosuite is one module, and one line in CRYPTOSUITES (W3C Data Integrity 1.0).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from app.errors import InvalidProofError, UnsupportedCryptoError
from app.jsonld import BUNDLED_CONTEXTS, DEFAULT_LIMITS, Contexts, Limits
from app.signing import (
    ecdsa_jcs_2019,
    ecdsa_rdfc_2019,
    ecdsa_sd_2023,
    ed25519_signature_2020,
    eddsa_jcs_2022,
    eddsa_rdfc_2022,
)
from app.signing.chains import previous_proofs
from app.signing.keys import PublicKey
from app.signing.rdfc_hash import is_no_term
from app.signing.suite import DATA_INTEGRITY, Cryptosuite, Known, Unsecured

_SUITES: Final[tuple[Cryptosuite, ...]] = (
    eddsa_rdfc_2022.SUITE,
    eddsa_rdfc_2022.DRAFT,
    eddsa_jcs_2022.SUITE,
    ecdsa_rdfc_2019.SUITE,
    ecdsa_jcs_2019.SUITE,
    ecdsa_sd_2023.SUITE,
    ed25519_signature_2020.SUITE,
)
CRYPTOSUITES: Final[Mapping[str, Cryptosuite]] = MappingProxyType({suite.name: suite for suite in _SUITES})

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

    If it builds on others of the document's proofs, it is over these as well; that they fit, that the key is the
    issuer's, and that the proof has not expired, is for the caller to judge. Raises InvalidProofError for a malformed
    proof or another purpose, SignatureInvalidError when it does not fit, UnsupportedCryptoError for another type or
    cryptosuite, InvalidKeyError for a key of another kind, and DocumentError for a document that safe mode refuses.
    """
    suite = suite_of(proof, suites)
    _require_sound_options(proof, purpose)
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    if "previousProof" in proof:
        unsecured["proof"] = previous_proofs(document, proof)
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    suite.verify(Unsecured(unsecured, options, limits, contexts, known), proof.get("proofValue"), public_key)


def suite_of(proof: Mapping[str, Any], suites: Mapping[str, Cryptosuite] = CRYPTOSUITES) -> Cryptosuite:
    """The suite that a proof names.

    Raises InvalidProofError when it names none, UnsupportedCryptoError when that is unknown; its message is the name.
    """
    kind = proof.get("type")
    if not isinstance(kind, str):
        raise InvalidProofError("It does not say what kind of signature it is.")
    name = proof.get("cryptosuite") if kind == DATA_INTEGRITY else kind
    if not isinstance(name, str):
        raise InvalidProofError("It does not say how it was made.")
    suite = suites.get(name)
    if suite is None or suite.proof_type != kind:
        raise UnsupportedCryptoError(name[:60])
    return suite


def _require_sound_options(proof: Mapping[str, Any], purpose: str) -> None:
    """Data Integrity 2.1 (members) and 4.3 (purpose).

    A member that is named by its IRI says the same to a signature, but nothing to whoever looks for `expires`.
    """
    if any(is_no_term(name) for name in proof):
        raise InvalidProofError("A member of the proof is not named by its term.")
    if proof.get("proofPurpose") != purpose:
        raise InvalidProofError(f"The proof's purpose is not {purpose}.")
    if not isinstance(proof.get("verificationMethod"), str):
        raise InvalidProofError("The proof names no verification method.")
    for name in ("created", "expires"):
        if name in proof and not _is_date_time_stamp(proof[name]):
            raise InvalidProofError(f"The proof's {name} is not a date and time with a zone.")


def _is_date_time_stamp(value: object) -> bool:
    if not isinstance(value, str) or not _DATE_TIME_STAMP.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True
