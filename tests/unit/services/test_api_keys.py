"""API keys: how they look."""

from __future__ import annotations

import re

import pytest

from app.keystore import EnvelopeKeystore, KeyEncryptionKey
from app.services import actors, api_keys
from app.services.api_keys import KnownKey, NewKey
from app.services.instance import Instance
from app.services.site import Site

INSTANCE = Instance(Site("https://badges.example"), EnvelopeKeystore(KeyEncryptionKey(b"k" * 32)))


@pytest.mark.parametrize("live", [True, False])
def test_a_token_tells_its_kind_and_is_found_by_its_prefix(live):
    token = api_keys._new_token(INSTANCE, live=live)
    match = actors._TOKEN.fullmatch(token)
    assert match[1] == ("live" if live else "test")
    assert match[2] == api_keys._prefix(token)


def test_tokens_are_random_in_every_part():
    tokens = [api_keys._new_token(INSTANCE, live=True) for _ in range(200)]
    assert len(set(tokens)) == len({api_keys._prefix(token) for token in tokens}) == 200
    assert all(re.fullmatch(r"lrl_live_[a-z2-7]{62}", token) for token in tokens)


def test_a_new_key_does_not_show_its_token_by_accident():
    token = api_keys._new_token(INSTANCE, live=True)
    assert token not in repr(NewKey(KnownKey(None, None), token))
