"""What a report shows of a credential: a few signed members, each only if it has the type that it should have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.verification.kinds import Kind
from app.verification.members import dates_of, mapping, moment, numeric_date, several, text, texts
from app.verification.proofs import Secured


def shown_content(secured: Secured, kind: Kind) -> dict[str, Mapping[str, Any] | None]:
    """The mappings of a Report, out of what the signature covers. Never call it for anything else.

    An endorsement is about something and was received by nobody; only a badge is about one achievement.
    """
    document = secured.document
    subject = mapping(document.get("credentialSubject"))
    return {
        "credential": {**_credential(document), **_SPECIFIC.get(kind, _nothing)(document, subject)},
        "issuer": _issuer(document),
        "recipient": None if kind is Kind.ENDORSEMENT else _recipient(subject),
        "achievement": _achievement(mapping(subject.get("achievement"))) if kind is Kind.BADGE else None,
        "dates": _dates(secured),
    }


def _credential(document: Mapping[str, Any]) -> Mapping[str, Any]:
    members = _texts_of(document, "id", "name", "description", *dates_of(document), "awardedDate")
    return {"type": texts(document.get("type")), **members}


def _of_record(document: Mapping[str, Any], subject: Mapping[str, Any]) -> Mapping[str, Any]:
    partial = document.get("partial")
    stated = {"partial": partial} if isinstance(partial, bool) else {}
    return {**stated, "contentCount": len(several(subject.get("verifiableCredential")))}


def _of_endorsement(_document: Mapping[str, Any], subject: Mapping[str, Any]) -> Mapping[str, Any]:
    endorsed = text(subject.get("id"))
    return {**({"endorses": endorsed} if endorsed else {}), **_texts_of(subject, "endorsementComment")}


def _nothing(_document: Mapping[str, Any], _subject: Mapping[str, Any]) -> Mapping[str, Any]:
    return {}


_SPECIFIC: Final = {Kind.RECORD: _of_record, Kind.ENDORSEMENT: _of_endorsement}


def _issuer(document: Mapping[str, Any]) -> Mapping[str, Any]:
    issuer = document.get("issuer")
    if isinstance(issuer, str):
        return {"id": issuer}
    members = mapping(issuer)
    return {**_texts_of(members, "id", "name", "url", "description"), **_image(members)}


def _recipient(subject: Mapping[str, Any]) -> Mapping[str, Any]:
    """The name if it is readable; of every other identifier only what kind it is."""
    identifiers = [mapping(item) for item in several(subject.get("identifier"))]
    names = [text(one.get("identityHash")) for one in identifiers if _is_plain_name(one)]
    kinds = [
        {"identityType": text(one.get("identityType")), "hashed": one.get("hashed") is True} for one in identifiers
    ]
    name = next((name for name in names if name), None)
    return {**_texts_of(subject, "id"), **({"name": name} if name else {}), "identifiers": kinds}


def _is_plain_name(identity: Mapping[str, Any]) -> bool:
    return identity.get("identityType") == "name" and identity.get("hashed") is False


def _achievement(achievement: Mapping[str, Any]) -> Mapping[str, Any]:
    criteria = mapping(achievement.get("criteria"))
    shown_criteria = {
        **({"narrative": criteria["narrative"]} if text(criteria.get("narrative")) else {}),
        **({"id": criteria["id"]} if text(criteria.get("id")) else {}),
    }
    members = _texts_of(achievement, "id", "name", "description", "achievementType", "inLanguage", "fieldOfStudy")
    return {**members, "criteria": shown_criteria, **_image(achievement)}


def _image(members: Mapping[str, Any]) -> Mapping[str, Any]:
    image = members.get("image")
    address = text(image) or text(mapping(image).get("id"))
    return {"image": address} if address else {}


def _dates(secured: Secured) -> Mapping[str, Any]:
    document = secured.document
    valid_from, valid_until = dates_of(document)
    start = moment(document.get(valid_from))
    ends = [end for end in (moment(document.get(valid_until)), numeric_date(secured.claims.get("exp"))) if end]
    members = {
        "issued": secured.signed_at or numeric_date(secured.claims.get("iat")) or start,
        "awarded": moment(document.get("awardedDate")),
        "validFrom": start,
        "validUntil": min(ends, default=None),
    }
    return {name: _timestamp(value) for name, value in members.items() if value is not None}


def _timestamp(value: Any) -> str:
    return str(value.isoformat()).replace("+00:00", "Z")


def _texts_of(members: Mapping[str, Any], *names: str) -> Mapping[str, str]:
    return {name: value for name in names if (value := text(members.get(name))) is not None}
