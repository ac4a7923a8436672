"""Steps 8 and 9: was it issued to whom the asker thinks, by somebody whom the asker recognises? And who made it?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.openbadges import identity_matches
from app.verification.members import issuer_id, mapping, several, text
from app.verification.policy import Policy
from app.verification.report import CheckResult, say

_EMAIL: Final = "emailAddress"
_MAILTO: Final = "mailto:"
_MAX_IDENTIFIERS: Final = 64


def check_recipient(document: Mapping[str, Any], email: str | None) -> CheckResult:
    """Compares `email` with each e-mail address of the subject, hashed or plain (OB 3.0, "Verify the Recipient")."""
    if email is None:
        return say("recipient.not-asked")
    identities = _email_identities(mapping(document.get("credentialSubject")))
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
    found = [identity for identity in identifiers if identity.get("identityType") == _EMAIL]
    subject_id = text(subject.get("id")) or ""
    if subject_id.lower().startswith(_MAILTO):
        address = subject_id[len(_MAILTO) :]
        found.append({"identityType": _EMAIL, "hashed": False, "identityHash": address})
    return found
