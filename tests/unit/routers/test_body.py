"""Bodies: bounded, of the stated type, and strict JSON before anybody looks into them."""

from __future__ import annotations

import pytest
from pydantic import BaseModel
from starlette.requests import ClientDisconnect, Request

from app.errors import TooLargeError, UnsupportedMediaTypeError
from app.routers.body import read_body, require_media_type
from tests.problem import assert_problem
from tests.unit.routers.support import add_routes, client_of, small_app

pytestmark = pytest.mark.anyio


class Thing(BaseModel):
    a: int | str


def take(thing: Thing) -> Thing:
    return thing


def request_of(*chunks, **headers):
    """A request whose body comes in these pieces."""
    pieces = iter([*chunks, None])

    async def receive():
        piece = next(pieces)
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": raw}, receive)


@pytest.fixture
async def client():
    async with client_of(add_routes(small_app(body_bytes=100, json_depth=4), ("POST", "/things", take))) as opened:
        yield opened


@pytest.mark.parametrize("chunks", [(), (b"",), (b"abc",), (b"a", b"", b"bc"), (b"1" * 10,)])
async def test_a_body_is_read_whole(chunks):
    assert await read_body(request_of(*chunks), 10) == b"".join(chunks)


async def test_a_declared_length_may_reach_the_limit():
    assert await read_body(request_of(b"1" * 10, content_length="10"), 10) == b"1" * 10


async def test_a_body_whose_sender_is_gone_is_not_taken_for_a_whole_one():
    messages = iter([{"type": "http.request", "body": b"{}", "more_body": True}, {"type": "http.disconnect"}])

    async def receive():
        return next(messages)

    with pytest.raises(ClientDisconnect):
        await read_body(Request({"type": "http", "method": "POST", "path": "/", "headers": []}, receive), 10)


async def test_a_declared_length_past_the_limit_is_refused_before_anything_is_read():
    with pytest.raises(TooLargeError, match="has 11 bytes"):
        await read_body(request_of(content_length="11"), 10)


async def test_reading_stops_where_the_limit_is_passed():
    read = 0

    def chunks():
        nonlocal read
        for _ in range(1_000):
            read += 1
            yield b"1234"

    request = request_of(*[])
    endless = chunks()

    async def receive():
        return {"type": "http.request", "body": next(endless), "more_body": True}

    request._receive = receive
    with pytest.raises(TooLargeError, match="more than 10"):
        await read_body(request, 10)
    assert read == 3


@pytest.mark.parametrize("declared", ["3", "-1", "x", "²", "", "0003"])
async def test_a_declared_length_is_never_believed_downwards(declared):
    with pytest.raises(TooLargeError):
        await read_body(request_of(b"1" * 11, content_length=declared), 10)


@pytest.mark.parametrize(
    "stated",
    ["application/json", "Application/JSON", "application/json; charset=utf-8", " application/json ;x=y", "a/b"],
)
def test_the_stated_type_without_its_parameters(stated):
    accepted = ("application/json", "a/b")
    assert require_media_type(request_of(content_type=stated), *accepted) in accepted


@pytest.mark.parametrize(
    "stated", ["", "text/json", "application/json, text/plain", "application/jsonp", "*/*", "json"]
)
def test_another_type_is_refused_by_name(stated):
    with pytest.raises(UnsupportedMediaTypeError, match="application/json or a/b"):
        require_media_type(request_of(content_type=stated), "application/json", "a/b")


def test_a_long_type_is_not_repeated_in_full():
    with pytest.raises(UnsupportedMediaTypeError) as caught:
        require_media_type(request_of(content_type="x" * 5_000), "a/b")
    assert len(caught.value.message) < 200


JSON = {"Content-Type": "application/json"}


async def test_a_route_reads_no_further_than_its_limit(client):
    read = 0

    async def endlessly():
        nonlocal read
        for _ in range(1_000):
            read += 1
            yield b" " * 50

    assert_problem(await client.post("/things", content=endlessly(), headers=JSON), 413, "too-large")
    assert read == 3


async def test_what_is_taken_reaches_the_route(client):
    response = await client.post("/things", content=b'{"a": 7}', headers=JSON)
    assert response.json() == {"a": 7}


@pytest.mark.parametrize(
    ("content", "headers", "status", "code"),
    [
        (b'{"a": 1, "a": 2}', JSON, 400, "malformed-json"),
        (b'{"a": NaN}', JSON, 400, "malformed-json"),
        (b'{"a": "\\ud800"}', JSON, 400, "malformed-json"),
        (b'{"a": [[[[]]]]}', JSON, 400, "malformed-json"),
        (b"", JSON, 400, "malformed-json"),
        (b'{"a": "' + b"x" * 100 + b'"}', JSON, 413, "too-large"),
        (b"{}", {}, 415, "unsupported-media-type"),
        (b'{"b": 1}', JSON, 422, "invalid-fields"),
    ],
    ids=["a member twice", "NaN", "half a pair", "too deep", "nothing", "too much", "no type", "a wrong member"],
)
async def test_what_is_not_taken_never_reaches_the_route(client, content, headers, status, code):
    assert_problem(await client.post("/things", content=content, headers=headers), status, code)
