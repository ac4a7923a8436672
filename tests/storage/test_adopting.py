"""Going on from a copy: what the journal makes of databases that do not know all that it tells."""

from __future__ import annotations

import random
from dataclasses import replace
from uuid import uuid4

import orjson
import pytest
from sqlalchemy import select

from app.models import APIKey, Credential, StatusChange, StatusList, VCStatusChange, VCStatusEntry, VCStatusList
from app.services import audit_reading, journalled
from app.services.audit import record
from app.services.restoring import adopt
from app.storage import Database, api_keys, audit, status_lists
from app.storage.audit_chain import EMPTY, chained
from app.storage.journal import read_journal
from tests.storage.rows import NOW, add_tenant, add_vc_instance, add_vc_list, allocate, award, new_credential


def line(action, *, issuer_id, subject="x", sequence=100, **detail):
    """A line of the journal, beyond what any copy here holds."""
    members = {"action": action, "actor": "key:a", "subject": subject, "outcome": "done", "detail": detail}
    return orjson.dumps(
        chained(members, issuer_id=issuer_id, at=NOW, after=replace(EMPTY, length=sequence - 1, sha256=b"x" * 32))
    )


def revocation(row, **options):
    return line("credential.revoke", issuer_id=row.issuer_id, subject=str(row.id), **journalled.revoked(row), **options)


@pytest.fixture
def town(database):
    """A tenant with two credentials, and one that is beyond the copy."""
    with database.transaction() as session:
        tenant = add_tenant(session)
        rows = award(session, tenant, 2)
        [entry] = allocate(session, tenant)
        lost = new_credential(tenant, entry)
        session.execute(StatusList.__table__.update().values(allocated=2))
    return tenant, rows, lost


def changed(database):
    with database.reading() as session:
        return {row.credential_id for row in session.scalars(select(StatusChange))}


def test_the_lists_of_a_copy_give_out_nothing_any_more(database, town):
    tenant, rows, _ = town
    with database.transaction() as session:
        add_vc_list(session, add_vc_instance(session, tenant.issuer_id).id)
    assert adopt(database, [], now=NOW).lists_closed == 2
    with database.transaction() as session:
        assert allocate(session, tenant)[0].list_id != rows[0].status_list_id
        assert not any(session.scalars(select(VCStatusList.open)))
    assert adopt(database, [], now=NOW).lists_closed == 1


def test_what_the_copy_knows_is_revoked_again_and_only_once(database, town):
    tenant, rows, _ = town
    journal = [revocation(rows[0]), revocation(rows[0]), revocation(rows[0], sequence=101)]
    adopted = adopt(database, journal, now=NOW)
    assert (adopted.revoked, adopted.lost, adopted.not_done, adopted.unreadable) == (1, 0, 0, 0)
    assert changed(database) == {rows[0].id}
    assert adopt(database, journal, now=NOW).revoked == 0
    with database.reading() as session:
        change = status_lists.find_change(session, rows[0].id)
        actions = [line["action"] for line in audit.read_chain(session, tenant.issuer_id)]
    assert (change.actor, change.at) == ("key:a", NOW)
    assert actions == ["credential.revoke", "service.restore"]  # the chain began with it, and was there the second time
    assert audit_reading.check_database(database).findings == []


def test_a_badge_that_only_the_journal_knows_has_its_place_and_no_words(database, town):
    _, _, lost = town
    adopted = adopt(database, [revocation(lost)], now=NOW)
    assert (adopted.revoked, adopted.lost) == (1, 1)
    with database.reading() as session:
        row = session.get(Credential, lost.id)
        assert status_lists.revoked_indexes(session, lost.status_list_id) == [lost.status_index]
        assert session.scalar(select(StatusList.allocated)) == 3
    assert (row.document, row.sha256, row.external_id, row.erased_at) == (b"", lost.sha256, None, NOW)
    assert not any(row.learner.values())


def test_an_achievement_and_a_key_that_the_copy_does_not_know_are_told_as_others_of_the_list(database, town):
    _, rows, lost = town
    newer = replace(lost, achievement_id=uuid4(), revision_id=uuid4(), signing_key_id=uuid4())
    assert adopt(database, [revocation(newer)], now=NOW).lost == 1
    with database.reading() as session:
        row = session.get(Credential, lost.id)
    assert (row.revision_id, row.signing_key_id) == (rows[0].revision_id, rows[0].signing_key_id)


def test_what_cannot_be_done_is_named(database, town):
    tenant, rows, lost = town
    journal = [
        revocation(replace(lost, status_list_id=uuid4())),
        revocation(replace(lost, status_index=rows[0].status_index), sequence=101),
        line("key.rotate", issuer_id=tenant.issuer_id, subject="k2", sequence=102),
        line("issuer.create", issuer_id=uuid4(), subject="did:web:late", sequence=1),
        line("credential.replace", issuer_id=tenant.issuer_id, sequence=103, **journalled.revoked(rows[1])),
    ]
    adopted = adopt(database, journal, now=NOW)
    assert (adopted.not_done, adopted.revoked, adopted.unreadable) == (5, 1, 0)
    assert [named.split(" ")[1:] for named in adopted.named[2:4]] == [
        ["key.rotate", "k2"],
        ["issuer.create", "did:web:late"],
    ]
    assert changed(database) == {rows[1].id}  # a replacement is a revocation, and more than that


def test_lines_that_the_copy_holds_are_not_done_again(database, town):
    tenant, _, _ = town
    with database.transaction() as session:
        record(session, "key.rotate", actor="key", subject="k2", issuer_id=tenant.issuer_id, now=NOW)
    with database.reading() as session:
        known = [orjson.dumps(known) for known in audit.read_chain(session, tenant.issuer_id)]
    assert adopt(database, known, now=NOW).not_done == 0


def test_a_journal_that_turns_up_later_is_not_too_late(database, town):
    """When the chains have long gone on from the copy, and have other lines of the same numbers."""
    tenant, rows, _ = town
    with database.transaction() as session:
        for _ in range(4):
            record(session, "look", actor="key", subject="x", issuer_id=tenant.issuer_id, now=NOW)
    assert adopt(database, [], now=NOW).revoked == 0
    assert adopt(database, [revocation(rows[0], sequence=3)], now=NOW).revoked == 1


def test_revocations_of_the_vc_api(database, town):
    tenant, _, _ = town
    with database.transaction() as session:
        instance = add_vc_instance(session, tenant.issuer_id)
        vc_list = add_vc_list(session, instance.id)
    entries = [[str(vc_list.id), 1], [str(vc_list.id), 77]]
    unknown = [[str(uuid4()), 3]]
    journal = [
        line("vc.revoke", issuer_id=tenant.issuer_id, entries=entries),
        line("vc.revoke", issuer_id=tenant.issuer_id, entries=unknown, sequence=101),
    ]
    adopted = adopt(database, journal, now=NOW)
    assert (adopted.revoked, adopted.not_done) == (2, 1)
    with database.reading() as session:
        assert sorted(session.scalars(select(VCStatusChange.status_index))) == [0, 1, 77]
        assert sorted(session.scalars(select(VCStatusEntry.status_index))) == [0, 1, 77]
        assert session.scalar(select(VCStatusList.allocated)) == 3


def test_api_keys_end_again(database, town):
    with database.transaction() as session:
        api_keys.add_api_key(
            session, key_id=uuid4(), issuer_id=None, name="x", prefix="abcdefghij", secret_sha256=b"x" * 32,
            scopes=["admin"], live=True, expires_at=None, now=NOW,
        )  # fmt: skip
    journal = [
        line("apikey.revoke", issuer_id=None, subject="abcdefghij"),
        line("apikey.revoke", issuer_id=None, subject="of-later", sequence=101),
    ]
    adopted = adopt(database, journal, now=NOW)
    assert (adopted.keys_ended, adopted.not_done) == (1, 0)
    with database.reading() as session:
        assert session.scalar(select(APIKey.revoked_at)) == NOW


STRANGE = [
    b"",
    b"{",
    b"null",
    b"[]",
    b"{}",
    b"\xff",
    line("key.rotate", issuer_id=None).replace(b"key:a", b"key:b"),
    line("credential.revoke", issuer_id=None, revoked={"id": "x"}),
    line("credential.revoke", issuer_id=None, revoked=[]),
    line("vc.revoke", issuer_id=None, entries="x"),
    line("vc.revoke", issuer_id=None),
]


@pytest.mark.parametrize("number", range(len(STRANGE)))
def test_what_is_no_line_is_counted_and_does_nothing(database, town, number):
    adopted = adopt(database, [STRANGE[number]], now=NOW)
    assert (adopted.unreadable, adopted.revoked, adopted.not_done) == (1, 0, 0)
    assert changed(database) == set()


def test_each_chain_tells_where_the_copy_ended(database, town):
    tenant, _, _ = town
    with database.transaction() as session:
        record(session, "look", actor="key", subject="x", issuer_id=tenant.issuer_id, now=NOW)
    with database.reading() as session:
        head = audit.find_head(session, tenant.issuer_id)
    adopt(database, [], now=NOW)
    with database.reading() as session:
        last = list(audit.read_chain(session, tenant.issuer_id))[-1]
    assert (last["action"], last["detail"]) == ("service.restore", {"length": 1, "sha256": head.sha256.hex()})


def test_the_journal_holds_all_but_awards_and_grows_whatever_its_end(sqlite_url, tmp_path):
    file = tmp_path / "journal.ndjson"
    database = Database.open(sqlite_url, journal=file)
    for action in ("credential.issue", "credential.revoke", "vc.issue", "key.rotate"):
        with database.transaction() as session:
            record(session, action, actor="key", subject=action, now=NOW)
        if action == "credential.revoke":
            file.write_bytes(file.read_bytes() + b'{"torn')
    database.close()
    lines = list(read_journal(file))
    assert lines[1] == b'{"torn'
    assert [orjson.loads(lines[n])["action"] for n in (0, 2)] == ["credential.revoke", "key.rotate"]
    assert file.stat().st_mode & 0o777 == 0o600


def test_random_bytes_in_a_journal_never_stop_a_restore(database, town):
    _, rows, _ = town
    chance = random.Random(7)
    good = revocation(rows[0])
    broken = []
    for _ in range(200):
        raw = bytearray(good)
        raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
        broken.append(bytes(raw))
    adopted = adopt(database, [*broken, good], now=NOW)
    assert (adopted.unreadable, adopted.revoked) == (200, 1)
