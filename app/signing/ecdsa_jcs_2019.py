"""The cryptosuite ecdsa-jcs-2019 (W3C Data Integrity ECDSA Cryptosuites 1.0, section 3.3)."""

from __future__ import annotations

from typing import Final

from app.signing.algorithms import Algorithm
from app.signing.jcs_hash import hash_data
from app.signing.suite import SignatureSuite

SUITE: Final = SignatureSuite(
    "ecdsa-jcs-2019", frozenset({Algorithm.ES256, Algorithm.ES384}), hash_data, names_contexts=True
)
