"""The number that tells whether anybody committed: exact for every writer, and never waiting for one."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress
from uuid import uuid4

import pytest
from sqlalchemy import make_url

from app.storage import Database, status_lists
from app.storage.stamp import Stamp
from tests.storage.rows import NOW, add_issuer, add_tenant, award

AT_ONCE = 0.25  # seconds; waiting for a lock would take fifteen


@pytest.fixture
def file(sqlite_url):
    return make_url(sqlite_url).database


@pytest.fixture
def sqlite(sqlite_url):
    database = Database.open(sqlite_url)
    yield database
    database.close()


@pytest.fixture
def stamp(sqlite):
    return sqlite.stamp


def committed_elsewhere(file, statement):
    """By a process of its own."""
    code = f"import sqlite3; c = sqlite3.connect({file!r}); c.execute({statement!r}); c.commit(); c.close()"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_it_is_another_number_after_a_commit(sqlite, stamp):
    before = stamp.now()
    with sqlite.transaction() as session:
        add_issuer(session)
    assert before is not None
    assert stamp.now() != before


def test_it_is_another_number_after_a_commit_of_another_process(file, stamp):
    before = stamp.now()
    committed_elsewhere(file, "DELETE FROM api_keys")
    after = stamp.now()
    committed_elsewhere(file, "CREATE TABLE more (id INTEGER)")
    assert len({before, after, stamp.now()}) == 3


def test_no_number_comes_back(sqlite, stamp):
    seen = [stamp.now()]
    for number in range(50):
        with sqlite.transaction() as session:
            add_issuer(session, f"issuer-{number}")
        seen.append(stamp.now())
    assert len(set(seen)) == 51


def test_reading_and_rolling_back_change_nothing(sqlite, stamp):
    with sqlite.transaction() as session:
        add_issuer(session)
    before = stamp.now()
    with sqlite.reading() as session:
        status_lists.find_list(session, uuid4())
    with suppress(KeyError), sqlite.transaction() as session:
        add_issuer(session, "other")
        session.flush()
        raise KeyError
    assert stamp.now() == before


def test_what_is_not_committed_is_not_seen(sqlite, stamp):
    before = stamp.now()
    with sqlite.transaction() as session:
        add_issuer(session)
        session.flush()
        assert stamp.now() == before
    assert stamp.now() != before


def test_the_version_of_a_list(sqlite, stamp):
    with sqlite.transaction() as session:
        [row] = award(session, add_tenant(session))
    list_id = row.status_list_id
    assert stamp.list_version(list_id) == 1
    with sqlite.transaction() as session:
        status_lists.revoke(session, row.id, issuer_id=None, reason="x", actor="x", now=NOW)
        session.flush()
        assert stamp.list_version(list_id) == 1
    assert stamp.list_version(list_id) == 2
    assert stamp.list_version(uuid4()) is None


def test_it_waits_for_no_writer(sqlite, stamp):
    stamp.now()
    with sqlite.transaction() as session:
        add_issuer(session)
        session.flush()
        began = time.perf_counter()
        for _ in range(100):
            assert stamp.now() is not None
        assert time.perf_counter() - began < AT_ONCE


def test_a_file_that_nobody_else_may_read_gives_none_at_once(tmp_path):
    file = tmp_path / "locked.sqlite3"
    with closing(sqlite3.connect(file, isolation_level=None)) as holder:
        holder.execute("CREATE TABLE things (id INTEGER)")
        stamp = Stamp(str(file))
        assert stamp.now() is not None
        holder.execute("BEGIN EXCLUSIVE")  # without WAL readers wait for it
        began = time.perf_counter()
        assert stamp.now() is None
        assert time.perf_counter() - began < AT_ONCE
        holder.execute("COMMIT")
        assert stamp.now() is not None
        stamp.close()


def test_checkpoints_do_not_hide_a_commit(sqlite, stamp, file):
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        for number in range(20):
            before = stamp.now()
            with sqlite.transaction() as session:
                add_issuer(session, f"issuer-{number}")
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            assert stamp.now() != before


def test_asking_keeps_nobody_from_a_checkpoint(sqlite, stamp, file):
    """A reader that never ends would let the write-ahead log grow for ever."""
    with sqlite.transaction() as session:
        add_issuer(session)
    stamp.now()
    stamp.list_version(uuid4())
    with closing(sqlite3.connect(file, timeout=0)) as other:
        assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() == (0, 0, 0)


def test_a_file_that_is_not_there_is_not_made(tmp_path):
    file = tmp_path / "a b%20c?.sqlite3"
    stamp = Stamp(str(file))
    assert stamp.now() is None
    assert not file.exists()
    sqlite3.connect(file).close()
    file.touch()
    assert stamp.now() is not None
    stamp.close()


def test_what_is_no_database_gives_none(tmp_path):
    file = tmp_path / "text"
    file.write_text("no database, but longer than the hundred bytes of a header " * 10)
    stamp = Stamp(str(file))
    assert stamp.now() is None
    stamp.close()


def test_after_the_end_there_is_no_number(sqlite, stamp):
    assert stamp.now() is not None
    sqlite.close()
    assert stamp.now() is None
    assert stamp.list_version(uuid4()) is None


def test_any_thread_may_ask(sqlite, stamp):
    seen, stop = [], threading.Event()

    def ask():
        while not stop.is_set():
            seen.append(stamp.now())

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(20):
        with sqlite.transaction() as session:
            add_issuer(session, f"issuer-{number}")
    stop.set()
    for thread in threads:
        thread.join()
    assert None not in seen


def test_postgresql_has_none(postgresql_url):
    database = Database.open(postgresql_url)
    assert database.stamp is None
    database.close()
