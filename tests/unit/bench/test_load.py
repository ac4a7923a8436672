"""The client that measures: it must find the end of every answer, or its figures are of something else."""

from __future__ import annotations

import json
import random
import socket
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from bench.load import Answer, Load

LOAD = Path(__file__).parents[3] / "bench" / "load.py"
NEEDLE = b'"issued"'
BODIES = {
    "empty": b"",
    "plain": b'{"outcome":"issued"}',
    "several": b'{"a":"issued"}\n' * 40,
    "looks like the end of chunks": b"0\r\n\r\n" + NEEDLE + b"\r\n0\r\n\r\n",
    "almost": b'"issue' + b'"issued' * 3,
}


def whole(body):
    return b"HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def chunked(body, sizes):
    parts, at = [], 0
    while at < len(body):
        piece = body[at : at + next(sizes)]
        parts.append(b"%x;note=1\r\n%s\r\n" % (len(piece), piece))
        at += len(piece)
    return b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n" + b"".join(parts) + b"0\r\n\r\n"


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("framing", ["length", "chunks"])
def test_it_finds_the_end_however_the_bytes_arrive(name, framing):
    """Cut at every size from 1 on, so at every place; three answers follow each other on the connection."""
    body = BODIES[name]
    sizes = random.Random(20261123)
    raw = whole(body) if framing == "length" else chunked(body, iter(lambda: sizes.randint(1, 9), 0))
    for step in range(1, len(raw) + 1):
        answer = Answer(NEEDLE)
        for _ in range(3):
            ends = [answer.take(raw[at : at + step]) for at in range(0, len(raw), step)]
            assert ends == [False] * (len(ends) - 1) + [True]
            assert answer.status == (200 if framing == "length" else 201)
            answer.status = 0
        assert answer.found == 3 * body.count(NEEDLE)


def test_an_answer_that_may_have_no_body_has_none():
    answer = Answer(b"")
    assert answer.take(b'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n')
    assert answer.status == 304


def test_numbers_are_never_used_twice_and_bodies_take_turns():
    plan = {"port": 1, "clients": 1, "seconds": 1, "requests": 4, "method": "POST", "path": "/", "first_number": 7}
    load = Load({**plan, "bodies": ["a @@@@@@@@@@", "b"]})
    load._end = float("inf")
    sent = [load.next_request().partition(b"\r\n\r\n")[2] for _ in range(4)]
    assert sent == [b"a 0000000008", b"b", b"a 0000000010", b"b"]
    assert load.next_request() is None


@pytest.fixture
def closing_server():
    """Answers one request of each connection, and hangs up on the second."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        connection, _ = listener.accept()
        with connection:
            connection.recv(65_536)
            connection.sendall(whole(b"{}"))
            connection.recv(65_536)

    thread = Thread(target=serve)
    thread.start()
    yield listener.getsockname()[1]
    thread.join(5)
    listener.close()


def test_a_connection_that_ends_without_an_answer_is_told(closing_server):
    plan = {"port": closing_server, "clients": 1, "seconds": 5, "requests": 9, "method": "GET", "path": "/"}
    ran = subprocess.run(
        [sys.executable, LOAD], input=json.dumps(plan).encode(), capture_output=True, check=True, timeout=30
    )
    assert json.loads(ran.stdout)["statuses"] == {"200": 1, "0": 1}
