from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from app import models
from app.errors import InvalidTransitionError
from app.issuance import KeyMove, KeyState, due_key, next_state, require_earlier
from app.schemas.keys import Purpose, State

NOW = datetime(2026, 5, 10, 12, 0, tzinfo=UTC)
AFTER = {
    KeyMove.ACTIVATE: {"pending": "active"},
    KeyMove.RETIRE: {"active": "retired"},
    KeyMove.COMPROMISE: {
        "pending": "compromised",
        "retired": "compromised",
        "compromised": "compromised",
        "destroyed": "destroyed",
    },
    KeyMove.DESTROY: {"pending": "destroyed", "retired": "destroyed", "compromised": "destroyed"},
    KeyMove.RESIGN: {"retired": "retired", "compromised": "compromised", "destroyed": "destroyed"},
}


@pytest.mark.parametrize("state", KeyState)
@pytest.mark.parametrize("move", KeyMove)
def test_every_move_from_every_state(move, state):
    after = AFTER[move].get(state)
    if after is None:
        with pytest.raises(InvalidTransitionError, match=r"^The key is .+\.$"):
            next_state(move, state)
    else:
        assert next_state(move, state) == after


def test_the_states_are_those_of_the_table():
    assert [state.value for state in KeyState] == [state.value for state in models.KeyState]


def test_states_and_purposes_are_those_of_the_api():
    assert list(get_args(State)) == [state.value for state in models.KeyState]
    assert list(get_args(Purpose)) == [purpose.value for purpose in models.KeyPurpose]


@pytest.mark.parametrize(
    ("known", "allowed"),
    [(None, True), (NOW + timedelta(hours=1), True), (NOW, False), (NOW - timedelta(hours=1), False)],
    ids=["stated for the first time", "earlier than was thought", "the same again", "later, which would make good"],
)
def test_since_when_a_key_counts_no_more(known, allowed):
    if allowed:
        require_earlier(NOW, known)
    else:
        with pytest.raises(InvalidTransitionError, match="only an earlier moment"):
            require_earlier(NOW, known)


@dataclass
class Key:
    state: KeyState
    activates_at: datetime | None = None


def pending(minutes):
    return Key(KeyState.PENDING, NOW + timedelta(minutes=minutes))


DUE, LATER = pending(-5), pending(-1)
CASES = [
    ("nothing waits", [Key(KeyState.ACTIVE)], None),
    ("one waits, not yet", [Key(KeyState.ACTIVE), pending(1)], None),
    ("one waits without a time", [Key(KeyState.PENDING)], None),
    ("its time has come", [Key(KeyState.ACTIVE), DUE], DUE),
    ("of two the later", [LATER, DUE], LATER),
    ("it leaked while it waited", [Key(KeyState.COMPROMISED, NOW - timedelta(minutes=5))], None),
]


@pytest.mark.parametrize(("keys", "due"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_which_key_takes_over(keys, due):
    assert due_key(keys, NOW) is due


def test_it_takes_over_at_that_very_moment():
    assert due_key([pending(0)], NOW) is not None
