"""What an issuer may state about an achievement."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from app.openbadges import AchievementDefinition

LEAST = {"name": "Mentoring", "description": "Accompanies a new teacher."}


def define(**members):
    return AchievementDefinition.model_validate({**LEAST, **members})


def stored(definition):
    return definition.model_dump(mode="json", by_alias=True, exclude_none=True)


def result(**members):
    return {"id": "score", "name": "Score", "resultType": "RawScore", **members}


def rubric(*names, **members):
    levels = [{"id": name.lower(), "name": name} for name in names]
    return {
        "id": "rubric",
        "name": "Rubric",
        "resultType": "RubricCriterionLevel",
        "levels": levels,
        **members,
    }


def test_the_least_definition():
    definition = define()
    assert definition.achievement_type == "MicroCredential"
    assert definition.expires(datetime(2026, 5, 4, tzinfo=UTC)) is None


def test_an_outcome_may_be_plain_text():
    assert define(learningOutcomes=["Plan"]) == define(learningOutcomes=[{"text": "Plan"}])


def test_texts_are_trimmed_and_line_ends_made_alike():
    definition = define(name="  Mentoring ", criteriaNarrative="One\r\n\r\n- two\tthree\n")
    assert definition.name == "Mentoring"
    assert definition.criteria_narrative == "One\n\n- two\tthree"


def test_whole_numbers_have_one_form():
    assert stored(define(hours=12.0, ects=0.5)) == stored(define(hours=12, ects=0.5))


def test_expires():
    assert define(validity="P3Y").expires(datetime(2028, 2, 29, tzinfo=UTC)) == datetime(2031, 2, 28, tzinfo=UTC)


REFUSED = {
    "no name": ({"name": ""}, ("name",)),
    "a name of blanks": ({"name": "   "}, ("name",)),
    "a name of two lines": ({"name": "One\nTwo"}, ("name",)),
    "a name with a control character": ({"name": "One\x07"}, ("name",)),
    "a name with a direction override": ({"name": "One\u202eowT"}, ("name",)),
    "a name that XML cannot hold": ({"name": "One\uffff"}, ("name",)),
    "a name that is too long": ({"name": "x" * 201}, ("name",)),
    "a name that is a number": ({"name": 3}, ("name",)),
    "half of a surrogate pair": ({"description": "\ud800"}, ("description",)),
    "NUL in Markdown": ({"criteriaNarrative": "a\x00b"}, ("criteriaNarrative",)),
    "an unknown member": ({"colour": "blue"}, ("colour",)),
    "an unknown type": ({"achievementType": "Medal"}, ("achievementType",)),
    "a script as an address": ({"criteriaUrl": "javascript:alert(1)"}, ("criteriaUrl",)),
    "a file as an address": ({"criteriaUrl": "file:///etc/passwd"}, ("criteriaUrl",)),
    "an address without a host": ({"criteriaUrl": "https:///x"}, ("criteriaUrl",)),
    "an address with a user name": ({"criteriaUrl": "https://good.example@evil.example"}, ("criteriaUrl",)),
    "an address with a wrong port": ({"criteriaUrl": "https://a.example:99999/"}, ("criteriaUrl",)),
    "an address with a blank": ({"criteriaUrl": "https://a.example/a b"}, ("criteriaUrl",)),
    "an address with brackets of no IRI": ({"criteriaUrl": "https://a.example/<x>"}, ("criteriaUrl",)),
    "no hours at all": ({"hours": 0}, ("hours",)),
    "hours as text": ({"hours": "12"}, ("hours",)),
    "hours that are true": ({"hours": True}, ("hours",)),
    "hours that are endless": ({"hours": float("inf")}, ("hours",)),
    "hours that are no number": ({"hours": float("nan")}, ("hours",)),
    "too many hours": ({"hours": 2**53}, ("hours",)),
    "credits below what is signed exactly": ({"ects": 1e-7}, ("ects",)),
    "credits with many decimals": ({"ects": 0.1 + 0.2}, ("ects",)),
    "a level that EQF has not": ({"level": {"framework": "EQF", "code": "9"}}, ("level",)),
    "another form of participation": ({"participation": "hybrid"}, ("participation",)),
    "quality without an address": ({"qualityAssurance": {"name": "Ofsted"}}, ("qualityAssurance", "url")),
    "an alignment without an address": ({"alignments": [{"targetName": "x"}]}, ("alignments", 0, "targetUrl")),
    "an alignment of an unknown type": (
        {"alignments": [{"targetName": "x", "targetUrl": "https://a.example", "targetType": "Thing"}]},
        ("alignments", 0, "targetType"),
    ),
    "a language in words": ({"language": "English"}, ("language",)),
    "a tag twice": ({"tags": ["a", "a"]}, ()),
    "too many tags": ({"tags": [str(number) for number in range(21)]}, ("tags",)),
    "too many outcomes": ({"learningOutcomes": ["x"] * 31}, ("learningOutcomes",)),
    "a validity of hours": ({"validity": "PT5H"}, ("validity",)),
    "a validity of nothing": ({"validity": "P0Y"}, ("validity",)),
    "a description id that is no slug": (
        {"resultDescriptions": [result(id="My Score")]},
        ("resultDescriptions", 0, "id"),
    ),
    "two descriptions with one id": ({"resultDescriptions": [result(), result()]}, ()),
    "a description and a level with one fragment": (
        {"resultDescriptions": [rubric("Meets"), result(id="rubric-meets")]},
        (),
    ),
    "a minimum above the maximum": (
        {"resultDescriptions": [result(valueMin=10, valueMax=5)]},
        ("resultDescriptions", 0),
    ),
    "a required value out of range": (
        {"resultDescriptions": [result(valueMax=5, requiredValue=6)]},
        ("resultDescriptions", 0),
    ),
    "a required value that is no number": (
        {"resultDescriptions": [result(requiredValue="good")]},
        ("resultDescriptions", 0),
    ),
    "a required percentage above 100": (
        {"resultDescriptions": [result(resultType="Percent", requiredValue=101)]},
        ("resultDescriptions", 0),
    ),
    "a required value that is not allowed": (
        {"resultDescriptions": [result(resultType="LetterGrade", allowedValues=["B", "A"], requiredValue="C")]},
        ("resultDescriptions", 0),
    ),
    "an allowed value twice": (
        {"resultDescriptions": [result(resultType="LetterGrade", allowedValues=["A", "A"])]},
        ("resultDescriptions", 0),
    ),
    "a range of letters": (
        {"resultDescriptions": [result(resultType="LetterGrade", valueMin=1)]},
        ("resultDescriptions", 0),
    ),
    "a Status with values": (
        {"resultDescriptions": [result(resultType="Status", allowedValues=["Completed"])]},
        ("resultDescriptions", 0),
    ),
    "a Status with a minimum of zero": (
        {"resultDescriptions": [result(resultType="Status", valueMin=0)]},
        ("resultDescriptions", 0),
    ),
    "a rubric without levels": ({"resultDescriptions": [rubric()]}, ("resultDescriptions", 0)),
    "a required level that is not there": (
        {"resultDescriptions": [rubric("Meets", requiredLevel="exceeds")]},
        ("resultDescriptions", 0),
    ),
    "two levels with one name": ({"resultDescriptions": [rubric("Meets", "meets")]}, ("resultDescriptions", 0)),
    "a level named like another's id": (
        {"resultDescriptions": [rubric(levels=[{"id": "a", "name": "B"}, {"id": "b", "name": "C"}])]},
        ("resultDescriptions", 0),
    ),
    "an unknown result type": (
        {"resultDescriptions": [result(resultType="Grade")]},
        ("resultDescriptions", 0, "resultType"),
    ),
}


@pytest.mark.parametrize(("members", "location"), REFUSED.values(), ids=REFUSED)
def test_refused(members, location):
    with pytest.raises(ValidationError) as caught:
        define(**members)
    assert [error["loc"] for error in caught.value.errors()] == [location]


@pytest.mark.parametrize("validity", ["P", "P0D", "PT5H", "3 years", "P3Y\n", "P" + "9" * 30, "P101Y", 3], ids=repr)
def test_a_validity_that_is_none_is_refused_in_words(validity):
    with pytest.raises(ValidationError) as caught:
        define(validity=validity)
    [said] = [error["msg"] for error in caught.value.errors()]
    assert said == "must be a duration such as P3Y, P18M, P52W or P90D, from one day to 100 years"


ACCEPTED = {
    "a title in Arabic": {"name": "التعليم المتمايز"},
    "an address in Cyrillic": {"criteriaUrl": "https://пример.example/курс"},
    "an own type of achievement": {"achievementType": "ext:SchoolAward"},
    "an own framework": {"level": {"framework": "Riverside levels", "code": "Advanced"}},
    "a percentage with its usual range": {"resultDescriptions": [result(resultType="Percent", requiredValue="70")]},
    "letters in order": {
        "resultDescriptions": [result(resultType="LetterGrade", allowedValues=["B", "A"], requiredValue="B")]
    },
    "negative scores": {"resultDescriptions": [result(valueMin=-5, valueMax=5, requiredValue=0)]},
    "levels with points": {"resultDescriptions": [rubric("Meets", levels=[{"id": "m", "name": "M", "points": 1.5}])]},
    "a Status": {"resultDescriptions": [result(resultType="Status")]},
}


@pytest.mark.parametrize("members", ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(members):
    definition = define(**members)
    assert AchievementDefinition.model_validate(stored(definition)) == definition


def test_what_the_issuer_wrote_does_not_become_a_template():
    with pytest.raises(ValidationError, match=r"\{0\} twice"):
        define(tags=["{0}", "{0}"])


def test_definitions_are_frozen():
    with pytest.raises(ValidationError):
        define().name = "Other"
