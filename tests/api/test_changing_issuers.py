"""`PATCH /v1/issuers/{slug}`: what is signed from now on is different, and what was signed is not."""

from __future__ import annotations

import pytest

from app.services import issuers as issuing
from app.services.appearance import Appearance, Visibility
from app.services.issuers import get_issuer
from tests.api.conftest import client_for, path_of
from tests.problem import assert_problem

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


@pytest.fixture
async def manager(app, issuer, make_key):
    async with client_for(app, make_key("riverside", ("manage", "read", "issue"))) as client:
        yield client


async def change(client, **members):
    response = await client.patch("/v1/issuers/riverside", json=members)
    assert response.status_code == 200, response.text
    return response.json()


async def test_what_is_sent_replaces_null_removes_and_the_rest_stays(manager, issuer):
    changed = await change(
        manager, name="Riverside Trust", url=None, address={"countryCode": "GB"}, identifyLearnersBy=["did"],
        timeZone="Europe/Berlin", linkedinOrganizationId="123",
    )  # fmt: skip
    profile = {name: value for name, value in issuer["profile"].items() if name != "url"}
    address = {"type": ["Address"], "addressCountryCode": "GB"}
    assert changed["profile"] == profile | {"name": "Riverside Trust", "address": address}
    assert (changed["slug"], changed["did"], changed["keys"]) == ("riverside", issuer["did"], issuer["keys"])
    assert (changed["identifyLearnersBy"], changed["timeZone"]) == (["did"], "Europe/Berlin")
    assert changed["linkedinOrganizationId"] == "123"
    assert (await change(manager, linkedinOrganizationId=None))["linkedinOrganizationId"] is None
    assert (await manager.get("/v1/issuers/riverside")).json()["timeZone"] == "Europe/Berlin"


async def test_badges_say_what_was_true_when_they_were_signed(manager, anonymous, admin, completion, credential):
    old = credential["credential"]["issuer"]["name"]
    raw = (await anonymous.get(path_of(credential["links"]["json"]))).content
    await change(manager, name="Riverside Trust")
    assert (await anonymous.get(path_of(credential["links"]["json"]))).content == raw
    verdict = (await admin.post("/v1/verify", json={"url": credential["id"]})).json()
    assert (verdict["verdict"], verdict["issuer"]["name"]) == ("valid", old)
    newer = await manager.post("/v1/completions", json=completion | {"externalId": "later"})
    assert newer.json()["credential"]["issuer"]["name"] == "Riverside Trust"
    page = await anonymous.get("/issuers/riverside", headers={"Accept": "text/html"})
    assert "Riverside Trust" in page.text


async def test_open_badges_2_is_turned_on_and_off_and_badges_of_before_have_their_twin(manager, anonymous, credential):
    twin = path_of(credential["id"]) + "/assertion.json"
    assert (await change(manager, openBadges2=False))["openBadges2"] is False
    assert_problem(await anonymous.get(twin), 404, "not-found")
    assert (await change(manager, openBadges2=True))["openBadges2"] is True
    assert (await anonymous.get(twin)).json()["type"] == "Assertion"
    response = await manager.patch("/v1/issuers/riverside", json={"url": None})
    assert_problem(response, 422, "invalid-fields", pointer="/url")
    await change(manager, openBadges2=False, url=None)
    assert_problem(await anonymous.get(twin), 404, "not-found")


LOOKS = {"accentColor": "#1d5c8f", "language": "ar", "paper": "Letter", "visibility": "public"}
NO_LOOKS = {"accentColor": None, "language": "en", "paper": "A4", "visibility": "unlisted"}


def looks(answer):
    return {name: answer[name] for name in LOOKS}


async def test_how_its_pages_look_is_set_at_the_beginning_and_changed_later(admin, manager, issuer):
    assert looks(issuer) == NO_LOOKS
    assert looks(await change(manager, **LOOKS)) == LOOKS
    assert looks(await change(manager, accentColor=None)) == LOOKS | {"accentColor": None}
    body = {"slug": "other", "name": "Other", "jwtAlgorithm": "ES256", **LOOKS}
    assert looks((await admin.post("/v1/issuers", json=body)).json()) == LOOKS


async def test_an_issuer_of_before_looks_as_one_that_has_set_nothing(laurel, manager, completion):
    with laurel.database.transaction() as session:
        row = get_issuer(session, "riverside")
        row.settings = {name: value for name, value in row.settings.items() if name not in LOOKS}
    with laurel.database.reading() as session:
        view = issuing.view(session, get_issuer(session, "riverside"))
        assert view.appearance == Appearance(None, "en", "A4", Visibility.UNLISTED, None)
    assert looks((await manager.get("/v1/issuers/riverside")).json()) == NO_LOOKS
    assert (await manager.post("/v1/completions", json=completion)).json()["visibility"] == "unlisted"
    assert looks(await change(manager, paper="Letter")) == NO_LOOKS | {"paper": "Letter"}


async def test_a_change_of_nothing_is_none(laurel, manager, issuer):
    from app.storage import audit

    await change(manager)
    await change(manager, name=issuer["profile"]["name"])
    await change(manager, name="Other")
    with laurel.database.reading() as session:
        events = [event for event in audit.list_events(session, issuer_id=None) if event.action == "issuer.change"]
    assert [event.detail for event in events] == [{"members": ["name"], "revision": 2}]


WRONG = [
    ("the slug", {"slug": "elsewhere"}, "/slug"),
    ("no name", {"name": None}, "/name"),
    ("an empty name", {"name": ""}, "/name"),
    ("no way to identify learners", {"identifyLearnersBy": []}, "/identifyLearnersBy"),
    ("null for a list", {"identifyLearnersBy": None}, "/identifyLearnersBy"),
    ("a time zone that is none", {"timeZone": "Mars/Olympus"}, "/timeZone"),
    ("an address that is none", {"url": "javascript:alert(1)"}, "/url"),
    ("the state of a key", {"keys": []}, "/keys"),
    ("being for tests", {"test": True}, "/test"),
    ("a colour by name", {"accentColor": "red"}, "/accentColor"),
    ("a colour in capitals", {"accentColor": "#1D5C8F"}, "/accentColor"),
    ("a short colour", {"accentColor": "#15c"}, "/accentColor"),
    ("a colour and more", {"accentColor": "#1d5c8f;background:url(x)"}, "/accentColor"),
    ("a colour and a line", {"accentColor": "#1d5c8f\n"}, "/accentColor"),
    ("a language that we do not speak", {"language": "de"}, "/language"),
    ("no language", {"language": None}, "/language"),
    ("a paper that is none", {"paper": "A3"}, "/paper"),
    ("a visibility that is none", {"visibility": "secret"}, "/visibility"),
    ("a logo", {"logo": "https://elsewhere.example/logo.png"}, "/logo"),
]


@pytest.mark.parametrize(("body", "pointer"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
async def test_what_cannot_be_changed_is_refused_and_nothing_is(manager, issuer, body, pointer):
    response = await manager.patch("/v1/issuers/riverside", json={"description": "Other", **body})
    assert_problem(response, 422, "invalid-fields", pointer=pointer)
    assert (await manager.get("/v1/issuers/riverside")).json()["profile"] == issuer["profile"]


async def test_who_may_change_whom(app, admin, manager, make_key):
    await admin.post("/v1/issuers", json={"slug": "other", "name": "Other", "jwtAlgorithm": "ES256"})
    known = await manager.patch("/v1/issuers/other", json={"name": "X"})
    unknown = await manager.patch("/v1/issuers/nobody", json={"name": "X"})
    assert_problem(known, 404, "not-found")
    assert known.text.replace("other", "nobody") == unknown.text
    async with client_for(app, make_key("riverside", ("read", "issue", "revoke"))) as clerk:
        assert_problem(await clerk.patch("/v1/issuers/riverside", json={"name": "X"}), 403, "forbidden")
    assert (await admin.patch("/v1/issuers/other", json={"name": "X"})).json()["profile"]["name"] == "X"
