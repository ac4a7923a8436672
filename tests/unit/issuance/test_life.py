"""What may still be done with a credential, by everything that can be on record about it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.errors import InvalidTransitionError
from app.issuance import Move, Standing, State, require_move

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
FACTS = {
    "new": {},
    "renewed": {"succeeded": True},
    "revoked": {"revoked": True},
    "replaced": {"revoked": True, "replaced": True, "succeeded": True},
    "erased": {"erased": True},
    "revoked and erased": {"revoked": True, "erased": True},
}
ALLOWED = {
    "new": {Move.REVOKE, Move.RENEW, Move.REPLACE, Move.RESIGN, Move.ERASE, Move.CHANGE},
    "renewed": {Move.REVOKE, Move.RESIGN, Move.ERASE, Move.CHANGE},
    "revoked": {Move.REPLACE, Move.RESIGN, Move.ERASE, Move.CHANGE},
    "replaced": {Move.RESIGN, Move.ERASE, Move.CHANGE},
    "erased": {Move.REVOKE},
    "revoked and erased": set(),
}


@pytest.mark.parametrize("move", Move)
@pytest.mark.parametrize("name", FACTS)
def test_what_may_be_done(name: str, move: Move):
    standing = Standing(None, **FACTS[name])
    if move in ALLOWED[name]:
        require_move(move, standing)
    else:
        with pytest.raises(InvalidTransitionError, match=r"\w+.*\.$"):
            require_move(move, standing)


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("new", State.ACTIVE),
        ("renewed", State.ACTIVE),
        ("revoked", State.REVOKED),
        ("replaced", State.REPLACED),
        ("erased", State.ERASED),
        ("revoked and erased", State.ERASED),
    ],
)
def test_the_state_is_what_says_most(name: str, state: State):
    assert Standing(None, **FACTS[name]).state(NOW) is state
    ended = Standing(NOW - timedelta(days=1), **FACTS[name]).state(NOW)
    assert ended is (State.EXPIRED if state is State.ACTIVE else state)


@pytest.mark.parametrize(("seconds", "state"), [(1, State.ACTIVE), (0, State.ACTIVE), (-1, State.EXPIRED)])
def test_it_is_valid_until_the_moment_that_it_names(seconds: int, state: State):
    assert Standing(NOW + timedelta(seconds=seconds)).state(NOW) is state
