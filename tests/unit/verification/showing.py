"""Presentations to judge: who shows something, and what."""

from __future__ import annotations

from datetime import UTC, datetime

from app import strictjson
from app.openbadges import VC_CONTEXT
from app.signing import LocalSigner
from app.verification import Occasion, ReadLimits, judge_presentation, read_presentation
from tests.factories import REMOVED, base64url, key_issuer, sign_options

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
HOLDER = key_issuer("holder")
ANYTHING = Occasion()


def presentation(holder: object, **members: object) -> dict[str, object]:
    """Unsigned; a member that is REMOVED is left out."""
    return _without({"@context": [VC_CONTEXT], "type": ["VerifiablePresentation"], "holder": holder, **members})


def _without(members: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in members.items() if value is not REMOVED}


def judged(raw: bytes, occasion: Occasion = ANYTHING, evidence=None, **options):
    read = read_presentation(raw, limits=ReadLimits())
    report = judge_presentation(read, evidence or {}, now=NOW, occasion=occasion, **options)
    return report, report.check("holder").code


def signed(issuer, *, holder: object = None, **options) -> bytes:
    """With a proof of `issuer`, who is the holder unless another is named."""
    options = {"proofPurpose": "authentication"} | options
    return strictjson.dumps(sign_options(presentation(holder or issuer.did), issuer, **options))


def token(claims=None, header=None) -> str:
    """A presentation as a token of HOLDER, in an envelope's own form."""
    head = {"alg": "EdDSA", "kid": HOLDER.method, "typ": "vp+jwt"} | (header or {})
    parts = (head, presentation(HOLDER.did) | (claims or {}))
    signing_input = ".".join(base64url(strictjson.dumps(_without(part))) for part in parts)
    return f"{signing_input}.{base64url(LocalSigner(HOLDER.key, 'key-1').sign(signing_input.encode()))}"
