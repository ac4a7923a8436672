"""Places: so many of a host and so many in all, however those who wait and those who leave follow each other."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import anyio
import pytest

from app.remote.places import Places

pytestmark = pytest.mark.anyio


class Guest:
    """Wants a place of `name` until it is told to leave."""

    def __init__(self, places, name):
        self._places, self._name = places, name
        self.is_in = False
        self._leaving = asyncio.Event()
        self._task = asyncio.create_task(self._stay())

    async def _stay(self):
        async with self._places.taken(self._name):
            self.is_in = True
            await self._leaving.wait()
        self.is_in = False

    async def leave(self):
        self._leaving.set()
        await self._task

    async def give_up(self):
        self._task.cancel()
        await asyncio.wait([self._task])


async def test_who_comes_while_others_wait_waits_too():
    places = Places(10, 1)
    first, second = Guest(places, "a"), Guest(places, "a")
    await anyio.wait_all_tasks_blocked()
    await first.leave()
    third = Guest(places, "a")
    await anyio.wait_all_tasks_blocked()
    assert [guest.is_in for guest in (first, second, third)] == [False, True, False]
    await second.leave()
    await third.leave()


async def test_who_gives_up_waiting_takes_no_place_and_leaves_none():
    places = Places(10, 1)
    first, second = Guest(places, "a"), Guest(places, "a")
    await anyio.wait_all_tasks_blocked()
    await second.give_up()
    third = Guest(places, "a")
    await anyio.wait_all_tasks_blocked()
    assert (first.is_in, third.is_in) == (True, False)
    await first.leave()
    await anyio.wait_all_tasks_blocked()
    assert third.is_in
    await third.leave()


async def test_hosts_that_nobody_wants_any_more_are_forgotten():
    """Or strangers would fill the memory with names."""
    places = Places(10, 1)
    async with AsyncExitStack() as stack:
        for number in range(10):
            await stack.enter_async_context(places.taken(f"host-{number}"))
    with pytest.raises(ZeroDivisionError):
        async with places.taken("a"):
            raise ZeroDivisionError
    assert places._hosts == {}
