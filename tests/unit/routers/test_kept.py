"""What is kept in memory: bounded, the least asked for leaves first, forgotten when told to."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from app.routers import kept
from app.routers.kept import MOST_BODY_BYTES, Entry, Kept, Signed, Unchanged

ONE, OTHER = UUID(int=1), UUID(int=2)
BODY = 10_000
ROOM = BODY + 2_000 + kept._ENTRY_BYTES  # of one entry, path and Accept header included, and some to spare


def entry(body=b"x" * BODY, keep=None):
    keep = keep or Unchanged()
    return Entry(keep=keep, route="/x", etag='"e"', headers=[], unchanged=[], body=body, made=0.0, stamp=1)


def key(name, accept=b""):
    return (f"/things/{name}", accept, "")


def keep(store, name, made=None, *, purges=None):
    store.put(key(name), made or entry(), purges=store.purges if purges is None else purges)


def names(store, among="abcdef"):
    return "".join(name for name in among if store.find(key(name)))


def test_what_was_put_is_found_under_its_path_and_accept_header():
    store, made = Kept(10 * ROOM), entry()
    store.put(key("a", b"text/plain"), made, purges=0)
    assert store.find(key("a", b"text/plain")) is made
    assert store.find(key("a")) is None
    assert store.find(key("b", b"text/plain")) is None


def test_the_one_that_was_asked_for_longest_ago_leaves_first():
    store = Kept(3 * ROOM)
    for name in "abc":
        keep(store, name)
    assert store.find(key("a"))
    keep(store, "d")
    assert names(store) == "acd"


def test_it_never_holds_more_than_its_bytes():
    store, rng = Kept(10 * ROOM), random.Random(7)
    for number in range(500):
        keep(store, str(number % 60), entry(b"x" * rng.randrange(3 * BODY)))
        assert store.size <= 10 * ROOM
    assert len(store) > 3


def test_replacing_an_answer_counts_it_once():
    store = Kept(10 * ROOM)
    for _ in range(50):
        keep(store, "a")
    assert (len(store), store.size < ROOM) == (1, True)


def test_an_empty_answer_takes_room_too():
    """Else headers alone could fill the memory."""
    store = Kept(10 * ROOM)
    for number in range(1_000):
        keep(store, str(number), entry(b""))
    assert len(store) < 60


@pytest.mark.parametrize(("size", "found"), [(MOST_BODY_BYTES, True), (MOST_BODY_BYTES + 1, False)])
def test_a_large_answer_does_not_push_out_all_others(size, found):
    store = Kept(2 * MOST_BODY_BYTES)
    keep(store, "a")
    keep(store, "b", entry(b"x" * size))
    assert names(store) == ("ab" if found else "a")


def test_without_room_nothing_is_kept():
    store = Kept(0)
    keep(store, "a")
    assert (names(store), store.size, len(store)) == ("", 0, 0)


def test_a_credential_is_forgotten_in_all_its_forms_and_no_other_is():
    store = Kept(10 * ROOM)
    for name, credential in (("a", ONE), ("b", ONE), ("c", OTHER)):
        keep(store, name, entry(keep=Signed(credential)))
    keep(store, "d")
    keep(store, "e", entry(keep=Unchanged(ONE)))
    store.forget(ONE)
    assert names(store) == "cd"
    assert store.size < 2 * ROOM


def test_clear_forgets_everything():
    store = Kept(10 * ROOM)
    for name in "abc":
        keep(store, name)
    store.clear()
    assert (names(store), store.size) == ("", 0)


@pytest.mark.parametrize("purge", [lambda store: store.forget(ONE), lambda store: store.clear()])
def test_what_was_read_before_something_was_forgotten_is_not_kept_after_it(purge):
    store = Kept(10 * ROOM)
    before = store.purges
    purge(store)
    keep(store, "a", purges=before)
    assert names(store) == ""
    keep(store, "a")
    assert names(store) == "a"


def test_many_threads_leave_it_whole():
    store = Kept(20 * ROOM)

    def work(seed):
        rng = random.Random(seed)
        for _ in range(2_000):
            name = str(rng.randrange(60))
            keep(store, name, entry(b"x" * rng.randrange(BODY), keep=Signed(UUID(int=rng.randrange(5)))))
            found = store.find(key(name))
            assert found is None or found.route == "/x"
            if rng.random() < 0.01:
                store.forget(UUID(int=rng.randrange(5)))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert 0 <= store.size <= 20 * ROOM
    assert store.size == sum(kept._bytes(*item) for item in store._entries.items())


def test_what_goes_with_a_credential_goes_whatever_else_ends_it():
    store = Kept(10 * ROOM)
    keep(store, "a", entry(keep=Unchanged(ONE, seconds=20.0)))
    keep(store, "b", entry(keep=Unchanged(OTHER, seconds=20.0)))
    store.forget(ONE)
    assert names(store) == "b"
