"""A database that is killed, slow, silent or cut off: senders are told in good time, readers hardly notice, and the
service finds back by itself.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager

import httpx
import pytest

from tests.problem import assert_problem
from tests.reliability.conftest import prepare
from tests.reliability.crowd import Crowd
from tests.reliability.figures import found_whole
from tests.reliability.ledger import assert_there, assert_whole
from tests.reliability.own_postgresql import own_postgresql
from tests.reliability.posting import Posted, at_once, make_completion, send
from tests.reliability.proxy import proxy_to
from tests.reliability.scale import limit, scale

KILLS = scale("DATABASE_KILLS", short=3, long=60)
RESETS = scale("RESETS", short=5, long=100)
BETWEEN = 10  # badges
BACK_SECONDS = limit(2.0)
READ_SECONDS = limit(0.2)
DATABASE_SECONDS = 2  # the service's patience with PostgreSQL in these tests
# The key is looked up, and the award made: for each an old connection is tried, then a new one.
ANSWER_SECONDS = limit(3.5 * DATABASE_SECONDS)


@pytest.fixture(scope="module")
def database(postgresql_server):  # which makes the account, if it takes one
    with own_postgresql() as server:
        yield server


@pytest.fixture
def far_place(database, tmp_path):
    """A service whose database is at the other end of a proxy; `(place, proxy)`."""
    database.create_database()
    with proxy_to(database.port) as proxy:
        yield prepare(database.url(port=proxy.port), tmp_path, migrated=False), proxy
    database.drop_database()


@pytest.fixture
def place(database, tmp_path):
    database.create_database()
    yield prepare(database.url(), tmp_path, migrated=False)
    database.drop_database()


def test_the_database_is_killed_while_issuing(database, place):
    """kill -9 of PostgreSQL. The service is not restarted."""
    back = []
    with place.server() as server, Crowd(server.url, place.token, place.folder) as crowd:
        for number in range(1, KILLS + 1):
            crowd.until(number * BETWEEN)
            database.kill()
            database.start()
            ready, known = time.monotonic(), crowd.acknowledged
            crowd.until(known + 1)
            back.append(time.monotonic() - ready)
        crowd.stop()
    assert set(crowd.answers) <= {200, 201, 503}, crowd.answers
    told = crowd.told()
    assert_there(assert_whole(place.url, credentials=len(told)), told)
    assert max(back) < BACK_SECONDS, f"the first badge came {max(back):.1f} s after PostgreSQL was back"
    found_whole(
        "kill -9 of PostgreSQL",
        "postgresql",
        KILLS,
        "kills",
        issued=len(told),
        told_to_come_back=crowd.answers[503],
        slowest_badge_after=f"{max(back):.2f} s",
    )


def test_connections_are_reset_while_issuing(far_place):
    place, proxy = far_place
    with place.server() as server, Crowd(server.url, place.token, place.folder) as crowd:
        for number in range(1, RESETS + 1):
            crowd.until(number * BETWEEN)
            proxy.reset()
        crowd.stop()
    assert set(crowd.answers) <= {200, 201, 503}, crowd.answers
    told = crowd.told()
    assert_there(assert_whole(place.url, credentials=len(told)), told)
    found_whole(
        "database connections reset",
        "postgresql",
        RESETS,
        "resets",
        issued=len(told),
        told_to_come_back=crowd.answers[503],
    )


def test_a_slow_database_slows_writers_and_not_readers(far_place):
    place, proxy = far_place
    with place.server() as server, place.client(server) as client:
        path = badge_in_memory(server, client)
        proxy.slow(0.03)
        with reading(server.url, path) as seconds:
            answers = at_once(client, [Posted(make_completion(number)) for number in range(1, 6)])
        assert {answer.status_code for answer in answers} == {201}
    assert_whole(place.url, credentials=6)
    assert_readers_were_served(seconds)
    found_whole("slow database, 60 ms a round trip", "postgresql", len(seconds), "reads", slowest=in_ms(max(seconds)))


def test_a_silent_database_is_given_up_in_good_time(far_place):
    """Nothing arrives, and no connection breaks: only patience can end that."""
    place, proxy = far_place
    with place.server(LAUREL_DATABASE_SECONDS=str(DATABASE_SECONDS)) as server, place.client(server) as client:
        path = badge_in_memory(server, client)
        proxy.silent()
        with reading(server.url, path) as seconds:
            waited = refused(client, range(1, 6))
            waited += refused(client, range(6, 11))
            assert client.get("/healthz").status_code == 200
        proxy.well()
        begun = time.monotonic()
        while send(client, Posted(make_completion(1))).status_code not in (200, 201):
            assert time.monotonic() < begun + BACK_SECONDS
        back = time.monotonic() - begun
        answers = at_once(client, [Posted(make_completion(number)) for number in range(1, 11)])
        assert {answer.status_code for answer in answers} <= {200, 201}
    assert_whole(place.url, credentials=11)
    assert_readers_were_served(seconds)
    assert max(waited) < ANSWER_SECONDS, f"a sender waited {max(waited):.1f} s"
    found_whole(
        f"silent database, patience {DATABASE_SECONDS} s",
        "postgresql",
        len(waited),
        "posts",
        answered_503_within=f"{max(waited):.1f} s",
        slowest_read=in_ms(max(seconds)),
        back_after=in_ms(back),
    )


def badge_in_memory(server, client):
    """The path of its signed JSON, which somebody has read before."""
    path = send(client, Posted(make_completion(0))).json()["links"]["json"].removeprefix("http://localhost:8000")
    assert httpx.get(f"{server.url}{path}", trust_env=False).status_code == 200
    return path


def refused(client, numbers):
    """Posts them at once; each must be told to come back. How long each waited, in seconds."""
    posts = [Posted(make_completion(number)) for number in numbers]
    answers = at_once(client, posts)
    for answer in answers:
        assert_problem(answer, 503, "storage-unavailable")
        assert int(answer.headers["Retry-After"]) > 0
    return [answer.elapsed.total_seconds() for answer in answers]


@contextmanager
def reading(url, path):
    """Somebody reads a public badge over and over; how long each read took, in seconds."""
    seconds, over, failed = [], threading.Event(), []

    def read():
        with httpx.Client(base_url=url, trust_env=False) as client:
            while not over.is_set():
                begun = time.monotonic()
                if client.get(path).status_code != 200:
                    failed.append(path)
                seconds.append(time.monotonic() - begun)
                time.sleep(0.005)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield seconds
    finally:
        over.set()
        thread.join()
    assert failed == []


def assert_readers_were_served(seconds):
    assert len(seconds) > 20
    slow = sorted(seconds)[int(len(seconds) * 0.99) - 1]
    assert slow < READ_SECONDS, f"one read in a hundred took {slow:.2f} s"


def in_ms(seconds):
    return f"{seconds * 1000:.0f} ms"
