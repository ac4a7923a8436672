"""The cryptosuite ecdsa-sd-2023: selective disclosure (W3C Data Integrity ECDSA Cryptosuites 1.0, section 3.6).

The issuer signs together what is mandatory, and each other statement for itself, so that a holder can leave some out.
Both the issuer's base proof and a holder's derived one are verified; neither is made here.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.errors import InvalidKeyError, InvalidProofError, SignatureInvalidError, UnsupportedCryptoError
from app.jsonld import (
    NoSuchMemberError,
    UngroupableError,
    blank_nodes,
    quads_in,
    relabelled,
    selected_statements,
    written,
)
from app.signing.algorithms import Algorithm
from app.signing.keys import PublicKey
from app.signing.rdfc_hash import canonical_document, options_hash, require_shared_context
from app.signing.sd_proof_value import BaseProof, DerivedProof, Signatures, issuer_label, read_proof_value
from app.signing.suite import DATA_INTEGRITY, Unsecured

_ALGORITHM: Final = Algorithm.ES256


@dataclass(frozen=True, slots=True)
class _SelectiveDisclosure:
    name: str = "ecdsa-sd-2023"
    proof_type: str = DATA_INTEGRITY

    def verify(self, unsecured: Unsecured, proof_value: object, public_key: PublicKey) -> None:
        """Section 3.6.4, and for a base proof the same with the issuer's own grouping (3.6.1)."""
        if public_key.algorithm is not _ALGORITHM:
            raise InvalidKeyError(
                f"The suite {self.name} needs a key for {_ALGORITHM}, not for {public_key.algorithm}."
            )
        proof = read_proof_value(proof_value)
        require_shared_context(unsecured)
        options = options_hash(unsecured, _ALGORITHM)
        lines = _base_lines(unsecured, proof) if isinstance(proof, BaseProof) else _derived_lines(unsecured, proof)
        lines.verify(proof.signatures, options, public_key)


SUITE: Final = _SelectiveDisclosure()
_DERIVED: Final = "u2V0B"  # in base64url, the three bytes that a derived proof begins with


def shows_a_part(proof: Mapping[str, Any]) -> bool:
    """Whether the proof is a holder's, over a document of which statements may have been left out."""
    value = proof.get("proofValue")
    return proof.get("cryptosuite") == SUITE.name and isinstance(value, str) and value.startswith(_DERIVED)


@dataclass(frozen=True, slots=True)
class Lines:
    """The statements of a document under the issuer's names for its blank nodes, in order."""

    mandatory: list[str]
    others: list[str]

    @property
    def mandatory_hash(self) -> bytes:
        """Section 3.4.17."""
        return hashlib.sha256("".join(self.mandatory).encode()).digest()

    def verify(self, signatures: Signatures, options: bytes, public_key: PublicKey) -> None:
        """Raises SignatureInvalidError unless the issuer's key vouches for the other one, and that for each line."""
        if len(signatures.single) != len(self.others):
            raise SignatureInvalidError("The proof does not hold one signature for each statement.")
        public_key.verify(signatures.base, options + signatures.key_bytes + self.mandatory_hash)
        for signature, text in zip(signatures.single, self.others, strict=True):
            signatures.key.verify(signature, text.encode())


def _derived_lines(unsecured: Unsecured, proof: DerivedProof) -> Lines:
    """Section 3.5.8."""
    quads = quads_in(canonical_document(unsecured, _ALGORITHM))
    if not blank_nodes(quads) <= proof.labels.keys():
        raise InvalidProofError("The proof does not name every unnamed part of the document.")
    lines = written(relabelled(quads, proof.labels))
    if any(index >= len(lines) for index in proof.mandatory):
        raise InvalidProofError("The proof counts statements that the document does not make.")
    return _apart(lines, (lines[index] for index in proof.mandatory))


def _base_lines(unsecured: Unsecured, proof: BaseProof) -> Lines:
    """Section 3.6.2."""
    canonical = canonical_document(unsecured, _ALGORITHM)
    try:
        mandatory = selected_statements(
            unsecured.document, proof.pointers, canonical, unsecured.canonicalize, unsecured.limits
        )
    except NoSuchMemberError as error:
        raise InvalidProofError("A mandatory pointer of the proof leads nowhere.") from error
    except UngroupableError as error:
        raise UnsupportedCryptoError("ecdsa-sd-2023 over a document of this kind") from error
    quads = quads_in(canonical)
    labels = {label: hmac_label(proof.hmac_key, label) for label in blank_nodes(quads)}
    return _apart(written(relabelled(quads, labels)), written(relabelled(mandatory, labels)))


def hmac_label(key: bytes, label: str) -> str:
    """Section 3.4.4: the issuer's name for the blank node with this canonical label."""
    return issuer_label(hmac.digest(key, label.removeprefix("_:").encode(), "sha256"))


def _apart(lines: list[str], mandatory: Iterable[str]) -> Lines:
    chosen = frozenset(mandatory)
    return Lines([text for text in lines if text in chosen], [text for text in lines if text not in chosen])
