"""One example for each body, as the OpenAPI document and the reference at /docs show it. The academy is invented."""

from __future__ import annotations

from typing import Any, Final

ISSUER: Final[dict[str, Any]] = {
    "slug": "riverside",
    "name": "Riverside Teaching Academy",
    "url": "https://academy.riverside.example",
    "email": "credentials@riverside.example",
    "address": {"countryCode": "GB", "locality": "Leeds"},
    "accentColor": "#1d5c8f",
    "language": "en",
    "paper": "A4",
    "openBadges2": True,
}
API_KEY: Final[dict[str, Any]] = {"name": "Moodle", "issuer": "riverside", "scopes": ["issue", "read"]}
API_KEY_ROTATION: Final[dict[str, Any]] = {"overlapSeconds": 86_400}
ISSUER_CHANGE: Final[dict[str, Any]] = {
    "name": "Riverside Academy Trust",
    "timeZone": "Europe/London",
    "language": "fr",
}
STOP: Final[dict[str, Any]] = {"reason": "A signing key may have been copied."}
RESUME: Final[dict[str, Any]] = {"reason": "The key was replaced."}
ACHIEVEMENT: Final[dict[str, Any]] = {
    "slug": "differentiated-teaching",
    "issuer": "riverside",
    "name": "Differentiated Teaching in Mixed-Ability Classes",
    "description": "Plans and teaches one lesson that reaches every pupil, and shows the effect in pupils' work.",
    "criteriaNarrative": "Submit a **lesson plan**, three samples of pupils' work and a reflection of about 800 words.",
    "learningOutcomes": ["Adapt tasks, support and pace to pupils' needs within one lesson."],
    "hours": 25,
    "assessment": {"type": "Portfolio", "description": "Marked independently by two assessors."},
    "participation": "blended",
    "resultDescriptions": [
        {
            "id": "rubric",
            "name": "Portfolio",
            "resultType": "RubricCriterionLevel",
            "levels": [{"id": "meets", "name": "Meets"}, {"id": "exceeds", "name": "Exceeds"}],
        }
    ],
    "language": "en",
    "validity": "P3Y",
}
PICTURE: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">'
    '<circle cx="50" cy="50" r="46" fill="#2f5d50"/>'
    '<path d="M28 52l15 15 29-32" fill="none" stroke="#fff" stroke-width="9"/>'
    "</svg>"
)
COMPLETION: Final[dict[str, Any]] = {
    "achievement": "differentiated-teaching",
    "externalId": "course-9/user-42/attempt-1",
    "source": "moodle-riverside",
    "learner": {"name": "Amina Haddad", "email": "amina@riverside.example"},
    "completedAt": "2026-05-04T10:00:00Z",
    "results": [{"resultDescription": "rubric", "value": "Exceeds"}],
    "evidence": [{"name": "Lesson plan", "url": "https://portfolio.riverside.example/amina/lesson-plan"}],
    "assessor": {"name": "Dr Ngozi Okafor"},
}
REVOCATION: Final[dict[str, Any]] = {"reason": "The portfolio was submitted by somebody else."}
FILTER: Final[dict[str, Any]] = {"achievement": "differentiated-teaching", "issuedSince": "2026-05-01T00:00:00Z"}
REVOCATIONS: Final[dict[str, Any]] = {
    "filter": {"achievement": "differentiated-teaching", "issuedSince": "2026-05-01T00:00:00Z"},
    "reason": "The course was given without its assessment.",
    "dryRun": True,
}
CREDENTIAL_CHANGE: Final[dict[str, Any]] = {"visibility": "public"}
RENEWAL: Final[dict[str, Any]] = {
    "completedAt": "2026-05-04T10:00:00Z",
    "results": [{"resultDescription": "rubric", "value": "Meets"}],
    "evidence": [{"name": "Portfolio of the third year", "url": "https://portfolio.riverside.example/amina/year-3"}],
}
REPLACEMENT: Final[dict[str, Any]] = {
    "reason": "The name was misspelt.",
    "learner": {"name": "Amina Haddad-Okafor"},
}
ERASURE: Final[dict[str, Any]] = {"revoke": False}
PERSON: Final[dict[str, Any]] = {"email": "amina@riverside.example"}
PERSON_ERASURE: Final[dict[str, Any]] = {**PERSON, "dryRun": True}
VERIFICATION: Final[dict[str, Any]] = {
    "url": "https://badges.riverside.example/credentials/3f0c1e52-8a3b-4f5e-9a55-0d1b7f6f2c11",
    "email": "amina@riverside.example",
}
_DID: Final = "did:key:z6MkurattsR7Z8EKtazMSp9MTX7XC7h5iVrbwQGPzp2AtSUX"
# As it is sent to an instance of the VC-API; the issuer of the example is the id of that instance.
VC_ISSUE: Final[dict[str, Any]] = {
    "credential": {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": "urn:uuid:7c5f3b8e-1f44-4a5b-9d5e-3f1d2c9b8a70",
        "type": ["VerifiableCredential"],
        "name": "Attendance at a workshop",
        "issuer": _DID,
        "validFrom": "2026-05-04T10:00:00Z",
        "credentialSubject": {"id": "did:example:amina", "name": "Amina Haddad"},
    }
}
VC_STATUS: Final[dict[str, Any]] = {
    "credentialId": "urn:uuid:7c5f3b8e-1f44-4a5b-9d5e-3f1d2c9b8a70",
    "credentialStatus": {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"},
    "status": True,
}
SIGNED: Final[dict[str, Any]] = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "id": "urn:uuid:0b6a3a6e-5d8e-4c43-9f0a-5d2c8a4f7e11",
    "type": ["VerifiableCredential"],
    "name": "Attendance at a workshop",
    "issuer": _DID,
    "validFrom": "2026-05-04T10:00:00Z",
    "credentialSubject": {"id": "did:example:amina", "name": "Amina Haddad"},
    "proof": {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-05-04T10:00:00Z",
        "verificationMethod": f"{_DID}#{_DID.removeprefix('did:key:')}",
        "proofPurpose": "assertionMethod",
        "proofValue": "z3YAsaV1UixWjKZ6jWbFfS6BWK6PKdZsLTuhkB3FqfLsnrgRyH6nEbUjBKRH2Qcw77npxqJu9ZRdu5KMKNkMSTyu4",
    },
}
VC_VERIFY: Final[dict[str, Any]] = {"verifiableCredential": SIGNED}
ROTATION: Final[dict[str, Any]] = {"at": "2026-06-01T00:00:00Z", "purposes": ["data-integrity", "vc-jwt"]}
COMPROMISE: Final[dict[str, Any]] = {"since": "2026-05-03T22:00:00Z", "reason": "A backup of the machine was stolen."}
_HOLDER: Final = "did:key:z6MkkrRkkqDwUzPRHgnrbSwLVpJJnx49USBcU254Q9fSJdkX"
VP_VERIFY: Final[dict[str, Any]] = {
    "verifiablePresentation": {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": _HOLDER,
        "verifiableCredential": [SIGNED],
        "proof": {
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-rdfc-2022",
            "created": "2026-05-04T10:30:00Z",
            "verificationMethod": f"{_HOLDER}#{_HOLDER.removeprefix('did:key:')}",
            "proofPurpose": "authentication",
            "challenge": "d1b23d3c-3a5f-4f6e-9d1c-0a8f6a3b2c11",
            "domain": "employer.example",
            "proofValue": "z3NjKgyjXbpnTj1hcsp8FQ9x5HkNXN9eYYC5Dk6ShoGbDDPUqXBEkwrm18pCAUkJjDnTDwvKigbnTEjTrhXErukAT",
        },
    },
    "options": {"challenge": "d1b23d3c-3a5f-4f6e-9d1c-0a8f6a3b2c11", "domain": "employer.example"},
}
