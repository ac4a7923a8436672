"""PostgreSQL that takes too long to answer counts as away, except where nobody waits for the answer."""

from __future__ import annotations

import threading
import time

import psycopg
import pytest
from sqlalchemy import make_url, text

from app.errors import StorageUnavailableError
from app.storage import Database, migrate
from app.storage.migrations import _LOCK

PATIENCE = 0.4


@pytest.fixture
def impatient(postgresql_url):
    database = Database.open(postgresql_url, answer_seconds=PATIENCE)
    yield database
    database.close()


@pytest.mark.parametrize("door", ["transaction", "reading"])
def test_an_answer_that_takes_too_long(impatient, door):
    begun = time.monotonic()
    with pytest.raises(StorageUnavailableError), getattr(impatient, door)() as session:
        session.execute(text("SELECT pg_sleep(30)"))
    assert time.monotonic() - begun < 10
    with getattr(impatient, door)() as session:
        assert session.scalar(text("SELECT 1")) == 1


def test_an_answer_in_time_and_many_of_them(impatient):
    """The limit is for each answer, not for all of a transaction."""
    with impatient.transaction() as session:
        for _ in range(5):
            session.execute(text("SELECT pg_sleep(0.1)"))


def test_an_error_of_another_kind_leaves_the_connection_alone(impatient):
    with impatient.engine.connect() as connection:
        process = connection.connection.driver_connection.info.backend_pid
        with pytest.raises(Exception, match="division by zero"):
            connection.execute(text("SELECT 1/0"))
        connection.rollback()
        assert connection.scalar(text("SELECT pg_backend_pid()")) == process


def test_a_migration_waits_for_another_as_long_as_it_takes(impatient, postgresql_url):
    libpq = make_url(postgresql_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(libpq, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        migrating = threading.Thread(target=migrate, args=(impatient,))
        migrating.start()
        migrating.join(3 * PATIENCE)
        assert migrating.is_alive()
        other.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
        migrating.join(30)
        assert not migrating.is_alive()
    test_an_answer_that_takes_too_long(impatient, "transaction")  # by the connection that had no limit
