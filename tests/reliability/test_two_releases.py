"""The release before and this one together, while the database is migrated under them: nobody is refused.

The earlier release is the code of the history as it was before the newest migration, whichever that is; so each
migration is tried by itself once it is there.
"""

from __future__ import annotations

import re
import threading
from contextlib import contextmanager

import httpx
import pytest
from sqlalchemy import select

from app.cli import samples
from app.models import StatusChange
from app.storage import Database, migrations_pending
from tests.reliability.conftest import Place
from tests.reliability.figures import found_whole
from tests.reliability.ledger import assert_there, assert_whole
from tests.reliability.posting import ACHIEVEMENT, client_for
from tests.reliability.processes import run_command
from tests.reliability.releases import earlier_release, newest_revision
from tests.reliability.scale import limit, scale
from tests.reliability.traffic import RATE, Traffic, uuid_of

PHASE_SECONDS = scale("PHASE_SECONDS", short=1, long=30)
LOCK_SECONDS = 2.0
SLOWEST_SECONDS = 2.0
STOP_SECONDS = 10
LOOK_SECONDS = 0.02  # between looks at who waits


@pytest.fixture(scope="module")
def earlier(tmp_path_factory):
    return earlier_release(tmp_path_factory.mktemp("earlier"))


@pytest.fixture(params=["sqlite", "postgresql"])
def earlier_place(request, earlier, make_database_url, tmp_path):
    """A database that the earlier release has made, and that it serves already; `(place, its server)`."""
    url = make_database_url(request.param, migrated=False)
    place = Place(url, tmp_path, "")
    earlier.run(place, "migrate")
    place = Place(url, tmp_path, earlier.token(place))
    with earlier.server(place, "earlier") as server:
        fill(place, server)
        yield place, server


def test_old_and_new_serve_one_database_while_it_is_migrated(earlier, earlier_place):
    place, old = earlier_place
    new = place.server("new")
    assert is_pending(place.url)
    with Traffic(place.token) as traffic, lock_waits(place) as longest:
        traffic.send_to(old)
        traffic.run(PHASE_SECONDS)
        migrate(place)
        traffic.run(PHASE_SECONDS)  # the old one alone on the new schema
        assert_ready(old)
        with new:
            assert_ready(new)
            traffic.send_to(old, new)
            traffic.run(PHASE_SECONDS)
            traffic.send_to(new)
            stop(old)
            traffic.run(PHASE_SECONDS)
            with earlier.server(place, "earlier-again") as again:  # and the way back
                assert_ready(again)
                traffic.send_to(new, again)
                traffic.run(PHASE_SECONDS)
                traffic.send_to(again)
                stop(new)
                traffic.run(PHASE_SECONDS)
                traffic.stop()
                stop(again)
                handled = [traffic.by_server[server.url] for server in (old, new, again)]
    assert all(handled), handled
    assert longest() < LOCK_SECONDS, f"somebody waited {longest():.2f} s for a lock"
    assert traffic.slowest < limit(SLOWEST_SECONDS), f"somebody waited {traffic.slowest:.2f} s for an answer"
    assert_nothing_lost(earlier, place, traffic)
    asked = sum(traffic.asked.values())
    newest, before = newest_revision()
    found_whole(
        f"two releases together, schema {before} to {newest.revision}",
        place.dialect,
        asked,
        "requests",
        told_to_come_again=traffic.later,
        slowest=f"{traffic.slowest:.2f} s",
        longest_lock=f"{longest():.2f} s",
        earlier_release=earlier.commit,
        rate=f"{asked / traffic.lasted:.0f}/s of {RATE}/s",
    )


def fill(place, server):
    """An issuer and an achievement, by the release that serves."""
    definition = {name: value for name, value in samples.ACHIEVEMENTS[ACHIEVEMENT].items() if name != "validity"}
    with client_for(server.url, place.token) as client:
        for path, body in (
            ("/v1/issuers", {**samples.ISSUER, "jwtAlgorithm": "ES256"}),
            ("/v1/achievements", {"slug": ACHIEVEMENT, "issuer": samples.ISSUER["slug"], **definition}),
        ):
            response = client.post(path, json=body)
            assert response.status_code == 201, response.text


def migrate(place):
    """By this release's command."""
    status, said = run_command(["migrate"], place.environment, place.folder / "migrate.log")
    assert status == 0, said
    assert not is_pending(place.url)


def is_pending(url):
    database = Database.open(url)
    try:
        return migrations_pending(database)
    finally:
        database.close()


def assert_ready(server):
    answer = httpx.get(f"{server.url}/readyz", timeout=30, trust_env=False, verify=False)
    assert answer.status_code == 200, answer.text


def stop(server):
    server.terminate()
    assert server.wait(STOP_SECONDS) == 0, server.log.read_text()[-3000:]


def assert_nothing_lost(earlier, place, traffic):
    """By the ledger, and by what an operator has for it, of both releases."""
    assert_there(assert_whole(place.url, credentials=len(traffic.told)), traffic.told)
    assert revoked_in(place.url) == {uuid_of(badge) for badge in traffic.revoked}
    expected = rf"^{len(traffic.told)} credentials checked, 0 findings\.$"
    status, said = run_command(["fsck"], place.environment, place.folder / "fsck.log", seconds=300)
    assert status == 0, said[-3000:]
    assert re.search(expected, said, re.MULTILINE), said[-3000:]
    assert re.search(expected, earlier.run(place, "fsck"), re.MULTILINE)


def revoked_in(url):
    database = Database.open(url)
    try:
        with database.reading() as session:
            return {str(id_) for id_ in session.scalars(select(StatusChange.credential_id))}
    finally:
        database.close()


@contextmanager
def lock_waits(place):
    """Looks all the time who waits for a lock of PostgreSQL since when; a function to the longest wait in seconds.

    SQLite does not tell; there the slowest answer says it, since each takes what its locks take.
    """
    over, longest = threading.Event(), 0.0
    database = Database.open(place.url)
    waiting = "SELECT max(extract(epoch FROM clock_timestamp() - waitstart)) FROM pg_locks WHERE NOT granted"

    def look():
        nonlocal longest
        while place.dialect == "postgresql" and not over.wait(LOOK_SECONDS):
            with database.reading() as session:
                longest = max(longest, session.connection().exec_driver_sql(waiting).scalar() or 0.0)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield lambda: float(longest)
    finally:
        over.set()
        thread.join()
        database.close()
