"""Who shows it? The signature of a presentation has to be by a key that its holder lists for authentication."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from app.errors import CryptoError, InvalidKeyError, UnsupportedCryptoError
from app.language.said import Day, Moment, Said
from app.signing import PublicKey, Resolved, UnverifiedJWT, method_in_document, resolve, verify_jwt
from app.verification.data_integrity import MAX_PROOFS, controller_of, method_of, unfit
from app.verification.evidence import Evidence, Need
from app.verification.fitting import Remembered, Signed, finding_of
from app.verification.issuer_documents import document_needs, issuer_document, with_fragment
from app.verification.keys import stated_key
from app.verification.members import mapping, numeric_date, several, text
from app.verification.outcome import Outcome
from app.verification.reading import Presented
from app.verification.report import CheckResult, say

__all__ = ["Holder", "check_holder", "holder_needs"]

_PURPOSE: Final = "authentication"
_OWN_EVIDENCE: Final = ("did:key:", "did:jwk:")


@dataclass(frozen=True, slots=True)
class Holder:
    """What was found. `proven` is who signed it; None unless that is certain."""

    check: CheckResult
    proven: str | None = None


def holder_needs(presented: Presented, evidence: Evidence) -> Iterator[Need]:
    """The documents of whoever's keys the signatures name, if that is the holder or nobody is named."""
    for signer in dict.fromkeys(_signers(presented)):
        if _holder_of(presented) in {None, signer}:
            yield from document_needs(signer, evidence)


def _signers(presented: Presented) -> Iterator[str]:
    if presented.token is not None:
        kid = text(presented.token.header.get("kid"))
        yield from [] if kid is None else [controller_of(kid)]
        return
    for proof in several(presented.document.get("proof"))[:MAX_PROOFS]:
        method = method_of(mapping(proof))
        if method is not None:
            yield controller_of(method)


def _holder_of(presented: Presented) -> str | None:
    holder = presented.document.get("holder")
    stated = text(holder) or text(mapping(holder).get("id"))
    issuer = text(presented.token.payload.get("iss")) if presented.token is not None else None
    return stated or issuer


def check_holder(presented: Presented, evidence: Evidence, *, now: datetime) -> Holder:
    """Whether each signature is the holder's: one that is somebody else's, or does not fit, spoils it.

    Where no holder is named, whoever signed first is the one.
    """
    if presented.fault is not None:
        return _doubt(finding_of(presented.fault))
    proofs = several(presented.document.get("proof"))
    if presented.token is None and not proofs:
        return Holder(say("holder.missing"))
    if len(proofs) > MAX_PROOFS:
        return _doubt(say("proof.too-many", limit=str(MAX_PROOFS)))
    named = _holder_of(presented)
    signer = named or next(_signers(presented), None)
    if signer is None:
        return _doubt(say("proof.no-key"))
    finding = _against(presented, proofs, signer, evidence, now)
    if finding is not None:
        return _doubt(finding)
    return Holder(say("holder.proven" if named else "holder.unnamed", holder=signer), signer)


def _doubt(finding: CheckResult) -> Holder:
    if finding.code == "holder.out-of-date":
        return Holder(finding)
    if finding.code == "proof.expired":
        return Holder(say("holder.out-of-date", reason=finding.title))
    failed = finding.outcome is Outcome.FAILED
    return Holder(say("holder.refused" if failed else "holder.unchecked", reason=finding.title))


def _against(
    presented: Presented, proofs: list[Any], signer: str, evidence: Evidence, now: datetime
) -> CheckResult | None:
    """The first finding against a signature; None when all fit and are the signer's."""
    if presented.token is not None:
        return _against_token(presented.token, signer, evidence, now)
    remembered = Remembered(presented, None, None)
    findings = (_against_proof(presented, mapping(proof), signer, evidence, now, remembered) for proof in proofs)
    return next(filter(None, findings), None)


def _against_proof(
    presented: Presented,
    proof: Mapping[str, Any],
    signer: str,
    evidence: Evidence,
    now: datetime,
    remembered: Remembered,
) -> CheckResult | None:
    finding = unfit(proof, now, purpose=_PURPOSE)
    if finding is not None:
        return finding
    if "previousProof" in proof:
        return say("proof.unsupported", what="previousProof")
    method = method_of(proof)
    if method is None:
        return say("proof.no-key")
    key = _key(method, signer, evidence, now)
    if isinstance(key, CheckResult):
        return key
    signed = Signed(presented.document, proof, key, presented.work, presented.contexts, remembered, purpose=_PURPOSE)
    return signed.check()


def _against_token(token: UnverifiedJWT, signer: str, evidence: Evidence, now: datetime) -> CheckResult | None:
    """VC-JOSE-COSE 1.0 section 3.3: the key is named by `kid`."""
    kid = text(token.header.get("kid"))
    if kid is None:
        return say("proof.no-key")
    key = _key(kid, signer, evidence, now)
    if isinstance(key, CheckResult):
        return key
    try:
        verify_jwt(token, key)
    except CryptoError as error:
        return finding_of(error)
    return _against_claims(token.payload, signer, now)


def _against_claims(claims: Mapping[str, Any], signer: str, now: datetime) -> CheckResult | None:
    """RFC 7519 section 4.1: who says it, from when and until when it may be used. Each may be left out.

    Where a presentation of version 1.1 would stand there is nothing (VC-JOSE-COSE 1.0).
    """
    misplaced = next((name for name in ("vc", "vp") if name in claims), None)
    if misplaced is not None:
        return say("proof.claims", claim=misplaced)
    if claims.get("iss", signer) != signer:
        return say("proof.claims", claim="iss")
    starts, ends = (numeric_date(claims[name]) if name in claims else now for name in ("nbf", "exp"))
    if starts is None or ends is None:
        return say("proof.malformed", reason=Said("It does not say clearly when it holds."))
    if now < starts:
        return say("holder.out-of-date", reason=Said("The signature does not hold yet."))
    return say("proof.expired", date=Moment(ends), day=Day(ends)) if ends < now else None


def _key(method: str, signer: str, evidence: Evidence, now: datetime) -> PublicKey | CheckResult:
    """The key that the signer lists for authentication under this name, and has not withdrawn."""
    if controller_of(method) != signer:
        return say("issuer.other-key", issuer=signer)
    document = _document(signer, evidence)
    if isinstance(document, CheckResult):
        return document
    try:
        stated = stated_key(method_in_document(document, with_fragment(method), relationship=_PURPOSE))
    except InvalidKeyError as error:
        return say("issuer.not-listed", issuer=signer, reason=error.message)
    except UnsupportedCryptoError as error:
        return say("proof.unsupported", what=error.message)
    if stated.retired is not None and stated.retired <= now:
        return say("issuer.not-listed", issuer=signer, reason=Said("The key was withdrawn."))
    return stated.key


def _document(signer: str, evidence: Evidence) -> Mapping[str, Any] | CheckResult:
    if signer.startswith(_OWN_EVIDENCE):
        found = resolve(signer)
        if isinstance(found, Resolved):
            return found.document
        return say("issuer.not-listed", issuer=signer, reason=Said("It is not a DID that holds a key."))
    document = issuer_document(signer, evidence)
    return document if isinstance(document, CheckResult) else document.members
