"""What an operator sees: health, metrics and logs; and that nobody's name is in any of them."""

from __future__ import annotations

import json
import re

import httpx
import pytest
import structlog

from app.main import create_app
from app.routers.observability import configure_logging
from app.services import awards
from tests.api.conftest import BASE_URL, NOW, client_for, path_of
from tests.problem import assert_problem

pytestmark = pytest.mark.anyio

NAME, MAILBOX, REASON = "Canary Wren", "canary.wren", "canary reason"
CANARY = re.compile(r"canary|wren", re.IGNORECASE)
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}")
# What does not reach the tables needs only one kind of database.
SQLITE_ONLY = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def other_app():
    """A function from settings to another application, closed in the end."""
    made = []

    def make(settings):
        made.append(create_app(settings, clock=lambda: NOW))
        return made[-1]

    yield make
    for app in made:
        app.state.laurel.close()


def asking(app):
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url=BASE_URL)


@pytest.fixture
def life(app, anonymous, admin, completion, monkeypatch):
    """Everything that can happen to one person's badge, good and bad."""

    async def live():
        email = f"{MAILBOX}@riverside.example"
        mine = {**completion, "learner": {"name": NAME, "email": email}, "externalId": f"{MAILBOX}-1"}
        issued = (await admin.post("/v1/completions", json=mine)).json()
        uuid = issued["id"].rsplit("/", 1)[1]
        for form in issued["links"].values():
            await anonymous.get(path_of(form))
        for accept in ("text/html", "application/vc+jwt", "image/avif"):
            await anonymous.get(path_of(issued["id"]), headers={"Accept": accept})
        await anonymous.get(f"/verify?url={issued['id']}&email={email}")
        await anonymous.post("/v1/verify", json={"url": issued["id"], "email": email})
        await anonymous.post("/v1/verify", json={"credential": issued["credential"], "email": f"x{email}"})
        await anonymous.post("/v1/verify", content=f"{{{NAME}".encode(), headers={"Content-Type": "application/vc"})
        await admin.post("/v1/completions:batch", json=[mine, {"learner": NAME}, {**mine, "achievement": NAME}])
        await admin.post("/v1/completions", json={**mine, "learner": {"name": f"{NAME}\n{NAME}", NAME: 1}})
        await admin.post("/v1/completions", json=mine, headers={"Idempotency-Key": MAILBOX})
        await admin.get(f"/v1/credentials?externalId={MAILBOX}-1")
        await anonymous.get(f"/credentials/{NAME}", headers={"X-Request-Id": f"{MAILBOX} x", "User-Agent": NAME})
        await anonymous.get(f"/{NAME}?name={NAME}")
        await anonymous.request("DELETE", f"/issuers/{MAILBOX}")
        await admin.post(f"/v1/credentials/{uuid}:revoke", json={"reason": REASON})
        await admin.post(f"/v1/credentials/{uuid}:revoke", json={"reason": [REASON]})
        async with client_for(app, MAILBOX) as stranger:
            await stranger.post("/v1/completions", json=mine)

        def fail(*_args, **_options):
            raise RuntimeError(f"{NAME} <{email}>") from ValueError(NAME)

        with monkeypatch.context() as patch:
            patch.setattr(awards, "prepare", fail)
            broken = await admin.post("/v1/completions", json={**mine, "externalId": f"{MAILBOX}-2"})
        assert_problem(broken, 500, "internal")
        assert not CANARY.search(broken.text)

    return live


# Health ---------------------------------------------------------------------------------------------------------------


async def test_a_service_that_can_work_is_alive_and_ready(anonymous, issuer):
    for path, said in (("/healthz", {"status": "ok"}), ("/readyz", {"status": "ok", "issuing": "open"})):
        response = await anonymous.get(path)
        assert (response.status_code, response.json()) == (200, said)
        assert response.headers["cache-control"] == "no-store"


async def test_a_fresh_service_is_ready(anonymous):
    assert (await anonymous.get("/readyz")).status_code == 200


async def test_another_key_encryption_key_is_alive_and_not_ready(settings, issuer, other_app):
    wrong = other_app(settings.model_copy(update={"key_encryption_key": type(settings.key_encryption_key)("22" * 32)}))
    async with asking(wrong) as client:
        assert (await client.get("/healthz")).status_code == 200
        body = assert_problem(await client.get("/readyz"), 503, "storage-unavailable")
    assert "key-encryption key" in body["detail"]
    assert "22" * 32 not in json.dumps(body)


async def test_another_key_encryption_key_issues_nothing(settings, completion, make_key, other_app, laurel):
    wrong = other_app(settings.model_copy(update={"key_encryption_key": type(settings.key_encryption_key)("22" * 32)}))
    async with client_for(wrong, make_key()) as client:
        assert_problem(await client.post("/v1/completions", json=completion), 503, "key-unwrap")
        assert (await client.get("/v1/credentials")).json()["items"] == []


@SQLITE_ONLY
@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
async def test_pending_migrations_are_not_ready(settings, make_database_url, backend, other_app):
    url = make_database_url(backend, migrated=False)
    async with asking(other_app(settings.model_copy(update={"database_url": url}))) as client:
        assert (await client.get("/healthz")).status_code == 200
        body = assert_problem(await client.get("/readyz"), 503, "storage-unavailable")
        assert "laurel migrate" in body["detail"]


@SQLITE_ONLY
async def test_a_lost_database_is_not_ready(settings, other_app):
    away = "postgresql://laurel:canary-password@127.0.0.1:1/laurel"
    async with asking(other_app(settings.model_copy(update={"database_url": away}))) as client:
        response = await client.get("/readyz")
        assert_problem(response, 503, "storage-unavailable")
        assert "canary" not in response.text


# Metrics --------------------------------------------------------------------------------------------------------------


async def test_metrics_count_by_pattern_and_know_nobody(anonymous, life, capfd):
    with Log(capfd):
        await life()
    response = await anonymous.get("/metrics")
    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    text = response.text
    assert not CANARY.search(text)
    assert not UUID.search(text)
    assert "riverside" not in text
    assert re.search(
        r'laurel_http_request_seconds_count\{method="POST",route="/v1/completions",status="201"\} 1\.0', text
    )
    assert re.search(r'laurel_verifications_total\{verdict="valid"\} 1\.0', text)
    assert "process_resident_memory_bytes" in text
    labels = set(re.findall(r"(\w+)=\"", text))
    assert labels <= {"method", "route", "status", "le", "verdict", "outcome", "generation", "of"}


@SQLITE_ONLY
async def test_metrics_can_be_switched_off(settings, other_app):
    async with asking(other_app(settings.model_copy(update={"metrics": False}))) as client:
        assert_problem(await client.get("/metrics"), 404, "not-found")


# The edge of the whole application ------------------------------------------------------------------------------------


@SQLITE_ONLY
async def test_a_request_id_goes_through_to_the_answer_and_the_problem(anonymous):
    sent = {"X-Request-Id": "from-the-proxy-1"}
    assert (await anonymous.get("/healthz", headers=sent)).headers["x-request-id"] == "from-the-proxy-1"
    assert (await anonymous.get("/nowhere", headers=sent)).headers["x-request-id"] == "from-the-proxy-1"


@SQLITE_ONLY
@pytest.mark.parametrize("sent", ["x", "a b c d e f", "<script>alert(1)</script>", "é" * 10, "y" * 200])
async def test_a_hostile_request_id_is_replaced(anonymous, sent):
    answer = await anonymous.get("/healthz", headers={"X-Request-Id": sent.encode()})
    assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["x-request-id"])


@SQLITE_ONLY
@pytest.mark.parametrize(("public_url", "secure"), [("https://badges.example", True), ("http://localhost:8000", False)])
async def test_an_https_deployment_binds_browsers_to_https(settings, other_app, public_url, secure):
    async with asking(other_app(settings.model_copy(update={"public_url": public_url}))) as client:
        for path in ("/", "/healthz", "/nowhere", "/v1/credentials"):
            assert ("strict-transport-security" in (await client.get(path)).headers) == secure


# Logs -----------------------------------------------------------------------------------------------------------------


class Log:
    """What was written while the logs were JSON and at their most talkative."""

    def __init__(self, capfd):
        self._capfd = capfd

    def __enter__(self):
        self._before = structlog.get_config()
        self._capfd.readouterr()
        configure_logging("json", "debug")
        return self

    def __exit__(self, *_error):
        structlog.configure(**self._before)
        out, err = self._capfd.readouterr()
        self.text = out + err
        self.lines = [json.loads(line) for line in err.splitlines()]

    def named(self, event):
        return [line for line in self.lines if line["event"] == event]


async def test_no_log_line_knows_the_person(life, capfd):
    with Log(capfd) as log:
        await life()
    assert [line for line in log.text.splitlines() if CANARY.search(line)] == []
    assert {"request", "unexpected", "credential.issue", "credential.revoke"} <= {line["event"] for line in log.lines}
    assert all(line["request_id"] and line["timestamp"] and line["level"] for line in log.lines)
    members = {"event", "method", "route", "status", "ms", "request_id", "timestamp", "level"}
    assert all(set(line) == members for line in log.named("request"))
    assert not any(UUID.search(line["route"]) for line in log.named("request"))
    [failed] = log.named("unexpected")
    assert (failed["error"], failed["cause"]) == ("RuntimeError", "ValueError")
    assert any("awards.py" in place for place in failed["where"])


async def test_whoever_did_it_is_in_the_audit_line(admin, completion, capfd):
    with Log(capfd) as log:
        issued = (await admin.post("/v1/completions", json=completion)).json()
    [line] = log.named("credential.issue")
    assert line["subject"] == issued["id"].rsplit("/", 1)[1]
    assert re.fullmatch(r"key:[a-z2-7]{10}", line["actor"])
