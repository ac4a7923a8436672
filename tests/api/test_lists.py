"""Long lists over HTTP: page after page, and what is said of a cursor that no page gave."""

from __future__ import annotations

import pytest

from tests.problem import assert_problem

pytestmark = pytest.mark.anyio

LISTS = ["/v1/achievements", "/v1/credentials"]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("cursor", ["x", "MjAyNi0wNS0wNA", "é"], ids=["letters", "half a cursor", "not ASCII"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_wrong_cursor_is_named_as_the_parameter_it_came_in(admin, path, cursor):
    body = assert_problem(await admin.get(path, params={"after": cursor}), 422, "invalid-fields")
    said = "The query parameter after: It is not a cursor that an earlier page gave."
    assert body["errors"] == [{"pointer": "", "detail": said}]


async def test_next_leads_through_the_whole_list_and_ends(admin, completion):
    for number in range(3):
        response = await admin.post("/v1/completions", json={**completion, "externalId": f"attempt-{number}"})
        assert response.status_code == 201, response.text
    seen, after = [], {}
    while after is not None:
        page = (await admin.get("/v1/credentials", params={"limit": 1, **after})).json()
        seen += [item["externalId"] for item in page["items"]]
        after = page["next"] and {"after": page["next"]}
    assert sorted(seen) == ["attempt-0", "attempt-1", "attempt-2"]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_empty_cursor_is_the_beginning(admin, path):
    assert (await admin.get(path, params={"after": ""})).json() == {"items": [], "next": None}


NUL = "a\x00b"  # what PostgreSQL cannot even look for


@pytest.mark.parametrize("parameter", ["externalId", "source"])
async def test_a_filter_that_no_completion_could_be_stored_under_is_refused(admin, parameter):
    body = assert_problem(await admin.get("/v1/credentials", params={parameter: NUL}), 422, "invalid-fields")
    [error] = body["errors"]
    assert error["detail"].startswith(f"The query parameter {parameter}: ")


@pytest.mark.parametrize(
    "path",
    ["/v1/issuers/a%00b", "/issuers/a%00b/did.json", "/issuers/a%00b/jwks.json", "/issuers/a%00b/keys/key-1"],
)
async def test_an_issuer_that_could_not_be_stored_is_not_found(admin, path):
    assert_problem(await admin.get(path), 404, "not-found")


async def test_a_key_that_could_not_be_stored_is_not_found(admin, issuer):
    assert_problem(await admin.get(f"/issuers/{issuer['slug']}/keys/a%00b"), 404, "not-found")


async def test_a_page_of_an_issuer_that_could_not_be_stored_is_not_found(anonymous):
    assert (await anonymous.get("/issuers/a%00b")).status_code == 404
