"""One example for each body, as the OpenAPI document and the reference at /docs show it. The academy is invented."""

from __future__ import annotations

from typing import Any, Final

ISSUER: Final[dict[str, Any]] = {
    "slug": "riverside",
    "name": "Riverside Teaching Academy",
    "url": "https://academy.riverside.example",
    "email": "credentials@riverside.example",
    "address": {"countryCode": "GB", "locality": "Leeds"},
}
API_KEY: Final[dict[str, Any]] = {"name": "Moodle", "issuer": "riverside", "scopes": ["issue", "read"]}
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
VERIFICATION: Final[dict[str, Any]] = {
    "url": "https://badges.riverside.example/credentials/3f0c1e52-8a3b-4f5e-9a55-0d1b7f6f2c11",
    "email": "amina@riverside.example",
}
