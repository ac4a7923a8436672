"""Everything that is issued through the API, beside the official schema of Open Badges 3.0, in both generations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft201909Validator

from app.cli import samples
from app.openbadges import check_credential

pytestmark = pytest.mark.anyio

SCHEMAS = Path(__file__).parents[3] / "shared/spec/schemas"
GENERATIONS = {
    "the published schema": "ob_v3p0/ob_v3p0_achievementcredential_schema.json",
    "the strict generation of 2024": "ob_v3p0-strict-2024/achievementcredential.json",
}
DID = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
LEARNER = {"name": "Amina Haddad", "email": "amina@riverside.example"}
BARE = {"achievement": "bare", "learner": {"name": "Amina Haddad"}, "completedAt": "2026-05-04T10:00:00Z"}
EVERYTHING = {
    "achievement": "everything",
    "learner": {**LEARNER, "did": DID},
    "completedAt": "2026-05-04T10:00:00Z",
    "validUntil": "2031-01-31T23:59:59+01:00",
    "results": [
        {"resultDescription": "rubric", "achievedLevel": "exceeds"},
        {"resultDescription": "score", "value": 87.5},
        {"resultDescription": "state", "status": "Completed"},
    ],
    "evidence": [
        {
            "name": "Plan",
            "url": "https://a.example/plan",
            "narrative": "*Text*",
            "genre": "Portfolio",
            "audience": "All",
        },
        {"description": "Seen in class."},
    ],
    "narrative": "Taught to **28** pupils.\n\nWith care.",
    "assessor": {"name": "Dr Ngozi Okafor", "url": "https://a.example/okafor"},
}
ACHIEVEMENTS = {
    "bare": {"name": "Bare", "description": "The least that an achievement can be."},
    "everything": {
        "name": "Everything",
        "description": "All that can be stated.",
        "criteriaNarrative": "Do **it**.",
        "criteriaUrl": "https://a.example/criteria",
        "learningOutcomes": [
            "Plans",
            {"text": "Teaches", "framework": "ESCO", "code": "S1", "url": "https://a.example/esco/s1"},
        ],
        "hours": 25,
        "ects": 1.5,
        "level": {"framework": "EQF", "code": "6", "name": "Level 6", "url": "https://a.example/eqf/6"},
        "assessment": {"type": "Portfolio", "description": "Two lessons."},
        "participation": "blended",
        "qualityAssurance": {"name": "Board", "url": "https://a.example/quality"},
        "prerequisites": "None.",
        "supervision": "Identity checked.",
        "stackability": "Part of a diploma.",
        "alignments": [
            {
                "targetName": "TS1",
                "targetUrl": "https://a.example/ts/1",
                "targetCode": "1",
                "targetFramework": "Teachers' Standards",
                "targetDescription": "High expectations.",
            }
        ],
        "resultDescriptions": [
            {
                "id": "rubric",
                "name": "Rubric",
                "resultType": "RubricCriterionLevel",
                "levels": [{"id": "meets", "name": "Meets"}, {"id": "exceeds", "name": "Exceeds", "points": "2"}],
                "requiredLevel": "meets",
            },
            {"id": "score", "name": "Score", "resultType": "Percent", "valueMin": 0, "valueMax": 100},
            {"id": "state", "name": "State", "resultType": "Status"},
        ],
        "language": "en-GB",
        "tags": ["teaching", "digital"],
        "validity": "P3Y",
    },
}


@pytest.fixture(scope="module", params=GENERATIONS.values(), ids=GENERATIONS)
def validator(request):
    path = SCHEMAS / request.param
    if not path.is_file():
        pytest.skip("published vectors not present")
    return Draft201909Validator(json.loads(path.read_text("utf-8")))


@pytest.fixture
def database_url(sqlite_url):
    """One database is enough: what is signed does not depend on it."""
    return sqlite_url


@pytest.fixture
async def issued(admin, issuer):
    """A function from a completion to the credential that is answered for it."""
    for slug, definition in {**samples.ACHIEVEMENTS, **ACHIEVEMENTS}.items():
        response = await admin.post("/v1/achievements", json={"slug": slug, "issuer": issuer["slug"], **definition})
        assert response.status_code == 201, response.text

    async def issue(completion, number=0):
        body = {"externalId": f"schema-{number}", **completion}
        response = await admin.post("/v1/completions", json=body)
        assert response.status_code == 201, response.text
        return response.json()["credential"]

    return issue


def assert_fits(validator, credential):
    assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(credential)] == []
    assert check_credential(credential) == ()


async def test_every_sample(issued, validator):
    for completion in (*samples.COMPLETIONS, samples.EXPIRED, samples.REVOKED):
        assert_fits(validator, await issued(completion))


EXTRAS = {
    "the least": BARE,
    "everything": EVERYTHING,
    "a learner with a DID": {**BARE, "learner": {**LEARNER, "did": DID}},
    "evidence without an address": {**BARE, "evidence": [{"narrative": "Seen."}]},
    "evidence by its address alone": {**BARE, "evidence": [{"url": "https://a.example/x"}]},
    "an assessor": {**BARE, "assessor": {"name": "Dr Okafor"}},
    "an end of its own": {**BARE, "validUntil": "2030-01-01T00:00:00Z"},
    "a sample and a DID": {**samples.COMPLETIONS[0], "learner": {**LEARNER, "did": DID}, "externalId": "did"},
}


async def test_what_may_stand_in_a_completion(issued, validator):
    for number, completion in enumerate(EXTRAS.values()):
        assert_fits(validator, await issued(completion, number))


async def test_everything_is_where_the_standard_has_it(issued):
    credential = await issued(EVERYTHING)
    subject = credential["credentialSubject"]
    assert subject["id"] == DID
    assert subject["creditsEarned"] == subject["achievement"]["creditsAvailable"] == 1.5
    assert [result["resultDescription"].rsplit("#", 1)[1] for result in subject["result"]] == [
        "rubric",
        "score",
        "state",
    ]
    assert subject["source"]["name"] == "Dr Ngozi Okafor"
    assert len(credential["evidence"]) == 2
    assert credential["validUntil"] == "2031-01-31T22:59:59Z"
    assert subject["achievement"]["inLanguage"] == "en-GB"


async def test_the_schema_notices_what_is_wrong(issued, validator):
    credential = await issued(BARE)
    del credential["credentialSubject"]["achievement"]["criteria"]
    assert not validator.is_valid(credential)
