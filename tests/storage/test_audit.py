from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from sqlalchemy import text

from app import strictjson
from app.services import audit_reading
from app.services.audit import record, record_all
from app.storage import Database, NewAuditEvent, audit
from app.storage.audit_chain import EMPTY, NO_ISSUER
from tests.storage.rows import NOW, add_issuer


def test_events_come_latest_first_and_page_by_id(database):
    with database.transaction() as session:
        here, there = add_issuer(session, "here"), add_issuer(session, "there")
        audit.add_events(session, [])
    for n, owner in enumerate([here.id, there.id, None, here.id, here.id]):
        with database.transaction() as session:
            audit.add_events(session, [NewAuditEvent(NOW, "award", "key", owner, f"s{n}", "done", {"n": n})])
    with database.reading() as session:
        everybody = audit.list_events(session, issuer_id=None)
        first = audit.list_events(session, issuer_id=here.id, limit=2)
        rest = audit.list_events(session, issuer_id=here.id, before=first[-1].id)
    assert [event.subject for event in everybody] == ["s4", "s3", "s2", "s1", "s0"]
    assert [event.subject for event in first + rest] == ["s4", "s3", "s0"]
    assert (rest[0].at, rest[0].detail, rest[0].issuer_id) == (NOW, {"n": 0}, here.id)


def add(session, issuer_id, *subjects):
    record_all(session, "look", actor="key", subjects=subjects, now=NOW, issuer_id=issuer_id, detail={"é": [1, "x"]})


def assert_whole(database, lines):
    checked = audit_reading.check_database(database)
    assert (checked.findings, checked.lines) == ([], lines)


def test_each_issuer_has_a_chain_and_so_has_what_concerns_none(database):
    with database.transaction() as session:
        here, there = add_issuer(session, "here"), add_issuer(session, "there")
        add(session, here.id, "1", "2")
        add(session, None, "3")
        add(session, there.id, "4")
    with database.transaction() as session:
        add(session, here.id, "5")
        assert audit.find_head(session, here.id).length == 2  # written at the end
    with database.reading() as session:
        heads = audit.heads(session)
        assert {chain: head.length for chain, head in heads.items()} == {here.id: 3, there.id: 1, NO_ISSUER: 1}
        lines = list(audit.read_chain(session, here.id))
        assert audit.find_head(session, there.id) == heads[there.id] != EMPTY
    assert [(line["sequence"], line["subject"]) for line in lines] == [(1, "1"), (2, "2"), (3, "5")]
    assert_whole(database, 5)


def test_what_is_rolled_back_leaves_no_gap(database):
    with database.transaction() as session:
        issuer = add_issuer(session)
        add(session, issuer.id, "1")
    with suppress(ZeroDivisionError), database.transaction() as session:
        add(session, issuer.id, "lost")
        raise ZeroDivisionError
    with database.transaction() as session:
        add(session, issuer.id, "2")
    assert_whole(database, 2)


def test_transactions_that_record_for_several_issuers_side_by_side(database):
    """In any order, and while the chains begin: none waits for another in a circle, and every chain is whole."""
    with database.transaction() as session:
        owners = [None, *(add_issuer(session, slug).id for slug in ("here", "there", "elsewhere"))]

    def work(seed):
        chance = random.Random(seed)
        for number in range(12):
            with database.transaction() as session:
                for owner in chance.sample(owners, k=3):
                    add(session, owner, f"{seed}/{number}")

    with ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(work, seed) for seed in range(6)]:
            done.result()
    assert_whole(database, 6 * 12 * 3)


def test_lines_of_the_release_before_stay_as_they_are(database):
    with database.transaction() as session:
        session.execute(
            text(
                "INSERT INTO audit_events (at, action, actor, subject, outcome, detail)"
                " VALUES ('2026-01-01 00:00:00+00:00', 'look', 'key', 'x', 'done', '{}')"
            )
            if database.dialect == "postgresql"
            else text(
                "INSERT INTO audit_events (at, action, actor, subject, outcome, detail)"
                " VALUES ('2026-01-01 00:00:00.000000', 'look', 'key', 'x', 'done', '{}')"
            )
        )
    with database.transaction() as session:
        record(session, "look", actor="key", subject="y", now=NOW)
    checked = audit_reading.check_database(database)
    assert (checked.findings, checked.lines, checked.unchained) == ([], 1, 1)
    with database.reading() as session:
        assert [line["sequence"] for line in audit_reading.export(session)] == [None, 1]


TAMPERING = {
    "another actor": ("UPDATE audit_events SET actor = 'x' WHERE sequence = 5", 5),
    "another detail": ("""UPDATE audit_events SET detail = '{"n": 1}' WHERE sequence = 5""", 5),
    "no JSON": ("UPDATE audit_events SET detail = '[5' WHERE sequence = 5", 5),
    "no issuer": ("UPDATE audit_events SET issuer_id = NULL WHERE sequence = 5", 5),
    "taken out": ("DELETE FROM audit_events WHERE sequence = 5", 6),
    "unchained": ("UPDATE audit_events SET chain = NULL WHERE sequence = 5", 6),
    "swapped": ("UPDATE audit_events SET sequence = 16 - sequence WHERE sequence IN (5, 11)", 5),
}


@pytest.mark.parametrize(("statement", "line"), TAMPERING.values(), ids=TAMPERING)
def test_the_first_bad_line_is_named(sqlite_url, statement, line):
    database = filled(sqlite_url, 12)
    tamper(database, statement)
    [finding] = audit_reading.check_database(database).findings
    assert f"line {line}:" in finding
    database.close()


def test_a_tail_that_was_cut_off_with_its_head_is_found_by_a_head_that_was_kept(sqlite_url):
    database = filled(sqlite_url, 12)
    with database.reading() as session:
        kept = audit_reading.heads_document(session, now=NOW)
    tamper(database, "DELETE FROM audit_events WHERE sequence > 9")
    [finding] = audit_reading.check_database(database).findings
    assert "ends with line 9, and its head says 12" in finding
    with database.reading() as session:
        last = list(audit.read_chain(session, audit.chains(session)[0]))[-1]
    tamper(database, f"UPDATE audit_heads SET length = 9, sha256 = x'{last['sha256']}'")
    assert audit_reading.check_database(database).findings == []
    known = audit_reading.read_heads(strictjson.dumps(kept))
    [finding] = audit_reading.check_database(database, known=known).findings
    assert "it has 9 lines, and had 12" in finding
    database.close()


def filled(url, count):
    database = Database.open(url)
    with database.transaction() as session:
        add(session, add_issuer(session).id, *map(str, range(count)))
    assert_whole(database, count)
    return database


def tamper(database, statement):
    """As somebody who may write to the file: no trigger and no index stands in the way."""
    with database.transaction() as session:
        for name in ("audit_events_no_update", "audit_events_no_delete"):
            session.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        session.execute(text("DROP INDEX IF EXISTS uq_audit_events_chain"))
        session.execute(text(statement))
