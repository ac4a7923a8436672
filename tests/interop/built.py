"""A credential, its status list and its token, made by the rooms of the app that a server would use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from app.openbadges import encode_bitstring, status_list_document
from app.signing import (
    Algorithm,
    LocalSigner,
    PrivateKey,
    PublishedKey,
    add_proof,
    did_document,
    did_web,
    jwk_with_kid,
    sign_jwt,
)
from tests.interop.elsewhere import Case

BASE = "https://badges.example.org"
DID = did_web(BASE, "issuers", "riverside")
AWARDED = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
NOW = AWARDED + timedelta(days=200)
LIST = f"{BASE}/status/0e7a6f3c-6c1b-4f0c-9c39-1f7c3a3d8e11"
INDEX = 94_567
ACHIEVEMENT = f"{BASE}/achievements/5b0c1b4e-2f6d-4d4e-8f57-3d9a5b7c2e10"


@dataclass(frozen=True)
class Token:
    """A VC-JWT and the JWK that its `kid` answers."""

    compact: str
    jwk: dict[str, Any]


def key(algorithm: str, kid: str) -> LocalSigner:
    return LocalSigner(PrivateKey.generate(Algorithm(algorithm)), key_id=kid)


def case(signer: LocalSigner, *, revoked: bool = False) -> Case:
    """Everything signed by one Ed25519 key of one issuer."""
    document = did_document(DID, [PublishedKey(signer.key_id, signer.public_key, retired=False)])
    return Case(secured(credential(), signer), document, secured(status_list(revoked=revoked), signer))


def secured(document: dict[str, Any], signer: LocalSigner) -> dict[str, Any]:
    return add_proof(document, signer, verification_method=f"{DID}#{signer.key_id}", created=AWARDED)


def token(signer: LocalSigner) -> Token:
    kid = f"{BASE}/issuers/riverside/keys/{signer.key_id}"
    claims = {"iss": DID, "jti": credential()["id"], "nbf": int(AWARDED.timestamp())}
    return Token(sign_jwt(credential() | claims, signer, kid=kid), jwk_with_kid(signer.public_key, kid))


def status_list(*, revoked: bool) -> dict[str, Any]:
    return status_list_document(
        id=LIST,
        issuer=DID,
        valid_from=AWARDED,
        valid_until=None,
        encoded_list=encode_bitstring([INDEX] if revoked else []),
    )


def credential() -> dict[str, Any]:
    """An OpenBadgeCredential with every kind of member whose meaning JSON-LD decides."""
    return {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
            "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
        ],
        "id": f"{BASE}/credentials/7f1d3c52-94ab-4f60-8a3e-2f6f0d9f4b21",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Differentiated teaching",
        "issuer": {
            "id": DID,
            "type": ["Profile"],
            "name": "Riverside Academy",
            "address": {"type": ["Address"], "addressCountryCode": "GB"},
        },
        "validFrom": "2026-05-04T10:00:00Z",
        "awardedDate": "2026-05-04T10:00:00Z",
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "hashed": False,
                    "identityHash": "Amina Haddad · أمينة · 阿米娜",
                    "identityType": "name",
                }
            ],
            "achievement": achievement(),
            "result": [
                {"type": ["Result"], "resultDescription": f"{ACHIEVEMENT}#rubric", "value": "Exceeds"},
            ],
        },
        "evidence": [{"type": ["Evidence"], "id": "https://riverside.example/plan", "name": "Lesson plan"}],
        "credentialSchema": [
            {
                "id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json",
                "type": "1EdTechJsonSchemaValidator2019",
            }
        ],
        "credentialStatus": {
            "id": f"{LIST}#{INDEX}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(INDEX),
            "statusListCredential": LIST,
        },
    }


def achievement() -> dict[str, Any]:
    return {
        "id": ACHIEVEMENT,
        "type": ["Achievement"],
        "achievementType": "MicroCredential",
        "name": "Differentiated teaching",
        "description": "Plans and teaches lessons that reach every pupil.",
        "criteria": {"narrative": "## Learning outcomes\n\n- Plans for three levels\n- Reviews the lesson"},
        "inLanguage": "en-GB",
        "tag": ["teaching", "inclusion"],
        "creditsAvailable": 0.5,
        "alignment": [
            {
                "type": ["Alignment"],
                "targetName": "Adapt teaching to respond to the strengths and needs of all pupils",
                "targetUrl": "https://www.gov.uk/government/publications/teachers-standards",
                "targetCode": "TS5",
                "targetFramework": "Teachers' Standards",
            }
        ],
        "resultDescription": [
            {
                "id": f"{ACHIEVEMENT}#rubric",
                "type": ["ResultDescription"],
                "name": "Rubric",
                "resultType": "RubricCriterionLevel",
                "allowedValue": ["Meets", "Exceeds"],
            }
        ],
    }
