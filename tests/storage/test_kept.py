"""What happened stays as it is: the database refuses, whoever asks."""

from __future__ import annotations

import pytest
from sqlalchemy import Uuid, bindparam, text

from app.storage import IntegrityError
from tests.storage.rows import DIGEST
from tests.storage.town import database, store, town, undone

__all__ = ["database", "town"]  # fixtures

KEPT = {
    "what a revision says": "UPDATE achievement_revisions SET definition = '{}'",
    "a revision at all": "DELETE FROM achievement_revisions",
    "the bytes of a credential": "UPDATE credentials SET document = sha256",
    "the digest of a credential": "UPDATE credentials SET sha256 = request_sha256",
    "the status index of a credential": "UPDATE credentials SET status_index = status_index + 1",
    "the issuer of a credential": "UPDATE credentials SET issuer_id = id",
    "a credential at all": "DELETE FROM credentials WHERE external_id NOT IN (SELECT 'x')",
    "a revocation": "UPDATE status_changes SET reason = 'never mind'",
    "a revocation at all": "DELETE FROM status_changes",
    "an entry of a signing instance": "UPDATE vc_status_entries SET status_index = status_index + 1",
    "an entry of a signing instance at all": "DELETE FROM vc_status_entries",
    "a revocation by a signing instance": "UPDATE vc_status_changes SET actor = 'nobody'",
    "a revocation by a signing instance at all": "DELETE FROM vc_status_changes",
    "what followed a credential": "UPDATE successions SET kind = 'renewal'",
    "what followed a credential at all": "DELETE FROM successions",
    "that bytes were superseded": "UPDATE superseded_documents SET actor = 'nobody'",
    "that bytes were superseded at all": "DELETE FROM superseded_documents",
    "that a completion was erased": "UPDATE erased_completions SET test = NOT test",
    "that a completion was erased at all": "DELETE FROM erased_completions",
    "a line of the audit log": "UPDATE audit_events SET actor = 'somebody else'",
    "a line of the audit log at all": "DELETE FROM audit_events",
}


@pytest.mark.parametrize("name", KEPT)
def test_what_happened_cannot_be_changed(database, town, name):
    with undone(database) as session:
        for table in ("successions", "superseded_documents", "erased_completions"):
            store(session, town, table)
        with pytest.raises(IntegrityError, match="are kept as they are"):
            session.execute(text(KEPT[name]))


def test_signed_bytes_make_room_for_others_when_they_are_on_record(database, town):
    change = "UPDATE credentials SET document = sha256, sha256 = request_sha256 WHERE id = :id"
    with undone(database) as session:
        store(session, town, "superseded_documents", sha256=town.rows["names"]["mine"].sha256)
        session.execute(_by_id(change), {"id": town.rows["names"]["mine"].id})
    with undone(database) as session:
        store(session, town, "superseded_documents", sha256=DIGEST)  # of other bytes
        with pytest.raises(IntegrityError, match="are kept as they are"):
            session.execute(_by_id(change), {"id": town.rows["names"]["mine"].id})


def test_signed_bytes_are_emptied_for_good(database, town):
    erase = "UPDATE credentials SET erased_at = issued_at, document = :nothing WHERE id = :id"
    which = {"id": town.rows["names"]["mine"].id}
    with undone(database) as session:
        session.execute(_by_id(erase), which | {"nothing": b""})
        with pytest.raises(IntegrityError, match="are kept as they are"):
            session.execute(_by_id("UPDATE credentials SET erased_at = NULL, document = sha256 WHERE id = :id"), which)


@pytest.mark.parametrize(
    "change",
    [
        "erased_at = issued_at, document = sha256",
        "erased_at = issued_at, document = :nothing, sha256 = request_sha256",
        "document = :nothing",
    ],
)
def test_erasure_leaves_no_bytes_and_keeps_the_digest(database, town, change):
    values = {"id": town.rows["names"]["mine"].id, "nothing": b""}
    used = {name: value for name, value in values.items() if name == "id" or f":{name}" in change}
    with pytest.raises(IntegrityError, match="are kept as they are"), database.transaction() as session:
        session.execute(_by_id(f"UPDATE credentials SET {change} WHERE id = :id"), used)


def _by_id(statement):
    return text(statement).bindparams(bindparam("id", type_=Uuid()))


def test_the_token_of_a_credential_may_come_later(database, town):
    with undone(database) as session:
        session.execute(text("UPDATE credentials SET jwt = 'a.b.c'"))
