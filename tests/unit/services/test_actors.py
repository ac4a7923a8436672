"""API keys: how they look, and what their holder may do."""

from __future__ import annotations

import re
import uuid

import pytest

from app.errors import ForbiddenError
from app.keystore import EnvelopeKeystore, KeyEncryptionKey
from app.services import actors
from app.services.actors import TERMINAL, Actor, KnownKey, NewKey
from app.services.instance import Instance
from app.services.site import Site

RIVERSIDE, OTHER = uuid.uuid4(), uuid.uuid4()
INSTANCE = Instance(Site("https://badges.example"), EnvelopeKeystore(KeyEncryptionKey(b"k" * 32)))


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


@pytest.mark.parametrize("test", [True, False])
def test_a_token_tells_its_kind_and_is_found_by_its_prefix(test):
    token = actors._new_token(INSTANCE, test=test)
    match = actors._TOKEN.fullmatch(token)
    assert match[1] == ("test" if test else "live")
    assert match[2] == actors._prefix(token)


def test_tokens_are_random_in_every_part():
    tokens = [actors._new_token(INSTANCE, test=False) for _ in range(200)]
    assert len(set(tokens)) == len({actors._prefix(token) for token in tokens}) == 200
    assert all(re.fullmatch(r"lrl_live_[a-z2-7]{62}", token) for token in tokens)


def test_a_new_key_does_not_show_its_token_by_accident():
    token = actors._new_token(INSTANCE, test=False)
    assert token not in repr(NewKey(KnownKey(None, None), token))
