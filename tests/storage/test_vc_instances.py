from __future__ import annotations

import random
from uuid import uuid4

import pytest

from app.models import VCInstance
from app.storage import IntegrityError, status_lists, vc_instances
from app.storage.status_lists import VC_API, Entry
from tests.storage.rows import DIGEST, NOW, add_issuer, add_tenant, add_vc_instance, allocate, award

LENGTH = 131_072
TEN = 10 / LENGTH  # a fill that makes a list of ten entries


@pytest.fixture
def instance(database):
    with database.transaction() as session:
        return add_vc_instance(session, add_issuer(session).id)


def take(session, instance, count=1, *, digest=DIGEST, **changes):
    """`count` entries of the instance's lists, each held by a credential."""
    options = {"now": NOW, "randbelow": random.randrange, "ledger": VC_API} | changes
    entries = status_lists.allocate(session, instance.id, count, **options)
    for entry in entries:
        vc_instances.hold_entry(session, entry, credential_sha256=digest, test=False, now=NOW)
    return entries


def test_instances_are_found_by_name_and_listed_by_it(database, instance):
    with database.transaction() as session:
        other = add_vc_instance(session, instance.issuer_id, "ecdsa-jcs-2019", did="did:key:zDn")
        elsewhere = add_vc_instance(session, add_issuer(session, "there").id, did="did:key:z6Ml")
    with database.reading() as session:
        assert vc_instances.find_instance(session, instance.issuer_id, "eddsa-rdfc-2022").id == instance.id
        assert vc_instances.find_instance(session, instance.issuer_id, "eddsa-jcs-2022") is None
        assert [row.id for row in vc_instances.list_instances(session, instance.issuer_id)] == [other.id, instance.id]
        assert elsewhere.id not in {row.id for row in vc_instances.list_instances(session, instance.issuer_id)}


def test_a_name_is_taken_once(database, instance):
    values = {column: getattr(instance, column) for column in ("issuer_id", "name", "kid", "algorithm", "ciphertext")}
    again = VCInstance(id=uuid4(), did="did:key:z6Mm", created_at=NOW, **values)
    with pytest.raises(IntegrityError), database.transaction() as session:
        vc_instances.add_instance(session, again)


def test_entries_are_the_instances_own_and_no_badge_gets_one(database):
    with database.transaction() as session:
        tenant = add_tenant(session)
        instance = add_vc_instance(session, tenant.issuer_id)
        [entry], [badge] = take(session, instance), allocate(session, tenant)
    with database.reading() as session:
        found = vc_instances.find_list(session, entry.list_id)
        assert (found.owner.id, found.row.allocated) == (instance.id, 1)
        assert vc_instances.find_list(session, badge.list_id) is None
        assert status_lists.find_list(session, entry.list_id) is None


def test_an_index_that_is_held_is_drawn_again(database, instance):
    with database.transaction() as session:
        [first] = take(session, instance)
        stubborn = iter([first.index] * 3 + list(range(100, 200)))
        [second] = take(session, instance, randbelow=lambda _: next(stubborn))
    assert (second.list_id, second.index) == (first.list_id, 100)


def test_a_full_list_is_closed_and_the_next_opened(database, instance):
    with database.transaction() as session:
        entries = take(session, instance, 10, fill=TEN) + take(session, instance, 3, fill=TEN)
    lists = [entry.list_id for entry in entries]
    assert len(set(lists)) == 2
    with database.reading() as session:
        rows = [vc_instances.find_list(session, id_).row for id_ in dict.fromkeys(lists)]
        assert [(row.number, row.allocated, row.open) for row in rows] == [(1, 10, False), (2, 3, True)]


def test_a_revocation_sets_the_bit_once_and_makes_a_new_version(database, instance):
    with database.transaction() as session:
        good, bad = take(session, instance, 2)
        assert vc_instances.revoke(session, [bad], actor="key", now=NOW) == 1
        assert vc_instances.revoke(session, [bad], actor="another", now=NOW) == 0
    with database.reading() as session:
        assert vc_instances.revoked_indexes(session, good.list_id) == [bad.index]
        assert vc_instances.find_list(session, good.list_id).row.version == 2


def test_an_entry_that_nothing_holds_cannot_be_revoked(database, instance):
    with database.transaction() as session:
        [entry] = take(session, instance)
    free = Entry(entry.list_id, (entry.index + 1) % LENGTH)
    with pytest.raises(IntegrityError), database.transaction() as session:
        vc_instances.revoke(session, [free], actor="key", now=NOW)


def test_entries_are_found_by_credential_and_by_place_of_their_instance_alone(database, instance):
    with database.transaction() as session:
        [named], [nameless] = take(session, instance), take(session, instance, digest=None)
        other = add_vc_instance(session, instance.issuer_id, "ecdsa-jcs-2019", did="did:key:zDn")
        tenant_of_other = take(session, other)
    with database.reading() as session:
        find = vc_instances.find_entries
        assert find(session, instance.id, credential_sha256=DIGEST) == (named,)
        assert find(session, instance.id, entry=nameless) == (nameless,)
        assert find(session, instance.id, credential_sha256=DIGEST, entry=nameless) == ()
        assert find(session, instance.id, entry=tenant_of_other[0]) == ()


def test_badges_are_given_out_as_before(database):
    with database.transaction() as session:
        tenant = add_tenant(session)
        rows = award(session, tenant, 3)
    assert len({(row.status_list_id, row.status_index) for row in rows}) == 3
