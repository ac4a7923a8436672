"""Ed25519Signature2020, a type of proof of its own from before cryptosuites (W3C CCG; VC-DI-EDDSA 1.0, appendix A.2).

The computation is that of eddsa-rdfc-2022. Such a proof may name a context that defines it instead of the document.
"""

from __future__ import annotations

from typing import Final

from app.signing.algorithms import Algorithm
from app.signing.rdfc_hash import own_context_hash
from app.signing.suite import SignatureSuite

NAME: Final = "Ed25519Signature2020"
SUITE: Final = SignatureSuite(NAME, frozenset({Algorithm.EDDSA}), own_context_hash, proof_type=NAME)
