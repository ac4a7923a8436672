"""The proofs inside a document (VC Data Integrity 1.0): which could count, and how each fares with those it builds on.

Whose key has to have made a proof is for `proofs.py` to say; a proof that another one builds on may be anybody's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from app.errors import InvalidProofError, UnsupportedCryptoError
from app.jsonld import Contexts, Limits
from app.language.said import Day, Moment, Said
from app.signing import PublicKey, chain, suite_of
from app.verification.evidence import Evidence
from app.verification.fitting import GIVEN_UP, Remembered, Signed, finding_of
from app.verification.issuers import check_listed, key_of_method
from app.verification.keys import is_web_url
from app.verification.members import mapping, moment, several, text
from app.verification.outcome import Outcome
from app.verification.reading import Presented
from app.verification.report import CheckResult, say

MAX_PROOFS: Final = 8


def supported_methods(presented: Presented) -> Iterator[str]:
    """The verification methods of the embedded proofs that could be checked: what `needs` has to look at."""
    for proof in several(presented.document.get("proof"))[:MAX_PROOFS]:
        method = text(mapping(proof).get("verificationMethod"))
        if method is not None and _unsupported(mapping(proof)) is None:
            yield method


def earlier_methods(presented: Presented) -> Iterator[str]:
    """The verification methods of all proofs on which another one builds; the issuer's may be among them."""
    proofs = several(presented.document.get("proof"))
    if len(proofs) > MAX_PROOFS:
        return
    for proof in proofs:
        with suppress(InvalidProofError):
            yield from filter(None, map(method_of, chain(presented.document, mapping(proof))))


def _unsupported(proof: Mapping[str, Any]) -> CheckResult | None:
    """Other kinds of proof are neither good nor bad."""
    try:
        suite_of(proof)
    except (InvalidProofError, UnsupportedCryptoError) as error:
        return finding_of(error)
    return None


def unfit(proof: Mapping[str, Any], now: datetime, *, purpose: str = "assertionMethod") -> CheckResult | None:
    """The finding that ends the matter before anybody asks for a key; None when there is none."""
    unsupported = _unsupported(proof)
    if unsupported is not None:
        return unsupported
    if proof.get("proofPurpose") != purpose:
        return say("proof.purpose")
    if "expires" not in proof:
        return None
    expires = moment(proof["expires"])
    if expires is None:
        return say("proof.malformed", reason=Said("It does not say clearly until when it holds."))
    return say("proof.expired", date=Moment(expires), day=Day(expires)) if expires < now else None


def method_of(proof: Mapping[str, Any]) -> str | None:
    """The name of its key; None if nothing could be found under it."""
    method = text(proof.get("verificationMethod"))
    return method if method is not None and (method.startswith("did:") or is_web_url(method)) else None


def controller_of(method: str) -> str:
    """Whose key it is by its name; that this one publishes it is to be seen in its document."""
    return method.partition("#")[0]


@dataclass(frozen=True, slots=True)
class Proofs:
    """The proofs of one document, each of which may build on others."""

    document: Mapping[str, Any]
    proofs: list[Any]
    evidence: Evidence
    now: datetime
    work: Limits
    contexts: Contexts
    remembered: Remembered

    def against(self, proof: Mapping[str, Any], key: PublicKey) -> CheckResult | None:
        """The finding against a proof, or against those that it builds on; None when all fit."""
        try:
            earlier = chain(self.document, proof)
        except InvalidProofError as error:
            return finding_of(error)
        return self._against_one(proof, key) or _worst_of_earlier(map(self._against_earlier, earlier))

    def _against_one(self, proof: Mapping[str, Any], key: PublicKey) -> CheckResult | None:
        index = next(index for index, one in enumerate(self.proofs) if one is proof)
        signed = Signed(self.document, proof, key, self.work, self.contexts, self.remembered)
        return self.remembered.check_once(index, key, signed.check)

    def _against_earlier(self, proof: Mapping[str, Any]) -> CheckResult | None:
        """Anybody may have made it, for whom its key speaks."""
        method = method_of(proof)
        finding = unfit(proof, self.now)
        if method is None or finding is not None:
            return finding or say("proof.no-key")
        owner, signed_at = controller_of(method), moment(proof.get("created"))
        key = key_of_method(method, owner, self.evidence)
        if isinstance(key, CheckResult):
            return key
        bound = check_listed(key, owner, self.evidence, method=method, signed_at=signed_at, now=self.now)
        return self._against_one(proof, key) if bound.outcome is Outcome.PASSED else bound


def _worst_of_earlier(findings: Iterator[CheckResult | None]) -> CheckResult | None:
    """What the proofs that another one builds on mean for it."""
    unclear: CheckResult | None = None
    for finding in filter(None, findings):
        if finding.code in GIVEN_UP:
            return finding
        if finding.outcome is Outcome.FAILED:
            return say("proof.earlier-unsound", reason=finding.detail)
        unclear = unclear or finding
    return None if unclear is None else say("proof.earlier-unclear", reason=unclear.detail)
