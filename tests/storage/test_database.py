"""The two doors: what is committed, what is undone, and what trouble looks like from above."""

from __future__ import annotations

import sqlite3
from threading import Thread

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from app.errors import (
    ConfigurationError,
    NotFoundError,
    StorageFullError,
    StorageUnavailableError,
)
from app.storage import Database, IntegrityError, images, issuers
from app.storage import database as doors
from tests.storage.rows import NOW, add_issuer


def names(database):
    with database.reading() as session:
        return sorted(issuer.slug for issuer in issuers.list_issuers(session).items)


def test_a_transaction_is_there_after_its_block(database):
    with database.transaction() as session:
        add_issuer(session, "here")
        assert names(database) == []
    assert names(database) == ["here"]


@pytest.mark.parametrize("error", [ZeroDivisionError(), NotFoundError("gone"), KeyboardInterrupt()])
def test_an_error_undoes_the_transaction_and_passes(database, error):
    def fail(session):
        add_issuer(session)
        raise error

    with pytest.raises(type(error)) as passed, database.transaction() as session:
        fail(session)
    assert passed.value is error
    assert names(database) == []


def test_a_savepoint_undoes_one_row_of_many(database):
    with database.transaction() as session:
        add_issuer(session, "one")
        with pytest.raises(IntegrityError), session.begin_nested():
            add_issuer(session, "one")
        add_issuer(session, "two")
    assert names(database) == ["one", "two"]


def test_rows_stay_readable_after_the_session(database):
    with database.transaction() as session:
        issuer = add_issuer(session, "here")
    assert (issuer.slug, issuer.created_at) == ("here", NOW)
    with database.reading() as session:
        issuer = issuers.get_issuer(session, issuer.id)
    assert (issuer.slug, issuer.created_at, issuer.profile) == ("here", NOW, {"name": "here"})


def test_a_reader_sees_one_moment(database):
    with database.transaction() as session:
        add_issuer(session, "before")
    with database.reading() as reader:
        first = len(issuers.list_issuers(reader).items)
        with database.transaction() as session:
            add_issuer(session, "meanwhile")
        assert len(issuers.list_issuers(reader).items) == first == 1
    assert names(database) == ["before", "meanwhile"]


def test_a_reader_cannot_write(database):
    with pytest.raises(StorageUnavailableError), database.reading() as session:
        add_issuer(session)
    with database.transaction() as session:  # and the next may
        add_issuer(session)


def test_writers_in_threads_all_succeed(database):
    def write(number):
        for step in range(5):
            with database.transaction() as session:
                add_issuer(session, f"i{number}-{step}")

    threads = [Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names(database)) == 40


def test_a_bug_is_not_bad_weather(database):
    with pytest.raises((OperationalError, ProgrammingError)), database.transaction() as session:
        session.execute(text("SELECT * FROM no_such_table"))


def test_values_do_not_stand_in_messages(database):
    with pytest.raises(IntegrityError) as refused, database.transaction() as session:
        session.execute(
            text("INSERT INTO issuers (slug, profile) VALUES ('x', :profile)"), {"profile": '"Amina Haddad"'}
        )
    assert "Amina" not in str(refused.value).partition("DETAIL")[0]


def test_a_closed_database_opens_again(database):
    database.ping()
    database.close()
    database.ping()


# SQLite


@pytest.fixture
def sqlite_database(sqlite_url, monkeypatch):
    monkeypatch.setattr(doors, "WAIT_SECONDS", 0.05)
    opened = Database.open(sqlite_url)
    yield opened
    opened.close()


def test_sqlite_is_durable_and_checks_references(sqlite_database):
    def settings(session):
        return [
            session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "query_only")
        ]

    with sqlite_database.transaction() as session:
        assert settings(session) == ["wal", 2, 1, 0]
    with sqlite_database.reading() as session:
        assert settings(session)[::3] == ["wal", 1]


def test_sqlite_without_room_is_full_until_there_is_room(sqlite_database):
    def add(content):
        with sqlite_database.transaction() as session:
            images.add_image(
                session,
                sha256=content[:32],
                media_type="image/png",
                content=content,
                width=1,
                height=1,
                now=NOW,
            )

    def limit(pages):
        with sqlite_database.transaction() as session:
            session.execute(text(f"PRAGMA max_page_count = {pages}"))

    limit(1)  # which SQLite takes for "no more than now"
    with pytest.raises(StorageFullError):
        add(b"a" * 1_000_000)
    with sqlite_database.reading() as session:
        assert images.find_image(session, b"a" * 32) is None
    limit(1_000_000)
    add(b"a" * 1_000_000)


def test_sqlite_busy_with_another_process_is_unavailable(sqlite_database, sqlite_url):
    other = sqlite3.connect(make_url(sqlite_url).database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageUnavailableError, match="busy"), sqlite_database.transaction() as session:
        add_issuer(session)
    assert names(sqlite_database) == []  # reading goes on
    other.close()
    with sqlite_database.transaction() as session:
        add_issuer(session)


def test_sqlite_busy_with_a_thread_is_unavailable(sqlite_database):
    with (
        sqlite_database.transaction(),
        pytest.raises(StorageUnavailableError, match="busy"),
        sqlite_database.transaction(),
    ):
        pytest.fail("two wrote at once")


def test_a_file_that_is_no_database_is_unavailable(tmp_path):
    file = tmp_path / "notes.txt"
    file.write_text("these are notes " * 1_000)
    database = Database.open(f"sqlite:///{file}")
    with pytest.raises(StorageUnavailableError):
        database.ping()
    database.close()


def test_the_folder_of_a_new_file_is_made_for_its_owner_alone(tmp_path):
    database = Database.open(f"sqlite:///{tmp_path}/a/b/laurel.sqlite3")
    database.ping()
    database.close()
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700


# PostgreSQL


@pytest.fixture
def postgresql_database(postgresql_url):
    opened = Database.open(postgresql_url)
    yield opened
    opened.close()


def lose(admin, session):
    """Adds an issuer, then ends the connection from outside."""
    add_issuer(session, "lost")
    process = session.scalar(text("SELECT pg_backend_pid()"))
    admin.execute("SELECT pg_terminate_backend(%s, 5000)", [process])


def test_a_connection_killed_in_use_is_unavailable_and_the_next_works(postgresql_database, postgresql_server):
    admin, _ = postgresql_server
    with pytest.raises(StorageUnavailableError), postgresql_database.transaction() as session:  # noqa: PT012 - the second notices
        lose(admin, session)
        add_issuer(session, "never")
    with postgresql_database.transaction() as session:
        add_issuer(session, "here")
    assert names(postgresql_database) == ["here"]


def test_a_connection_killed_before_commit_is_unavailable(postgresql_database, postgresql_server):
    admin, _ = postgresql_server
    with pytest.raises(StorageUnavailableError), postgresql_database.transaction() as session:
        lose(admin, session)
    assert names(postgresql_database) == []


def test_a_connection_killed_while_idle_is_not_noticed(postgresql_database, postgresql_server):
    admin, _ = postgresql_server
    with postgresql_database.reading() as session:
        process = session.scalar(text("SELECT pg_backend_pid()"))
    admin.execute("SELECT pg_terminate_backend(%s, 5000)", [process])
    assert names(postgresql_database) == []


def test_a_deadlock_is_unavailable(postgresql_database):
    with pytest.raises(StorageUnavailableError), postgresql_database.transaction() as session:
        session.execute(text("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'deadlock_detected'; END $$"))


def test_a_full_disk_under_postgresql_is_full(postgresql_database):
    with pytest.raises(StorageFullError), postgresql_database.transaction() as session:
        session.execute(text("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full'; END $$"))


def test_a_server_that_is_away_is_unavailable(tmp_path):
    database = Database.open(f"postgresql://nobody@/nothing?host={tmp_path}")
    with pytest.raises(StorageUnavailableError):
        database.ping()
    database.close()


def test_the_usual_spellings_of_the_url_reach_postgresql(postgresql_url):
    for scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        url = make_url(postgresql_url).set(drivername=scheme).render_as_string(hide_password=False)
        database = Database.open(url)
        database.ping()
        assert database.dialect == "postgresql"
        database.close()


# URLs


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "mysql://user:secret@host/db", "sqlite://", "sqlite:///:memory:", "sqlite:///file:x?uri=true"],
)
def test_a_url_that_will_not_do_is_refused_without_repeating_it(url):
    with pytest.raises(ConfigurationError) as refused:
        Database.open(url)
    assert "secret" not in refused.value.message


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="cannot be made"):
        Database.open(f"sqlite:///{tmp_path}/file/laurel.sqlite3")
