from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from app.errors import NotFoundError
from app.models import KeyPurpose, KeyState
from app.storage import IntegrityError, broken_constraint, keys
from tests.storage.rows import NOW, add_issuer, add_key

LATER = NOW + timedelta(days=1)


@pytest.fixture
def issuer(database):
    with database.transaction() as session:
        return add_issuer(session)


def test_a_key_comes_back_as_it_was_stored(database, issuer):
    with database.transaction() as session:
        add_key(session, issuer.id)
    with database.reading() as session:
        key = keys.get_key(session, issuer.id, "k1")
    assert (key.algorithm, key.purpose, key.state) == ("EdDSA", "data-integrity", "active")
    assert (key.public_jwk, key.ciphertext, key.created_at, key.retired_at) == ({"kty": "OKP"}, b"sealed", NOW, None)


def test_a_key_is_retired_before_its_successor_is_added(database, issuer):
    with database.transaction() as session:
        old = add_key(session, issuer.id)
        with pytest.raises(IntegrityError) as refused, session.begin_nested():
            add_key(session, issuer.id, kid="k2")
        assert broken_constraint(refused.value) == "uq_signing_keys_active"
        keys.retire_key(session, old, now=LATER)
        add_key(session, issuer.id, kid="k2")
    with database.reading() as session:
        assert keys.get_active_key(session, issuer.id, KeyPurpose.DATA_INTEGRITY).kid == "k2"
        assert [(key.kid, key.state, key.retired_at) for key in keys.list_keys(session, issuer.id)] == [
            ("k1", KeyState.RETIRED, LATER),
            ("k2", KeyState.ACTIVE, None),
        ]


def test_one_key_a_purpose(database, issuer):
    with database.transaction() as session:
        add_key(session, issuer.id)
        add_key(session, issuer.id, kid="j1", purpose=KeyPurpose.VC_JWT)
    with database.reading() as session:
        assert keys.get_active_key(session, issuer.id, "vc-jwt").kid == "j1"


def test_a_key_that_is_not_there(database, issuer):
    with database.reading() as session:
        assert keys.find_key(session, issuer.id, "k1") is None
        assert keys.find_active_key(session, issuer.id, "vc-jwt") is None
        assert keys.list_keys(session, uuid4()) == ()
        with pytest.raises(NotFoundError):
            keys.get_key(session, issuer.id, "k1")
        with pytest.raises(NotFoundError):
            keys.get_active_key(session, issuer.id, "vc-jwt")


def test_a_key_of_an_unknown_algorithm_is_refused():
    with pytest.raises(ValueError, match="HS256"):
        keys.add_key(
            None,
            key_id=uuid4(),
            issuer_id=uuid4(),
            kid="k",
            algorithm="HS256",
            purpose="vc-jwt",
            public_jwk={},
            ciphertext=b"",
            now=NOW,
        )
