"""Steps 4 and 5: does a signature fit, and is its key the issuer's? Asked together, answered as two checks.

A credential may carry several proofs; one that fits and is the issuer's is enough (OB 3.0 section 8, "Proof formats").
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, final

from app.errors import (
    CryptoError,
    DocumentError,
    InvalidKeyError,
    InvalidProofError,
    OverloadedError,
    SignatureInvalidError,
    TooComplexError,
    UnsafeDocumentError,
    UnsupportedCryptoError,
)
from app.jsonld import Limits, Templates
from app.signing import CRYPTOSUITES, PublicKey, UnverifiedJWT, verify_jwt, verify_proof
from app.verification.claims import check_claims, without_claims
from app.verification.evidence import Evidence
from app.verification.issuers import check_listed, key_by_kid, key_of_method
from app.verification.keys import is_web_url, read_jwk
from app.verification.members import issuer_id, mapping, moment, numeric_date, several, text
from app.verification.memo import Memo
from app.verification.outcome import Outcome
from app.verification.reading import Presented
from app.verification.report import CheckResult, day, day_and_time, say

MAX_PROOFS: Final = 8
_PROOF_TYPE: Final = "DataIntegrityProof"
# Reading the document for the next proof would take as long again.
_GIVEN_UP: Final = frozenset({"proof.too-complex", "proof.busy"})
# Making a template takes ten times as long as reading the document; so of all that could serve only each 32nd does.
_TEACHING: Final = 256 // 32


@dataclass(frozen=True, slots=True)
class Secured:
    """How one proof fared. `document` is what it covers, `claims` the token's own dates; to be used only if `holds`."""

    proof: CheckResult
    issuer: CheckResult
    document: Mapping[str, Any]
    claims: Mapping[str, Any]
    signed_at: datetime | None = None

    @property
    def holds(self) -> bool:
        return self.proof.outcome is Outcome.PASSED and self.issuer.outcome is Outcome.PASSED

    @property
    def hopeless(self) -> bool:
        return Outcome.FAILED in {self.proof.outcome, self.issuer.outcome}


def secure(
    presented: Presented,
    evidence: Evidence,
    *,
    now: datetime,
    memo: Memo | None = None,
    templates: Templates | None = None,
) -> Secured:
    """The proof that holds, else the most hopeful of those that do not: one that could not be checked before a bad one.

    A document that could not be read for one proof is not read for the next.

    `memo` remembers signatures that fitted, for documents that are judged again and again. Nothing else is ever
    taken from it: whose key it is, and what the proof says of itself, is looked at each time. `templates` remember
    how documents of one kind are canonicalised; none is made of a document before a proof of it holds.
    """
    if presented.fault is not None:
        return _unsigned(presented, _finding(presented.fault))
    proofs = several(presented.document.get("proof"))
    if len(proofs) > MAX_PROOFS:
        return _unsigned(presented, say("proof.too-many", limit=str(MAX_PROOFS)))
    best: Secured | None = None
    for attempt in _attempts(presented, proofs, evidence, now, _Remembered(presented, memo, templates)):
        if attempt.holds or attempt.proof.code in _GIVEN_UP:
            return attempt
        if best is None or (best.hopeless and not attempt.hopeless):
            best = attempt
    return best or _unsigned(presented, say("proof.none"))


def supported_methods(presented: Presented) -> Iterator[str]:
    """The verification methods of the embedded proofs that could be checked: what `needs` has to look at."""
    for proof in several(presented.document.get("proof"))[:MAX_PROOFS]:
        method = text(mapping(proof).get("verificationMethod"))
        if method is not None and _unsupported(mapping(proof)) is None:
            yield method


def _unsigned(presented: Presented, proof: CheckResult) -> Secured:
    return Secured(proof, say("issuer.skipped"), presented.document, {})


def _attempts(
    presented: Presented, proofs: list[Any], evidence: Evidence, now: datetime, remembered: _Remembered
) -> Iterator[Secured]:
    document = presented.document
    if presented.token is not None:
        yield _by_token(presented.token, document, evidence, now, remembered)
        document = without_claims(document)  # an embedded proof is made before the token is
    issuer = issuer_id(document)
    for index, proof in enumerate(proofs):
        key = _key_of_proof(mapping(proof), issuer, evidence, now)
        if isinstance(key, CheckResult):
            yield _without_key(key, document)
        else:
            signed = _Signed(document, proof, key, presented.work, remembered)
            bound = _binding(key, issuer, evidence, proof.get("verificationMethod"), moment(proof.get("created")), now)
            yield _by_key(document, bound, proof, remembered.check_once(index, key, signed.check))


@final
class _Remembered:
    """What is known of one file, from earlier ones."""

    __slots__ = ("_digest", "_memo", "_templates")

    def __init__(self, presented: Presented, memo: Memo | None, templates: Templates | None) -> None:
        self._digest = hashlib.sha256(presented.raw).digest()
        self._memo = memo
        self._templates = templates

    def check_once(
        self, signature: int | str, key: PublicKey, check: Callable[[], CheckResult | None]
    ) -> CheckResult | None:
        """The finding against one signature of the file, None when it fits `key`; only a fit is remembered.

        Whether it fits depends on the file's bytes, on which of its signatures is meant, and on the key.
        """
        if self._memo is None:
            return check()
        entry = (self._digest, signature, key)
        if entry in self._memo:
            return None
        finding = check()
        if finding is None:
            self._memo.add(entry)
        return finding

    def canonical(self, document: Mapping[str, Any]) -> bytes | None:
        """The canonical N-Quads of the document without its proof, if it is of a kind that is known."""
        return None if self._templates is None else self._templates.find(document)

    def learn(self, document: Mapping[str, Any]) -> None:
        """Makes the kind of a document known whose proof holds. It need not be this one: there will be others."""
        if self._templates is None or self._digest[0] >= _TEACHING:
            return
        with suppress(DocumentError):  # it took the slow path, which templates do not
            self._templates.canonicalize({name: value for name, value in document.items() if name != "proof"})


# Embedded proofs: VC Data Integrity 1.0, section 4.4


def _by_key(
    document: Mapping[str, Any], bound: CheckResult, proof: Mapping[str, Any], against: CheckResult | None
) -> Secured:
    finding = against or say("proof.fits", method=str(proof["cryptosuite"]))
    covered = {name: value for name, value in document.items() if name != "proof"}
    return Secured(finding, _unless_skipped(finding, bound), covered, {}, moment(proof.get("created")))


def _key_of_proof(
    proof: Mapping[str, Any], issuer: str | None, evidence: Evidence, now: datetime
) -> PublicKey | CheckResult:
    """The issuer's key that the proof names, or the finding that ends the matter before any signature is looked at."""
    # 1. A kind of proof that is known: others are neither good nor bad.
    unsupported = _unsupported(proof)
    if unsupported is not None:
        return unsupported
    # 2. Made to vouch for a statement, and not past its own end.
    if proof.get("proofPurpose") != "assertionMethod":
        return say("proof.purpose")
    if "expires" in proof:
        expires = moment(proof["expires"])
        if expires is None:
            return say("proof.malformed", reason="It does not say clearly until when it holds.")
        if expires < now:
            return say("proof.expired", date=day_and_time(expires), day=day(expires))
    # 3. By a key that the issuer publishes for assertions.
    if issuer is None:
        return say("issuer.unnamed")
    method = text(proof.get("verificationMethod"))
    if method is None or not (method.startswith("did:") or is_web_url(method)):
        return say("proof.no-key")
    return key_of_method(method, issuer, evidence)


def _unsupported(proof: Mapping[str, Any]) -> CheckResult | None:
    kind, suite = text(proof.get("type")), text(proof.get("cryptosuite"))
    if kind is None:
        return say("proof.malformed", reason="It does not say what kind of signature it is.")
    if kind != _PROOF_TYPE:
        return say("proof.unsupported", what=kind)
    if suite is None:
        return say("proof.malformed", reason="It does not say how it was made.")
    if suite not in CRYPTOSUITES:
        return say("proof.unsupported", what=suite)
    return None


@dataclass(frozen=True, slots=True)
class _Signed:
    """A document with one of its proofs, the key that should fit, and the work it may cost to find out."""

    document: Mapping[str, Any]
    proof: Mapping[str, Any]
    key: PublicKey
    work: Limits
    remembered: _Remembered

    def check(self) -> CheckResult | None:
        """The finding against the proof; None when it fits."""
        try:
            verify_proof(self.document, self.proof, self.key, limits=self.work, known=self.remembered.canonical)
        except CryptoError as error:
            return _finding(error)
        except TooComplexError:
            return say("proof.too-complex")
        except OverloadedError:
            return say("proof.busy")
        except UnsafeDocumentError as error:
            return say("proof.unsafe", pointer=error.pointer or "/")
        self.remembered.learn(self.document)
        return None


# Tokens: OB 3.0 section 8.2


def _by_token(
    token: UnverifiedJWT, document: Mapping[str, Any], evidence: Evidence, now: datetime, remembered: _Remembered
) -> Secured:
    issuer = issuer_id(document)
    key = _key_of_token(token, issuer, evidence)
    if isinstance(key, CheckResult):
        return _without_key(key, document)
    against = remembered.check_once("token", key, lambda: _check_token(token, key)) or check_claims(token)
    proof = against or say("proof.fits", method=str(token.header.get("alg")))
    signed_at = numeric_date(token.payload.get("iat"))
    binding = _binding(key, issuer, evidence, token.header.get("kid"), signed_at, now)
    return Secured(proof, _unless_skipped(proof, binding), document, token.payload)


def _key_of_token(token: UnverifiedJWT, issuer: str | None, evidence: Evidence) -> PublicKey | CheckResult:
    """The key that the header names by `kid` or holds as `jwk`; if both, they have to be the same key."""
    kid, jwk = token.header.get("kid"), token.header.get("jwk")
    held = read_jwk(jwk) if jwk is not None else None
    if kid is None or isinstance(held, CheckResult):
        return held or say("proof.no-key")
    named = key_by_kid(kid, issuer, evidence)
    if isinstance(held, PublicKey) and isinstance(named, PublicKey) and held != named:
        return say("proof.malformed", reason="It holds one key and names another.")
    return named


def _check_token(token: UnverifiedJWT, key: PublicKey) -> CheckResult | None:
    try:
        verify_jwt(token, key)
    except CryptoError as error:
        return _finding(error)
    return None


# What an error means, and what the one check means for the other


def _binding(
    key: PublicKey, issuer: str | None, evidence: Evidence, method: object, signed_at: datetime | None, now: datetime
) -> CheckResult:
    """Whose key it is, and since when it may not be any more."""
    if issuer is None:
        return say("issuer.unnamed")
    return check_listed(key, issuer, evidence, method=text(method), signed_at=signed_at, now=now)


def _finding(error: CryptoError) -> CheckResult:
    match error:
        case SignatureInvalidError():
            return say("proof.altered")
        case InvalidKeyError():
            return say("proof.key-unusable", reason=error.message)
        case UnsupportedCryptoError():
            return say("proof.unsupported", what=error.message)
        case InvalidProofError():
            return say("proof.malformed", reason=error.message)
    raise error  # nothing else is a finding about a badge


def _without_key(finding: CheckResult, document: Mapping[str, Any]) -> Secured:
    """No key, so no signature was looked at; the finding is on the proof or on the issuer."""
    if finding.id == "proof":
        return Secured(finding, say("issuer.skipped"), document, {})
    if finding.outcome is Outcome.FAILED:
        return Secured(say("proof.not-reached"), finding, document, {})
    return Secured(say("proof.key-missing", reason=finding.detail), finding, document, {})


def _unless_skipped(proof: CheckResult, issuer: CheckResult) -> CheckResult:
    """What a signature that does not fit says about its issuer is no more than a claim."""
    return issuer if proof.outcome is Outcome.PASSED else say("issuer.skipped")
