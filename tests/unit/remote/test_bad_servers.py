"""Servers that stall, lie, break off or never end: a reason in time, within bounds of memory."""

from __future__ import annotations

import gzip
import socket
import struct
import time
import tracemalloc
import zlib
from threading import Thread

import anyio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.remote import reasons
from app.remote.decoding import Body
from app.remote.reasons import BROKEN_OFF, GARBLED, ODD_ENCODING, TOO_LARGE, TOO_MANY_PIECES, NoAnswerError
from app.verification.evidence import Found, Missing, Need, NeedKind
from tests import standin
from tests.standin import drip, hang, raw

pytestmark = pytest.mark.anyio

URL = "https://school.example/"
KIB = 1024
MIB = 1024 * KIB
PATIENCE = 0.4
GZIPPED = {"Content-Encoding": "gzip"}
HEAD = b"HTTP/1.1 200 OK\r\n"


def endlessly(piece, *, first=HEAD):
    def answer(question):
        question.send(first)
        while piece and question.send(piece * 100):
            pass
        hang(question)

    return answer


def lying_about_its_size(content):
    packed = bytearray(gzip.compress(content))
    packed[-4:] = b"\x01\0\0\0"
    return bytes(packed)


GZIP = b"Content-Encoding: gzip\r\n"


def resets(question):
    """Breaks off without a word, in TCP as in TLS."""
    question.send(HEAD)
    question.wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    question.wire.close()


LENGTH = b"Content-Length: %d\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(hang, id="never answers"),
        pytest.param(drip(b"{}" * 50), id="a byte of the body at a time"),
        pytest.param(endlessly(b""), id="headers that stop half-way"),
        pytest.param(endlessly(b"", first=CHUNKED + b"1\r\n{\r\n"), id="a body that stops half-way"),
    ],
)
async def test_the_deadline_holds_whatever_trickles_in(web, fetch, page):
    web[URL] = page
    started = time.monotonic()
    assert await fetch(URL, seconds=PATIENCE) == Missing(reasons.OUT_OF_TIME)
    assert PATIENCE <= time.monotonic() - started < PATIENCE + 2


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        pytest.param(endlessly(b"X-Filler: y\r\n"), TOO_LARGE, id="headers without end"),
        pytest.param(endlessly(b"y", first=HEAD + b"X: "), TOO_LARGE, id="one header without end"),
        pytest.param(endlessly(b"", first=b"HTTP/1.1 100 X\r\n\r\n" * 5000), TOO_LARGE, id="100 for ever"),
        pytest.param(endlessly(b"{}", first=HEAD + b"\r\n"), TOO_LARGE, id="a body without end"),
        pytest.param(endlessly(b"1\r\n{\r\n", first=CHUNKED), TOO_MANY_PIECES, id="chunks of one byte without end"),
        pytest.param(endlessly(b"1;" + b"x" * 999 + b"\r\n{\r\n", first=CHUNKED), TOO_LARGE, id="chunks of air"),
        pytest.param(endlessly(b"T: x\r\n", first=CHUNKED + b"0\r\n"), BROKEN_OFF, id="trailers without end"),
        pytest.param(raw(b""), BROKEN_OFF, id="hangs up at once"),
        pytest.param(resets, BROKEN_OFF, id="resets the connection"),
        pytest.param(raw(b"HTTP/1.1 200"), BROKEN_OFF, id="hangs up in the first line"),
        pytest.param(raw(b"SSH-2.0-OpenSSH_9.2\r\n"), BROKEN_OFF, id="speaks something else"),
        pytest.param(raw(b"{}"), BROKEN_OFF, id="speaks HTTP/0.9"),
        pytest.param(raw(b"\0" * 100), BROKEN_OFF, id="speaks in zeros"),
        pytest.param(raw(HEAD + b"Content-Length: 9\r\n\r\n{}"), BROKEN_OFF, id="less than it promised"),
        pytest.param(raw(HEAD + b"Content-Length: -1\r\n\r\n{}"), BROKEN_OFF, id="a negative length"),
        pytest.param(raw(HEAD + LENGTH % 2 + LENGTH % 3 + b"\r\n{}"), BROKEN_OFF, id="two lengths"),
        pytest.param(raw(CHUNKED + b"5\r\n{}"), BROKEN_OFF, id="half a chunk"),
        pytest.param(raw(CHUNKED + b"z\r\n{}\r\n"), BROKEN_OFF, id="a chunk of no size"),
        pytest.param(raw(HEAD + b"Trans fer: x\r\n\r\n"), BROKEN_OFF, id="a header that is none"),
        pytest.param(raw(b"HTTP/1.1 101 X\r\nUpgrade: x\r\n\r\n"), BROKEN_OFF, id="changes the protocol"),
        pytest.param((200, {"Content-Length": "99999999"}, b"{}"), TOO_LARGE, id="announces too much"),
        pytest.param((200, {"Content-Encoding": "br"}, b"{}"), ODD_ENCODING, id="an encoding not offered"),
        pytest.param((200, {"Content-Encoding": "gzip, gzip"}, b"{}"), ODD_ENCODING, id="packed twice"),
        pytest.param((200, {"Content-Encoding": "identity, gzip"}, b"{}"), ODD_ENCODING, id="a list"),
        pytest.param(raw(HEAD + GZIP + GZIP + b"\r\n"), ODD_ENCODING, id="packed twice in two headers"),
        pytest.param((200, GZIPPED, b"{}"), GARBLED, id="gzip that is none"),
        pytest.param((200, GZIPPED, gzip.compress(b"{}" * 99)[:-9]), GARBLED, id="gzip cut short"),
        pytest.param((200, GZIPPED, gzip.compress(b"{}") + b"more"), GARBLED, id="gzip and something behind"),
        pytest.param((200, GZIPPED, gzip.compress(b"{") + gzip.compress(b"}")), GARBLED, id="gzip in two members"),
        pytest.param((200, GZIPPED, lying_about_its_size(b"{}")), GARBLED, id="gzip that lies about its size"),
        pytest.param((200, {"Content-Encoding": "deflate"}, b"\xff{}"), GARBLED, id="deflate that is none"),
    ],
)  # fmt: skip
async def test_a_bad_answer_is_none(web, fetch, page, reason):
    web[URL] = page
    assert await fetch(URL, body=64 * KIB) == Missing(reason)


@pytest.mark.parametrize(
    ("status", "reason", "gone"),
    [
        (204, reasons.NO_DOCUMENT, False),
        (206, reasons.NO_DOCUMENT, False),
        (300, reasons.NO_DOCUMENT, False),
        (302, reasons.NO_DOCUMENT, False),
        (304, reasons.NO_DOCUMENT, False),
        (400, reasons.NO_DOCUMENT, False),
        (401, reasons.NOT_FOR_STRANGERS, False),
        (403, reasons.NOT_FOR_STRANGERS, False),
        (404, reasons.NOTHING_THERE, False),
        (410, reasons.GONE, True),
        (429, reasons.TOO_BUSY, False),
        (500, reasons.AT_FAULT, False),
        (503, reasons.TOO_BUSY, False),
        (599, reasons.AT_FAULT, False),
    ],
)
async def test_a_status_that_is_no_success_has_its_reason(web, fetch, status, reason, gone):
    web[URL] = (status, {}, b"" if status in {204, 304} else b'{"id": "believed?"}')
    assert await fetch(URL) == Missing(reason, gone=gone, absent=status in {404, 410})


@pytest.mark.parametrize("status", [201, 300, 304, 305, 306, 404, 500])
async def test_a_place_that_is_named_without_passing_on_is_not_gone_to(web, fetch, status):
    web[URL] = (status, {"Location": "/there"}, b"")
    web[f"{URL}there"] = b'{"id": "believed?"}'
    assert isinstance(await fetch(URL), Missing)
    assert web.asked == [URL]


@pytest.mark.parametrize(
    ("headers", "content"),
    [
        ({}, b"{}"),
        ({"Content-Encoding": "identity"}, b"{}"),
        ({"Content-Encoding": "gzip"}, gzip.compress(b"{}")),
        ({"Content-Encoding": "X-GZIP"}, gzip.compress(b"{}")),
        ({"Content-Encoding": "deflate"}, zlib.compress(b"{}")),
        ({"Content-Encoding": "deflate"}, zlib.compress(b"{}")[2:-4]),
    ],
    ids=["plain", "plain and says so", "gzip", "gzip by its old name", "deflate", "deflate without its frame"],
)
async def test_one_layer_is_unpacked(web, fetch, headers, content):
    web[URL] = (200, headers | {"Content-Type": "application/json"}, content)
    assert await fetch(URL) == Found(b"{}", "application/json", URL)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("framing", ["length", "chunked", "until it hangs up"])
async def test_the_limit_is_reached_and_not_passed(web, fetch, packed, framing):
    def page(size):
        content = b"a" * size
        content = gzip.compress(content) if packed else content
        head = HEAD + (b"Content-Encoding: gzip\r\n" if packed else b"")
        if framing == "length":
            return raw(head + b"Content-Length: %d\r\n\r\n" % len(content) + content)
        if framing == "chunked":
            chunk = b"%x\r\n" % len(content) + content + b"\r\n0\r\n\r\n"
            return raw(head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk)
        return raw(head + b"\r\n" + content)

    web[URL] = page(16 * KIB)
    assert len((await fetch(URL, NeedKind.KEY)).content) == 16 * KIB
    web[URL] = page(16 * KIB + 1)
    assert await fetch(URL, NeedKind.KEY) == Missing(TOO_LARGE)


@pytest.mark.parametrize(
    ("kind", "most"),
    [
        (NeedKind.KEY, 16 * KIB),
        (NeedKind.SCHEMA, 256 * KIB),
        (NeedKind.CONTROLLER, 256 * KIB),
        (NeedKind.DID_DOCUMENT, 256 * KIB),
        (NeedKind.STATUS_LIST, 2 * MIB),
        (NeedKind.CREDENTIAL, 2 * MIB),
        (NeedKind.LINKED, 2 * MIB),
    ],
)
async def test_each_kind_has_its_limit_which_the_setting_may_lower(web, fetch, kind, most):
    url, at = ("did:web:school.example:a", f"{URL}a/did.json") if kind is NeedKind.DID_DOCUMENT else (URL, URL)
    web[at] = (200, {"Content-Length": str(most)}, b"a" * most)
    assert len((await fetch(url, kind)).content) == most
    assert await fetch(url, kind, body=most - 1) == Missing(TOO_LARGE)
    web[at] = (200, {"Content-Length": str(most + 1)}, b"")
    assert await fetch(url, kind, body=100 * MIB) == Missing(TOO_LARGE)


def bomb(size):
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    zeros = b"\0" * MIB
    return b"".join([*(packer.compress(zeros) for _ in range(size // MIB)), packer.flush()])


@pytest.mark.parametrize("layers", [1, 2])
async def test_a_bomb_is_unpacked_no_further_than_the_limit(web, fetch, layers):
    content = bomb(256 * MIB)
    content = gzip.compress(content) if layers == 2 else content
    assert 256 * MIB / len(content) > 1_000
    web[URL] = (200, GZIPPED, content)
    tracemalloc.start()
    try:
        answer = await fetch(URL)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 16 * MIB
    if layers == 1:
        assert answer == Missing(TOO_LARGE)
    else:  # the inner layer is no business of ours: it arrives as what it is
        assert answer.content[:2] == b"\x1f\x8b"


def test_a_piece_is_unpacked_no_further_than_the_limit():
    """However much of a bomb comes at once."""
    body, packed = Body("gzip", most=KIB), bomb(8 * MIB)
    tracemalloc.start()
    try:
        with pytest.raises(NoAnswerError) as caught:
            body.add(packed)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert caught.value.reason == TOO_LARGE
    assert peak < MIB


@pytest.mark.parametrize("fault", [standin.EXPIRED, standin.OTHER_NAME, standin.SELF_SIGNED])
async def test_a_certificate_that_does_not_hold_is_not_believed(make_fetcher, fault):
    with standin.serve({URL: {"id": "believed?"}}, certificates={"school.example": fault}) as odd:
        fetcher = make_fetcher(rules={"stand_ins": odd.stand_ins})
        async with fetcher.errand() as errand:
            assert await errand.answer(Need(NeedKind.LINKED, URL)) == Missing(reasons.NOT_TRUSTED)
        assert odd.questions == []


async def test_an_authority_that_the_system_does_not_know_is_not_believed(web, fetch):
    web[URL] = {}
    assert await fetch(URL, rules={"stand_ins": web.stand_ins, "ca_file": None}) == Missing(reasons.NOT_TRUSTED)
    assert web.questions == []


@pytest.mark.parametrize(
    ("spoken", "reason"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", reasons.NO_SECURE_CONNECTION),
        (b"", reasons.NO_SECURE_CONNECTION),
        (None, reasons.OUT_OF_TIME),
    ],
    ids=["plain HTTP", "hangs up", "says nothing"],
)
async def test_a_server_without_tls_is_not_spoken_to(fetch, spoken, reason):
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(3)
                connection.recv(4096)
                if spoken is None:
                    connection.recv(4096)
                else:
                    connection.sendall(spoken)

        thread = Thread(target=serve)
        thread.start()
        stand_ins = {"school.example": listener.getsockname()}
        assert await fetch(URL, seconds=PATIENCE, rules={"stand_ins": stand_ins}) == Missing(reason)
        await anyio.to_thread.run_sync(thread.join)


PIECES = [
    "HTTP/1.1 200 OK\r\n",
    "HTTP/1.1 302 Found\r\n",
    "HTTP/1.1 103\r\n",
    "Location: /",
    "Location: //[",
    "\r\n",
    "0\r\n",
]
PIECES += [
    "\r\n\r\n",
    "Content-Encoding: gzip\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Content-Length: 2\r\n",
    "2\r\n",
    "{}",
]
PIECES += [
    "ETag: \xff\r\n",
    "Cache-Control: max-age=x,,=\r\n",
    "Vary: *\r\n",
    "Link: <>;;=\r\n",
    "Age: -1\r\n",
    "Expires:\r\n",
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    pieces=st.lists(
        st.sampled_from(PIECES).map(lambda text: text.encode("latin-1")) | st.binary(max_size=20), max_size=9
    )
)
async def test_whatever_a_server_says_there_is_an_answer_or_a_reason(web, fetch, pieces):
    web[URL] = raw(b"".join(pieces))
    assert isinstance(await fetch(URL, NeedKind.CREDENTIAL, seconds=2), Found | Missing)
