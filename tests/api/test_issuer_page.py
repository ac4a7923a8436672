"""The page of an issuer: what can be earned, some at a time."""

from __future__ import annotations

import re

import pytest

from app.web.routes import _ACHIEVEMENTS
from tests.problem import assert_problem

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

PEOPLE = {"Accept": "text/html"}
MANY = 2 * _ACHIEVEMENTS + 3


@pytest.fixture
async def many(admin, issuer):
    """Names of achievements, newest first."""
    names = [f"Course {number}" for number in range(MANY)]
    for number, name in enumerate(names):
        body = {"slug": f"course-{number}", "issuer": issuer["slug"], "name": name, "description": "Does it."}
        answer = await admin.post("/v1/achievements", json={**body, "criteriaNarrative": "Do it."})
        assert answer.status_code == 201, answer.text
    return names[::-1]


def read(html):
    names = re.findall(r'<h3><a href="[^"]+/achievements/[^"]+">([^<]+)', html)
    onward = re.search(r'href="http://localhost:8000([^"#]+)#achievements" rel="next"', html)
    return names, onward[1].replace("&amp;", "&") if onward else None


async def test_every_achievement_is_on_one_of_the_pages_and_on_no_other(many, anonymous):
    path, seen, lengths = "/issuers/riverside?lang=fr", [], []
    while path:
        page = await anonymous.get(path, headers=PEOPLE)
        assert page.status_code == 200
        assert '<html lang="fr"' in page.text
        assert ("Revenir aux plus récentes" in page.text) == bool(seen)
        names, path = read(page.text)
        seen += names
        lengths.append(len(names))
    assert lengths == [_ACHIEVEMENTS, _ACHIEVEMENTS, 3]
    assert sorted(seen) == sorted(many)


async def test_few_are_on_one_page(anonymous, achievement):
    names, onward = read((await anonymous.get("/issuers/riverside", headers=PEOPLE)).text)
    assert len(names) == 1
    assert onward is None


async def test_an_address_that_no_page_gave_out(anonymous, issuer):
    wrong = "/issuers/riverside?after=nothing"
    people = await anonymous.get(wrong, headers=PEOPLE)
    assert people.status_code == 404
    assert "cut short" in people.text
    assert_problem(await anonymous.get(wrong), 422, "invalid-fields")
