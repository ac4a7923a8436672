from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from app.errors import NotFoundError
from app.storage import (
    Criteria,
    Database,
    IntegrityError,
    NewIdempotencyKey,
    Replay,
    broken_constraint,
    credentials,
    idempotency,
)
from tests.storage.rows import DIGEST, NOW, add_tenant, allocate, award, new_credential


@pytest.fixture
def tenant(database):
    with database.transaction() as session:
        return add_tenant(session)


def test_a_credential_comes_back_to_the_byte(database, tenant):
    document = bytes(range(256)) * 20
    with database.transaction() as session:
        [row] = award(session, tenant, document=document, valid_until=NOW + timedelta(days=365))
    with database.reading() as session:
        read = credentials.get_credential(session, row.id, issuer_id=tenant.issuer_id)
        stored = credentials.get_document(session, row.id)
    for name in credentials._FIELDS:
        assert getattr(read, name) == getattr(row, name), name
    assert (stored.id, stored.document, stored.sha256) == (row.id, document, row.sha256)


def test_no_rows_are_no_rows(database):
    with database.transaction() as session:
        credentials.insert_credentials(session, [])
        idempotency.insert_idempotency_keys(session, [])


def test_one_bad_row_undoes_the_rows_beside_it(database, tenant):
    with database.transaction() as session:
        entries = allocate(session, tenant, 3)
        rows = [new_credential(tenant, entry, external_id=name) for entry, name in zip(entries, "aba", strict=True)]
        with pytest.raises(IntegrityError) as refused, session.begin_nested():
            credentials.insert_credentials(session, rows)
        credentials.insert_credentials(session, rows[:2])
    assert broken_constraint(refused.value) == "uq_credentials_natural_key"
    with database.reading() as session:
        assert len(credentials.list_credentials(session, issuer_id=None).items) == 2


def test_replays_are_found_by_their_whole_natural_key(database, tenant):
    with database.transaction() as session:
        other = add_tenant(session, "other")
        [mine] = award(session, tenant, source="moodle", external_id="1")
        [canvas] = award(session, tenant, source="canvas", external_id="1")
        [trial] = award(session, tenant, source="moodle", external_id="2", test=True)
        award(session, other, source="moodle", external_id="3")
    keys = [("moodle", "1"), ("canvas", "1"), ("moodle", "2"), ("moodle", "3"), ("", "1")]
    with database.reading() as session:
        live = credentials.find_replays(session, tenant.issuer_id, keys, test=False)
        test = credentials.find_replays(session, tenant.issuer_id, keys, test=True)
        assert credentials.find_replays(session, tenant.issuer_id, [], test=False) == {}
    assert live == {("moodle", "1"): Replay(mine.id, DIGEST), ("canvas", "1"): Replay(canvas.id, DIGEST)}
    assert test == {("moodle", "2"): Replay(trial.id, DIGEST)}


def test_replays_of_a_large_batch(database, tenant):
    with database.transaction() as session:
        entries = allocate(session, tenant, 1_200)
        rows = [new_credential(tenant, entry, external_id=str(n)) for n, entry in enumerate(entries)]
        credentials.insert_credentials(session, rows)
    keys = [("moodle", str(number)) for number in range(600, 2_000)]
    with database.reading() as session:
        found = credentials.find_replays(session, tenant.issuer_id, keys, test=False)
        read = credentials.find_credentials(session, tenant.issuer_id, [row.id for row in rows])
    assert sorted(int(external_id) for _, external_id in found) == list(range(600, 1_200))
    assert len(read) == 1_200


def test_what_belongs_to_another_is_not_there(database, tenant):
    with database.transaction() as session:
        other = add_tenant(session, "other")
        [theirs] = award(session, other)
    with database.reading() as session:
        for id_ in (theirs.id, uuid4()):
            with pytest.raises(NotFoundError):
                credentials.get_credential(session, id_, issuer_id=tenant.issuer_id)
        assert credentials.find_credentials(session, tenant.issuer_id, [theirs.id]) == {}
        assert credentials.get_credential(session, theirs.id, issuer_id=None).id == theirs.id
        assert credentials.list_credentials(session, issuer_id=tenant.issuer_id).items == ()
        assert credentials.find_document(session, uuid4()) is None
        with pytest.raises(NotFoundError):
            credentials.get_document(session, uuid4())


def test_credentials_in_pages_latest_first(database, tenant):
    with database.transaction() as session:
        for hour in range(3):
            award(session, tenant, 2, issued_at=NOW + timedelta(hours=hour))
    seen, after = [], None
    with database.reading() as session:
        while True:
            page = credentials.list_credentials(
                session,
                issuer_id=tenant.issuer_id,
                wanted=Criteria(achievement_ids=(tenant.achievement_id,)),
                after=after,
                limit=4,
            )
            seen += page.items
            after = page.next
            if after is None:
                break
        assert (
            credentials.list_credentials(session, issuer_id=None, wanted=Criteria(achievement_ids=(uuid4(),))).items
            == ()
        )
    assert len({item.id for item in seen}) == 6
    assert [item.issued_at for item in seen] == sorted((item.issued_at for item in seen), reverse=True)


def test_the_first_token_is_kept(database, tenant):
    with database.transaction() as session:
        [row] = award(session, tenant)
        assert credentials.keep_jwt(session, row.id, "first") == "first"
        assert credentials.keep_jwt(session, row.id, "second") == "first"
        with pytest.raises(NotFoundError):
            credentials.keep_jwt(session, uuid4(), "x")
    with database.reading() as session:
        assert credentials.get_credential(session, row.id, issuer_id=None).jwt == "first"


def test_idempotency_keys_lead_to_their_credential_until_forgotten(database, tenant):
    with database.transaction() as session:
        other = add_tenant(session, "other")
        one, two = award(session, tenant, 2)
        days = [(one, "monday", NOW), (two, "tuesday", NOW + timedelta(days=1))]
        rows = [NewIdempotencyKey(tenant.issuer_id, key, DIGEST, row.id, at) for row, key, at in days]
        idempotency.insert_idempotency_keys(session, rows)
        assert idempotency.find_idempotency_keys(session, tenant.issuer_id, ["monday"]) == {
            "monday": Replay(one.id, DIGEST)
        }
        assert idempotency.find_idempotency_keys(session, other.issuer_id, ["monday"]) == {}
        assert idempotency.forget_idempotency_keys(session, before=NOW + timedelta(hours=1)) == 1
        assert idempotency.find_idempotency_keys(session, tenant.issuer_id, ["monday"]) == {}
        assert set(idempotency.find_idempotency_keys(session, tenant.issuer_id, ["tuesday"])) == {"tuesday"}


def test_a_natural_key_is_looked_up_in_its_index(sqlite_url):
    """Finding one row among a million must not read them all."""
    query = (
        "SELECT id FROM credentials WHERE issuer_id = 'i' AND test = 0 AND source = 's' AND external_id IN ('1', '2')"
    )
    database = Database.open(sqlite_url)
    with database.reading() as session:
        [step] = session.execute(text(f"EXPLAIN QUERY PLAN {query}"))
    database.close()
    assert "(issuer_id=? AND test=? AND source=? AND external_id=?)" in step.detail


@pytest.mark.parametrize("where", ["", "WHERE issuer_id = 'i'"], ids=["of all", "of one issuer"])
def test_the_newest_page_is_read_in_order(sqlite_url, where):
    """Sorting a million rows for fifty of them would take seconds."""
    query = f"SELECT * FROM credentials {where} ORDER BY issued_at DESC, id DESC LIMIT 51"
    database = Database.open(sqlite_url)
    with database.reading() as session:
        [step] = session.execute(text(f"EXPLAIN QUERY PLAN {query}"))
    database.close()
    assert "USING INDEX" in step.detail
