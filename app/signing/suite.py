"""What a cryptosuite is, and what it is asked about (Data Integrity 1.0, section 3.1)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Protocol

from app.errors import InvalidKeyError, InvalidProofError
from app.jsonld import BUNDLED_CONTEXTS, DEFAULT_LIMITS, Contexts, Digest, Limits, canonicalize
from app.signing.algorithms import Algorithm
from app.signing.keys import PublicKey
from app.signing.multibase import decode_multibase

DATA_INTEGRITY: Final = "DataIntegrityProof"

Known = Callable[[Mapping[str, Any]], bytes | None]
"""From a document without its proof to its canonical N-Quads, or None where these have to be worked out."""

# The size of the curve decides (VC-DI-ECDSA 1.0, section 3.2.4); Ed25519 has one (VC-DI-EDDSA 1.0, section 3.2.4).
DIGESTS: Final[Mapping[Algorithm, Digest]] = MappingProxyType(
    {Algorithm.EDDSA: hashlib.sha256, Algorithm.ES256: hashlib.sha256, Algorithm.ES384: hashlib.sha384}
)
_SIGNATURE_BYTES: Final = MappingProxyType({Algorithm.EDDSA: 64, Algorithm.ES256: 64, Algorithm.ES384: 96})
_MAX_PROOF_VALUE: Final = 160  # characters; 96 bytes take at most 132


def _unknown(_: Mapping[str, Any]) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Unsecured:
    """A document as it was before it got its proof, and the proof without its value.

    In a chain, `document` holds the proofs that this one builds on. Without `fallback` a document that only the slow
    path of canonicalisation can read is refused.
    """

    document: Mapping[str, Any]
    options: Mapping[str, Any]
    limits: Limits = DEFAULT_LIMITS
    contexts: Contexts = BUNDLED_CONTEXTS
    known: Known = _unknown
    fallback: bool = True

    def canonical(self, digest: Digest = hashlib.sha256) -> bytes:
        """The canonical N-Quads of the document. Raises DocumentError."""
        known = self.known(self.document) if digest is hashlib.sha256 else None
        return self.canonicalize(self.document, digest) if known is None else known

    def canonicalize(self, document: Mapping[str, Any], digest: Digest = hashlib.sha256) -> bytes:
        """The canonical N-Quads of another document, within the same limits. Raises DocumentError."""
        return canonicalize(document, limits=self.limits, contexts=self.contexts, fallback=self.fallback, digest=digest)


class Cryptosuite(Protocol):
    """One way to make proofs. `name` is what a proof names it by: its cryptosuite, or its own type of proof."""

    @property
    def name(self) -> str: ...

    @property
    def proof_type(self) -> str: ...

    def verify(self, unsecured: Unsecured, proof_value: object, public_key: PublicKey) -> None:
        """Returns nothing when the value is the key's over all of it.

        Raises InvalidKeyError, InvalidProofError, SignatureInvalidError, UnsupportedCryptoError and DocumentError.
        """


@dataclass(frozen=True, slots=True)
class SignatureSuite:
    """A suite whose proof value is one signature, over what `hash_data` makes of document and options.

    `names_contexts`: its proofs repeat the document's contexts, since nothing else in its hash depends on them.
    """

    name: str
    algorithms: frozenset[Algorithm]
    hash_data: Callable[[Unsecured, Algorithm], bytes]
    proof_type: str = DATA_INTEGRITY
    names_contexts: bool = False

    def verify(self, unsecured: Unsecured, proof_value: object, public_key: PublicKey) -> None:
        self.require(public_key.algorithm)
        signature = decode_multibase(proof_value, error=InvalidProofError, max_length=_MAX_PROOF_VALUE)
        size = _SIGNATURE_BYTES[public_key.algorithm]
        if len(signature) != size:
            raise InvalidProofError(f"The proof value has {len(signature)} bytes instead of {size}.")
        public_key.verify(signature, self.hash_data(unsecured, public_key.algorithm))

    def require(self, algorithm: Algorithm) -> None:
        """Raises InvalidKeyError for a key of another algorithm."""
        if algorithm not in self.algorithms:
            kinds = " or ".join(sorted(self.algorithms))
            raise InvalidKeyError(f"The suite {self.name} needs a key for {kinds}, not one for {algorithm}.")
