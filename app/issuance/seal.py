"""From a prepared document to signed bytes, and the proof that our own verifier accepts them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from app import strictjson
from app.errors import CryptoError, SigningFaultError
from app.issuance.prepare import Prepared
from app.jsonld import Templates, canonicalize
from app.signing import PublicKey, Signer, sign_canonical
from app.verification import NOBODY, Found, Need, NeedKind, judge, read
from app.verification import require_own_output as _require_good_report

# Members that are the same in every credential of one achievement, as long as issuer and achievement are not revised.
_CONSTANT: Final = frozenset({"@context", "issuer", "achievement", "credentialSchema"})


@dataclass(frozen=True, slots=True)
class Sealed:
    """The exact bytes that are stored and served, and their SHA-256.

    `template` stands for what the document shares with others of its kind; None when it was canonicalised alone.
    """

    document: Mapping[str, Any]
    raw: bytes
    sha256: bytes
    hash_data: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    template: object | None = None


def credential_templates(*, size: int = 256) -> Templates:
    """The memory that `seal` fills credentials from (docs/decisions/0014); for as long as the process lives."""
    return Templates(_CONSTANT, size=size)


def seal(
    prepared: Prepared,
    signer: Signer,
    *,
    verification_method: str,
    created: datetime,
    templates: Templates | None = None,
) -> Sealed:
    """Signs with `eddsa-rdfc-2022`. Raises DocumentError when safe mode refuses the document.

    With `templates` the same bytes come sooner.
    """
    if templates is None:
        return seal_document(prepared.document, signer, verification_method=verification_method, created=created)
    canonical = templates.canonicalize(prepared.document)
    return _sealed(
        prepared.document,
        canonical.nquads,
        signer,
        verification_method=verification_method,
        created=created,
        template=canonical.template,
    )


def seal_document(
    document: Mapping[str, Any], signer: Signer, *, verification_method: str, created: datetime
) -> Sealed:
    """The same for documents that are not awards (status lists), which have builders of their own."""
    # What we write ourselves stays within the compiled walk; anything else would be a mistake, and forty times slower.
    canonical = canonicalize(document, fallback=False)
    return _sealed(document, canonical, signer, verification_method=verification_method, created=created)


def _sealed(
    document: Mapping[str, Any],
    canonical: bytes,
    signer: Signer,
    *,
    verification_method: str,
    created: datetime,
    template: object | None = None,
) -> Sealed:
    signed = sign_canonical(document, canonical, signer, verification_method=verification_method, created=created)
    raw = strictjson.dumps(signed.document)
    return Sealed(signed.document, raw, hashlib.sha256(raw).digest(), signed.hash_data, signed.signature, template)


def require_own_signature(sealed: Sealed, public_key: PublicKey) -> None:
    """That the signer signed what it was given, with the key that the issuer publishes.

    All that can differ between two credentials filled from one template; raises SigningFaultError.
    """
    try:
        public_key.verify(sealed.signature, sealed.hash_data)
    except CryptoError as error:
        raise SigningFaultError(f"Our own badge did not pass our own check “proof”: {error.message}") from error


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
    # Where the key of a token cannot be had, a good proof inside it is enough for a stranger. For us it is not.
    if presented.token is not None and presented.token.header.get("kid") not in (keys or {}):
        raise SigningFaultError("Our own token names a key that we do not publish.")
    _require_good_report(judge(presented, evidence, NOBODY, now=now))
