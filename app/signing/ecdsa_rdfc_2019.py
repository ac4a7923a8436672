"""The cryptosuite ecdsa-rdfc-2019 (W3C Data Integrity ECDSA Cryptosuites 1.0, section 3.2).

With a key of P-384 every hash is SHA-384, those inside the canonicalisation too.
"""

from __future__ import annotations

from typing import Final

from app.signing.algorithms import Algorithm
from app.signing.rdfc_hash import hash_data
from app.signing.suite import SignatureSuite

SUITE: Final = SignatureSuite("ecdsa-rdfc-2019", frozenset({Algorithm.ES256, Algorithm.ES384}), hash_data)
