"""The outermost wall: ids, headers, HEAD, one metric and one log line for each exchange."""

from __future__ import annotations

import re

import pytest
import structlog
from fastapi import Response

from app.routers.edge import CONTENT_SECURITY_POLICY, EMBEDDABLE_POLICY, SECURITY_HEADERS
from app.routers.observability import Metrics
from tests.unit.routers.support import add_routes, client_of, small_app

pytestmark = pytest.mark.anyio


def broken():
    raise RuntimeError("canary")


def own_headers():
    return Response("x", headers={"Cache-Control": "public", "Cross-Origin-Resource-Policy": "cross-origin"})


def embeddable():
    return Response("x", headers={"Content-Security-Policy": EMBEDDABLE_POLICY})


def other_policy():
    return Response("x", headers={"Content-Security-Policy": EMBEDDABLE_POLICY + "; upgrade-insecure-requests"})


def app_with_routes(**options):
    return add_routes(
        small_app(**options),
        ("GET", "/things/{name}", lambda name: {"name": name}),
        ("GET", "/broken", broken),
        ("GET", "/own", own_headers),
        ("GET", "/embeddable", embeddable),
        ("GET", "/other-policy", other_policy),
    )


@pytest.fixture
async def client():
    async with client_of(app_with_routes()) as opened:
        yield opened


@pytest.mark.parametrize("path", ["/things/a", "/broken", "/nowhere", "/own"])
async def test_every_answer_is_dressed(client, path):
    headers = (await client.get(path)).headers
    assert set(map(str.lower, SECURITY_HEADERS)) <= set(headers)
    assert "strict-transport-security" not in headers


async def test_an_https_deployment_says_so_to_browsers():
    async with client_of(app_with_routes(https=True)) as client:
        for path in ("/things/a", "/broken", "/nowhere"):
            value = (await client.get(path)).headers["strict-transport-security"]
            assert int(re.search(r"max-age=(\d+)", value)[1]) >= 31_536_000


async def test_a_route_may_say_otherwise(client):
    headers = (await client.get("/own")).headers
    assert headers["cache-control"] == "public"
    assert headers["cross-origin-resource-policy"] == "cross-origin"


def directives(policy):
    return {words[0]: words[1:] for words in (part.split() for part in policy.split(";"))}


async def test_what_others_may_frame_differs_in_two_headers_only(client):
    usual, framed = [(await client.get(path)).headers for path in ("/things/a", "/embeddable")]
    assert "x-frame-options" not in framed
    assert framed["content-security-policy"] == EMBEDDABLE_POLICY
    for name in set(map(str.lower, SECURITY_HEADERS)) - {"x-frame-options", "content-security-policy"}:
        assert framed[name] == usual[name], name


def test_the_policy_of_what_others_may_frame_allows_nothing_else_that_the_usual_one_does_not():
    usual, framed = directives(CONTENT_SECURITY_POLICY), directives(EMBEDDABLE_POLICY)
    assert framed.pop("frame-ancestors") == ["*"]
    assert framed["default-src"] == ["'none'"]
    assert "script-src" not in framed
    assert framed["form-action"] == ["'none'"]
    for name, sources in framed.items():
        assert set(sources) <= set(usual[name]) | {"'none'"}, name
    assert set(usual) - set(framed) <= {"frame-ancestors", "script-src", "font-src"}


async def test_another_policy_takes_no_header_away(client):
    assert (await client.get("/other-policy")).headers["x-frame-options"] == "DENY"


async def test_nothing_is_kept_unless_a_route_says_so(client):
    assert (await client.get("/things/a")).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("sent", ["abcdefgh", "A-b_c.123", "0" * 64, "550e8400-e29b-41d4-a716-446655440000"])
async def test_the_senders_request_id_is_kept(client, sent):
    assert (await client.get("/things/a", headers={"X-Request-Id": sent})).headers["x-request-id"] == sent


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "short",
        "x" * 65,
        "x" * 10_000,
        "with space",
        "semi;colon=1",
        "<script>alert(1)</script>",
        '"quoted-id"',
        "ümlautümlaut".encode(),
        b"\xff\xfe\xff\xfe\xff\xfe\xff\xfe",
        "abcdefgh\tx",
        "{jndi:ldap}",
        "../../etc/passwd",
    ],
)
async def test_a_hostile_request_id_is_replaced(client, sent):
    given = (await client.get("/things/a", headers={"X-Request-Id": sent})).headers["x-request-id"]
    assert re.fullmatch(r"[0-9a-f]{16}", given)


async def test_an_id_with_a_line_break_never_reaches_a_log_or_header(client):
    """httpx refuses to send one; so it is put into the scope by hand."""
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/things/a",
        "raw_path": b"/things/a",
        "query_string": b"",
        "headers": [(b"x-request-id", b"abcdefgh\r\nSet-Cookie: a=b")],
        "scheme": "http",
        "server": ("localhost", 8000),
        "client": ("127.0.0.1", 1),
    }
    await app_with_routes()(scope, receive, send)
    given = dict(sent[0]["headers"])[b"x-request-id"]
    assert re.fullmatch(rb"[0-9a-f]{16}", given)


async def test_every_request_has_an_id_of_its_own(client):
    ids = {(await client.get("/things/a")).headers["x-request-id"] for _ in range(20)}
    assert len(ids) == 20


async def test_head_is_get_without_a_body(client):
    get, head = await client.get("/things/a"), await client.head("/things/a")
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert head.headers["content-length"] == get.headers["content-length"]
    assert (await client.head("/broken")).status_code == 500


async def test_one_line_a_request_with_the_pattern_and_not_the_path(client):
    with structlog.testing.capture_logs() as lines:
        await client.get("/things/Amina?email=amina@riverside.example", headers={"X-Request-Id": "abcdefgh"})
    [line] = lines
    assert (line["event"], line["method"], line["route"], line["status"]) == ("request", "GET", "/things/{name}", 200)
    assert "mina" not in str(line)


async def test_what_fails_is_logged_once_and_counted_as_a_500(client):
    with structlog.testing.capture_logs() as lines:
        await client.get("/broken")
    assert [line["event"] for line in lines] == ["unexpected", "request"]
    assert lines[1]["status"] == 500


async def test_metrics_know_patterns_only():
    metrics = Metrics()
    async with client_of(app_with_routes(metrics=metrics)) as client:
        for path in ("/things/Amina", "/things/Sian", "/amina-unknown", "/broken"):
            await client.get(path)
    text = metrics.text().decode()
    assert 'route="/things/{name}",status="200"} 2.0' in text
    assert 'route="unmatched",status="404"} 1.0' in text
    assert "mina" not in text
