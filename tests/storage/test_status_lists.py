from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from threading import Thread
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text

from app.errors import NotFoundError
from app.models import Credential, StatusChange, StatusList
from app.storage import Database, IntegrityError, credentials, issuers, status_lists
from tests.storage.rows import NOW, add_tenant, allocate, award, new_credential

LENGTH = 131_072
TEN = 10 / LENGTH  # a fill that makes a list of ten entries


@pytest.fixture
def tenant(database):
    with database.transaction() as session:
        return add_tenant(session)


def lists(database, tenant):
    with database.reading() as session:
        return [(x.number, x.allocated, x.open) for x in status_lists.list_lists(session, tenant.issuer_id)]


def test_entries_are_different_and_counted(database, tenant):
    with database.transaction() as session:
        entries = allocate(session, tenant, 2_000)
    assert len(set(entries)) == 2_000
    assert all(0 <= entry.index < LENGTH for entry in entries)
    assert lists(database, tenant) == [(1, 2_000, True)]


def test_no_entries_touch_nothing(database, tenant):
    with database.transaction() as session:
        assert allocate(session, tenant, 0) == []
    assert lists(database, tenant) == []


def test_entries_are_spread_over_the_whole_list_and_in_no_order(database, tenant):
    with database.transaction() as session:
        indexes = [e.index for e in allocate(session, tenant, 4_000, randbelow=random.Random(1).randrange)]
    eighths = Counter(index * 8 // LENGTH for index in indexes)
    assert all(400 < eighths[part] < 600 for part in range(8))
    rises = sum(a < b for a, b in pairwise(indexes))
    assert 1_900 < rises < 2_100


def test_an_index_that_a_credential_holds_is_drawn_again(database, tenant):
    with database.transaction() as session:
        [first] = award(session, tenant)
    stubborn = iter([first.status_index] * 3 + list(range(100, 200)))
    with database.transaction() as session:
        [entry] = allocate(session, tenant, randbelow=lambda _: next(stubborn))
    assert entry.index == 100


def test_drawing_goes_on_until_there_are_enough(database, tenant):
    with database.transaction() as session:
        taken = [row.status_index for row in award(session, tenant, 50)]
    unlucky = iter(taken + list(range(LENGTH - 100, LENGTH)))
    with database.transaction() as session:
        entries = allocate(session, tenant, 20, randbelow=lambda _: next(unlucky))
    assert [entry.index for entry in entries] == list(range(LENGTH - 100, LENGTH - 80))


def test_a_full_list_is_closed_and_the_next_opened_within_one_call(database, tenant):
    with database.transaction() as session:
        first = allocate(session, tenant, 7, fill=TEN)
        rest = allocate(session, tenant, 17, fill=TEN)
    assert lists(database, tenant) == [(1, 10, False), (2, 10, False), (3, 4, True)]
    sizes = Counter(entry.list_id for entry in first + rest)
    assert sorted(sizes.values()) == [4, 10, 10]


def test_a_list_is_full_at_nine_tenths(database, tenant):
    with database.transaction() as session:
        allocate(session, tenant)
        session.execute(text("UPDATE status_lists SET allocated = 117963"))
    with database.transaction() as session:
        allocate(session, tenant, 3)
    assert lists(database, tenant) == [(1, 117_964, False), (2, 2, True)]


def test_a_rollback_burns_nothing(database, tenant):
    with database.transaction() as session:
        award(session, tenant, 3)
    with database.transaction() as session:
        rows = award(session, tenant, 30)
        session.rollback()
    assert lists(database, tenant) == [(1, 3, True)]
    wanted = iter([row.status_index for row in rows] * 2)
    with database.transaction() as session:
        again = allocate(session, tenant, 5, randbelow=lambda _: next(wanted))
    assert [entry.index for entry in again] == [row.status_index for row in rows[:5]]


def test_lists_of_tenants_are_their_own(database, tenant):
    with database.transaction() as session:
        other = add_tenant(session, "other")
        mine, theirs = allocate(session, tenant), allocate(session, other)
    assert mine[0].list_id != theirs[0].list_id


def test_threads_that_award_at_once_share_lists_without_a_double(database, tenant):
    """Into lists of ten entries, so that they also race to open the next."""
    failures = []

    def work():
        try:
            for _ in range(6):
                with database.transaction() as session:
                    entries = allocate(session, tenant, 3, fill=TEN)
                    rows = [new_credential(tenant, entry) for entry in entries]
                    credentials.insert_credentials(session, rows)
        except Exception as error:  # noqa: BLE001 - a thread's error would be lost
            failures.append(error)

    threads = [Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert lists(database, tenant) == [(number, 10, number == 9) for number in range(1, 10)]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Credential)) == 90


def test_two_who_find_no_credential_for_a_completion_do_not_both_make_one(database, tenant):
    outcomes = []

    def work():
        with database.transaction() as session:
            issuers.lock_issuer(session, tenant.issuer_id)
            key = ("moodle", "course-9")
            if credentials.find_replays(session, tenant.issuer_id, [key], test=False):
                outcomes.append("replayed")
            else:
                award(session, tenant, external_id="course-9")
                outcomes.append("made")

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(outcomes) == {"made": 1, "replayed": 7}


def test_processes_that_award_at_once_share_lists_without_a_double(database, database_url, tenant):
    order = json.dumps({name: str(getattr(tenant, name)) for name in tenant.__dataclass_fields__})
    command = [sys.executable, "-m", "tests.storage.awarding", database_url, order, "20"]
    folder = Path(__file__).parents[2]
    workers = [subprocess.Popen(command, cwd=folder) for _ in range(2)]
    assert [worker.wait(60) for worker in workers] == [0, 0]
    assert [(number, allocated) for number, allocated, _ in lists(database, tenant)] == [
        (number, 10) for number in range(1, 5)
    ]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Credential)) == 40


# Revoking


@pytest.fixture
def awarded(database, tenant):
    with database.transaction() as session:
        return award(session, tenant, 3)


def revoke(database, credential_id, reason="issued in error", issuer_id=None):
    with database.transaction() as session:
        return status_lists.revoke(session, credential_id, issuer_id=issuer_id, reason=reason, actor="key-1", now=NOW)


def test_a_revocation_sets_the_bit_and_raises_the_version(database, awarded):
    one = awarded[0]
    revocation = revoke(database, one.id)
    assert not revocation.already
    assert (revocation.change.credential_id, revocation.change.reason) == (one.id, "issued in error")
    with database.reading() as session:
        assert status_lists.revoked_indexes(session, one.status_list_id) == [one.status_index]
        assert status_lists.get_list(session, one.status_list_id).version == 2
        assert status_lists.find_change(session, one.id).at == NOW
        assert status_lists.find_change(session, awarded[1].id) is None


def test_a_list_tells_when_it_changed_for_the_last_time(database, awarded):
    list_id, later = awarded[0].status_list_id, NOW + timedelta(hours=1)
    with database.transaction() as session:
        assert status_lists.find_last_change(session, list_id) is None
        for one, at in zip(awarded, (later, NOW), strict=False):
            status_lists.revoke(session, one.id, issuer_id=None, reason="x", actor="y", now=at)
        assert status_lists.find_last_change(session, list_id) == later


def test_a_second_revocation_changes_nothing(database, awarded):
    first = revoke(database, awarded[0].id)
    second = revoke(database, awarded[0].id, reason="another reason")
    assert second.already
    assert (second.change.id, second.change.reason) == (first.change.id, "issued in error")
    with database.reading() as session:
        assert status_lists.get_list(session, awarded[0].status_list_id).version == 2


def test_bits_come_in_order(database, awarded):
    for row in awarded:
        revoke(database, row.id)
    with database.reading() as session:
        indexes = status_lists.revoked_indexes(session, awarded[0].status_list_id)
    assert indexes == sorted(row.status_index for row in awarded)


def test_what_belongs_to_another_is_not_there(database, awarded, tenant):
    with pytest.raises(NotFoundError):
        revoke(database, awarded[0].id, issuer_id=uuid4())
    with pytest.raises(NotFoundError):
        revoke(database, uuid4())
    assert revoke(database, awarded[0].id, issuer_id=tenant.issuer_id).already is False


def test_revoking_at_once_is_one_revocation(database, awarded):
    outcomes = []
    threads = [Thread(target=lambda: outcomes.append(revoke(database, awarded[0].id).already)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False] + [True] * 5
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(StatusChange)) == 1
        assert session.scalar(select(StatusList.version)) == 2


def test_a_list_that_is_not_there(database):
    with database.reading() as session:
        assert status_lists.find_list(session, uuid4()) is None
        with pytest.raises(NotFoundError):
            status_lists.get_list(session, uuid4())


def test_awards_without_a_lock_meet_the_constraint(database, tenant):
    """What `allocate` asks of its caller: store before asking again."""
    with database.transaction() as session:
        same = allocate(session, tenant, randbelow=lambda _: 7, fill=1)
    with pytest.raises(IntegrityError), database.transaction() as session:
        credentials.insert_credentials(session, [new_credential(tenant, same[0]) for _ in range(2)])


def test_databases_of_the_same_file_share_lists(database, database_url, tenant):
    other = Database.open(database_url)
    for opened in (database, other):
        with opened.transaction() as session:
            award(session, tenant, 2)
    other.close()
    assert lists(database, tenant) == [(1, 4, True)]
