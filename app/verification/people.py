"""Steps 8 and 9: was it issued to whom the asker thinks, by somebody whom the asker recognises? And who made it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.openbadges import identity_matches
from app.verification.members import issuer_id, mapping, several, text
from app.verification.outcome import Outcome
from app.verification.policy import Policy
from app.verification.report import CheckResult, say

__all__ = ["NOTHING_KNOWN", "Known", "check_creator", "check_recipient", "check_trust"]

_EMAIL: Final = "emailAddress"
_EMAIL_TYPES: Final = (_EMAIL, "email")  # the latter in drafts, on version 1.1 of the data model
_MAILTO: Final = "mailto:"
_DID: Final = "did:"
_MAX_IDENTIFIERS: Final = 64


@dataclass(frozen=True, slots=True)
class Known:
    """What the asker knows, from elsewhere, of the person whose badge it is said to be."""

    email: str | None = None
    did: str | None = None


NOTHING_KNOWN: Final = Known()


def check_recipient(document: Mapping[str, Any], known: Known) -> CheckResult:
    """Compares what is known with what the subject says (OB 3.0, "Verify the Recipient"). All of it has to agree."""
    subject = mapping(document.get("credentialSubject"))
    found = []
    if known.did is not None:
        found.append(_check_did(subject, known.did))
    if known.email is not None:
        found.append(_check_email(subject, known.email))
    return min(found, key=lambda check: _ORDER.index(check.outcome)) if found else say("recipient.not-asked")


_ORDER: Final = (Outcome.FAILED, Outcome.UNDETERMINED, Outcome.PASSED)


def _check_did(subject: Mapping[str, Any], did: str) -> CheckResult:
    """Whether the subject is `did`. DIDs are equal or not: unlike addresses, none has two spellings."""
    subject_id = text(subject.get("id")) or ""
    if not subject_id.startswith(_DID):
        return say("recipient.no-did")
    return say("recipient.match-did" if subject_id == did else "recipient.other-did")


def _check_email(subject: Mapping[str, Any], email: str) -> CheckResult:
    """Whether `email` is one of the subject's addresses, hashed or plain."""
    identities = _email_identities(subject)
    if not identities:
        return say("recipient.no-email")
    matches = any(identity_matches(identity, _EMAIL, email) for identity in identities)
    return say("recipient.match" if matches else "recipient.other")


def check_trust(document: Mapping[str, Any], policy: Policy) -> CheckResult:
    if policy.recognised is None:
        return say("trust.not-asked")
    issuer = issuer_id(document) or ""
    on = policy.recognised.get(issuer)
    return say("trust.unrecognised", issuer=issuer) if on is None else say("trust.recognised", issuer=issuer, on=on)


def check_creator(document: Mapping[str, Any]) -> CheckResult:
    """Whether the issuer made the achievement. For information: Open Badges has no proof of the maker's consent."""
    achievement = mapping(mapping(document.get("credentialSubject")).get("achievement"))
    creator = text(mapping(achievement.get("creator")).get("id"))
    if creator is None:
        return say("creator.none")
    return say("creator.same") if creator == issuer_id(document) else say("creator.other", creator=creator)


def _email_identities(subject: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    identifiers = [mapping(item) for item in several(subject.get("identifier"))[:_MAX_IDENTIFIERS]]
    addresses = [identity for identity in identifiers if identity.get("identityType") in _EMAIL_TYPES]
    found: list[Mapping[str, Any]] = [{**identity, "identityType": _EMAIL} for identity in addresses]
    subject_id = text(subject.get("id")) or ""
    if subject_id.lower().startswith(_MAILTO):
        address = subject_id[len(_MAILTO) :]
        found.append({"identityType": _EMAIL, "hashed": False, "identityHash": address})
    return found
