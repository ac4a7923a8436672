"""What is erased is in no file of the database any more, among whatever else is there."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import make_url, select, text

from app.errors import NotFoundError
from app.models import Credential
from app.storage import Database, IntegrityError, credentials, erasures, idempotency, issuers
from tests.storage.rows import NOW, add_tenant, award

MARK = b"kanarienvogel"


@pytest.fixture
def tenant(database):
    with database.transaction() as session:
        return add_tenant(session)


def mark_of(number):
    return f"{MARK.decode()}-{number:04}-"


def marked(number):
    """A credential's columns that tell of a person; some documents fill a page, some several, some a part of one."""
    mark = mark_of(number)
    return {
        "document": (mark * (20, 200, 900)[number % 3]).encode(),
        "external_id": mark + "external",
        "learner": {"name": mark + "name", "email": mark + "email", "did": None},
        "request_sha256": hashlib.sha256(mark.encode()).digest(),
    }


def fill(database, tenant, count):
    rows = []
    for number in range(count):
        with database.transaction() as session:
            rows += award(session, tenant, **marked(number))
            credentials.keep_jwt(session, rows[-1].id, mark_of(number) * 100)
            key = idempotency.NewIdempotencyKey(
                tenant.issuer_id, f"{mark_of(number)}key", rows[-1].request_sha256, rows[-1].id, NOW
            )
            idempotency.insert_idempotency_keys(session, [key])
    return rows


def erase(database, rows):
    with database.transaction() as session:
        for row in rows:
            erasures.forget_person(session, row.id, at=NOW)
            erasures.forget_requests(session, row.issuer_id, row.id)


def in_files(url, mark):
    folder = Path(make_url(url).database).parent
    return {path.name for path in folder.iterdir() if mark in path.read_bytes()}


def test_sqlite_keeps_nothing_of_what_was_erased_in_any_file(sqlite_url):
    """Neighbours in the same pages stay; pages were split and freed many times before."""
    database = Database.open(sqlite_url)
    with database.transaction() as session:
        tenant = add_tenant(session)
    rows = fill(database, tenant, 300)
    gone = rows[::2]
    assert in_files(sqlite_url, mark_of(0).encode())
    erase(database, gone)
    database.scrub()
    for number in range(0, 300, 2):
        for mark in (
            f"{MARK.decode()}-{number:04}-",
            f"{MARK.decode()}-key-{number}\0",
            f"jwt-{MARK.decode()}-{number}j",
        ):
            assert in_files(sqlite_url, mark.encode()) == set(), mark
    for row in rows[1::2]:
        with database.reading() as session:
            assert credentials.get_document(session, row.id).document == row.document
    database.close()


def test_the_log_is_emptied_while_others_read_and_write(sqlite_url):
    """A reader in the midst of something is waited for; one that has ended, or is idle, is in nobody's way."""
    database, other = Database.open(sqlite_url), Database.open(sqlite_url)
    with database.transaction() as session:
        tenant = add_tenant(session)
    rows = fill(database, tenant, 3)
    with other.reading() as session:
        assert session.scalar(select(Credential.id)) is not None
    with other.asking() as live:
        assert live.find_signed_bytes(rows[0].id) == rows[0].document
    erase(database, rows)
    database.scrub()
    assert in_files(sqlite_url, MARK) == set()
    with other.asking() as live:
        assert live.find_signed_bytes(rows[0].id) == b""
    for each in (database, other):
        each.close()


def test_without_overwriting_there_would_be_remains(sqlite_url):
    """The setting of the writer is what does it: the search finds them otherwise."""
    database = Database.open(sqlite_url)
    with database.transaction() as session:
        tenant = add_tenant(session)
        session.connection().exec_driver_sql("PRAGMA secure_delete=OFF")
    rows = fill(database, tenant, 30)
    erase(database, rows)
    database.scrub()
    assert in_files(sqlite_url, MARK)
    database.close()


def test_what_is_left_of_an_erased_credential(database, tenant):
    [row] = fill(database, tenant, 1)
    erase(database, [row])
    with database.reading() as session:
        left = credentials.get_credential(session, row.id, issuer_id=None)
    assert (left.document, left.jwt, left.learner, left.external_id) == (b"", None, {}, None)
    assert left.request_sha256 == bytes(32)
    kept = ("id", "issuer_id", "achievement_id", "status_list_id", "status_index", "sha256", "source", "awarded_at")
    assert [getattr(left, name) for name in kept] == [getattr(row, name) for name in kept]
    assert left.erased_at == NOW


def test_an_erased_credential_takes_no_token_any_more(database, tenant):
    """Somebody asked for that form at the same moment."""
    [row] = fill(database, tenant, 1)
    erase(database, [row])
    with database.transaction() as session, pytest.raises(NotFoundError):
        credentials.keep_jwt(session, row.id, "late")


def test_a_pepper_is_made_once(database, tenant):
    with database.transaction() as session:
        assert issuers.hold_issuer(session, tenant.issuer_id) is None
        erasures.keep_pepper(session, tenant.issuer_id, b"first")
        erasures.keep_pepper(session, tenant.issuer_id, b"second")
    with database.transaction() as session:
        assert issuers.hold_issuer(session, tenant.issuer_id) == b"first"


def test_a_completion_is_found_by_its_digest_for_its_issuer_and_kind_alone(database, tenant):
    [row] = fill(database, tenant, 1)
    digest, unknown = hashlib.sha256(b"a").digest(), hashlib.sha256(b"b").digest()
    with database.transaction() as session:
        other = add_tenant(session, "elsewhere")
        new = erasures.NewErasedCompletion(tenant.issuer_id, False, digest, row.id, NOW)
        erasures.add_erased_completion(session, new)
    with database.reading() as session:

        def find(issuer_id, *, test):
            return erasures.find_erased_completions(session, issuer_id, [digest, unknown] * 600, test=test)

        assert find(tenant.issuer_id, test=False) == {digest}
        assert find(tenant.issuer_id, test=True) == find(other.issuer_id, test=False) == set()
    with pytest.raises(IntegrityError), database.transaction() as session:
        erasures.add_erased_completion(session, new)


@pytest.mark.parametrize("rewrite", [False, True])
def test_postgresql_lets_go_of_dead_rows(postgresql_url, rewrite):
    database = Database.open(postgresql_url)
    with database.transaction() as session:
        tenant = add_tenant(session)
    erase(database, fill(database, tenant, 20))
    database.scrub()  # nothing to do, and no harm
    database.vacuum(("credentials", "idempotency_keys"), rewrite=rewrite)
    with database.reading() as session:
        dead = text("SELECT n_dead_tup FROM pg_stat_all_tables WHERE relname = 'credentials'")
        assert session.scalar(dead) == 0
    with database.transaction() as session:  # the connection is one for transactions again
        award(session, tenant)
    database.close()
