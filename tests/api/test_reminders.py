"""The day of expiry for calendars: of what is valid and expires, without a word about its holder."""

from __future__ import annotations

import uuid
from datetime import date

import icalendar
import pytest

from tests.api.conftest import client_for, path_of
from tests.problem import assert_problem

pytestmark = pytest.mark.anyio


async def asked(client, credential, **headers):
    return await client.get(f"{path_of(credential['id'])}/expiry.ics", headers=headers)


def event_of(answer):
    assert answer.status_code == 200, answer.text
    [event] = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    return event


async def award(client, completion, **changes):
    response = await client.post("/v1/completions", json=completion | {"externalId": str(uuid.uuid4())} | changes)
    assert response.status_code == 201, response.text
    return response.json()


async def test_it_is_a_calendar_file_with_the_day_of_expiry(anonymous, credential):
    answer = await asked(anonymous, credential)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="expiry.ics"'
    event = event_of(answer)
    assert event.start == date(2029, 5, 4)
    assert credential["id"].rpartition("/")[2] in event["UID"]
    assert str(event["URL"]) == credential["id"]
    assert credential["id"] in event["DESCRIPTION"]


async def test_it_names_no_learner(anonymous, credential):
    text = (await asked(anonymous, credential)).text.replace("\r\n ", "")
    assert "Differentiated Teaching" in text
    assert "Amina" not in text
    assert "Haddad" not in text
    assert "@riverside" not in text


async def test_it_is_the_same_every_time_and_not_sent_again(anonymous, credential):
    first = await asked(anonymous, credential)
    assert (await asked(anonymous, credential)).content == first.content
    again = await asked(anonymous, credential, **{"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_the_day_is_that_of_the_issuers_zone(anonymous, admin, completion):
    """Half an hour before midnight in UTC it is the next day in London's summer."""
    assert (await admin.patch("/v1/issuers/riverside", json={"timeZone": "Europe/London"})).status_code == 200
    late = await award(admin, completion, validUntil="2029-05-04T23:30:00Z")
    assert event_of(await asked(anonymous, late)).start == date(2029, 5, 5)


async def test_it_is_told_in_a_language_and_says_which(anonymous, credential):
    answer = await asked(anonymous, credential, **{"Accept-Language": "es"})
    assert answer.headers["content-language"] == "es"
    assert event_of(answer)["SUMMARY"].params["LANGUAGE"] == "es"
    english = await anonymous.get(f"{path_of(credential['id'])}/expiry.ics?lang=en", headers={"Accept-Language": "es"})
    assert english.headers["content-language"] == "en"


async def test_a_test_says_that_it_is_one(app, anonymous, completion, make_key):
    async with client_for(app, make_key("riverside", ("issue",), test=True)) as trying:
        trial = await award(trying, completion)
    assert str(event_of(await asked(anonymous, trial))["SUMMARY"]).startswith("Test credential: ")


async def test_what_does_not_expire_has_none(anonymous, admin, issuer, completion):
    plain = {"slug": "for-ever", "issuer": issuer["slug"], "name": "X", "description": "Y", "criteriaNarrative": "Z"}
    assert (await admin.post("/v1/achievements", json=plain)).status_code == 201
    body = {name: completion[name] for name in ("learner", "completedAt")} | {"achievement": "for-ever"}
    lasting = await award(admin, body)
    assert_problem(await asked(anonymous, lasting), 404, "not-found")


async def test_what_is_revoked_or_has_expired_has_none(anonymous, admin, credential, completion):
    uuid_ = credential["id"].rpartition("/")[2]
    assert (await admin.post(f"/v1/credentials/{uuid_}:revoke", json={"reason": "A mistake."})).status_code == 200
    assert_problem(await asked(anonymous, credential), 404, "not-found")
    past = await award(admin, completion, validUntil="2026-05-05T00:00:00Z")
    assert_problem(await asked(anonymous, past), 404, "not-found")


async def test_what_is_unknown_erased_or_no_id_is_told_as_elsewhere(anonymous, admin, credential):
    assert_problem(await anonymous.get(f"/credentials/{uuid.uuid4()}/expiry.ics"), 404, "not-found")
    assert_problem(await anonymous.get("/credentials/no-uuid/expiry.ics"), 422, "invalid-fields")
    uuid_ = credential["id"].rpartition("/")[2]
    assert (await admin.post(f"/v1/credentials/{uuid_}:erase", json={})).status_code == 200
    assert_problem(await asked(anonymous, credential), 410, "erased")
