"""The signed form of achievements and results."""

from __future__ import annotations

from copy import deepcopy

import pytest
from pydantic import ValidationError

from app.errors import FieldProblem, InvalidFieldsError
from app.jsonld import canonicalize
from app.openbadges import (
    AchievementDefinition,
    ResultInput,
    achievement_document,
    check_credential,
    result_documents,
)
from tests.unit.openbadges.documents import CREDENTIAL

ID = "https://badges.example/achievements/7"
IMAGE = f"{ID}/image.png"
LEAST = {"name": "Mentoring", "description": "Accompanies a new teacher."}

RESULTS = [
    {
        "id": "rubric",
        "name": "Rubric",
        "resultType": "RubricCriterionLevel",
        "requiredLevel": "meets",
        "levels": [
            {"id": "meets", "name": "Meets", "points": 1},
            {"id": "exceeds", "name": "Exceeds all", "description": "More.", "points": 2.5},
        ],
    },
    {"id": "quiz", "name": "Quiz", "resultType": "Percent", "requiredValue": 70},
    {"id": "score", "name": "Score", "resultType": "RawScore", "valueMin": -5, "valueMax": 20},
    {"id": "grade", "name": "Grade", "resultType": "LetterGrade", "allowedValues": ["B", "A"]},
    {"id": "seen", "name": "Seen", "resultType": "Status"},
    {"id": "free", "name": "Remark", "resultType": "Result"},
]


def define(**members):
    return AchievementDefinition.model_validate({**LEAST, **members})


def document(**members):
    return achievement_document(define(**members), id=ID, image_url=None)


def results(*inputs):
    given = [ResultInput.model_validate(item) for item in inputs]
    return result_documents(define(resultDescriptions=RESULTS), ID, given)


def test_the_least_achievement_has_no_empty_members():
    assert document() == {
        "id": ID,
        "type": ["Achievement"],
        "name": "Mentoring",
        "description": "Accompanies a new teacher.",
        "achievementType": "MicroCredential",
        "criteria": {"narrative": "Accompanies a new teacher."},
    }


def test_criteria_on_a_page_of_the_issuer():
    assert document(criteriaUrl="https://a.example/c")["criteria"] == {"id": "https://a.example/c"}
    assert document(criteriaUrl="https://a.example/c", hours=1)["criteria"] == {
        "id": "https://a.example/c",
        "narrative": "## Workload\n\n1 hour",
    }


def test_image_and_creator():
    creator = {"id": "did:web:a.example", "type": ["Profile"], "name": "A"}
    made = achievement_document(define(imageCaption="A leaf"), id=ID, image_url=IMAGE, creator=creator)
    assert made["image"] == {"id": IMAGE, "type": "Image", "caption": "A leaf"}
    assert made["creator"] == creator


def test_members_with_a_place_of_their_own():
    made = document(
        ects=0.5,
        fieldOfStudy="Education",
        humanCode="L02",
        language="en-GB",
        version="2",
        tags=["leadership"],
        achievementType="Certificate",
    )
    assert {name: made[name] for name in ("creditsAvailable", "fieldOfStudy", "humanCode", "inLanguage")} == {
        "creditsAvailable": 0.5,
        "fieldOfStudy": "Education",
        "humanCode": "L02",
        "inLanguage": "en-GB",
    }
    assert (made["version"], made["tag"], made["achievementType"]) == ("2", ["leadership"], "Certificate")


URL = "https://a.example/x"
ALIGNED = {
    "an outcome of a framework": (
        {"learningOutcomes": ["plain", {"text": "Plan", "framework": "ESCO", "code": "S1", "url": URL}]},
        {"targetName": "Plan", "targetUrl": URL, "targetCode": "S1", "targetFramework": "ESCO"},
    ),
    "an EQF level": (
        {"level": {"framework": "eqf", "code": "7"}},
        {
            "targetName": "eqf level 7",
            "targetUrl": "https://europass.europa.eu/en/description-eight-eqf-levels",
            "targetCode": "7",
            "targetFramework": "European Qualifications Framework (EQF)",
            "targetType": "ext:EQF",
        },
    ),
    "a level of another framework": (
        {"level": {"framework": "RQF", "code": "7", "url": URL}},
        {
            "targetName": "RQF level 7",
            "targetUrl": URL,
            "targetCode": "7",
            "targetFramework": "RQF",
            "targetType": "ext:Level",
        },
    ),
    "quality assurance": (
        {"qualityAssurance": {"name": "Ofsted", "url": URL}},
        {"targetName": "Ofsted", "targetUrl": URL, "targetType": "ext:QualityAssurance"},
    ),
    "a standard": (
        {
            "alignments": [
                {
                    "targetName": "Assessment",
                    "targetUrl": URL,
                    "targetCode": "TS6",
                    "targetFramework": "Teachers' Standards",
                    "targetDescription": "Standard 6",
                    "targetType": "CFItem",
                }
            ]
        },
        {
            "targetName": "Assessment",
            "targetUrl": URL,
            "targetCode": "TS6",
            "targetFramework": "Teachers' Standards",
            "targetDescription": "Standard 6",
            "targetType": "CFItem",
        },
    ),
}


@pytest.mark.parametrize(("members", "alignment"), ALIGNED.values(), ids=ALIGNED)
def test_alignments(members, alignment):
    assert document(**members)["alignment"] == [{"type": ["Alignment"], **alignment}]


def test_result_descriptions():
    made = document(resultDescriptions=RESULTS)["resultDescription"]
    assert made[0] == {
        "id": f"{ID}#rubric",
        "type": ["ResultDescription"],
        "name": "Rubric",
        "resultType": "RubricCriterionLevel",
        "requiredLevel": f"{ID}#rubric-meets",
        "rubricCriterionLevel": [
            {"id": f"{ID}#rubric-meets", "type": ["RubricCriterionLevel"], "name": "Meets", "points": "1"},
            {
                "id": f"{ID}#rubric-exceeds",
                "type": ["RubricCriterionLevel"],
                "name": "Exceeds all",
                "description": "More.",
                "points": "2.5",
            },
        ],
    }
    assert (made[1]["valueMin"], made[1]["valueMax"], made[1]["requiredValue"]) == ("0", "100", "70")
    assert (made[2]["valueMin"], made[2]["valueMax"]) == ("-5", "20")
    assert made[3]["allowedValue"] == ["B", "A"]
    assert made[4].keys() == {"id", "type", "name", "resultType"}


REPORTED = {
    "a level by its name": (
        {"resultDescription": "rubric", "value": "Exceeds all"},
        {"value": "Exceeds all", "achievedLevel": f"{ID}#rubric-exceeds"},
    ),
    "a level by its name in other capitals": (
        {"resultDescription": "rubric", "value": "exceeds ALL"},
        {"value": "Exceeds all", "achievedLevel": f"{ID}#rubric-exceeds"},
    ),
    "a level by its id": (
        {"resultDescription": "rubric", "value": "exceeds"},
        {"value": "Exceeds all", "achievedLevel": f"{ID}#rubric-exceeds"},
    ),
    "an achieved level alone": (
        {"resultDescription": "rubric", "achievedLevel": "meets"},
        {"achievedLevel": f"{ID}#rubric-meets"},
    ),
    "a number": ({"resultDescription": "quiz", "value": 92.5}, {"value": "92.5"}),
    "a whole number": ({"resultDescription": "quiz", "value": 100.0}, {"value": "100"}),
    "a number as text": ({"resultDescription": "quiz", "value": "70"}, {"value": "70"}),
    "a negative score": ({"resultDescription": "score", "value": -5}, {"value": "-5"}),
    "an allowed value": ({"resultDescription": "grade", "value": "A"}, {"value": "A"}),
    "a status": ({"resultDescription": "seen", "status": "Completed"}, {"status": "Completed"}),
    "a value with a status": (
        {"resultDescription": "quiz", "value": 80, "status": "Provisional"},
        {"value": "80", "status": "Provisional"},
    ),
    "free text": ({"resultDescription": "free", "value": "Well done"}, {"value": "Well done"}),
}


@pytest.mark.parametrize(("given", "members"), REPORTED.values(), ids=REPORTED)
def test_results(given, members):
    described = f"{ID}#{given['resultDescription']}"
    assert results(given) == [{"type": ["Result"], "resultDescription": described, **members}]


WRONG = {
    "an unknown description": (
        {"resultDescription": "exam", "value": "1"},
        "resultDescription",
        "The achievement has no result description exam; it has: rubric, quiz, score, grade, seen, free.",
    ),
    "nothing said": (
        {"resultDescription": "quiz"},
        "value",
        "The result for quiz says nothing: give value, achievedLevel or status.",
    ),
    "above the range": (
        {"resultDescription": "quiz", "value": 101},
        "value",
        "101 is outside the range of quiz: 0 to 100.",
    ),
    "below the range": (
        {"resultDescription": "score", "value": -5.5},
        "value",
        "-5.5 is outside the range of score: -5 to 20.",
    ),
    "no number": (
        {"resultDescription": "quiz", "value": "90 %"},
        "value",
        "quiz is a Percent: 90 % must be a number such as 85 or 3.7.",
    ),
    "digits of another script": (
        {"resultDescription": "quiz", "value": "٩٠"},
        "value",
        "quiz is a Percent: ٩٠ must be a number such as 85 or 3.7.",
    ),
    "a value that is not allowed": (
        {"resultDescription": "grade", "value": "C"},
        "value",
        "C is not allowed; allowed are: B, A.",
    ),
    "no such level by name": (
        {"resultDescription": "rubric", "value": "Superb"},
        "value",
        "Superb is not a level of rubric; its levels are: Meets, Exceeds all.",
    ),
    "no such level by id": (
        {"resultDescription": "rubric", "achievedLevel": "superb"},
        "achievedLevel",
        "rubric has no level superb; its levels are: meets, exceeds.",
    ),
    "two levels at once": (
        {"resultDescription": "rubric", "value": "Meets", "achievedLevel": "exceeds"},
        "value",
        "The value Meets and the achievedLevel exceeds are two levels.",
    ),
    "a level where there are none": (
        {"resultDescription": "quiz", "achievedLevel": "meets"},
        "achievedLevel",
        "quiz has no level meets; its levels are: none.",
    ),
    "a Status without one": (
        {"resultDescription": "seen"},
        "status",
        "seen is a Status: say which, for example Completed.",
    ),
    "a Status with a value": (
        {"resultDescription": "seen", "status": "Completed", "value": "yes"},
        "value",
        "seen is a Status and takes no value.",
    ),
}


@pytest.mark.parametrize(("given", "member", "detail"), WRONG.values(), ids=WRONG)
def test_wrong_results(given, member, detail):
    with pytest.raises(InvalidFieldsError) as caught:
        results({"resultDescription": "quiz", "value": 80}, given)
    assert caught.value.problems == (FieldProblem(f"/results/1/{member}", detail),)


def test_every_wrong_result_is_named():
    with pytest.raises(InvalidFieldsError) as caught:
        results({"resultDescription": "a"}, {"resultDescription": "quiz", "value": 80}, {"resultDescription": "b"})
    assert [problem.pointer for problem in caught.value.problems] == [
        "/results/0/resultDescription",
        "/results/2/resultDescription",
    ]


@pytest.mark.parametrize(
    "given",
    [
        {"resultDescription": "quiz", "grade": 1},
        {"resultDescription": "quiz", "value": True},
        {"resultDescription": "quiz", "value": float("nan")},
        {"resultDescription": "quiz", "value": "two\nlines"},
        {"resultDescription": "seen", "status": "Done"},
        {"value": 1},
    ],
)
def test_what_is_no_result(given):
    with pytest.raises(ValidationError):
        ResultInput.model_validate(given)


def badge(definition, given=()):
    made = deepcopy(CREDENTIAL)
    made["credentialSubject"] |= {
        "achievement": achievement_document(definition, id=ID, image_url=IMAGE),
        "result": result_documents(definition, ID, given),
    }
    return {name: value for name, value in made.items() if name not in ("proof", "endorsementJwt", "termsOfUse")}


def fullest():
    """As much as a definition may hold."""
    url = "https://a.example/{}".format
    return define(
        learningOutcomes=[{"text": f"Outcome {n}", "framework": "F", "code": f"{n}", "url": url(n)} for n in range(30)],
        alignments=[
            {
                "targetName": f"T{n}",
                "targetUrl": url(n),
                "targetCode": f"{n}",
                "targetFramework": "F",
                "targetType": "CFItem",
            }
            for n in range(30)
        ],
        resultDescriptions=[
            {
                "id": f"r{n}",
                "name": f"R{n}",
                "resultType": "RubricScore",
                "allowedValues": [f"v{m}" for m in range(30)],
                "levels": [{"id": f"l{m}", "name": f"L{m}", "points": m} for m in range(10)],
            }
            for n in range(10)
        ],
        tags=[f"t{n}" for n in range(20)],
        ects=1.5,
        hours=10,
        level={"framework": "EQF", "code": "7"},
        qualityAssurance={"name": "Q", "url": url("q")},
    )


def test_the_fullest_definition_can_be_signed():
    made = badge(fullest())
    assert check_credential(made) == ()
    assert canonicalize(made)


def test_signed_numbers_have_one_form():
    assert b'creditsAvailable> "1.5E0"' in canonicalize(badge(fullest()))
    assert canonicalize(badge(define(ects=2.0))) == canonicalize(badge(define(ects=2)))
