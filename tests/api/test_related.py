"""What else an issuer offers, on the pages of an achievement and of a badge."""

from __future__ import annotations

import re

import pytest

from app.services import related
from tests.api.conftest import path_of

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

FRAMEWORK = {"targetName": "Standard five", "targetUrl": "https://framework.example/5"}
SECTION = re.compile(r'<section class="panel related".*?</section>', re.DOTALL)


@pytest.fixture
def make(admin, issuer):
    async def made(slug, **members):
        body = {"slug": slug, "issuer": issuer["slug"], "name": slug.title(), "description": "Does it."}
        answer = await admin.post("/v1/achievements", json={**body, "criteriaNarrative": "Do it.", **members})
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    return made


async def shown(client, url):
    """Names of what a page calls related, in its order."""
    page = await client.get(path_of(url), headers={"Accept": "text/html"})
    assert page.status_code == 200
    section = SECTION.search(page.text)
    return re.findall(r'<h3><a href="[^"]+/achievements/[^"]+">([^<]+)', section[0]) if section else []


async def test_those_that_share_most_come_first(make, anonymous):
    mine = await make("reading", tags=["Literacy", "primary"], alignments=[FRAMEWORK])
    await make("spelling", tags=["literacy"])
    await make("writing", tags=["LITERACY", "primary"], alignments=[FRAMEWORK])
    await make("swimming", tags=["sport"])
    assert await shown(anonymous, mine) == ["Writing", "Spelling"]


async def test_a_badge_shows_them_too(make, admin, anonymous):
    mine = await make("reading", tags=["literacy"])
    await make("spelling", tags=["literacy"])
    done = {"achievement": mine, "externalId": "1", "learner": {"name": "Amina"}, "completedAt": "2026-05-04T10:00:00Z"}
    badge = (await admin.post("/v1/completions", json=done)).json()
    assert await shown(anonymous, badge["id"]) == ["Spelling"]


async def test_without_topics_nothing_is_related(make, anonymous):
    mine = await make("reading")
    await make("spelling")
    assert await shown(anonymous, mine) == []


async def test_there_are_never_many(make, anonymous):
    mine = await make("reading", tags=["literacy"])
    for number in range(related.MOST + 2):
        await make(f"spelling-{number}", tags=["literacy"])
    assert len(await shown(anonymous, mine)) == related.MOST


async def test_another_issuers_are_not_among_them(make, admin, anonymous):
    mine = await make("reading", tags=["literacy"])
    assert (await admin.post("/v1/issuers", json={"slug": "other", "name": "Other"})).status_code == 201
    await make("spelling", tags=["literacy"], issuer="other")
    assert await shown(anonymous, mine) == []


async def test_what_is_revised_is_shown_as_it_is_now(make, admin, anonymous):
    mine = await make("reading", tags=["literacy"])
    theirs = await make("spelling", tags=["literacy"])
    body = {"slug": "spelling", "name": "Orthography", "description": "Does it.", "criteriaNarrative": "Do it."}
    changed = await admin.put(f"/v1{path_of(theirs)}", json={**body, "tags": ["literacy"]})
    assert changed.status_code == 200, changed.text
    assert await shown(anonymous, mine) == ["Orthography"]
