from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from app.errors import NotFoundError
from app.storage import api_keys
from tests.storage.rows import DIGEST, NOW, add_issuer

LATER = NOW + timedelta(days=1)


def add(session, prefix, issuer_id=None, **changes):
    values = {
        "key_id": uuid4(),
        "issuer_id": issuer_id,
        "name": "moodle",
        "prefix": prefix,
        "secret_sha256": DIGEST,
        "scopes": ["issue", "read"],
        "live": True,
        "now": NOW,
    }
    return api_keys.add_api_key(session, **values | changes)


def test_a_key_is_found_by_its_prefix(database):
    with database.transaction() as session:
        add(session, "lrl_live_abc", expires_at=LATER)
    with database.reading() as session:
        key = api_keys.find_api_key_by_prefix(session, "lrl_live_abc")
        assert api_keys.find_api_key_by_prefix(session, "lrl_live_xyz") is None
    assert (key.secret_sha256, key.scopes, key.live, key.issuer_id) == (DIGEST, ["issue", "read"], True, None)
    assert (key.created_at, key.expires_at, key.revoked_at, key.last_used_at) == (NOW, LATER, None, None)


def test_a_tenant_sees_its_own_keys_only(database):
    with database.transaction() as session:
        here, there = add_issuer(session, "here"), add_issuer(session, "there")
        mine, theirs = add(session, "a", here.id), add(session, "b", there.id)
        add(session, "c")
    with database.reading() as session:
        assert api_keys.get_api_key(session, mine.id, issuer_id=here.id).prefix == "a"
        assert api_keys.get_api_key(session, theirs.id, issuer_id=None).prefix == "b"
        with pytest.raises(NotFoundError):
            api_keys.get_api_key(session, theirs.id, issuer_id=here.id)
        assert [key.prefix for key in api_keys.list_api_keys(session, issuer_id=here.id).items] == ["a"]
        assert len(api_keys.list_api_keys(session, issuer_id=None).items) == 3


def test_the_first_revocation_counts_and_use_is_noted(database):
    with database.transaction() as session:
        key = add(session, "a")
        api_keys.touch_api_keys(session, {key.id}, now=NOW)
        api_keys.revoke_api_key(session, key, now=NOW)
        api_keys.revoke_api_key(session, key, now=LATER)
    with database.reading() as session:
        key = api_keys.get_api_key(session, key.id, issuer_id=None)
    assert (key.revoked_at, key.last_used_at) == (NOW, NOW)
