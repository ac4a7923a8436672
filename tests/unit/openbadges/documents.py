"""One complete credential, and a way to change one thing in it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from app.openbadges import CREDENTIAL_SCHEMA_URL, EXTENSIONS_CONTEXT, OB_CONTEXT, SCHEMA_TYPE, VC_CONTEXT

ACHIEVEMENT = "https://badges.example/achievements/1"

CREDENTIAL: dict[str, Any] = {
    "@context": [VC_CONTEXT, OB_CONTEXT, EXTENSIONS_CONTEXT],
    "id": "https://badges.example/credentials/1",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "name": "Differentiated Teaching",
    "issuer": {
        "id": "did:web:badges.example:issuers:riverside",
        "type": ["Profile"],
        "name": "Riverside Teaching Academy",
        "image": {"id": "https://badges.example/logo.png", "type": "Image", "caption": "Logo"},
        "address": {
            "type": ["Address"],
            "addressCountryCode": "GB",
            "geo": {"type": "GeoCoordinates", "latitude": 53.8, "longitude": -1.55},
        },
        "otherIdentifier": [{"type": "IdentifierEntry", "identifier": "U-1", "identifierType": "sourcedId"}],
        "parentOrg": {"id": "https://trust.example", "type": ["Profile"]},
    },
    "validFrom": "2026-05-04T10:00:00Z",
    "validUntil": "2029-05-04T10:00:00Z",
    "awardedDate": "2026-05-04T10:00:00Z",
    "credentialSubject": {
        "id": "did:example:learner",
        "type": ["AchievementSubject"],
        "identifier": [
            {
                "type": "IdentityObject",
                "hashed": True,
                "identityHash": "sha256$00",
                "identityType": "emailAddress",
                "salt": "salt",
            }
        ],
        "creditsEarned": 0.5,
        "activityEndDate": "2026-05-03T10:00:00+01:00",
        "source": {"id": "urn:uuid:9e0c1a3a-3d5f-4e38-9d2e-4f5c3a2b1c0d", "type": ["Profile"], "name": "Dr Okafor"},
        "achievement": {
            "id": ACHIEVEMENT,
            "type": ["Achievement"],
            "name": "Differentiated Teaching",
            "description": "Reaches every pupil.",
            "achievementType": "MicroCredential",
            "criteria": {"narrative": "## Learning outcomes"},
            "creditsAvailable": 0.5,
            "inLanguage": "en-GB",
            "tag": ["teaching"],
            "alignment": [
                {
                    "type": ["Alignment"],
                    "targetName": "Level 7",
                    "targetUrl": "https://levels.example/7",
                    "targetType": "ext:EQF",
                }
            ],
            "related": [{"id": "https://badges.example/achievements/0", "type": ["Related"], "inLanguage": "cy"}],
            "resultDescription": [
                {
                    "id": f"{ACHIEVEMENT}#rubric",
                    "type": ["ResultDescription"],
                    "name": "Rubric",
                    "resultType": "RubricCriterionLevel",
                    "allowedValue": ["Meets", "Exceeds"],
                    "rubricCriterionLevel": [
                        {
                            "id": f"{ACHIEVEMENT}#rubric-meets",
                            "type": ["RubricCriterionLevel"],
                            "name": "Meets",
                            "points": "2",
                        }
                    ],
                },
                {
                    "id": f"{ACHIEVEMENT}#seen",
                    "type": ["ResultDescription"],
                    "name": "Observed",
                    "resultType": "Status",
                },
            ],
        },
        "result": [
            {
                "type": ["Result"],
                "resultDescription": f"{ACHIEVEMENT}#rubric",
                "value": "Meets",
                "achievedLevel": f"{ACHIEVEMENT}#rubric-meets",
            },
            {"type": ["Result"], "resultDescription": f"{ACHIEVEMENT}#seen", "status": "Completed"},
        ],
    },
    "evidence": [{"id": "https://work.example/plan", "type": ["Evidence"], "name": "Lesson plan"}],
    "endorsement": [
        {
            "@context": [VC_CONTEXT, OB_CONTEXT],
            "id": "urn:uuid:3f1b5f0e-2f55-4f0e-8f59-1c1d6f6f0a11",
            "type": ["VerifiableCredential", "EndorsementCredential"],
            "name": "Endorsement",
            "issuer": "https://university.example",
            "validFrom": "2026-05-05T10:00:00Z",
            "credentialSubject": {"id": ACHIEVEMENT, "type": ["EndorsementSubject"], "endorsementComment": "Good."},
        }
    ],
    "endorsementJwt": ["eyJh.eyJi.c2ln"],
    "credentialSchema": [{"id": CREDENTIAL_SCHEMA_URL, "type": SCHEMA_TYPE}],
    "credentialStatus": {
        "id": "https://badges.example/status/1#94567",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "94567",
        "statusListCredential": "https://badges.example/status/1",
    },
    "refreshService": {"id": "https://badges.example/credentials/1", "type": "1EdTechCredentialRefresh"},
    "termsOfUse": [{"type": "IssuerPolicy", "id": "https://badges.example/terms"}],
    "proof": [
        {
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-rdfc-2022",
            "created": "2026-05-04T10:00:00Z",
            "verificationMethod": "did:web:badges.example:issuers:riverside#key-1",
            "proofPurpose": "assertionMethod",
            "proofValue": "z5ZjnJNPeQznivpmedtQZDAy9vXVz2BbhZp13fGpTfMnsgzccs2Z3Se2BRWeECSMo92cUsQP63LhMb6veWuD223j2",
        }
    ],
}

ABSENT = object()


def changed(path: str, value: Any = ABSENT, *, document: dict[str, Any] = CREDENTIAL) -> dict[str, Any]:
    """A copy of the credential with the member at the JSON pointer `path` replaced, added or (ABSENT) taken away."""
    copy = deepcopy(document)
    *parents, last = (int(part) if part.isdigit() else part for part in path[1:].split("/"))
    node: Any = copy
    for part in parents:
        node = node[part]
    if value is ABSENT:
        del node[last]
    else:
        node[last] = value
    return copy
