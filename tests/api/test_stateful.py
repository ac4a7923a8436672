"""Three tenants do as they please, and the service is what a small model says it is: a few dictionaries.

200 runs of up to 30 steps each, over the public API. Each run has three tenants of its own on one application, so that
what an earlier run left behind is just more of other people's things.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from itertools import count
from uuid import uuid4

import httpx
import pytest
import structlog
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, multiple, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from app.main import create_app
from app.services import api_keys
from app.services.actors import TERMINAL
from app.settings import Settings
from tests.api.conftest import BASE_URL, NOW, path_of

RUNS, STEPS = 200, 30
TENANTS = ("a", "b", "c")
EVERY_SCOPE = ("read", "issue", "revoke", "manage")
ATTEMPTS = st.integers(1, 4)  # few, so that they are sent again
SCOPES = st.sampled_from([EVERY_SCOPE, ("read",), ("issue", "read"), ("revoke",), ("manage", "read")])
_numbers = count(1)


@dataclass
class Award:
    """A credential as the model knows it."""

    tenant: str
    id: str
    attempt: int
    learner: int
    revoked_for: str | None = None

    @property
    def uuid(self):
        return self.id.rsplit("/", 1)[1]


@dataclass
class Key:
    tenant: str
    token: str
    prefix: str
    scopes: tuple[str, ...]
    alive: bool = True


@dataclass
class Tenant:
    slug: str
    achievement: str
    awards: dict[int, Award] = field(default_factory=dict)  # by attempt
    keys: list[Key] = field(default_factory=list)


class Service:
    """The application and an event loop that goes on: requests are answered one after another."""

    def __init__(self, url, folder):
        self._loop = asyncio.new_event_loop()
        self.app = create_app(
            Settings(
                environment="development", database_url=url, data_dir=folder, key_encryption_key="11" * 32, fetch=False,
 rates={"wrong_keys": "0/60"},
            ),
            clock=lambda: NOW,
        )  # fmt: skip
        self.laurel = self.app.state.laurel
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url=BASE_URL)
        with self.laurel.database.transaction() as session:
            self.admin = api_keys.create_api_key(
                session, instance=self.laurel.instance, actor=TERMINAL, name="admin", issuer_slug=None,
                scopes=("admin",), test=False, expires_at=None, now=NOW,
            ).token  # fmt: skip

    def ask(self, token, method, path, **body):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self._loop.run_until_complete(self._client.request(method, path, headers=headers, **body))

    def close(self):
        self._loop.run_until_complete(self._client.aclose())
        self.laurel.close()
        self._loop.close()


class Tenancy(RuleBasedStateMachine):
    service: Service

    keys = Bundle("keys")
    awards = Bundle("awards")

    @initialize(target=keys)
    def three_tenants(self):
        self.tenants: dict[str, Tenant] = {}
        made = []
        for letter in TENANTS:
            slug = f"{letter}-{next(_numbers)}"
            body = {"slug": slug, "name": slug, "jwtAlgorithm": "ES256"}
            assert self._ask(self.service.admin, "POST", "/v1/issuers", json=body).status_code == 201
            body = {"slug": "x", "issuer": slug, "name": f"X of {slug}", "description": "X"}
            achievement = self._ask(self.service.admin, "POST", "/v1/achievements", json=body).json()
            self.tenants[letter] = Tenant(slug, achievement["id"])
            made.append(self._new_key(self.service.admin, letter, EVERY_SCOPE, issuer=slug))
        return multiple(*made)

    # Credentials --------------------------------------------------------------------------------------------------

    @rule(target=awards, key=keys, of=st.sampled_from(TENANTS), attempt=ATTEMPTS, learner=st.integers(1, 2))
    def issue(self, key, of, attempt, learner):
        """Of one's own tenant or of another; new, again, and again for somebody else."""
        body = {
            "achievement": self.tenants[of].achievement,
            "externalId": f"attempt-{attempt}",
            "source": "lms",
            "learner": {"name": f"Learner {learner}"},
            "completedAt": "2026-05-04T10:00:00Z",
        }
        answer = self._ask(key.token, "POST", "/v1/completions", json=body)
        if not self._is_let_in(key, "issue", answer):
            return multiple()
        if of != key.tenant:
            assert answer.status_code == 422, answer.text
            assert answer.json()["errors"][0]["pointer"] == "/achievement"
            return multiple()
        known = self.tenants[of].awards.get(attempt)
        if known is None:
            assert answer.status_code == 201, answer.text
            award = self.tenants[of].awards[attempt] = Award(of, answer.json()["id"], attempt, learner)
            return award
        if known.learner != learner:
            assert answer.status_code == 422, answer.text
            return multiple()
        assert (answer.status_code, answer.json()["id"]) == (200, known.id)
        assert answer.headers["idempotent-replayed"] == "true"
        return multiple()

    @rule(key=keys, award=awards)
    def get(self, key, award):
        answer = self._ask(key.token, "GET", f"/v1/credentials/{award.uuid}")
        if self._is_let_in(key, "read", answer) and self._is_found(key, award, answer):
            state = "revoked" if award.revoked_for else "active"
            assert (answer.json()["status"], answer.json()["externalId"]) == (state, f"attempt-{award.attempt}")
            assert answer.json()["revocationReason"] == award.revoked_for

    @rule(key=keys, award=awards, reason=st.sampled_from(["wrong grade", "left"]))
    def revoke(self, key, award, reason):
        answer = self._ask(key.token, "POST", f"/v1/credentials/{award.uuid}:revoke", json={"reason": reason})
        if self._is_let_in(key, "revoke", answer) and self._is_found(key, award, answer):
            assert (answer.headers.get("idempotent-replayed") == "true") == (award.revoked_for is not None)
            award.revoked_for = award.revoked_for or reason
            assert answer.json()["revocationReason"] == award.revoked_for

    @rule(award=awards)
    def verify(self, award):
        answer = self._ask(None, "POST", "/v1/verify", json={"url": award.id})
        assert answer.json()["verdict"] == ("invalid" if award.revoked_for else "valid"), answer.text

    @rule(award=awards)
    def look_at_the_published_document(self, award):
        answer = self._ask(None, "GET", path_of(award.id) + ".json")
        assert answer.json()["id"] == award.id

    @rule(key=keys)
    def list_credentials(self, key):
        answer = self._ask(key.token, "GET", "/v1/credentials?limit=100")
        if self._is_let_in(key, "read", answer):
            mine = self.tenants[key.tenant].awards.values()
            found = {(item["id"], item["status"]) for item in answer.json()["items"]}
            assert found == {(award.id, "revoked" if award.revoked_for else "active") for award in mine}

    # Keys ---------------------------------------------------------------------------------------------------------

    @rule(target=keys, key=keys, scopes=SCOPES, of=st.sampled_from(TENANTS))
    def create_key(self, key, scopes, of):
        body = {"name": "key", "scopes": list(scopes), "issuer": self.tenants[of].slug}
        answer = self._ask(key.token, "POST", "/v1/api-keys", json=body)
        if not self._is_let_in(key, "manage", answer):
            return multiple()
        if of != key.tenant:
            assert answer.status_code == 422, answer.text
            return multiple()
        return self._keep(of, scopes, answer)

    @rule(target=keys, key=keys, other=keys, overlap=st.sampled_from([0, 60]))
    def rotate_key(self, key, other, overlap):
        path = f"/v1/api-keys/{other.prefix}:rotate"
        answer = self._ask(key.token, "POST", path, json={"overlapSeconds": overlap})
        if not (self._is_let_in(key, "manage", answer) and self._is_found(key, other, answer)):
            return multiple()
        if not other.alive:
            assert answer.status_code == 409, answer.text
            return multiple()
        other.alive = overlap > 0
        return self._keep(other.tenant, other.scopes, answer)

    @rule(key=keys, other=keys)
    def revoke_key(self, key, other):
        answer = self._ask(key.token, "POST", f"/v1/api-keys/{other.prefix}:revoke")
        if self._is_let_in(key, "manage", answer) and self._is_found(key, other, answer):
            assert answer.status_code == 204, answer.text
            other.alive = False

    @rule(key=keys)
    def list_keys(self, key):
        answer = self._ask(key.token, "GET", "/v1/api-keys?limit=100")
        if self._is_let_in(key, "manage", answer):
            found = {item["prefix"]: tuple(item["scopes"]) for item in answer.json()["items"]}
            mine = self.tenants[key.tenant].keys
            assert found == {other.prefix: tuple(sorted(other.scopes)) for other in mine}

    # Strangers ----------------------------------------------------------------------------------------------------

    @rule(key=keys, of=st.sampled_from(TENANTS))
    def look_at_an_issuer(self, key, of):
        slug = self.tenants[of].slug
        answer = self._ask(key.token, "GET", f"/v1/issuers/{slug}")
        if self._is_let_in(key, "read", answer):
            assert answer.status_code == (200 if of == key.tenant else 404)
            if of != key.tenant:
                unknown = self._ask(key.token, "GET", "/v1/issuers/nobody")
                assert answer.text.replace(slug, "nobody") == unknown.text

    @rule(key=keys)
    def look_for_what_nobody_has(self, key):
        answer = self._ask(key.token, "GET", f"/v1/credentials/{uuid4()}")
        if self._is_let_in(key, "read", answer):
            assert answer.status_code == 404

    # The model ----------------------------------------------------------------------------------------------------

    def _ask(self, token, method, path, **body):
        answer = self.service.ask(token, method, path, **body)
        assert answer.status_code < 500, f"{method} {path}: {answer.text}"
        return answer

    def _is_let_in(self, key, scope, answer):
        """Whether the key opens this; if not, the answer says which of the two it lacks."""
        if not key.alive:
            assert answer.status_code == 401, answer.text
            return False
        if scope not in key.scopes:
            assert answer.status_code == 403, answer.text
            return False
        assert answer.status_code not in (401, 403), answer.text
        return True

    def _is_found(self, key, thing, answer):
        if thing.tenant != key.tenant:
            assert answer.status_code == 404, answer.text
            return False
        assert answer.status_code != 404, answer.text
        return True

    def _new_key(self, token, tenant, scopes, **members):
        body = {"name": "key", "scopes": list(scopes), **members}
        return self._keep(tenant, scopes, self._ask(token, "POST", "/v1/api-keys", json=body))

    def _keep(self, tenant, scopes, answer):
        assert answer.status_code == 201, answer.text
        key = Key(tenant, answer.json()["key"], answer.json()["prefix"], scopes)
        self.tenants[tenant].keys.append(key)
        return key


@pytest.mark.slow
def test_the_service_is_what_the_model_says(sqlite_url, tmp_path):
    service = Service(sqlite_url, tmp_path)
    Tenancy.service = service
    quiet = structlog.make_filtering_bound_logger(logging.CRITICAL)  # drawing lines takes a third of the time
    before = structlog.get_config()["wrapper_class"]
    structlog.configure(wrapper_class=quiet)
    try:
        run_machine(
            Tenancy,
            settings=settings(
                max_examples=RUNS, stateful_step_count=STEPS, deadline=None, database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )  # fmt: skip
    finally:
        structlog.configure(wrapper_class=before)
        service.close()
