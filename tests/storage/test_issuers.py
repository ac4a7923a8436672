from __future__ import annotations

from datetime import timedelta
from threading import Event, Thread
from uuid import uuid4

import pytest

from app.errors import NotFoundError
from app.storage import Database, IntegrityError, NewAuditEvent, audit, broken_constraint, issuers
from tests.storage.rows import NOW, add_issuer

LATER = NOW + timedelta(hours=1)


def test_an_issuer_is_found_by_each_of_its_names(database):
    with database.transaction() as session:
        issuer = add_issuer(session, "here")
    with database.reading() as session:
        assert issuers.get_issuer(session, issuer.id).slug == "here"
        assert issuers.get_issuer_by_slug(session, "here").id == issuer.id
        assert issuers.find_issuer_by_did(session, issuer.did).id == issuer.id


def test_an_issuer_that_is_not_there(database):
    with database.reading() as session:
        assert issuers.find_issuer(session, uuid4()) is None
        assert issuers.find_issuer_by_slug(session, "nowhere") is None
        assert issuers.find_issuer_by_did(session, "did:web:nowhere") is None
        with pytest.raises(NotFoundError):
            issuers.get_issuer(session, uuid4())
        with pytest.raises(NotFoundError):
            issuers.get_issuer_by_slug(session, "nowhere")
    with database.transaction() as session, pytest.raises(NotFoundError):
        issuers.lock_issuer(session, uuid4())


def test_a_taken_slug_is_noticed_at_once(database):
    with database.transaction() as session:
        add_issuer(session, "here")
        with pytest.raises(IntegrityError) as refused, session.begin_nested():
            add_issuer(session, "here", did="did:web:elsewhere")
    assert broken_constraint(refused.value) == "uq_issuers_slug"


def test_an_update_replaces_what_is_given_and_counts(database):
    with database.transaction() as session:
        issuer = add_issuer(session, "here")
    with database.transaction() as session:
        locked = issuers.lock_issuer(session, issuer.id)
        issuers.update_issuer(session, locked, profile={"name": "New"}, now=LATER)
    with database.transaction() as session:
        issuers.update_issuer(session, issuers.lock_issuer(session, issuer.id), settings={"zone": "UTC"}, now=LATER)
    with database.reading() as session:
        read = issuers.get_issuer(session, issuer.id)
    assert (read.profile, read.settings, read.revision) == ({"name": "New"}, {"zone": "UTC"}, 3)
    assert (read.created_at, read.updated_at) == (NOW, LATER)


def test_what_is_locked_is_as_it_stands_now(database):
    with database.transaction() as session:
        ids = [add_issuer(session, slug).id for slug in ("one", "two")]
    with database.transaction() as session:
        found = issuers.lock_issuers(session, [*ids, uuid4(), ids[0]])
    assert {issuer.slug for issuer in found.values()} == {"one", "two"}
    assert set(found) == set(ids)


def test_the_second_to_lock_waits_and_then_sees_what_the_first_did(database):
    with database.transaction() as session:
        issuer = add_issuer(session, "here")
    inside, seen = Event(), []

    def second():
        inside.wait()
        with database.transaction() as session:
            seen.append(issuers.lock_issuer(session, issuer.id).revision)

    thread = Thread(target=second)
    thread.start()
    with database.transaction() as session:
        locked = issuers.lock_issuer(session, issuer.id)
        inside.set()
        thread.join(0.1)
        assert seen == []
        issuers.update_issuer(session, locked, now=LATER)
    thread.join()
    assert seen == [2]


def test_rows_that_refer_to_a_locked_issuer_can_be_added(postgresql_url):
    """On PostgreSQL; on SQLite there is one writer anyway."""
    database = Database.open(postgresql_url)
    with database.transaction() as session:
        issuer = add_issuer(session, "here")
    with database.transaction() as session:
        issuers.lock_issuer(session, issuer.id)
        with database.transaction() as other:
            audit.add_events(other, [NewAuditEvent(NOW, "look", "key", issuer.id, "x", "done")])
    database.close()


def test_issuers_in_pages(database):
    with database.transaction() as session:
        for slug in "abcde":
            add_issuer(session, slug)
    with database.reading() as session:
        first = issuers.list_issuers(session, limit=3)
        second = issuers.list_issuers(session, after=first.next, limit=3)
    assert len(first.items), len(second.items) == (3, 2)
    assert {issuer.slug for issuer in first.items + second.items} == set("abcde")
    assert second.next is None
