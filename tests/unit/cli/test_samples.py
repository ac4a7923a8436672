"""The samples of the demo: complete, of one voice, and acceptable as they stand."""

from __future__ import annotations

import json

import pytest

from app.cli import samples
from app.openbadges import (
    AchievementDefinition,
    ResultInput,
    achievement_document,
    completeness,
    result_documents,
    transparency_card,
)

COMPLETIONS = (*samples.COMPLETIONS, samples.EXPIRED, samples.REVOKED)
DEFINITIONS = {slug: AchievementDefinition.model_validate(body) for slug, body in samples.ACHIEVEMENTS.items()}


@pytest.mark.parametrize("slug", samples.ACHIEVEMENTS)
def test_definitions(slug):
    definition = DEFINITIONS[slug]
    stored = definition.model_dump(mode="json", by_alias=True, exclude_none=True)
    assert AchievementDefinition.model_validate(stored) == definition
    assert definition.alignments
    assert definition.learning_outcomes
    stated, total = completeness(transparency_card(definition))
    assert stated >= total - 4


def test_every_theme_is_there():
    assert {definition.tags[0] for definition in DEFINITIONS.values()} == {
        "teaching",
        "digital",
        "leadership",
        "inclusion",
    }


@pytest.mark.parametrize("completion", COMPLETIONS, ids=lambda completion: completion["externalId"])
def test_completions(completion):
    definition = DEFINITIONS[completion["achievement"]]
    given = [ResultInput.model_validate(result) for result in completion["results"]]
    assert result_documents(definition, "https://badges.example/achievements/1", given)
    assert completion["learner"]["email"].endswith(".example")


def test_no_completion_is_named_twice():
    names = {(completion["source"], completion["externalId"]) for completion in COMPLETIONS}
    assert len(names) == len(COMPLETIONS)


def test_only_invented_hosts_but_for_the_frameworks():
    aligned = {
        alignment["targetUrl"]
        for definition in DEFINITIONS.values()
        for alignment in achievement_document(definition, id="urn:x:y", image_url=None)["alignment"]
        if alignment["targetUrl"] != "https://academy.riverside.example/quality"
    }
    hosts = {url.split("/")[2] for url in aligned}
    assert hosts == {"unesdoc.unesco.org", "www.gov.uk", "europass.europa.eu"}
    own = json.dumps([samples.ISSUER, COMPLETIONS])
    assert all(part.split("/")[0].endswith(".example") for part in own.replace('"', "/").split("https://")[1:])


def test_tampered_and_unsigned_change_one_thing():
    signed = {"credentialSubject": {"achievement": {"name": "Mentoring"}}, "proof": {}}
    assert samples.tampered(signed)["credentialSubject"]["achievement"]["name"] != "Mentoring"
    assert samples.tampered(signed).keys() == signed.keys()
    assert samples.unsigned(signed) == {"credentialSubject": signed["credentialSubject"]}
    assert signed["credentialSubject"]["achievement"]["name"] == "Mentoring"
