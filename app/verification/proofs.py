"""Steps 4 and 5: does a signature fit, and is its key the issuer's? Asked together, answered as two checks.

A credential may carry several proofs; one that fits and is the issuer's is enough (OB 3.0 section 8, "Proof formats"),
with all that it builds on (VC Data Integrity 1.0 section 2.1.2). A token leaves no such choice: it has to fit itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.errors import CryptoError
from app.jsonld import Templates
from app.language.said import Said
from app.signing import PublicKey, UnverifiedJWT, shows_a_part, suite_of, verify_jwt
from app.verification.claims import check_claims, without_claims
from app.verification.data_integrity import MAX_PROOFS, Proofs, method_of, unfit
from app.verification.evidence import Evidence
from app.verification.fitting import GIVEN_UP, Remembered, finding_of
from app.verification.issuers import check_listed, key_by_kid, key_of_method
from app.verification.keys import read_jwk
from app.verification.members import issuer_id, mapping, moment, numeric_date, several, text
from app.verification.memo import Memo
from app.verification.outcome import Outcome
from app.verification.reading import Presented
from app.verification.records import unless_not_on_record
from app.verification.report import CheckResult, say


@dataclass(frozen=True, slots=True)
class Secured:
    """How one proof fared. `document` is what it covers, `claims` the token's own dates; to be used only if `holds`.

    `partial`: the holder chose what to show, and may have left out what speaks against the badge.
    """

    proof: CheckResult
    issuer: CheckResult
    document: Mapping[str, Any]
    claims: Mapping[str, Any]
    signed_at: datetime | None = None
    partial: bool = False

    @property
    def holds(self) -> bool:
        return self.proof.outcome is Outcome.PASSED and self.issuer.outcome is Outcome.PASSED

    @property
    def hopeless(self) -> bool:
        return Outcome.FAILED in {self.proof.outcome, self.issuer.outcome}

    @property
    def weight(self) -> int:
        """How much it says about the document, beside other proofs that do not hold either."""
        if not self.hopeless:
            return 2
        return 0 if self.issuer.outcome is Outcome.FAILED else 1


def secure(
    presented: Presented,
    evidence: Evidence,
    *,
    now: datetime,
    memo: Memo | None = None,
    templates: Templates | None = None,
) -> Secured:
    """The proof that holds, else the most hopeful of those that do not.

    One that could not be checked comes before a bad one, and that before one that is not the issuer's at all.

    A document that could not be read for one proof is not read for the next.

    `memo` remembers signatures that fitted, for documents that are judged again and again. Nothing else is ever
    taken from it: whose key it is, and what the proof says of itself, is looked at each time. `templates` remember
    how documents of one kind are canonicalised; none is made of a document before a proof of it holds.
    """
    if presented.fault is not None:
        return _unsigned(presented, finding_of(presented.fault))
    proofs = several(presented.document.get("proof"))
    if len(proofs) > MAX_PROOFS:
        return _unsigned(presented, say("proof.too-many", limit=str(MAX_PROOFS)))
    best: Secured | None = None
    for attempt in _attempts(presented, proofs, evidence, now, Remembered(presented, memo, templates)):
        if attempt.holds or attempt.proof.code in GIVEN_UP:
            return attempt
        if best is None or best.weight < attempt.weight:
            best = attempt
    return best or _unsigned(presented, say("proof.none"))


def _unsigned(presented: Presented, proof: CheckResult) -> Secured:
    return Secured(proof, say("issuer.skipped"), presented.document, {})


def _attempts(
    presented: Presented, proofs: list[Any], evidence: Evidence, now: datetime, remembered: Remembered
) -> Iterator[Secured]:
    document = presented.document
    if presented.token is not None:
        by_token = _by_token(presented, presented.token, evidence, now, remembered)
        yield by_token
        if by_token.hopeless:  # a proof inside says nothing of what the token adds or leaves out
            return
        document = without_claims(document)  # an embedded proof is made before the token is
    issuer = issuer_id(document)
    embedded = Proofs(document, proofs, evidence, now, presented.work, presented.contexts, remembered)
    for proof in proofs:
        key = _key_of_proof(mapping(proof), issuer, evidence, now)
        if isinstance(key, CheckResult):
            yield _without_key(key, document)
        else:
            bound = _binding(key, issuer, evidence, proof.get("verificationMethod"), moment(proof.get("created")), now)
            bound = unless_not_on_record(bound, key, document, presented.text, evidence)
            yield _by_key(document, bound, proof, embedded.against(proof, key))


# Embedded proofs: VC Data Integrity 1.0, sections 4.4 and 4.5


def _by_key(
    document: Mapping[str, Any], bound: CheckResult, proof: Mapping[str, Any], against: CheckResult | None
) -> Secured:
    finding = against or say("proof.fits", method=suite_of(proof).name)
    covered = {name: value for name, value in document.items() if name != "proof"}
    signed_at, partial = moment(proof.get("created")), shows_a_part(proof)
    return Secured(finding, _unless_skipped(finding, bound), covered, {}, signed_at, partial)


def _key_of_proof(
    proof: Mapping[str, Any], issuer: str | None, evidence: Evidence, now: datetime
) -> PublicKey | CheckResult:
    """The issuer's key that the proof names, or the finding that ends the matter before any signature is looked at."""
    # 1. Of a kind that is known, made to vouch for a statement, and not past its own end.
    finding = unfit(proof, now)
    if finding is not None:
        return finding
    # 2. By a key that the issuer publishes for assertions.
    if issuer is None:
        return say("issuer.unnamed")
    method = method_of(proof)
    return say("proof.no-key") if method is None else key_of_method(method, issuer, evidence)


# Tokens: OB 3.0 section 8.2


def _by_token(
    presented: Presented, token: UnverifiedJWT, evidence: Evidence, now: datetime, remembered: Remembered
) -> Secured:
    document = presented.document
    issuer = issuer_id(document)
    key = _key_of_token(token, issuer, evidence)
    if isinstance(key, CheckResult):
        return _without_key(key, document)
    against = remembered.check_once("token", key, lambda: _check_token(token, key)) or check_claims(token)
    proof = against or say("proof.fits", method=str(token.header.get("alg")))
    signed_at = numeric_date(token.payload.get("iat"))
    binding = _binding(key, issuer, evidence, token.header.get("kid"), signed_at, now)
    binding = unless_not_on_record(binding, key, document, presented.text, evidence)
    return Secured(proof, _unless_skipped(proof, binding), document, token.payload)


def _key_of_token(token: UnverifiedJWT, issuer: str | None, evidence: Evidence) -> PublicKey | CheckResult:
    """The key that the header names by `kid` or holds as `jwk`; if both, they have to be the same key."""
    kid, jwk = token.header.get("kid"), token.header.get("jwk")
    held = read_jwk(jwk) if jwk is not None else None
    if kid is None or isinstance(held, CheckResult):
        return held or say("proof.no-key")
    named = key_by_kid(kid, issuer, evidence)
    if isinstance(held, PublicKey) and isinstance(named, PublicKey) and held != named:
        return say("proof.malformed", reason=Said("It holds one key and names another."))
    return named


def _check_token(token: UnverifiedJWT, key: PublicKey) -> CheckResult | None:
    try:
        verify_jwt(token, key)
    except CryptoError as error:
        return finding_of(error)
    return None


# What an error means, and what the one check means for the other


def _binding(
    key: PublicKey, issuer: str | None, evidence: Evidence, method: object, signed_at: datetime | None, now: datetime
) -> CheckResult:
    """Whose key it is, and since when it may not be any more."""
    if issuer is None:
        return say("issuer.unnamed")
    return check_listed(key, issuer, evidence, method=text(method), signed_at=signed_at, now=now)


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
