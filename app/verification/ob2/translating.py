"""An assertion in the words of Open Badges 3.0, so that dates, people and contents are judged and shown alike.

The mapping is that of the Open Badges 3.0 implementation guide ("Upgrading"). Nothing of it is ever issued.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.openbadges import ob2
from app.verification.members import mapping, text
from app.verification.ob2.following import Trail

__all__ = ["as_credential"]

_IDENTITY_TYPES: Final = {"email": "emailAddress"}  # the others have no like


def as_credential(trail: Trail) -> dict[str, Any]:
    """What the assertion, its badge class and its issuer's profile say. Names are there only where they are text."""
    assertion = trail.assertion.document
    badge = mapping(trail.badge.document if trail.badge else None)
    start = _moment(assertion.get("issuedOn"))
    members = {
        "id": trail.assertion.id,
        "type": ob2.type_names(assertion),
        "name": badge.get("name"),
        "issuer": _issuer(trail),
        "validFrom": start,
        "awardedDate": start,
        "credentialSubject": _subject(assertion, badge, trail.badge.id if trail.badge else None),
    }
    end = {"validUntil": _moment(assertion["expires"])} if "expires" in assertion else {}
    return members | end


def _moment(value: object) -> str | None:
    moment = ob2.read_time(value)
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def _issuer(trail: Trail) -> Mapping[str, Any]:
    profile = mapping(trail.issuer.document if trail.issuer else None)
    # By the address that its host confirms, whatever the profile calls itself.
    return {**profile, "id": trail.issuer.id if trail.issuer else None}


def _subject(assertion: Mapping[str, Any], badge: Mapping[str, Any], badge_id: str | None) -> Mapping[str, Any]:
    recipient = mapping(assertion.get("recipient"))
    kind = text(recipient.get("type")) or ""
    identifier = {
        "identityType": _IDENTITY_TYPES.get(kind, kind),
        "identityHash": recipient.get("identity"),
        "hashed": recipient.get("hashed"),
        "salt": recipient.get("salt", ""),
    }
    criteria = badge.get("criteria")
    achievement = {**badge, "id": badge_id, "criteria": {"id": criteria} if isinstance(criteria, str) else criteria}
    subject = {"identifier": [identifier], "achievement": achievement}
    # Their id, such as a DID, is what 3.0 calls the subject by.
    return subject | ({"id": recipient.get("identity")} if kind == "id" and recipient.get("hashed") is False else {})
