from __future__ import annotations

import time
from threading import Event, Thread

import pytest

from app.errors import StorageUnavailableError
from app.storage.turns import Turns


def test_who_waits_longest_is_next():
    turns, order = Turns(wait_seconds=10), []

    def take(number):
        with turns.turn():
            order.append(number)

    waiting = [Thread(target=take, args=(number,)) for number in range(8)]
    with turns.turn():
        for number, thread in enumerate(waiting):
            thread.start()
            _until(lambda number=number: len(turns._waiting) == number + 1)
    for thread in waiting:
        thread.join()
    assert order == list(range(8))


def test_two_are_never_inside():
    turns, inside, most = Turns(wait_seconds=10), [], []

    def work():
        for _ in range(50):
            with turns.turn():
                inside.append(1)
                most.append(len(inside))
                time.sleep(0)
                inside.pop()

    threads = [Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 300
    assert set(most) == {1}


def test_waiting_has_an_end_and_does_not_lose_the_turn():
    turns = Turns(wait_seconds=0.01)
    with turns.turn(), pytest.raises(StorageUnavailableError), turns.turn():
        pytest.fail("there was somebody inside")
    with turns.turn():
        pass


def test_a_turn_is_given_back_after_an_error():
    turns = Turns(wait_seconds=0.01)
    with pytest.raises(ZeroDivisionError), turns.turn():
        raise ZeroDivisionError
    with turns.turn():
        pass


def test_one_thread_may_take_a_turn_and_another_give_it_back():
    turns, done = Turns(wait_seconds=1), Event()
    turn = turns.turn()
    turn.__enter__()
    Thread(target=lambda: (turn.__exit__(None, None, None), done.set())).start()
    assert done.wait(5)
    with turns.turn():
        pass


def _until(condition):
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)
