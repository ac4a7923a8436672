"""One invented academy, its teacher micro-credentials, and completions: the demo's data and the tests' factories.

`ISSUER` is a body of `POST /v1/issuers`, `ACHIEVEMENTS` gives each slug the rest of a body of `POST /v1/achievements`,
and `COMPLETIONS`, `EXPIRED` and `REVOKED` are bodies of `POST /v1/completions`. People and schools are invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

from app.cli.sample_achievements import ACHIEVEMENTS

__all__ = [
    "ACHIEVEMENTS",
    "COMPLETIONS",
    "EXPECTED_VERDICTS",
    "EXPIRED",
    "ISSUER",
    "REVOCATION_REASON",
    "REVOKED",
    "TEST_ISSUER",
    "tampered",
    "unsigned",
]

ISSUER: Final[dict[str, Any]] = {
    "slug": "riverside",
    "name": "Riverside Teaching Academy",
    "url": "https://academy.riverside.example",
    "email": "credentials@riverside.example",
    "description": "Short, practical courses for teachers, assessed by work in their own classrooms.",
    "address": {
        "countryCode": "GB",
        "country": "United Kingdom",
        "locality": "Leeds",
        "streetAddress": "12 Mill Lane",
        "postalCode": "LS1 4AA",
    },
}

# Anybody may sign with its VC-API instances, in development. ES256, since an RSA key takes half a second to make.
TEST_ISSUER: Final[dict[str, Any]] = {
    "slug": "vc-test",
    "name": "Issuer for tests",
    "test": True,
    "jwtAlgorithm": "ES256",
}


def _completion(
    achievement: str, external_id: str, learner: tuple[str, str], completed_at: str, **members: Any
) -> dict[str, Any]:
    name, mailbox = learner
    return {
        "achievement": achievement,
        "externalId": external_id,
        "source": "moodle-riverside",
        "learner": {"name": name, "email": f"{mailbox}.example"},
        "completedAt": completed_at,
        **members,
    }


def _result(description: str, value: str | float) -> dict[str, Any]:
    return {"resultDescription": description, "value": value}


_COMPLETED = {"resultDescription": "observation", "status": "Completed"}
_DR_OKAFOR = {"name": "Dr Ngozi Okafor", "url": "https://academy.riverside.example/people/okafor"}

COMPLETIONS: Final[tuple[dict[str, Any], ...]] = (
    _completion(
        "differentiated-teaching",
        "course-9/user-42/attempt-1",
        ("Amina Haddad", "amina@riverside"),
        "2026-05-04T10:00:00Z",
        results=[_result("rubric", "Exceeds")],
        evidence=[
            {
                "name": "Lesson plan",
                "url": "https://portfolio.riverside.example/amina/lesson-plan",
                "narrative": "Fractions in year 5, with *three* ways into the same task.",
            },
            {
                "name": "Samples of pupils' work",
                "description": "Three anonymous samples with a commentary.",
                "genre": "Portfolio",
            },
        ],
        narrative="Taught to 28 pupils of year 5; eleven of them moved up one step within the unit.",
        assessor=_DR_OKAFOR,
    ),
    _completion(
        "formative-assessment",
        "course-11/user-57/attempt-2",
        ("Siân Llewellyn", "sian@hillside"),
        "2026-04-18T15:30:00+01:00",
        results=[_result("rubric", "Meets"), _result("quiz", 85)],
        assessor=_DR_OKAFOR,
    ),
    _completion(
        "ai-in-the-classroom",
        "course-14/user-8/attempt-1",
        ("王小明", "xiaoming.wang@harbour"),
        "2026-04-30T09:15:00+08:00",
        results=[_result("rubric", "Exceeds"), _result("quiz", 92.5)],
        evidence=[{"name": "Risk assessment", "url": "https://portfolio.harbour.example/wang/risk"}],
    ),
    _completion(
        "digital-literacy",
        "course-15/user-71/attempt-1",
        ("Олена Шевченко", "olena@lindenpark"),
        "2026-03-12T12:00:00Z",
        results=[_result("grade", "A")],
    ),
    _completion(
        "coaching-colleagues",
        "course-21/user-19/attempt-1",
        ("Priya Raghunathan", "priya@riverside"),
        "2026-04-02T16:45:00Z",
        results=[_result("rubric", "meets"), _COMPLETED],
        assessor={"name": "Graham Whitfield"},
    ),
    _completion(
        "mentoring-new-teachers",
        "course-22/user-33/attempt-1",
        ("Łukasz Wiśniewski", "lukasz@northgate"),
        "2026-02-27T11:00:00Z",
        results=[_COMPLETED],
    ),
    _completion(
        "send-inclusion",
        "course-30/user-64/attempt-1",
        ("فاطمة الزهراء", "fatima@lindenpark"),
        "2026-03-20T08:20:00Z",
        results=[_result("rubric", "Exceeds")],
        evidence=[{"name": "Case study", "narrative": "Six weeks of **assess, plan, do, review** with one pupil."}],
        assessor=_DR_OKAFOR,
    ),
    _completion(
        "pupil-wellbeing",
        "course-31/user-77/attempt-1",
        ("अनन्या शर्मा", "ananya@harbour"),
        "2026-04-21T13:05:00+05:30",
        results=[_result("quiz", 80)],
    ),
    _completion(
        "differentiated-teaching",
        "course-9/user-88/attempt-1",
        ("Yael Ben-David יעל בן־דוד", "yael@northgate"),
        "2026-04-13T10:00:00Z",
        results=[_result("rubric", "Meets")],
    ),
)

# Completed so long ago that the year for which it is valid is over.
EXPIRED: Final[dict[str, Any]] = _completion(
    "pupil-wellbeing",
    "course-31/user-12/attempt-1",
    ("Tomás Ó Briain", "tomas@hillside"),
    "2024-01-15T09:00:00Z",
    results=[_result("quiz", 75)],
)
REVOKED: Final[dict[str, Any]] = _completion(
    "differentiated-teaching",
    "course-9/user-90/attempt-1",
    ("Robin Ashdown", "robin@northgate"),
    "2026-02-09T10:00:00Z",
    results=[_result("rubric", "Meets")],
)
REVOCATION_REASON: Final = "The portfolio was submitted by somebody else."

EXPECTED_VERDICTS: Final = {
    "valid": "valid",
    "expired": "invalid",
    "revoked": "invalid",
    "tampered": "invalid",
    "unsigned": "invalid",
}


def tampered(credential: Mapping[str, Any]) -> dict[str, Any]:
    """`credential` with one word changed after it was signed."""
    document = deepcopy(dict(credential))
    achievement = document["credentialSubject"]["achievement"]
    achievement["name"] = f"Advanced {achievement['name']}"
    return document


def unsigned(credential: Mapping[str, Any]) -> dict[str, Any]:
    """`credential` without its proof."""
    return {name: value for name, value in credential.items() if name != "proof"}
