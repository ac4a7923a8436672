"""The way in for awards: groups, losses, and one request at a time for one Idempotency-Key."""

from __future__ import annotations

import threading
import uuid
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from app.errors import InFlightError, NotFoundError, StorageFullError
from app.services import writer as writing
from app.services.actors import TERMINAL
from app.services.awards import Awarded, Refused
from app.services.writer import GROUP_ROWS, IssuingWriter

NOW = datetime(2026, 5, 10, tzinfo=UTC)


class Storage:
    """Transactions that count themselves, and fail from the one named on."""

    def __init__(self, *, full_from=None):
        self.committed = self.begun = 0
        self.full_from = full_from

    @contextmanager
    def transaction(self):
        self.begun += 1
        if self.full_from is not None and self.begun >= self.full_from:
            raise StorageFullError("The disk of the database is full.")
        yield None
        self.committed += 1


@pytest.fixture
def awarded(monkeypatch):
    """Replaces the award: each row becomes a credential, and what was asked is kept."""
    asked = []

    def award(_session, completions, **_options):
        asked.append(list(completions))
        return [Awarded(uuid.uuid4(), replayed=False) for _ in completions]

    monkeypatch.setattr(writing, "award", award)
    return asked


def many(writer, count):
    return list(writer.award_many(list(range(count)), actor=TERMINAL, now=NOW))


@pytest.mark.parametrize("count", [0, 1, GROUP_ROWS - 1, GROUP_ROWS, GROUP_ROWS + 1, 3 * GROUP_ROWS])
def test_rows_go_in_groups_in_order(awarded, count):
    storage = Storage()
    assert len(many(IssuingWriter(storage, None), count)) == count
    assert [row for group in awarded for row in group] == list(range(count))
    assert storage.committed == len(awarded) == -(-count // GROUP_ROWS)


def test_each_group_is_durable_before_the_next_begins(awarded):
    storage = Storage()
    outcomes = IssuingWriter(storage, None).award_many(list(range(2 * GROUP_ROWS)), actor=TERMINAL, now=NOW)
    next(outcomes)
    assert (storage.begun, storage.committed) == (1, 1)


def test_when_storage_goes_away_what_is_done_stays_done_and_the_rest_is_refused(awarded):
    storage = Storage(full_from=2)
    outcomes = many(IssuingWriter(storage, None), 3 * GROUP_ROWS)
    assert all(isinstance(outcome, Awarded) for outcome in outcomes[:GROUP_ROWS])
    assert {type(outcome.error) for outcome in outcomes[GROUP_ROWS:]} == {StorageFullError}
    assert storage.begun == 2


def test_one_refused_completion_raises_its_error(monkeypatch):
    monkeypatch.setattr(writing, "award", lambda *_args, **_options: [Refused(NotFoundError("nothing"))])
    with pytest.raises(NotFoundError, match="nothing"):
        IssuingWriter(Storage(), None).award_one(None, actor=TERMINAL, now=NOW)


def test_a_key_in_flight_is_refused_until_its_request_has_ended(monkeypatch):
    entered, leave = threading.Event(), threading.Event()

    def award(*_args, **_options):
        entered.set()
        assert leave.wait(5)
        return [Awarded(uuid.uuid4(), replayed=False)]

    monkeypatch.setattr(writing, "award", award)
    writer = IssuingWriter(Storage(), None)

    def post(key):
        return writer.award_one(None, actor=TERMINAL, now=NOW, idempotency_key=key)

    first = threading.Thread(target=post, args=("a",))
    first.start()
    assert entered.wait(5)
    with pytest.raises(InFlightError):
        post("a")
    leave.set()
    first.join(5)
    assert isinstance(post("a"), Awarded)
    assert isinstance(post("b"), Awarded)


def test_a_key_is_free_again_after_a_failure(awarded):
    writer = IssuingWriter(Storage(full_from=1), None)
    for _ in range(2):
        with pytest.raises(StorageFullError):
            writer.award_one(None, actor=TERMINAL, now=NOW, idempotency_key="a")
