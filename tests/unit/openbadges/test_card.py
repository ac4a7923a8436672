"""The transparency card: what is stated, and what is not."""

from __future__ import annotations

import pytest

from app.openbadges import AchievementDefinition, CardItem, completeness, transparency_card

LEAST = {"name": "Mentoring", "description": "Accompanies a new teacher."}
URL = "https://a.example/x"


def card(**members):
    definition = AchievementDefinition.model_validate({**LEAST, **members})
    return {item.key: item for item in transparency_card(definition)}


def test_what_is_not_stated_is_named():
    items = card()
    assert items["title"] == CardItem("title", "Title", "Mentoring", mandatory=True)
    assert [key for key, item in items.items() if item.value is not None] == ["title"]
    assert completeness(tuple(items.values())) == (1, 14)


def test_what_the_eu_asks_of_every_micro_credential():
    # Council Recommendation 2022/C 243/02, Annex I, as far as the achievement (and not the award) states it.
    assert {key for key, item in card().items() if item.mandatory} == {
        "title",
        "learningOutcomes",
        "workload",
        "assessment",
        "participation",
        "qualityAssurance",
    }


STATED = {
    "outcomes on a line each": (
        {"learningOutcomes": ["Plan", {"text": "Listen", "framework": "ESCO", "code": "S1"}]},
        "learningOutcomes",
        "Plan\nListen (ESCO S1)",
    ),
    "hours and credits": ({"hours": 12, "ects": 0.5}, "workload", "12 hours, 0.5 ECTS credits"),
    "one hour": ({"hours": 1.0}, "workload", "1 hour"),
    "one credit": ({"ects": 1}, "workload", "1 ECTS credit"),
    "a level": ({"level": {"framework": "EQF", "code": "7"}}, "level", "EQF level 7"),
    "a level that says so itself": (
        {"level": {"framework": "RQF", "code": "Level 7", "name": "Postgraduate"}},
        "level",
        "RQF Level 7: Postgraduate",
    ),
    "assessment": (
        {"assessment": {"type": "Portfolio", "description": "Two assessors."}},
        "assessment",
        "Portfolio\nTwo assessors.",
    ),
    "participation": ({"participation": "onsite"}, "participation", "On site"),
    "quality": ({"qualityAssurance": {"name": "Yearly review", "url": URL}}, "qualityAssurance", "Yearly review"),
    "standards": (
        {
            "alignments": [
                {"targetName": "Assessment", "targetUrl": URL, "targetFramework": "Teachers' Standards"},
                {"targetName": "Ours", "targetUrl": URL},
            ]
        },
        "standards",
        "Teachers' Standards: Assessment\nOurs",
    ),
    "category": ({"tags": ["teaching", "SEND"]}, "category", "teaching, SEND"),
    "validity": ({"validity": "P1Y6M"}, "validity", "1 year and 6 months"),
    "language": ({"language": "en-GB"}, "language", "en-GB"),
    "prerequisites": ({"prerequisites": "None."}, "prerequisites", "None."),
    "supervision": ({"supervision": "A tutor."}, "supervision", "A tutor."),
    "stackability": ({"stackability": "A diploma."}, "stackability", "A diploma."),
}


@pytest.mark.parametrize(("members", "key", "value"), STATED.values(), ids=STATED)
def test_stated(members, key, value):
    items = card(**members)
    assert items[key].value == value
    assert completeness(tuple(items.values())) == (2, 14)
