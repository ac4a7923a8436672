"""What the holder of an API key may do."""

from __future__ import annotations

import uuid

import pytest

from app.errors import ForbiddenError
from app.services.actors import TERMINAL, Actor

RIVERSIDE, OTHER = uuid.uuid4(), uuid.uuid4()


def actor(*scopes, issuer_id=RIVERSIDE):
    return Actor("key:x", issuer_id, frozenset(scopes), test=False)


@pytest.mark.parametrize("scope", ["read", "issue", "revoke", "manage"])
def test_a_key_may_do_what_its_scopes_say(scope):
    actor(scope).require(scope)
    actor("admin", issuer_id=None).require(scope)
    for other in {"read", "issue", "revoke", "manage", "admin"} - {scope}:
        with pytest.raises(ForbiddenError, match=other):
            actor(scope).require(other)


def test_a_bound_key_sees_its_own_issuer():
    assert actor().may_see(RIVERSIDE)
    assert not actor().may_see(OTHER)
    assert actor("admin", issuer_id=None).may_see(OTHER)
    assert TERMINAL.is_admin
