"""From a prepared document to signed bytes, and the proof that our own verifier accepts them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app import strictjson
from app.errors import CryptoError, SigningFaultError
from app.issuance.prepare import Prepared
from app.signing import PublicKey, Signer, UnverifiedJWT, add_proof, verify_jwt
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
    # What we write ourselves stays within the compiled walk; anything else would be a mistake, and forty times slower.
    signed = add_proof(document, signer, verification_method=verification_method, created=created, fallback=False)
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
    presented = read(raw)
    _require_good_report(judge(presented, evidence, NOBODY, now=now))
    if presented.token is not None:
        _require_fitting_token(presented.token, keys or {})


def _require_fitting_token(token: UnverifiedJWT, keys: Mapping[str, Mapping[str, Any]]) -> None:
    """The token's own signature: its payload may hold a proof too, and for a stranger one of the two is enough."""
    jwk = keys.get(str(token.header.get("kid")))
    if jwk is None:
        raise SigningFaultError("Our own token names a key that we do not publish.")
    try:
        verify_jwt(token, PublicKey.from_jwk(jwk))
    except CryptoError as error:
        raise SigningFaultError(f"The signature of our own token does not fit: {error.message}") from error
