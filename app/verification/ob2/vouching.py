"""Does its issuer vouch for it: by hosting it, or by a signature with one of the keys that it publishes?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.errors import CryptoError
from app.language.said import Said
from app.signing import PublicKey, UnverifiedJWT, verify_jwt
from app.verification.addresses import same_address
from app.verification.fitting import finding_of
from app.verification.keys import is_web_url
from app.verification.members import mapping, several, text
from app.verification.ob2.following import Linked, Trail, Way, stated_key
from app.verification.ob2.scope import in_scope, origin, same_site
from app.verification.outcome import Outcome
from app.verification.report import CheckResult, say

__all__ = ["Vouched", "vouch"]


@dataclass(frozen=True, slots=True)
class Vouched:
    """The two checks; what the assertion says is the issuer's word only if it `holds`."""

    proof: CheckResult
    issuer: CheckResult

    @property
    def holds(self) -> bool:
        return self.proof.outcome is Outcome.PASSED and self.issuer.outcome is Outcome.PASSED


def vouch(trail: Trail) -> Vouched:
    match trail.way:
        case Way.HOSTED:
            return _hosted(trail)
        case Way.SIGNED if trail.token is not None:
            return _signed(trail, trail.token)
        case Way.SIGNED:
            return Vouched(say("proof.none"), say("issuer.skipped"))
    stated = mapping(trail.assertion.document.get("verification")).get("type")
    return Vouched(say("proof.unsupported", what=text(stated) or Said("nothing")), say("issuer.skipped"))


def _hosted(trail: Trail) -> Vouched:
    """OB 2.0, "Verification of hosted badges"."""
    url, absence = trail.assertion.id, trail.assertion.absence
    if url is None or not is_web_url(url):
        return Vouched(say("proof.no-address"), say("issuer.skipped"))
    if absence is not None:
        return Vouched(say("proof.hosted-missing", url=url, reason=absence.reason), say("issuer.skipped"))
    if not _is_about(trail.assertion.document, url):
        return Vouched(say("proof.hosted-other", url=url), say("issuer.skipped"))
    finding = _unknown_issuer(trail)
    return Vouched(say("proof.hosted", url=url), finding or _check_scope(trail, url))


def _is_about(assertion: Mapping[str, Any], url: str) -> bool:
    """Whether what stands at `url` says that it belongs there."""
    own = assertion.get("id")
    if own is None:  # in version 1.1 the address may stand in `verify` alone
        own = mapping(assertion.get("verify")).get("url")
    return same_address(own, url)


def _check_scope(trail: Trail, url: str) -> CheckResult:
    badge, issuer = _of(trail.badge), _of(trail.issuer)
    name = issuer.id or ""
    if not in_scope(url, name, issuer.document, exact=True):
        return say("issuer.out-of-scope", url=url, issuer=name)
    if _is_elsewhere(trail.assertion):
        return say("issuer.moved", url=url)
    if badge.id is not None and is_web_url(badge.id) and not in_scope(badge.id, name, issuer.document, exact=False):
        return say("issuer.badge-elsewhere", url=badge.id, issuer=name)
    return say("issuer.hosts-it", issuer=name)


def _unknown_issuer(trail: Trail) -> CheckResult | None:
    """The finding that the way from the assertion to its issuer leads nowhere, or to somebody else; else None."""
    badge, issuer = _of(trail.badge), _of(trail.issuer)
    if badge.absence is not None:
        return say("issuer.badge-missing", url=badge.id or Said("nowhere"), reason=badge.absence.reason)
    if not _names_itself(badge):
        return say("issuer.other-id", url=badge.id or "")
    if _is_elsewhere(badge):
        return say("issuer.moved", url=badge.id or "")
    if issuer.id is None:
        return say("issuer.unnamed")
    if not is_web_url(issuer.id):
        return say("issuer.unsupported", issuer=issuer.id)
    if issuer.absence is not None:
        return say("issuer.profile-missing", issuer=issuer.id, reason=issuer.absence.reason)
    if not is_web_url(text(issuer.document.get("id")) or issuer.id):
        return say("issuer.unsupported", issuer=text(issuer.document.get("id")) or "")
    if not _names_itself(issuer):
        return say("issuer.other-id", url=issuer.id)
    return say("issuer.moved", url=issuer.id) if _is_elsewhere(issuer) else None


def _names_itself(linked: Linked) -> bool:
    """Whether the id in the document is one of the host that answered with it; how it ends differs in the wild."""
    own = text(linked.document.get("id"))
    if own is None or linked.id is None or not is_web_url(linked.id):
        return True
    return own == linked.id or (origin(own) is not None and origin(own) == origin(linked.id))


def _is_elsewhere(linked: Linked) -> bool:
    """Whether the address sent on to another host: many sites send anybody anywhere, and vouch for nothing by it."""
    if not linked.answered_by or linked.id is None:
        return False
    return not same_site(linked.answered_by, linked.id)


def _of(linked: Linked | None) -> Linked:
    return linked or Linked(None)


def _signed(trail: Trail, token: UnverifiedJWT) -> Vouched:
    """OB 2.0, "Verification of signed badges"."""
    finding = _unknown_issuer(trail) or (None if trail.keys else _unlisted(trail))
    if finding is not None:
        failed = finding.outcome is Outcome.FAILED
        return Vouched(say("proof.not-reached") if failed else say("proof.key-missing", reason=finding.detail), finding)
    attempts = list(_attempts(trail, token))
    return next((attempt for attempt in attempts if attempt.holds), None) or min(attempts, key=_is_hopeless)


def _is_hopeless(attempt: Vouched) -> bool:
    return Outcome.FAILED in {attempt.proof.outcome, attempt.issuer.outcome}


def _unlisted(trail: Trail) -> CheckResult:
    issuer = _of(trail.issuer)
    if trail.is_old and not several(issuer.document.get("publicKey")):
        return say("issuer.no-key-list", issuer=issuer.id or "")
    stated = stated_key(trail.assertion.document)
    return say("issuer.key-unlisted", issuer=issuer.id or "", key=stated or "none")


def _attempts(trail: Trail, token: UnverifiedJWT) -> Iterator[Vouched]:
    issuer = _of(trail.issuer)
    for key in trail.keys:
        if key.absence is not None:
            yield Vouched(say("proof.key-missing", reason=key.absence.reason), say("issuer.skipped"))
        elif not _belongs_to(key, issuer):
            yield Vouched(say("proof.not-reached"), say("issuer.key-owner", issuer=issuer.id or "", key=key.id or ""))
        else:
            proof = _check_signature(token, key)
            fits = proof.outcome is Outcome.PASSED
            yield Vouched(proof, say("issuer.bound", issuer=issuer.id or "") if fits else say("issuer.skipped"))


def _belongs_to(key: Linked, issuer: Linked) -> bool:
    """Whether the key's document is the listed one and names the issuer as its owner, if it names any."""
    own, owner = key.document.get("id"), key.document.get("owner")
    if own is not None and key.id is not None and not same_address(own, key.id):
        return False
    owners = (issuer.id or "", text(issuer.document.get("id")) or "")
    return owner is None or any(same_address(owner, name) for name in owners)


def _check_signature(token: UnverifiedJWT, key: Linked) -> CheckResult:
    try:
        verify_jwt(token, PublicKey.from_pem(key.document.get("publicKeyPem", "")))
    except CryptoError as error:
        return finding_of(error)
    return say("proof.fits", method=token.algorithm.value)
