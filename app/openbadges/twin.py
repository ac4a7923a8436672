"""The twin: a badge of ours told once more in Open Badges 2.0, for consumers that know nothing newer.

    signed here                         hosted there
    OpenBadgeCredential                 Assertion, at an address that is its `id`
    its Achievement, in one revision    BadgeClass
    its issuer's Profile                Profile with the addresses that speak for it

Assertions are made of the signed document and of nothing else: they publish no word more than that does. What version 2
has no member for is left out: results, credits, who assessed. The mapping is that of the Open Badges 3.0 implementation
guide ("Upgrading"), the other way round.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from app.errors import FieldProblem

__all__ = ["assertion_document", "badge_class_document", "issuer_document", "issuer_problems", "withdrawn_document"]

CONTEXT: Final = "https://w3id.org/openbadges/v2"
_EVIDENCE: Final = ("id", "name", "description", "narrative", "genre", "audience")
_ALIGNMENT: Final = ("targetName", "targetUrl", "targetDescription", "targetFramework", "targetCode")
_PROFILE: Final = ("name", "url", "email", "description")


def assertion_document(
    credential: Mapping[str, Any],
    *,
    id: str,  # noqa: A002 - the member's name in Open Badges
    badge: str,
    image: str,
) -> dict[str, Any] | None:
    """The hosted Assertion; None when the credential names nobody in a way that version 2 knows.

    `badge` is the address of the badge class, `image` that of the baked picture.
    """
    subject = credential["credentialSubject"]
    recipient = _recipient(subject)
    if recipient is None:
        return None
    return _stated(
        {
            "@context": CONTEXT,
            "id": id,
            "type": "Assertion",
            "recipient": recipient,
            "badge": badge,
            "image": image,
            "verification": {"type": "HostedBadge"},
            "issuedOn": credential.get("awardedDate", credential["validFrom"]),
            "expires": credential.get("validUntil"),
            "narrative": subject.get("narrative"),
            "evidence": [{"type": "Evidence"} | _only(_EVIDENCE, item) for item in credential.get("evidence", ())],
        }
    )


def withdrawn_document(id: str, reason: str | None) -> dict[str, Any]:  # noqa: A002 - as above
    """What stands at the address of an assertion that counts no more (OB 2.0, Assertion, `revoked`)."""
    members = {"@context": CONTEXT, "id": id, "type": "Assertion", "revoked": True, "revocationReason": reason}
    return _stated(members)


def badge_class_document(
    achievement: Mapping[str, Any],
    *,
    id: str,  # noqa: A002 - as above
    issuer: str,
) -> dict[str, Any]:
    """The BadgeClass of an Achievement; `issuer` is the address of the issuer's Profile of version 2."""
    return _stated(
        {
            "@context": CONTEXT,
            "id": id,
            "type": "BadgeClass",
            "name": achievement["name"],
            "description": achievement["description"],
            "image": achievement.get("image", {}).get("id"),
            "criteria": achievement["criteria"],
            "issuer": issuer,
            "alignment": [_only(_ALIGNMENT, item) for item in achievement.get("alignment", ())],
            "tags": achievement.get("tag"),
            "version": achievement.get("version"),
        }
    )


def issuer_document(
    profile: Mapping[str, Any],
    *,
    id: str,  # noqa: A002 - as above
    assertions: str,
) -> dict[str, Any]:
    """The Profile of version 2. Of all addresses of its host only those that begin with `assertions` speak for it."""
    members = {"@context": CONTEXT, "id": id, "type": "Issuer"} | _only(_PROFILE, profile)
    logo = profile.get("image", {}).get("id")
    return _stated(members | {"image": logo, "verification": {"type": "VerificationObject", "startsWith": assertions}})


def issuer_problems(profile: Mapping[str, Any], identified_by: Iterable[str]) -> tuple[FieldProblem, ...]:
    """What keeps an issuer from having twins of its badges; pointers lead into the members of createIssuer."""
    problems = [
        FieldProblem(f"/{member}", f"Open Badges 2.0 asks every issuer for {words}; give it, or leave openBadges2 out.")
        for member, words in (("url", "its web address"), ("email", "an e-mail address"))
        if member not in profile
    ]
    if {"email", "did"}.isdisjoint(identified_by):
        words = "Open Badges 2.0 knows learners by e-mail or DID only; add one of the two, or leave openBadges2 out."
        problems.append(FieldProblem("/identifyLearnersBy", words))
    return tuple(problems)


def _recipient(subject: Mapping[str, Any]) -> dict[str, Any] | None:
    """The same salted hash that was signed. A DID stands as it is, as in the signed document; a name is no identity."""
    for identity in subject.get("identifier", ()):
        if identity["identityType"] == "emailAddress" and identity["hashed"]:
            return {
                "type": "email",
                "hashed": True,
                "identity": identity["identityHash"],
                "salt": identity["salt"],
            }
    return {"type": "id", "hashed": False, "identity": subject["id"]} if "id" in subject else None


def _only(names: Iterable[str], members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: members[name] for name in names if name in members}


def _stated(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None and value != []}
