"""`POST /v1/issuers`: what is refused, and in which words."""

from __future__ import annotations

import pytest

from tests.problem import assert_problem

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

LEAST = {"slug": "riverside", "name": "Riverside Teaching Academy"}
WRONG = [
    (
        "an identifier twice",
        {"identifyLearnersBy": ["email", "did", "email"]},
        {"pointer": "/identifyLearnersBy", "detail": "It has email twice."},
    ),
    (
        "no identifier",
        {"identifyLearnersBy": []},
        {"pointer": "/identifyLearnersBy", "detail": "Has 0 items; 1 or more are needed."},
    ),
    (
        "a country in words",
        {"address": {"countryCode": "England"}},
        {
            "pointer": "/address/countryCode",
            "detail": "Must be a country code of two capital letters, such as GB.",
        },
    ),
    (
        "a postal code with odd signs",
        {"address": {"countryCode": "GB", "postalCode": "LS1/4AA"}},
        {
            "pointer": "/address/postalCode",
            "detail": "Must be at most 20 letters (A-Z), digits, spaces and hyphens.",
        },
    ),
]


@pytest.mark.parametrize(("members", "said"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
async def test_a_wrong_member_is_refused_in_words(admin, members, said):
    body = assert_problem(await admin.post("/v1/issuers", json=LEAST | members), 422, "invalid-fields")
    assert body["errors"] == [said]
    assert (await admin.get("/v1/issuers")).json()["items"] == []


async def test_identifiers_are_kept_in_their_order(admin):
    created = await admin.post("/v1/issuers", json=LEAST | {"identifyLearnersBy": ["did", "name"]})
    assert (created.status_code, created.json()["identifyLearnersBy"]) == (201, ["did", "name"]), created.text
