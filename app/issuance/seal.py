"""From a prepared document to signed bytes, and the proof that our own verifier accepts them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app import strictjson
from app.issuance.prepare import Prepared
from app.signing import Signer, add_proof
from app.verification import NOBODY, Found, Need, NeedKind, judge, read
from app.verification import require_own_output as _require_good_report


@dataclass(frozen=True, slots=True)
class Sealed:
    """The exact bytes that are stored and served, and their SHA-256."""

    document: Mapping[str, Any]
    raw: bytes
    sha256: bytes


def seal(prepared: Prepared, signer: Signer, *, verification_method: str, created: datetime) -> Sealed:
    """Signs with `eddsa-rdfc-2022`. Raises DocumentError when safe mode refuses the document."""
    return seal_document(prepared.document, signer, verification_method=verification_method, created=created)


def seal_document(
    document: Mapping[str, Any], signer: Signer, *, verification_method: str, created: datetime
) -> Sealed:
    """The same for documents that are not awards (status lists), which have builders of their own."""
    signed = add_proof(document, signer, verification_method=verification_method, created=created)
    raw = strictjson.dumps(signed)
    return Sealed(signed, raw, hashlib.sha256(raw).digest())


def require_own_output(
    raw: bytes,
    *,
    did: str,
    did_document: Mapping[str, Any],
    now: datetime,
    keys: Mapping[str, Mapping[str, Any]] | None = None,
) -> None:
    """Reads `raw` as a stranger would and judges it; `keys` holds the JWK behind each key address.

    Raises SigningFaultError unless every check passed; only the status may be open, since the list is not at hand.
    """
    evidence = {Need(NeedKind.DID_DOCUMENT, did): Found(strictjson.dumps(did_document), "application/did+json")}
    for url, jwk in (keys or {}).items():
        evidence[Need(NeedKind.KEY, url)] = Found(strictjson.dumps(jwk), "application/jwk+json")
    _require_good_report(judge(read(raw), evidence, NOBODY, now=now))
