"""The cryptosuite eddsa-rdfc-2022 (W3C Data Integrity EdDSA Cryptosuites 1.0, section 3.2), and its name in drafts."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from app.signing.algorithms import Algorithm
from app.signing.rdfc_hash import hash_data
from app.signing.suite import SignatureSuite

SUITE: Final = SignatureSuite("eddsa-rdfc-2022", frozenset({Algorithm.EDDSA}), hash_data)
# Until 2023 it was called so; badges of that time are still about.
DRAFT: Final = replace(SUITE, name="eddsa-2022")
