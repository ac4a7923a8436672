"""Every operation of the OpenAPI document that asks for a key, in every role, at the ids of another tenant.

What is expected comes from the document: the scope that it names, the answers that it describes. A new route is in the
matrix by being in the document; one with a new kind of id must say here what another tenant's is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest

from app.cli import samples
from app.schemas.api_keys import Scope
from tests.api.conftest import client_for
from tests.api.test_endorsements import signed
from tests.house.test_openapi import operations
from tests.problem import assert_problem

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

CANARY = "Zenobia Canary"
OTHER_CANARIES = ("canary@theirs.example", "canary-attempt", "canary-platform", "Canary key")
BOUND_SCOPES = tuple(scope.value for scope in Scope if scope is not Scope.ADMIN)
# They look for the issuer first, since anybody may use one that is for tests: then there is none, whatever the scope.
LOOK_FIRST = {"issueVc", "updateVcStatus"}
OURS, THEIRS, NOBODY = "ours", "theirs", "nobody"


@dataclass
class Place:
    """Ids by the name of the path parameter they fit: another tenant's, and some that nobody has."""

    theirs: dict[str, str]
    unknown: dict[str, str]
    keys: dict[str, str] = field(default_factory=dict)


@dataclass
class Operation:
    name: str
    method: str
    path: str
    says: dict[str, Any]
    body: dict[str, Any]

    @property
    def scopes(self) -> set[str]:
        [asked] = self.says["security"]
        return set(asked["HTTPBearer"])

    @property
    def parameters(self) -> list[str]:
        return re.findall(r"\{(\w+)\}", self.path)

    def request(self, ids: dict[str, str]) -> tuple[str, str, dict[str, Any]]:
        missing = [name for name in self.parameters if name not in ids]
        assert not missing, f"{self.says['operationId']}: say in `place` what another tenant's {missing} is"
        return self.method, self.path.format(**ids), self._about(ids)

    def _about(self, ids: dict[str, str]) -> dict[str, Any]:
        """The body, naming the tenant of `ids` wherever it can name one."""
        body = self.body.get("json")
        rows = body if isinstance(body, list) else [body]
        for row in rows:
            for member, value in (("issuer", ids["slug"]), ("achievement", ids["achievement_id"])):
                if isinstance(row, dict) and isinstance(row.get(member), str):
                    row[member] = value
        return self.body


@pytest.fixture
async def place(app, admin, make_key):
    """Two tenants; `theirs` has one of everything, and says the canaries."""
    for slug in (OURS, THEIRS):
        body = {"slug": slug, "name": slug, "jwtAlgorithm": "ES256"}
        assert (await admin.post("/v1/issuers", json=body)).status_code == 201
    slug, definition = next(iter(samples.ACHIEVEMENTS.items()))
    achievement = (await admin.post("/v1/achievements", json={**definition, "slug": slug, "issuer": THEIRS})).json()
    completion = {
        **samples.COMPLETIONS[0],
        "achievement": achievement["id"],
        "externalId": "canary-attempt",
        "source": "canary-platform",
        "learner": {"name": CANARY, "email": "canary@theirs.example"},
    }
    credential = await admin.post("/v1/completions", json=completion)
    assert credential.status_code == 201, credential.text
    assert (await admin.put(f"/vc-api/issuers/{THEIRS}/eddsa-rdfc-2022")).status_code == 201
    key = (
        await admin.post("/v1/api-keys", json={"name": "Canary key", "issuer": THEIRS, "scopes": list(BOUND_SCOPES)})
    ).json()
    issuer = (await admin.get(f"/v1/issuers/{THEIRS}")).json()
    endorsed = signed(achievement["id"], name=CANARY)
    headers = {"Content-Type": "application/vc"}
    endorsement = (await admin.post("/v1/endorsements", content=endorsed, headers=headers)).json()
    theirs = {
        "slug": THEIRS,
        "achievement_id": achievement["id"].rsplit("/", 1)[1],
        "credential_id": credential.json()["id"].rsplit("/", 1)[1],
        "prefix": key["prefix"],
        "kid": issuer["keys"][0]["kid"],
        "endorsement_id": endorsement["id"],
        "instance": "eddsa-rdfc-2022",
    }
    unknown = {
        "slug": NOBODY,
        "achievement_id": str(uuid4()),
        "credential_id": str(uuid4()),
        "prefix": "aaaaaaaaaa",
        "kid": "20260101-aaaaaaaa",
        "endorsement_id": str(uuid4()),
        "instance": "eddsa-rdfc-2022",
    }
    keys = {f"only {scope}": make_key(OURS, (scope,)) for scope in BOUND_SCOPES}
    keys |= {"everything of ours": make_key(OURS, BOUND_SCOPES), "a test": make_key(OURS, BOUND_SCOPES, test=True)}
    return Place(theirs, unknown, keys | {"theirs": key["key"], "admin": make_key()})


@pytest.fixture
def guarded(app):
    """The operations that ask for a key."""
    document = app.openapi()
    return [
        Operation(name, name.split()[0], name.split()[1], says, body_of(says, document))
        for name, says in operations(document).items()
        if "security" in says
    ]


def body_of(says: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """A body that the document shows, as arguments of httpx."""
    for media_type, described in says.get("requestBody", {}).get("content", {}).items():
        schema = described["schema"]
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        shown = described.get("example", *schema.get("examples", [])[:1])
        if shown is not None and media_type == "application/json":
            return {"json": shown}
        if shown is not None:
            return {"content": shown, "headers": {"Content-Type": media_type}}
    return {}


async def ask(app, token, request):
    method, path, body = request
    async with client_for(app, token) as client:
        if token is None:
            del client.headers["Authorization"]
        return await client.request(method, path, **body)


def assert_described(response, operation):
    assert str(response.status_code) in operation.says["responses"], f"{operation.name}: {response.status_code}"


def assert_no_leak(response, operation):
    said = response.text + str(response.headers)
    assert not [canary for canary in (CANARY, *OTHER_CANARIES) if canary in said], f"{operation.name}: {said}"


def without_ids(response, ids):
    """What was said, but for the ids that were sent and how many bytes that makes."""
    said = response.content
    for name, value in sorted(ids.items()):
        said = said.replace(value.encode(), b"{%b}" % name.encode())
    varying = {"x-request-id", "content-length", "ratelimit", "date"}
    return said, {name: value for name, value in response.headers.items() if name not in varying}


@pytest.mark.parametrize("token", [None, "nonsense", f"lrl_live_{'a' * 62}"], ids=["nobody", "nonsense", "unknown"])
async def test_without_a_key_there_is_nothing(app, place, guarded, token):
    for operation in guarded:
        response = await ask(app, token, operation.request(place.theirs))
        assert_problem(response, 401, "unauthenticated")
        assert_described(response, operation)
        assert_no_leak(response, operation)


@pytest.mark.parametrize("role", [f"only {scope}" for scope in BOUND_SCOPES] + ["everything of ours", "a test"])
async def test_another_tenants_things_are_not_there(app, place, guarded, role):
    """404 as for what nobody has, letter by letter; 403 without the scope; and whoever names it in a body learns as
    little.
    """
    scopes = BOUND_SCOPES if role in ("everything of ours", "a test") else (role.removeprefix("only "),)
    before = await everything(app, place)
    for operation in guarded:
        known, unknown = [
            await ask(app, place.keys[role], operation.request(ids)) for ids in (place.theirs, place.unknown)
        ]
        assert without_ids(known, place.theirs) == without_ids(unknown, place.unknown), operation.name
        permitted = operation.scopes <= set(scopes)
        if operation.parameters and (permitted or operation.says["operationId"] in LOOK_FIRST):
            assert_problem(known, 404, "not-found")
        elif not permitted:
            assert_problem(known, 403, "forbidden")
        else:
            assert known.status_code not in (401, 403), f"{operation.name}: {known.text}"
        assert_described(known, operation)
        assert_no_leak(known, operation)
    assert await everything(app, place) == before, "something of theirs was changed"


async def test_an_admin_and_the_tenant_itself_are_let_in(app, place, guarded):
    """The control: the same requests, by whom they are for. What can be read says the canaries."""
    seen = ""
    for role in ("theirs", "admin"):
        for operation in guarded:
            # An admin may do everything to everybody, so it is asked to do it to nobody.
            changes = operation.method != "GET"
            ids = place.unknown if changes else place.theirs
            if changes and not operation.parameters:
                continue
            response = await ask(app, place.keys[role], operation.request(ids))
            assert_described(response, operation)
            assert response.status_code not in (401, 403), f"{operation.name}: {response.text}"
            seen += response.text
    assert [canary for canary in (CANARY, *OTHER_CANARIES) if canary not in seen] == []


async def everything(app, place):
    """All that their own key sees, but for when it was used."""
    async with client_for(app, place.keys["theirs"]) as client:
        lists = [await client.get(f"/v1/{what}") for what in ("issuers", "achievements", "credentials", "api-keys")]
        instances = await client.get(f"/vc-api/issuers/{THEIRS}")
    return [re.sub(r'"lastUsedAt":[^,}]*', "", answer.text) for answer in (*lists, instances)]
