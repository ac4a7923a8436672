"""A town of two tenants, and one row of every table to vary: for tests of what the database refuses."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

import pytest
from sqlalchemy import insert

from app.models import Base
from app.storage import Database, IntegrityError, NewAuditEvent, audit, broken_constraint, status_lists
from tests.storage.rows import (
    DIGEST,
    NOW,
    add_tenant,
    add_vc_instance,
    add_vc_list,
    allocate,
    award,
)

TABLES = Base.metadata.tables


@dataclass(frozen=True)
class Town:
    """Two tenants with a credential each, and one row of every table to vary."""

    here: object
    there: object
    rows: dict[str, dict]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request, make_database_url):
    """One for all tests here, since none of them leaves anything behind."""
    opened = Database.open(make_database_url(request.param))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def town(database):
    with database.transaction() as session:
        here, there = add_tenant(session, "here"), add_tenant(session, "there")
        [mine], [theirs] = award(session, here), award(session, there)
        spare, [place] = award(session, here)[0], allocate(session, here)
        lists = {tenant: status_lists.list_lists(session, tenant.issuer_id)[0].id for tenant in (here, there)}
        audit.add_events(session, [NewAuditEvent(NOW, "award", "key", here.issuer_id, "x", "done")])
        status_lists.revoke(session, mine.id, issuer_id=None, reason="error", actor="key", now=NOW)
        vc = add_vc_instance(session, here.issuer_id)
        vc_list = add_vc_list(session, vc.id)
    rows = {
        "issuers": {
            "id": uuid4(), "slug": "new", "did": "did:web:new", "profile": {}, "settings": {}, "revision": 1,
            "created_at": NOW, "updated_at": NOW,
        },
        "signing_keys": {
            "id": uuid4(), "issuer_id": here.issuer_id, "kid": "k2", "algorithm": "RS256",
            "purpose": "vc-jwt", "public_jwk": {}, "ciphertext": b"x", "state": "active",
            "created_at": NOW, "retired_at": None, "activates_at": None, "compromised_at": None, "destroyed_at": None,
        },
        "stops": {
            "id": uuid4(), "issuer_id": here.issuer_id, "reason": "r", "actor": "k", "at": NOW,
            "lifted_by": None, "lifted_at": None,
        },
        "api_keys": {
            "id": uuid4(), "issuer_id": here.issuer_id, "name": "n", "prefix": "lrl_live_a",
            "secret_sha256": DIGEST, "scopes": [], "live": True, "created_at": NOW,
        },
        "achievements": {
            "id": here.achievement_id, "issuer_id": here.issuer_id, "slug": "s", "revision": 1,
            "created_at": NOW, "updated_at": NOW,
        },
        "achievement_revisions": {
            "id": uuid4(), "issuer_id": here.issuer_id, "achievement_id": here.achievement_id, "number": 2,
            "definition": {}, "created_at": NOW,
        },
        "images": {
            "sha256": DIGEST, "media_type": "image/png", "content": b"x", "width": 1, "height": 1,
            "created_at": NOW,
        },
        "status_lists": {
            "id": uuid4(), "issuer_id": here.issuer_id, "purpose": "revocation", "number": 2,
            "length": 131_072, "allocated": 0, "version": 1, "open": False, "created_at": NOW,
        },
        "credentials": {
            name: getattr(spare, name) for name in TABLES["credentials"].c.keys()  # noqa: SIM118 - not a dict
        } | {"id": uuid4(), "status_index": place.index, "external_id": "another"},
        "idempotency_keys": {
            "issuer_id": here.issuer_id, "key": "k", "request_sha256": DIGEST, "credential_id": mine.id,
            "created_at": NOW,
        },
        "status_changes": {
            "id": uuid4(), "issuer_id": here.issuer_id, "list_id": lists[here],
            "status_index": spare.status_index, "credential_id": spare.id, "value": "revoked", "reason": "r",
            "actor": "key", "at": NOW,
        },
        "audit_events": {
            "at": NOW, "action": "a", "actor": "k", "issuer_id": here.issuer_id, "subject": "s",
            "outcome": "o", "detail": {},
        },
        "audit_heads": {"chain": uuid4(), "length": 1, "sha256": DIGEST},
        "successions": {
            "predecessor_id": mine.id, "successor_id": spare.id, "issuer_id": here.issuer_id, "kind": "renewal",
            "reason": "r", "actor": "k", "at": NOW,
        },
        "superseded_documents": {
            "credential_id": mine.id, "sha256": DIGEST, "issuer_id": here.issuer_id, "signing_key_id": here.key_id,
            "actor": "k", "at": NOW,
        },
        "erased_completions": {
            "issuer_id": here.issuer_id, "test": False, "digest": DIGEST, "credential_id": mine.id, "at": NOW,
        },
        "endorsements": {
            "id": uuid4(), "issuer_id": here.issuer_id, "achievement_id": here.achievement_id, "form": "json",
            "document": b"x", "sha256": DIGEST, "endorser_id": "did:web:council.example", "endorser_name": None,
            "valid_until": None, "actor": "k", "added_at": NOW, "removed_at": None,
        },
        "vc_instances": {
            "id": uuid4(), "issuer_id": here.issuer_id, "name": "ecdsa-jcs-2019", "did": "did:key:zDn", "kid": "v2",
            "algorithm": "ES256", "ciphertext": b"x", "created_at": NOW,
        },
        "vc_status_lists": {
            "id": uuid4(), "instance_id": vc.id, "purpose": "revocation", "number": 2, "length": 131_072,
            "allocated": 0, "version": 1, "open": False, "created_at": NOW,
        },
        "vc_status_entries": {
            "list_id": vc_list.id, "status_index": 131_071, "credential_sha256": DIGEST, "test": True, "at": NOW,
        },
        "vc_status_changes": {
            "list_id": vc_list.id, "status_index": 1, "value": "revoked", "actor": "k", "at": NOW,
        },
        "receipt_keys": {
            "id": uuid4(), "kid": "r1", "public_jwk": {}, "ciphertext": b"x", "created_at": NOW, "retired_at": None,
        },
    }  # fmt: skip
    rows["achievements"]["id"] = uuid4()
    names = {
        "taken issuer": here.issuer_id, "other issuer": there.issuer_id, "nobody": uuid4(), "mine": mine,
        "theirs": theirs, "there": there, "their list": lists[there], "spare": spare, "vc list": vc_list.id,
    }  # fmt: skip
    return Town(here, there, rows | {"names": names})


def store(session, town, table, **changes):
    """The town's row for the table, changed; by plain SQL, past every check in Python."""
    row = town.rows[table] | changes
    session.execute(insert(TABLES[table]).values(row))
    if table == "achievements":  # the revision is looked for at commit, so there must be one
        revision = {"id": uuid4(), "achievement_id": row["id"], "number": 1}
        session.execute(insert(TABLES["achievement_revisions"]).values(
            town.rows["achievement_revisions"] | {"issuer_id": row["issuer_id"]} | revision
        ))  # fmt: skip


def refusal(database, town, table, *changes):
    """The rule that the last of the rows breaks."""
    try:
        with database.transaction() as session:
            for change in changes:
                store(session, town, table, **change)
    except IntegrityError as error:
        return broken_constraint(error)
    pytest.fail("the row was taken")


@contextmanager
def undone(database):
    """A transaction that leaves the town as it was."""
    with database.transaction() as session:
        yield session
        session.rollback()
