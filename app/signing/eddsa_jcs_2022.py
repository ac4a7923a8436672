"""The cryptosuite eddsa-jcs-2022 (W3C Data Integrity EdDSA Cryptosuites 1.0, section 3.3)."""

from __future__ import annotations

from typing import Final

from app.signing.algorithms import Algorithm
from app.signing.jcs_hash import hash_data
from app.signing.suite import SignatureSuite

SUITE: Final = SignatureSuite("eddsa-jcs-2022", frozenset({Algorithm.EDDSA}), hash_data, names_contexts=True)
