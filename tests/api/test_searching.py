"""Finding credentials over HTTP: by every criterion, in pages, and never by a learner's e-mail in an address."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from app.main import create_app
from tests.api.conftest import BASE_URL, NOW, client_for, path_of
from tests.problem import assert_problem

pytestmark = pytest.mark.anyio

LATER = NOW + timedelta(days=30)


def moment(value):
    return value.isoformat().replace("+00:00", "Z")


@pytest.fixture
async def three(admin, completion):
    """Amina's, which is revoked; Ben's, which ends soon; and Chloé's, for another platform."""
    bodies = {
        "amina": {"externalId": "1", "learner": {"name": "Amina Haddad", "email": "amina@riverside.example"}},
        "ben": {
            "externalId": "2",
            "learner": {"name": "Ben Okri", "email": "Ben@Riverside.example", "did": "did:key:z6MkBen"},
            "validUntil": moment(LATER),
        },
        "chloé": {
            "externalId": "1",
            "source": "canvas",
            "learner": {"name": "Chloé Öz", "email": "c@riverside.example"},
        },
    }
    found = {}
    for name, body in bodies.items():
        response = await admin.post("/v1/completions", json=completion | {"source": "moodle"} | body)
        assert response.status_code == 201, response.text
        found[name] = response.json()
    response = await admin.post(f"/v1{path_of(found['amina']['id'])}:revoke", json={"reason": "a mistake"})
    assert response.status_code == 200, response.text
    return found


def names(response, three):
    assert response.status_code == 200, response.text
    by_id = {credential["id"]: name for name, credential in three.items()}
    return sorted(by_id[item["id"]] for item in response.json()["items"])


CRITERIA = {
    "all": ({}, ["amina", "ben", "chloé"]),
    "of an achievement": ({"achievement": "differentiated-teaching"}, ["amina", "ben", "chloé"]),
    "of a platform": ({"source": "moodle"}, ["amina", "ben"]),
    "of a completion": ({"source": "moodle", "externalId": "1"}, ["amina"]),
    "of a completion's name on any platform": ({"externalId": "1"}, ["amina", "chloé"]),
    "revoked": ({"status": "revoked"}, ["amina"]),
    "active": ({"status": "active"}, ["ben", "chloé"]),
    "expired, which none is": ({"status": "expired"}, []),
    "replaced, which none is": ({"status": "replaced"}, []),
    "erased, which none is": ({"status": "erased"}, []),
    "issued since": ({"issuedSince": moment(NOW)}, ["amina", "ben", "chloé"]),
    "issued since later": ({"issuedSince": moment(NOW + timedelta(seconds=1))}, []),
    "issued until": ({"issuedUntil": moment(NOW)}, ["amina", "ben", "chloé"]),
    "issued until earlier": ({"issuedUntil": moment(NOW - timedelta(seconds=1))}, []),
    "ending soon": ({"validUntilBefore": moment(LATER + timedelta(seconds=1))}, ["ben"]),
    "ending before the end": ({"validUntilBefore": moment(LATER)}, []),
    "of an unknown key": ({"kid": "no-such-key"}, []),
    "two criteria": ({"source": "moodle", "status": "active"}, ["ben"]),
}  # fmt: skip


@pytest.mark.parametrize("name", CRITERIA)
async def test_a_criterion_in_an_address_and_in_a_body(admin, three, name):
    asked, found = CRITERIA[name]
    assert names(await admin.get("/v1/credentials", params=asked), three) == found
    assert names(await admin.post("/v1/credentials:search", json=asked), three) == found


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"email": "ben@riverside.example"}, ["ben"]),
        ({"email": "riverside.example@x.example"}, []),
        ({"email": "amina@riverside.exampl"}, []),
        ({"name": "amina haddad"}, ["amina"]),
        ({"name": "Chloé Öz"}, ["chloé"]),
        ({"name": "Amina"}, []),
        ({"did": "did:key:z6MkBen"}, ["ben"]),
        ({"did": "did:key:z6Mkben"}, []),
        ({"test": False}, ["amina", "ben", "chloé"]),
        ({"test": True}, []),
    ],
)
async def test_a_learner_is_looked_for_in_a_body(admin, three, asked, found):
    assert names(await admin.post("/v1/credentials:search", json=asked), three) == found


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_key_that_signed(admin, issuer, three):
    kids = [key["kid"] for key in issuer["keys"] if key["purpose"] == "data-integrity"]
    assert len(kids) == 1
    found = await admin.get("/v1/credentials", params={"kid": kids[0], "test": "false"})
    assert names(found, three) == ["amina", "ben", "chloé"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_no_address_takes_an_e_mail(admin, three):
    """A parameter of that name is not known, so it narrows nothing down."""
    page = await admin.get("/v1/credentials", params={"email": "ben@riverside.example"})
    assert names(page, three) == ["amina", "ben", "chloé"]
    described = (await admin.get("/openapi.json")).json()["paths"]["/v1/credentials"]["get"]["parameters"]
    assert {"email", "name", "did"}.isdisjoint(parameter["name"] for parameter in described)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_unknown_achievement_is_said_not_an_empty_list(admin, achievement):
    body = assert_problem(await admin.get("/v1/credentials", params={"achievement": "algebra"}), 422, "invalid-fields")
    assert body["errors"][0]["detail"].startswith("The query parameter achievement: There is no such achievement")
    body = assert_problem(await admin.post("/v1/credentials:search", json={"achievement": "x"}), 422, "invalid-fields")
    assert body["errors"][0]["pointer"] == "/achievement"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"status": "gone"}, "/status"),
        ({"after": "x"}, "/after"),
        ({"limit": 101}, "/limit"),
        ({"mail": "a@b.example"}, "/mail"),
        ({"email": "nobody"}, "/email"),
        ({"kid": "a b"}, "/kid"),
        ({"issuedSince": "yesterday"}, "/issuedSince"),
    ],
)
async def test_a_search_that_cannot_be_understood(admin, body, pointer):
    problem = assert_problem(await admin.post("/v1/credentials:search", json=body), 422, "invalid-fields")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_next_page_is_an_address_in_the_header(admin, three):
    """RFC 8288: whoever follows `next` keeps the criteria, and ends."""
    response = await admin.get("/v1/credentials", params={"limit": 1, "source": "moodle"})
    seen = names(response, three)
    assert response.links["next"]["url"].startswith(f"{BASE_URL}/v1/credentials?limit=1&source=moodle&after=")
    response = await admin.get(response.links["next"]["url"])
    assert seen + names(response, three) in (["amina", "ben"], ["ben", "amina"])
    assert "link" not in response.headers
    assert response.json()["next"] is None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_search_goes_on_with_after(admin, three):
    asked = {"source": "moodle", "limit": 1}
    first = (await admin.post("/v1/credentials:search", json=asked)).json()
    second = (await admin.post("/v1/credentials:search", json=asked | {"after": first["next"]})).json()
    assert second["next"] is None
    assert len({first["items"][0]["id"], second["items"][0]["id"]}) == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_other_issuers_credentials_are_not_found(app, admin, three, make_key):
    response = await admin.post("/v1/issuers", json={"slug": "hillside", "name": "Hillside"})
    assert response.status_code == 201, response.text
    async with client_for(app, make_key("hillside", ("read",))) as stranger:
        assert names(await stranger.post("/v1/credentials:search", json={"name": "Ben Okri"}), three) == []
    async with client_for(app, make_key("riverside", ("issue",))) as issuing:
        assert_problem(await issuing.post("/v1/credentials:search", json={}), 403, "forbidden")


@pytest.mark.parametrize("path", ["/v1/credentials:search"])
async def test_nobody_searches_without_a_key(anonymous, path):
    assert_problem(await anonymous.post(path, json={}), 401, "unauthenticated")


# The second at which a credential ends ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after_the_end", "status"),
    [(timedelta(seconds=-1), "active"), (timedelta(0), "active"), (timedelta(seconds=1), "expired")],
)
async def test_status_and_filter_agree_at_the_end(settings, make_key, three, after_the_end, status):
    """Up to the very second, as the verifier has it."""
    later = create_app(settings, clock=lambda: LATER + after_the_end)
    try:
        async with client_for(later, make_key()) as client:
            shown = (await client.get(f"/v1{path_of(three['ben']['id'])}")).json()
            listed = await client.get("/v1/credentials", params={"status": status, "source": "moodle"})
        transport = httpx.ASGITransport(later)
        async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as anybody:
            report = (await anybody.post("/v1/verify", json={"url": three["ben"]["id"]})).json()
    finally:
        later.state.laurel.close()
    assert shown["status"] == status
    assert names(listed, three) == ["ben"]
    assert report["conclusion"] == {"active": "valid", "expired": "expired"}[status]
