"""Log lines as they are written, and the id that goes through an exchange."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager

import anyio
import pytest
import structlog

from app.routers.edge import Dressing
from app.routers.observability import REQUEST_ID, configure_logging
from tests.unit.routers.support import add_routes, client_of, small_app

pytestmark = pytest.mark.anyio


@pytest.fixture
def written(capfd):
    """A function to a `with` block whose log lines, as they are written in production, are in its list afterwards."""

    @contextmanager
    def within(level="info"):
        before, lines = structlog.get_config(), []
        capfd.readouterr()
        configure_logging("json", level)
        try:
            yield lines
        finally:
            structlog.configure(**before)
            lines += [json.loads(line) for line in capfd.readouterr().err.splitlines()]

    return within


async def test_every_line_of_an_exchange_has_its_id_from_whichever_thread(written):
    def in_a_thread():
        structlog.get_logger().info("deep")

    async def on_the_loop():
        structlog.get_logger().info("shallow")

    app = add_routes(small_app(), ("GET", "/thread", in_a_thread), ("GET", "/loop", on_the_loop))
    with written() as lines:
        async with client_of(app) as client:
            for path in ("/thread", "/loop"):
                await client.get(path, headers={"X-Request-Id": f"line-of{path.replace('/', '-')}"})
    assert [(line["event"], line["request_id"]) for line in lines] == [
        ("deep", "line-of-thread"),
        ("request", "line-of-thread"),
        ("shallow", "line-of-loop"),
        ("request", "line-of-loop"),
    ]


async def test_ids_of_exchanges_at_once_do_not_mix(written):
    async def slow(name: str):
        await anyio.sleep(0.01)
        structlog.get_logger().info("slow", name=name)

    app = add_routes(small_app(), ("GET", "/{name}", slow))
    with written() as lines:
        async with client_of(app) as client, anyio.create_task_group() as group:
            for number in range(20):
                headers = {"X-Request-Id": f"exchange-{number}"}
                group.start_soon(lambda path, sent: client.get(path, headers=sent), f"/{number}", headers)
    pairs = [(line["name"], line["request_id"]) for line in lines if line["event"] == "slow"]
    assert sorted(pairs) == sorted((str(number), f"exchange-{number}") for number in range(20))


async def test_after_an_exchange_no_line_has_its_id(written):
    with written() as lines:
        async with client_of(small_app()) as client:
            await client.get("/nowhere")
        structlog.get_logger().info("later")
    assert REQUEST_ID.get() is None
    assert [("request_id" in line) for line in lines] == [True, False]


async def test_the_id_goes_even_when_the_line_cannot_be_written():
    def full(*_):
        raise OSError(28, "No space left on device")

    app = small_app()
    before = structlog.get_config()
    structlog.configure(processors=[full])
    try:
        async with client_of(app) as client:
            await client.get("/nowhere")
    finally:
        structlog.configure(**before)
    assert REQUEST_ID.get() is None


ODD = [
    ("half a surrogate pair", "\ud800"),
    ("a number beyond 64 bits", 2**70),
    ("no JSON", {1, 2}),
    ("a line break", "a\nb"),
    ("other letters", "Zoë 李"),
    ("a key that is no text", {1: "x"}),
]


@pytest.mark.parametrize("value", [row[1] for row in ODD], ids=[row[0] for row in ODD])
def test_whatever_is_logged_is_one_line_of_json(written, value):
    with written() as lines:
        structlog.get_logger().warning("odd", value=value)
    [line] = lines
    assert (line["event"], line["level"]) == ("odd", "warning")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", line["timestamp"])
    if isinstance(value, str | int):
        assert line["value"] == value


@pytest.mark.parametrize(
    ("level", "events"), [("debug", "dw"), ("info", "w"), ("warning", "w"), ("error", "")], ids=lambda value: value
)
def test_only_what_is_severe_enough_is_written(written, level, events):
    with written(level) as lines:
        structlog.get_logger().debug("d")
        structlog.get_logger().warning("w")
    assert "".join(line["event"] for line in lines) == events


def test_a_header_that_the_route_set_is_set_once():
    own = [(b"cache-control", b"public"), (b"x-frame-options", b"SAMEORIGIN"), (b"vary", b"a"), (b"vary", b"b")]
    dressed = Dressing(https=True).over(own)
    assert dressed[:4] == own
    names = [name for name, _ in dressed]
    assert all(names.count(name) == 1 for name in set(names) - {b"vary"})
    assert b"strict-transport-security" in names
    assert own == [(b"cache-control", b"public"), (b"x-frame-options", b"SAMEORIGIN"), (b"vary", b"a"), (b"vary", b"b")]
