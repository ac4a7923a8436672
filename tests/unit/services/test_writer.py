"""The way in for awards: what comes together is committed together, and nobody pays for a neighbour."""

from __future__ import annotations

import threading
import uuid
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from app.errors import (
    InFlightError,
    NotFoundError,
    OverloadedError,
    SigningFaultError,
    StorageFullError,
    StorageUnavailableError,
)
from app.services import writer as writing
from app.services.actors import TERMINAL
from app.services.awards import Awarded, Refused, Request
from app.services.writer import GROUP_ROWS, IssuingWriter

NOW = datetime(2026, 5, 10, tzinfo=UTC)
SOON = 10  # seconds; nothing here takes long unless it hangs


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


class Awards:
    """Stands for `award`: keeps the groups it was given, fails for chosen rows, and waits while the gate is shut."""

    def __init__(self):
        self.groups = []
        self.faults = {}
        self.gate = threading.Event()
        self.entered = threading.Event()
        self.gate.set()

    def __call__(self, _session, requests, *, instance):
        rows = [request.completion for request in requests]
        self.groups.append(rows)
        self.entered.set()
        assert self.gate.wait(SOON)
        for row in rows:
            if row in self.faults:
                raise self.faults[row]
        return [Awarded(uuid.uuid4(), replayed=False) for _ in rows]


@pytest.fixture
def awards(monkeypatch):
    found = Awards()
    monkeypatch.setattr(writing, "award", found)
    return found


@pytest.fixture
def make_writer(awards):
    made = []

    def make(storage=None, **options):
        made.append(IssuingWriter(storage or Storage(), None, **options))
        return made[-1]

    yield make
    awards.gate.set()
    for writer in made:
        writer.close()


def request(row, key=None):
    return Request(row, TERMINAL, NOW, key)


def held_up(writer, awards):
    """The writer is at work on one request, so that the next ones wait together."""
    awards.gate.clear()
    first = writer.submit(request("first"))
    assert awards.entered.wait(SOON)
    return first


class TestOneByOne:
    def test_what_waits_is_committed_together(self, make_writer, awards):
        storage = Storage()
        writer = make_writer(storage)
        first = held_up(writer, awards)
        answers = [writer.submit(request(number)) for number in range(20)]
        awards.gate.set()
        credentials = {answer.result(SOON).credential_id for answer in [first, *answers]}
        assert awards.groups == [["first"], list(range(20))]
        assert (storage.committed, len(credentials)) == (2, 21)

    def test_a_group_has_an_upper_size(self, make_writer, awards):
        writer = make_writer(group_rows=8)
        held_up(writer, awards)
        answers = [writer.submit(request(number)) for number in range(20)]
        awards.gate.set()
        assert all(isinstance(answer.result(SOON), Awarded) for answer in answers)
        assert [len(group) for group in awards.groups] == [1, 8, 8, 4]

    def test_nobody_is_answered_before_the_commit(self, make_writer, awards):
        class Slow(Storage):
            @contextmanager
            def transaction(self):
                yield None
                answered.append(answer.done())

        answered = []
        writer = make_writer(Slow())
        awards.gate.clear()
        answer = writer.submit(request("a"))
        awards.gate.set()
        answer.result(SOON)
        assert answered == [False]

    def test_a_refused_completion_raises_its_error(self, make_writer, monkeypatch):
        writer = make_writer()
        monkeypatch.setattr(writing, "award", lambda *_args, **_options: [Refused(NotFoundError("nothing"))])
        with pytest.raises(NotFoundError, match="nothing"):
            writer.award_one(None, actor=TERMINAL, now=NOW)

    def test_one_row_that_breaks_its_group_breaks_alone(self, make_writer, awards):
        storage = Storage()
        writer = make_writer(storage)
        held_up(writer, awards)
        awards.faults = {2: RuntimeError("a bug"), 3: SigningFaultError("a wrong signature")}
        answers = [writer.submit(request(number)) for number in range(5)]
        awards.gate.set()
        for number, answer in enumerate(answers):
            fault = awards.faults.get(number)
            assert answer.exception(SOON) is fault
        assert awards.groups[1:] == [[0, 1, 2, 3, 4], [0], [1], [2], [3], [4]]
        assert storage.committed == 4  # the first, and three of the five

    def test_when_storage_is_the_trouble_nobody_is_tried_again(self, make_writer, awards):
        writer = make_writer()
        held_up(writer, awards)
        awards.faults = {1: StorageUnavailableError("away")}
        answers = [writer.submit(request(number)) for number in range(3)]
        awards.gate.set()
        assert {type(answer.exception(SOON)) for answer in answers} == {StorageUnavailableError}
        assert len(awards.groups) == 2


class TestTheQueue:
    def test_beyond_its_bound_senders_are_told_to_come_back(self, make_writer, awards):
        writer = make_writer(queue_rows=3)
        held_up(writer, awards)
        answers = [writer.submit(request(number)) for number in range(3)]
        with pytest.raises(OverloadedError, match="3 awards are waiting"):
            writer.submit(request("one too many", key="a"))
        awards.gate.set()
        assert all(isinstance(answer.result(SOON), Awarded) for answer in answers)
        assert isinstance(writer.submit(request("later", key="a")).result(SOON), Awarded)

    def test_closing_answers_whoever_waits_and_takes_nobody_else(self, make_writer, awards):
        writer = make_writer()
        first = held_up(writer, awards)
        answers = [writer.submit(request(number)) for number in range(3)]
        closing = threading.Thread(target=writer.close)
        closing.start()
        while not writer._closed:
            pass
        with pytest.raises(OverloadedError, match="stopping"):
            writer.submit(request("too late"))
        assert not any(answer.done() for answer in [first, *answers])
        awards.gate.set()
        closing.join(SOON)
        assert not closing.is_alive()
        assert all(answer.done() for answer in [first, *answers])

    def test_closing_a_writer_that_never_worked_returns(self, make_writer):
        make_writer().close()

    def test_who_gave_up_waiting_is_left_out(self, make_writer, awards):
        writer = make_writer()
        held_up(writer, awards)
        given_up, stays = writer.submit(request("given up", key="a")), writer.submit(request("stays"))
        assert given_up.cancel()
        awards.gate.set()
        stays.result(SOON)
        assert awards.groups[1:] == [["stays"]]
        assert isinstance(writer.submit(request("again", key="a")).result(SOON), Awarded)


class TestKeysInFlight:
    def test_a_key_is_refused_until_its_request_has_ended(self, make_writer, awards):
        writer = make_writer()
        awards.gate.clear()
        first = writer.submit(request("a", key="k"))
        assert awards.entered.wait(SOON)
        with pytest.raises(InFlightError):
            writer.submit(request("a", key="k"))
        other = writer.submit(request("b", key="l"))
        awards.gate.set()
        first.result(SOON), other.result(SOON)
        assert isinstance(writer.award_one("a", actor=TERMINAL, now=NOW, idempotency_key="k"), Awarded)

    def test_a_key_is_free_again_after_a_failure(self, make_writer):
        writer = make_writer(Storage(full_from=1))
        for _ in range(2):
            with pytest.raises(StorageFullError):
                writer.award_one("a", actor=TERMINAL, now=NOW, idempotency_key="k")


class TestMany:
    def many(self, writer, count):
        return list(writer.award_many(list(range(count)), actor=TERMINAL, now=NOW))

    @pytest.mark.parametrize("count", [0, 1, GROUP_ROWS - 1, GROUP_ROWS, GROUP_ROWS + 1, 3 * GROUP_ROWS])
    def test_rows_go_in_groups_in_order(self, make_writer, awards, count):
        storage = Storage()
        assert len(self.many(make_writer(storage), count)) == count
        assert [row for group in awards.groups for row in group] == list(range(count))
        assert storage.committed == len(awards.groups) == -(-count // GROUP_ROWS)

    def test_each_group_is_durable_before_the_next_begins(self, make_writer):
        storage = Storage()
        outcomes = make_writer(storage).award_many(list(range(2 * GROUP_ROWS)), actor=TERMINAL, now=NOW)
        next(outcomes)
        assert (storage.begun, storage.committed) == (1, 1)

    def test_when_storage_goes_away_what_is_done_stays_done_and_the_rest_is_refused(self, make_writer):
        storage = Storage(full_from=2)
        outcomes = self.many(make_writer(storage), 3 * GROUP_ROWS)
        assert all(isinstance(outcome, Awarded) for outcome in outcomes[:GROUP_ROWS])
        assert {type(outcome.error) for outcome in outcomes[GROUP_ROWS:]} == {StorageFullError}
        assert storage.begun == 2
