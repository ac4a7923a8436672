"""Credentials to put into others: endorsements, and records with what they hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.openbadges import VC_1_CONTEXT
from tests.factories import (
    BASE_URL,
    EXTENSIONS_CONTEXT,
    OB_CONTEXT,
    REMOVED,
    VC_CONTEXT,
    TestIssuer,
    key_issuer,
    make_credential,
    make_subject,
    put,
)

CLR_CONTEXT = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
OLD_CLR_CONTEXT = "https://purl.imsglobal.org/spec/clr/v2p0/context.json"
ACHIEVEMENT = f"{BASE_URL}/achievements/7d1e"
ENDORSER = key_issuer("an accrediting agency")
COLLEGE = key_issuer("a college")


def make_endorsement(issuer: TestIssuer = ENDORSER, *, about: str = ACHIEVEMENT, **changes: Any) -> dict[str, Any]:
    """An unsigned endorsement, made by a did:key so that nothing has to be fetched."""
    document = {
        "@context": [VC_CONTEXT, OB_CONTEXT],
        "id": "urn:uuid:0b6f2a54-3f5c-4a53-8d0c-6f6d1f8f3c11",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "Accredited",
        "issuer": issuer.profile,
        "validFrom": "2026-05-01T00:00:00Z",
        "credentialSubject": {
            "id": about,
            "type": ["EndorsementSubject"],
            "endorsementComment": "Meets the standard.",
        },
    }
    return _changed(document, changes)


def make_badge(issuer: TestIssuer = COLLEGE, **changes: Any) -> dict[str, Any]:
    """An unsigned badge of a did:key that names no status list: it proves itself."""
    return make_credential(issuer, **{"credentialStatus": REMOVED, **changes})


def make_small(number: int = 0, issuer: TestIssuer = COLLEGE, **changes: Any) -> dict[str, Any]:
    """As little as an unsigned credential can be."""
    document = {
        "@context": [VC_CONTEXT],
        "id": f"urn:x:{number}",
        "type": ["VerifiableCredential"],
        "issuer": issuer.profile["id"],
        "validFrom": "2026-05-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:learner"},
    }
    return _changed(document, changes)


def make_record(*held: Mapping[str, Any] | str, issuer: TestIssuer = COLLEGE, **changes: Any) -> dict[str, Any]:
    """An unsigned learner record."""
    document = {
        "@context": [VC_CONTEXT, CLR_CONTEXT, OB_CONTEXT, EXTENSIONS_CONTEXT],
        "id": f"{BASE_URL}/records/1",
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": "Transcript",
        "partial": False,
        "issuer": issuer.profile,
        "validFrom": "2026-05-04T10:00:00Z",
        "credentialSubject": {
            "id": "did:example:learner",
            "type": ["ClrSubject"],
            "verifiableCredential": list(held),
            "achievement": [make_subject()["achievement"]],
            "association": [
                {
                    "type": "Association",
                    "associationType": "isPartOf",
                    "sourceId": ACHIEVEMENT,
                    "targetId": f"{BASE_URL}/achievements/diploma",
                }
            ],
        },
    }
    return _changed(document, changes)


def older(document: Mapping[str, Any]) -> dict[str, Any]:
    """`document` in the words of version 1.1 of the data model."""
    renamed = {"validFrom": "issuanceDate", "validUntil": "expirationDate"}
    members = {renamed.get(name, name): value for name, value in document.items() if name != "partial"}  # a newer term
    contexts = [OLD_CLR_CONTEXT if url == CLR_CONTEXT else url for url in members["@context"][1:]]
    contexts = [url.replace("context-3.0.3.json", "context-3.0.1.json") for url in contexts]
    return {**members, "@context": [VC_1_CONTEXT, *contexts, "https://w3id.org/security/data-integrity/v2"]}


def _changed(document: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    changed = dict(document)
    for name, value in changes.items():
        changed = put(changed, f"/{name}", value)
    return changed
