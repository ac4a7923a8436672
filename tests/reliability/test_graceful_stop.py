"""SIGTERM: running requests are answered, new ones are refused, and the exit status says that all went well."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager

from sqlalchemy import select

from app.models import Issuer
from app.storage import Database
from tests.reliability.figures import found_whole
from tests.reliability.ledger import assert_acknowledged_are_there, assert_whole
from tests.reliability.posting import (
    WAIT_SECONDS,
    Journal,
    in_background,
    in_threads,
    post_all,
    some_with_keys,
)
from tests.reliability.processes import answers
from tests.reliability.scale import scale

STOP_SECONDS = 10
STOPS = scale("STOPS", short=2, long=100)


def test_nothing_is_dropped_when_stopped_under_load(place):
    """The first by the installed command: the exit status is the one that a supervisor sees."""
    journal, slowest = Journal(), 0.0
    for number in range(STOPS):
        server = place.server(f"server-{number}", installed=number == 0, LAUREL_STOP_SECONDS=str(STOP_SECONDS))
        slowest = max(slowest, stop_under_load(place, server, journal, some_with_keys(2_000, first=number * 2_000)))
    assert set(journal.statuses) == {201}, journal.statuses
    # Who got no answer had sent nothing that the server took up: what was issued is what was acknowledged.
    ledger = assert_whole(place.url, credentials=journal.statuses[201])
    assert_acknowledged_are_there(ledger, journal)
    assert ledger.ids.keys() == journal.acknowledged.keys()
    issued, most = journal.statuses[201], f"{slowest:.2f} s"
    found_whole("SIGTERM under load", place.dialect, STOPS, "stops", issued=issued, slowest_exit=most)


def stop_under_load(place, server, journal, posts):
    """Returns the seconds from the signal to the end of the process."""
    enough = journal.await_new(40)
    with server, place.client(server) as client:
        finish = in_background(lambda: post_all(client, posts, journal))
        assert enough(), journal.statuses
        begun = time.monotonic()
        server.terminate()
        assert server.wait(STOP_SECONDS) == 0, server.log.read_text()[-3000:]
        took = time.monotonic() - begun
        finish()
    return took


def test_requests_that_are_running_at_the_stop_are_answered(place):
    """They wait for a lock that the test holds, so that they are certainly running when the signal comes."""
    posts = some_with_keys(5)
    received = {}
    with place.server(LAUREL_STOP_SECONDS=str(STOP_SECONDS)) as server, place.client(server) as client:
        with nobody_can_write(place.url):
            finish = post_in_background(client, posts, received)
            server.terminate()
            wait_until(lambda: not answers(server.url), "the server still took new connections")
            assert server.status() is None
            assert received == {}
        finish()
        assert server.wait(STOP_SECONDS) == 0, server.log.read_text()[-3000:]
    assert {name: answer.status_code for name, answer in received.items()} == {posted.name: 201 for posted in posts}
    assert_whole(place.url, credentials=len(posts))


def test_stopped_before_anything_was_asked(sqlite_place):
    with sqlite_place.server() as server:
        server.terminate()
        assert server.wait(STOP_SECONDS) == 0


@contextmanager
def nobody_can_write(url):
    """Holds the lock that every award needs: the database's on SQLite, the issuer's on PostgreSQL."""
    database = Database.open(url)
    try:
        with database.transaction() as session:
            session.scalars(select(Issuer).with_for_update()).all()
            yield
    finally:
        database.close()


def post_in_background(client, posts, received):
    """Returns when the server has the requests; what it returns waits for the answers, which go to `received`."""
    sent = threading.Barrier(len(posts) + 1)

    def trace(event, _info):
        if event == "http11.send_request_body.complete":
            sent.wait(WAIT_SECONDS)

    def post(posted):
        headers = {"Idempotency-Key": posted.key} if posted.key else {}
        received[posted.name] = client.post(
            "/v1/completions", json=posted.body, headers=headers, extensions={"trace": trace}
        )

    finish = in_background(lambda: in_threads([lambda posted=posted: post(posted) for posted in posts]))
    sent.wait(WAIT_SECONDS)
    # The event loop takes requests as they come: when it answers this one, it has had the others in its hands.
    for _ in range(3):
        assert answers(str(client.base_url).rstrip("/"))
    return finish


def wait_until(condition, otherwise):
    end = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < end, otherwise
        time.sleep(0.01)
