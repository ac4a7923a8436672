"""Any credential, signed as it was sent: for the VC-API, whose callers write their documents themselves.

`admit` is the only maker of an `Admitted`, so nothing is signed that a stranger's report would find fault with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from app import strictjson
from app.errors import DocumentError, FieldProblem, InvalidCredentialError, SigningFaultError
from app.issuance.draft import StatusEntry
from app.issuance.prepare import status_member
from app.jsonld import DEFAULT_LIMITS, GENERIC_CONTEXTS, Limits
from app.openbadges import VC_CONTEXT
from app.signing import Signer, add_proof
from app.verification import (
    EVERY_CREDENTIAL,
    MAX_PROOFS,
    NOBODY,
    Outcome,
    Presented,
    ReadLimits,
    issuer_id,
    judge,
    read,
    require_meaning,
)
from app.verification import problems_before_signing as _problems

__all__ = ["Admitted", "WayOfSigning", "admit", "sign", "sign_list"]

_TOKEN: Final = object()
_PROOF_CONTEXT: Final = "https://w3id.org/security/data-integrity/v2"
_PROOF_CONTEXTS: Final = frozenset({_PROOF_CONTEXT, "https://w3id.org/security/data-integrity/v1"})
# Whether it is valid at this moment is for whoever wrote it; whether it can be relied on is for us.
_OURS: Final = ("format", "context", "schema", "proof", "issuer")


@dataclass(frozen=True, slots=True)
class Admitted:
    """An unsigned credential that passed the checks we apply to strangers. Only `admit` can make one."""

    document: Mapping[str, Any]
    limits: ReadLimits
    _token: object

    def __post_init__(self) -> None:
        if self._token is not _TOKEN:
            raise TypeError("an Admitted comes from admit() only")

    @property
    def wants_entry(self) -> bool:
        """Whether it is on version 2.0 and says nothing of its status."""
        return "credentialStatus" not in self.document and self.document["@context"][0] == VC_CONTEXT

    def with_entry(self, entry: StatusEntry) -> Admitted:
        return replace(self, document={**self.document, "credentialStatus": status_member(entry)})


@dataclass(frozen=True, slots=True)
class WayOfSigning:
    """Who signs, and how."""

    signer: Signer
    cryptosuite: str
    verification_method: str

    @property
    def signs_text(self) -> bool:
        """Whether the signature says nothing of what the text means."""
        return "-jcs-" in self.cryptosuite


def admit(document: Mapping[str, Any], *, issuer: str, limits: ReadLimits) -> Admitted:
    """`document` as it may be signed by `issuer`.

    Raises InvalidCredentialError with every problem, by pointers into the document, and InputError as `read` does.
    """
    limits = replace(limits, contexts=GENERIC_CONTEXTS)
    raw = strictjson.dumps(document)
    presented = read(raw, limits=limits)
    problems = _problems(presented) or _issuer_problems(presented, issuer) or _proof_problems(document)
    if problems:
        raise InvalidCredentialError(problems)
    return Admitted({**document, "@context": _contexts(document["@context"])}, limits, _TOKEN)


def _issuer_problems(presented: Presented, issuer: str) -> tuple[FieldProblem, ...]:
    if issuer_id(presented.document) == issuer:
        return ()
    return (FieldProblem("/issuer", f"This address signs for {issuer}, so that must be the issuer's id."),)


def _proof_problems(document: Mapping[str, Any]) -> tuple[FieldProblem, ...]:
    """Others may have signed it before. What their proofs are worth is for whoever reads it."""
    if len(_proofs(document)) < MAX_PROOFS:
        return ()
    return (FieldProblem("/proof", f"With another there would be more than {MAX_PROOFS} proofs."),)


def _proofs(document: Mapping[str, Any]) -> list[Any]:
    proof = document.get("proof", [])
    return list(proof) if isinstance(proof, list) else [proof]


def _contexts(given: Any) -> list[Any]:
    """The words of the proof are among those of version 2.0; a credential on 1.1 needs them beside its own."""
    contexts = list(given) if isinstance(given, list) else [given]
    named = {url for url in contexts if isinstance(url, str)}
    return contexts if contexts[0] == VC_CONTEXT or named & _PROOF_CONTEXTS else [*contexts, _PROOF_CONTEXT]


def sign(admitted: Admitted, way: WayOfSigning, *, now: datetime) -> dict[str, Any]:
    """The credential with its proof, read back and judged as a stranger's would be.

    Raises InvalidCredentialError when safe mode refuses the document, OverloadedError when it takes longer to read than
    there is time, SigningFaultError when our own verifier does not accept what was signed.
    """
    limits = admitted.limits.work
    unsecured = {name: value for name, value in admitted.document.items() if name != "proof"}
    try:
        if way.signs_text:
            require_meaning(unsecured, GENERIC_CONTEXTS, limits)
        document = _signed(unsecured, way, now, limits=limits, fallback=True)
    except DocumentError as error:
        raise InvalidCredentialError.one(error.pointer, error.message) from error
    _require_own(document, admitted.limits, now)
    earlier = _proofs(admitted.document)
    return {**document, "proof": [*earlier, document["proof"]]} if earlier else document


def sign_list(document: Mapping[str, Any], way: WayOfSigning, *, now: datetime) -> dict[str, Any]:
    """The same for a status list, which we write ourselves. Raises SigningFaultError."""
    signed = _signed(document, way, now, limits=DEFAULT_LIMITS, fallback=False)
    _require_own(signed, ReadLimits(), now)
    return signed


def _signed(
    document: Mapping[str, Any], way: WayOfSigning, now: datetime, *, limits: Limits, fallback: bool
) -> dict[str, Any]:
    signed = add_proof(
        document,
        way.signer,
        verification_method=way.verification_method,
        created=now,
        cryptosuite=way.cryptosuite,
        contexts=GENERIC_CONTEXTS,
        limits=limits,
        fallback=fallback,
    )
    # One object, as most readers of the VC-API expect; a list of one is for validators of badges.
    return {**signed, "proof": signed["proof"][0]}


def _require_own(document: Mapping[str, Any], limits: ReadLimits, now: datetime) -> None:
    """A did:key is its own evidence, so nothing has to be looked up."""
    report = judge(read(strictjson.dumps(document), limits=limits), {}, NOBODY, now=now, kinds=EVERY_CREDENTIAL)
    for name in _OURS:
        check = report.check(name)
        if check.outcome is not Outcome.PASSED:
            raise SigningFaultError(f"Our own credential did not pass our own check “{name}”: {check.detail}")
