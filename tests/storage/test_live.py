"""The questions of every verification: what is committed now, through few connections, and never an old answer."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from uuid import uuid4

import pytest
from sqlalchemy import make_url

from app.errors import StorageUnavailableError
from app.models import KeyPurpose
from app.storage import Database, issuers, status_lists
from app.storage import live as module
from app.storage.live import asking
from tests.storage.rows import NOW, add_issuer, add_key, add_tenant, award


@pytest.fixture
def sqlite(sqlite_url):
    opened = Database.open(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def row(database):
    """A stored credential."""
    with database.transaction() as session:
        [stored] = award(session, add_tenant(session))
    return stored


def lent(database):
    """Connections that the pool of readers has given away."""
    return database._reading_engine.pool.checkedout()


def kids(database, slug="riverside"):
    with asking(database) as live:
        known = live.find_issuer_keys(slug)
    return known and [key.kid for key in known.keys]


def state(database, row):
    with asking(database) as live:
        return live.find_list_state(row.status_list_id), live.revoked_indexes(row.status_list_id)


def revoke(database, row):
    with database.transaction() as session:
        status_lists.revoke(session, row.id, issuer_id=None, reason="x", actor="x", now=NOW)


def test_what_is_stored_is_answered_with_and_without_a_session(database, row):
    for source in (database, database._readers()):
        with asking(source) as live:
            assert live.find_signed_bytes(row.id) == row.document
            assert live.find_signed_bytes(uuid4()) is None
            assert live.find_issuer_keys("riverside").did == "did:web:badges.example:issuers:riverside"
            assert live.find_issuer_keys("nobody") is None
            assert live.find_list_state(row.status_list_id).version == 1
            assert live.find_list_state(uuid4()) is None
    assert lent(database) <= module._AT_HAND


def test_an_award_is_answered_with_its_revision_its_issuer_and_its_end(database, row):
    for source in (database, database._readers()):
        with asking(source) as live:
            award = live.find_award(row.id)
            assert (award.document, award.test, award.revision) == (row.document, False, 1)
            assert (award.achievement_id, award.revocation_reason) == (row.achievement_id, None)
            assert json.loads(award.issuer.profile) == {"name": "riverside"}
            definition, issuer = live.find_definition(row.achievement_id, 1)
            assert (json.loads(definition), issuer) == ({"name": "differentiated-teaching"}, award.issuer)
            assert live.find_issuer_words("riverside") == award.issuer
            assert live.find_award(uuid4()) is live.find_definition(row.achievement_id, 2) is None
            assert live.find_issuer_words("no\0body") is None
    revoke(database, row)
    with asking(database) as live:
        assert live.find_award(row.id).revocation_reason == "x"


def test_a_commit_is_seen_by_the_next_who_asks(database, row):
    assert kids(database, "other") is None
    assert kids(database) == ["k1"]
    assert state(database, row)[0].version == 1
    revoke(database, row)
    found, indexes = state(database, row)
    assert (found.version, indexes) == (2, [row.status_index])
    with database.transaction() as session:
        add_key(session, row.issuer_id, "k2", KeyPurpose.VC_JWT)
        add_issuer(session, "other")
    assert kids(database) == ["k1", "k2"]
    assert kids(database, "other") == []


def test_a_commit_of_another_process_is_seen_by_the_next_who_asks(sqlite):
    file = make_url(str(sqlite.engine.url)).database
    with sqlite.transaction() as session:
        [row] = award(session, add_tenant(session))
    for version in range(2, 6):
        code = (
            f"import sqlite3; c = sqlite3.connect({file!r}); c.execute('UPDATE status_lists SET version = {version}')"
        )
        subprocess.run([sys.executable, "-c", f"{code}; c.commit(); c.close()"], check=True)
        for _ in range(2):
            assert state(sqlite, row)[0].version == version


def test_what_is_not_committed_is_not_seen(database, row):
    with database.transaction() as session:
        issuer = issuers.lock_issuer(session, row.issuer_id)
        add_key(session, issuer.id, "k2", KeyPurpose.VC_JWT)
        session.flush()
        assert kids(database) == ["k1"]
    assert kids(database) == ["k1", "k2"]


def test_every_connection_at_hand_hears_of_a_commit(sqlite):
    with sqlite.transaction() as session:
        [row] = award(session, add_tenant(session))
    for version in range(1, 4):
        with ExitStack() as several:
            lives = [several.enter_context(asking(sqlite)) for _ in range(3)]
            assert [live.find_list_state(row.status_list_id).version for live in lives] == [version] * 3
        with sqlite.transaction() as session:
            session.get_one(status_lists.StatusList, row.status_list_id).version += 1


def test_the_same_question_is_put_once_between_two_commits(sqlite, monkeypatch):
    with sqlite.transaction() as session:
        [row] = award(session, add_tenant(session))
    put = []
    ask = module.Live._ask
    monkeypatch.setattr(
        module.Live, "_ask", lambda live, question, values: put.append(question) or ask(live, question, values)
    )
    for _ in range(3):
        with asking(sqlite) as live:
            live.find_list_state(row.status_list_id)
            live.find_issuer_keys("riverside")
    assert put.count(module._LIST_STATE) == put.count(module._ISSUER_KEYS) == 1
    assert put.count(module._DATA_VERSION) == 3
    revoke(sqlite, row)
    state(sqlite, row)
    assert put.count(module._LIST_STATE) == 2


def test_what_is_known_is_bounded(sqlite, monkeypatch):
    monkeypatch.setattr(module, "_MOST_KNOWN", 10)
    for number in range(50):
        assert kids(sqlite, f"nobody-{number}") is None
    [connection] = sqlite._lender._free
    assert len(connection.info[module._KNOWN]) <= 11


def test_a_session_that_has_read_answers_as_of_its_moment(database, row):
    with database.reading() as session:
        status_lists.get_list(session, row.status_list_id)
        revoke(database, row)
        with asking(session) as live:
            assert live.find_list_state(row.status_list_id).version == 1
            assert lent(database) <= 1 + module._AT_HAND
    assert state(database, row)[0].version == 2


def test_few_connections_stay_at_hand_and_none_after_the_end(sqlite_url):
    opened = Database.open(sqlite_url)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: kids(opened, f"nobody-{number}"), range(200)))
    assert len(opened._lender._free) == lent(opened) <= module._AT_HAND
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        opened.close()
    assert lent(opened) == 0


def test_on_postgresql_no_connection_is_held(postgresql_url):
    """One that nobody uses would show the moment at which it was used last."""
    opened = Database.open(postgresql_url)
    kids(opened)
    assert lent(opened) == 0
    opened.close()


def test_who_asks_nothing_takes_no_connection(database):
    with asking(database):
        assert lent(database) == 0


def test_trouble_is_named(tmp_path):
    opened = Database.open(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    (tmp_path / "empty.sqlite3").write_bytes(b"no database at all" * 100)
    with pytest.raises(StorageUnavailableError):
        kids(opened)
    opened.close()
