"""PostgreSQL that goes away and comes back: 503 and a time to wait, never a wrong answer, and no restart."""

from __future__ import annotations

import tempfile
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.problem import assert_problem
from tests.reliability.conftest import prepare
from tests.reliability.ledger import assert_acknowledged_are_there, assert_whole
from tests.reliability.posting import (
    WAIT_SECONDS,
    Journal,
    Posted,
    in_background,
    make_completion,
    post_all,
    send,
    some_with_keys,
)
from tests.reliability.processes import free_port

POSTS = 200
CUTS = 5
NEW_BETWEEN_CUTS = 25  # badges; with those that come while a cut is made, well below POSTS


def test_connections_are_cut_while_issuing(postgresql_place, postgresql_server):
    """A commit whose answer was lost may have happened or not; sent again, it has happened once."""
    place, posts, journal = postgresql_place, some_with_keys(POSTS), Journal()
    with place.server() as server, place.client(server) as client:
        finish = in_background(lambda: post_all(client, posts, journal))
        for _ in range(CUTS):
            enough = journal.await_new(NEW_BETWEEN_CUTS)
            assert enough(), journal.statuses
            terminate_backends(postgresql_server, place.url)
        finish()
        post_until_acknowledged(client, posts, journal)
        post_all(client, posts, again := Journal())
    assert set(journal.statuses) <= {200, 201, 503}, journal.statuses
    assert journal.unanswered == []
    assert again.statuses == {200: POSTS}
    ledger = assert_whole(place.url, credentials=POSTS)
    assert_acknowledged_are_there(ledger, journal)
    assert again.acknowledged == journal.acknowledged
    assert ledger.keys == {posted.key: posted.name for posted in posts if posted.key}


def test_the_database_goes_away_and_comes_back(postgresql_url, postgresql_server, tmp_path):
    with switchable(postgresql_url) as (url, switch):
        place = prepare(url, tmp_path)
        with place.server() as server, place.client(server) as client:
            badge = send(client, Posted(make_completion(1))).json()["id"]
            switch(on=False)
            terminate_backends(postgresql_server, url)
            assert_away(client, badge)
            switch(on=True)
            assert_back(client, badge)
    assert_whole(postgresql_url, credentials=2)


def test_a_database_that_was_never_there(place_without_database):
    with place_without_database.server() as server, place_without_database.client(server) as client:
        assert_away(client, "http://localhost:8000/credentials/1f0c7f86-4f63-4c6a-9a0e-6f2f1c1f6a11")


@pytest.fixture
def place_without_database(sqlite_place):
    """A good key, but nobody listens where the database should be."""
    return replace(sqlite_place, url=f"postgresql://laurel@127.0.0.1:{free_port()}/laurel")


def assert_away(client, badge):
    """Every address that needs the database says so; the process itself is well."""
    assert client.get("/healthz").status_code == 200
    path = badge.removeprefix("http://localhost:8000")
    answers = [
        client.get("/readyz"),
        client.post("/v1/completions", json=make_completion(2)),
        client.post("/v1/completions", json=make_completion(2), headers={"Idempotency-Key": "away"}),
        client.post("/v1/completions:batch", json=[make_completion(2)]),
        client.get("/v1/credentials"),
        client.get(f"{path}.json"),
        client.get(path, headers={"Accept": "application/vc"}),
    ]
    for answer in answers:
        assert_problem(answer, 503, "storage-unavailable")
        assert int(answer.headers["Retry-After"]) > 0


def assert_back(client, badge):
    assert client.get("/readyz").status_code == 200
    assert client.get(f"{badge.removeprefix('http://localhost:8000')}.json").status_code == 200
    answer = client.post("/v1/completions", json=make_completion(2), headers={"Idempotency-Key": "away"})
    assert answer.status_code == 201


def unacknowledged(posts, journal):
    return [posted for posted in posts if posted.name not in journal.acknowledged]


def post_until_acknowledged(client, posts, journal):
    end = time.monotonic() + WAIT_SECONDS
    while left := unacknowledged(posts, journal):
        assert time.monotonic() < end, journal.statuses
        post_all(client, left, journal)


def terminate_backends(postgresql_server, url):
    admin, _ = postgresql_server
    admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [make_url(url).database])


@contextmanager
def switchable(url):
    """The same database through a path that can be taken away; `(URL, switch)`."""
    parsed = make_url(url)
    with tempfile.TemporaryDirectory(prefix="laurel-") as folder:
        socket = Path(folder) / "postgresql"

        def switch(*, on):
            if on:
                socket.symlink_to(parsed.query["host"])
            else:
                socket.unlink()

        switch(on=True)
        yield parsed.update_query_dict({"host": str(socket)}).render_as_string(hide_password=False), switch
