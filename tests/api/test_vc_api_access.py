"""Who may sign with an instance, and who may make one."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.cli import samples
from app.main import create_app
from app.models import AuditEvent, VCStatusEntry
from app.settings import Settings
from tests.api.conftest import NOW, client_for
from tests.api.vc_api import NAMES, SLUG, address, credential, open_suite
from tests.problem import assert_problem

pytestmark = pytest.mark.anyio

NAME = "eddsa-rdfc-2022"


@pytest.fixture
async def closed(admin, issuer):
    """An instance of an issuer that is not for tests: its address and its DID."""
    response = await admin.put(f"/vc-api/issuers/{issuer['slug']}/{NAME}")
    assert response.status_code == 201, response.text
    return response.json()


class TestMakingAnInstance:
    @pytest.mark.parametrize("name", NAMES)
    async def test_each_has_a_key_of_its_own_and_keeps_it(self, admin, issuer, name):
        made = await admin.put(f"/vc-api/issuers/{issuer['slug']}/{name}")
        again = await admin.put(f"/vc-api/issuers/{issuer['slug']}/{name}")
        assert (made.status_code, again.status_code) == (201, 200)
        assert made.json() == again.json()
        assert made.json()["id"].startswith("did:key:z")
        assert made.json()["open"] is False

    async def test_anybody_sees_which_there_are(self, admin, anonymous, issuer):
        made = [(await admin.put(f"/vc-api/issuers/{issuer['slug']}/{name}")).json() for name in NAMES]
        shown = (await anonymous.get(f"/vc-api/issuers/{issuer['slug']}")).json()
        assert shown == {
            "issuer": issuer["slug"],
            "test": False,
            "instances": sorted(made, key=lambda item: item["name"]),
        }
        kinds = {item["name"]: (item["cryptosuite"], item["keyType"]) for item in shown["instances"]}
        assert kinds == {
            "eddsa-rdfc-2022": ("eddsa-rdfc-2022", "Ed25519"),
            "eddsa-jcs-2022": ("eddsa-jcs-2022", "Ed25519"),
            "ecdsa-rdfc-2019": ("ecdsa-rdfc-2019", "P-256"),
            "ecdsa-rdfc-2019-p384": ("ecdsa-rdfc-2019", "P-384"),
            "ecdsa-jcs-2019": ("ecdsa-jcs-2019", "P-256"),
        }

    async def test_its_key_is_in_no_document_of_the_issuer(self, admin, anonymous, issuer):
        async def published():
            paths = (f"/issuers/{issuer['slug']}/did.json", f"/issuers/{issuer['slug']}/jwks.json")
            return [(await anonymous.get(path)).json() for path in paths]

        before = await published()
        assert (await admin.put(f"/vc-api/issuers/{issuer['slug']}/{NAME}")).status_code == 201
        assert await published() == before
        assert (await admin.get(f"/v1/issuers/{issuer['slug']}")).json()["keys"] == issuer["keys"]

    async def test_it_takes_the_scope_and_the_issuer(self, app, anonymous, make_key, issuer):
        path = f"/vc-api/issuers/{issuer['slug']}/{NAME}"
        assert_problem(await anonymous.put(path), 401, "unauthenticated")
        async with client_for(app, make_key(issuer["slug"], ("vc:issue",))) as weak:
            assert_problem(await weak.put(path), 403, "forbidden")
        async with client_for(app, make_key(issuer["slug"], ("manage",))) as able:
            assert (await able.put(path)).status_code == 201
            assert_problem(await able.put(f"/vc-api/issuers/nobody/{NAME}"), 404, "not-found")

    async def test_a_key_of_another_issuer_sees_none(self, app, admin, make_key, issuer):
        await admin.post("/v1/issuers", json={"slug": "hillside", "name": "Hillside"})
        async with client_for(app, make_key("hillside", ("manage", "vc:issue"))) as other:
            assert_problem(await other.put(f"/vc-api/issuers/{issuer['slug']}/{NAME}"), 404, "not-found")

    async def test_what_is_no_way_of_signing(self, admin, issuer):
        assert_problem(await admin.put(f"/vc-api/issuers/{issuer['slug']}/rsa"), 422, "invalid-fields")

    async def test_of_an_issuer_that_is_not_there(self, anonymous):
        assert_problem(await anonymous.get("/vc-api/issuers/nobody"), 404, "not-found")


class TestSigning:
    def path(self, closed):
        return closed["endpoint"].removeprefix("http://localhost:8000")

    async def test_nobody_without_a_key(self, anonymous, closed):
        response = await anonymous.post(self.path(closed), json={"credential": credential(closed["id"])})
        assert_problem(response, 401, "unauthenticated")

    async def test_nobody_with_a_key_that_does_not_exist(self, app, closed):
        async with client_for(app, "lrl_live_nothing") as client:
            response = await client.post(self.path(closed), json={"credential": credential(closed["id"])})
        assert_problem(response, 401, "unauthenticated")

    @pytest.mark.parametrize("scopes", [("issue",), ("manage",), ("read", "revoke")])
    async def test_not_with_another_scope(self, app, make_key, issuer, closed, scopes):
        async with client_for(app, make_key(issuer["slug"], scopes)) as client:
            response = await client.post(self.path(closed), json={"credential": credential(closed["id"])})
        assert_problem(response, 403, "forbidden")

    async def test_not_with_another_issuers_key(self, app, admin, make_key, closed):
        await admin.post("/v1/issuers", json={"slug": "hillside", "name": "Hillside"})
        async with client_for(app, make_key("hillside", ("vc:issue",))) as client:
            response = await client.post(self.path(closed), json={"credential": credential(closed["id"])})
        assert_problem(response, 404, "not-found")

    @pytest.mark.parametrize("test", [False, True])
    async def test_with_the_scope_and_it_is_recorded_without_a_word_of_it(
        self, app, laurel, make_key, issuer, closed, test
    ):
        async with client_for(app, make_key(issuer["slug"], ("vc:issue",), test=test)) as client:
            response = await client.post(self.path(closed), json={"credential": credential(closed["id"])})
        assert response.status_code == 201, response.text
        with laurel.database.reading() as session:
            event = session.scalars(select(AuditEvent).where(AuditEvent.action == "vc.issue")).one()
            entry = session.scalars(select(VCStatusEntry)).one()
        assert (event.subject, event.detail["test"], entry.test) == (closed["id"], test, test)
        assert "58172aac" not in str(event.detail)
        assert "ebfeb1f7" not in str(event.detail)

    async def test_an_instance_that_nobody_made_does_not_sign(self, admin, issuer):
        response = await admin.post(
            f"/vc-api/issuers/{issuer['slug']}/eddsa-jcs-2022/credentials/issue",
            json={"credential": credential("did:key:z6Mk")},
        )
        assert_problem(response, 404, "not-found")


class TestAnIssuerForTests:
    async def test_anybody_may_sign(self, suite):
        assert (await suite.issue(credential(suite.did))).status_code == 201

    async def test_even_with_a_key_of_somebody_else(self, app, admin, make_key, suite):
        await admin.post("/v1/issuers", json={"slug": "hillside", "name": "Hillside"})
        async with client_for(app, make_key("hillside", ("read",))) as client:
            response = await client.post(address(suite.name), json={"credential": credential(suite.did)})
        assert response.status_code == 201

    async def test_but_not_with_a_key_that_does_not_exist(self, app, suite):
        async with client_for(app, "lrl_live_nothing") as client:
            response = await client.post(address(suite.name), json={"credential": credential(suite.did)})
        assert_problem(response, 401, "unauthenticated")

    async def test_it_is_shown_as_such(self, admin, anonymous, suite):
        shown = (await anonymous.get(f"/vc-api/issuers/{SLUG}")).json()
        assert shown["test"] is True
        assert [item["open"] for item in shown["instances"]] == [True]
        assert (await admin.get(f"/v1/issuers/{SLUG}")).json()["test"] is True

    async def test_its_entries_are_marked(self, laurel, suite):
        await suite.issued()
        with laurel.database.reading() as session:
            assert session.scalars(select(VCStatusEntry.test)).all() == [True]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestInProduction:
    @pytest.fixture
    def production(self, database_url, tmp_path, suite):
        """The same database, after somebody took it to production."""
        settings = Settings(
            environment="production",
            database_url=database_url,
            data_dir=tmp_path,
            public_url="https://badges.example.org",
            key_encryption_key="11" * 32,
        )
        application = create_app(settings, clock=lambda: NOW)
        yield application
        application.state.laurel.close()

    async def test_nobody_signs_without_a_key(self, production, make_key, suite):
        async with client_for(production, "") as client:
            del client.headers["Authorization"]
            response = await client.post(address(suite.name), json={"credential": credential(suite.did)})
        assert_problem(response, 401, "unauthenticated")
        async with client_for(production, make_key(SLUG, ("vc:issue",))) as client:
            response = await client.post(address(suite.name), json={"credential": credential(suite.did)})
        assert response.status_code == 201, response.text

    async def test_there_is_no_new_one(self, production, make_key):
        async with client_for(production, make_key()) as client:
            response = await client.post("/v1/issuers", json={**samples.TEST_ISSUER, "slug": "another"})
        problem = assert_problem(response, 422, "invalid-fields")
        assert problem["errors"][0]["pointer"] == "/test"


async def test_open_suite_can_be_opened_again(admin, anonymous, suite):
    again = await open_suite(admin, anonymous, suite.name)
    assert again.did == suite.did
