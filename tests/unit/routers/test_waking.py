"""Waiting on the loop for other threads: every answer arrives, and those that come together wake the loop once."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from threading import Barrier, Thread

import pytest

from app.routers import waking

pytestmark = pytest.mark.anyio

SECONDS = 10
TOGETHER = 20
THREADS, EACH = 8, 250


def in_a_thread(function, *arguments):
    thread = Thread(target=function, args=arguments)
    thread.start()
    return thread


async def all_of(futures):
    async with asyncio.timeout(SECONDS):
        return await asyncio.gather(*map(waking.result, futures))


async def asleep(future):
    """A task that waits already."""
    task = asyncio.create_task(waking.result(future))
    await asyncio.sleep(0)
    return task


async def test_the_result_of_another_thread_arrives():
    future = Future()
    task = await asleep(future)
    thread = in_a_thread(future.set_result, "award")
    assert await asyncio.wait_for(task, SECONDS) == "award"
    thread.join()


async def test_what_has_ended_is_there_at_once():
    future = Future()
    future.set_result("award")
    assert await all_of([future]) == ["award"]


async def test_what_it_raised_is_raised():
    future = Future()
    future.set_exception(KeyError("gone"))
    with pytest.raises(KeyError, match="gone"):
        await all_of([future])


async def test_those_that_end_together_wake_the_loop_once(monkeypatch):
    loop, calls = asyncio.get_running_loop(), []
    wake = loop.call_soon_threadsafe
    monkeypatch.setattr(loop, "call_soon_threadsafe", lambda *call: (calls.append(call), wake(*call)))
    for _ in range(3):
        calls.clear()
        futures = [Future() for _ in range(TOGETHER)]
        tasks = [await asleep(future) for future in futures]
        for number, future in enumerate(futures):
            future.set_result(number)
        assert await asyncio.wait_for(asyncio.gather(*tasks), SECONDS) == list(range(TOGETHER))
        assert len(calls) == 1


async def test_nobody_is_forgotten_however_threads_meet():
    groups = [[Future() for _ in range(EACH)] for _ in range(THREADS)]
    ready = Barrier(THREADS)

    def end(group):
        ready.wait(SECONDS)
        for number, future in enumerate(group):
            future.set_result(number)

    waiting = asyncio.create_task(all_of([future for group in groups for future in group]))
    await asyncio.sleep(0)
    threads = [in_a_thread(end, group) for group in groups]
    assert await waiting == [*range(EACH)] * THREADS
    for thread in threads:
        thread.join()


def test_loops_of_several_threads_do_not_meet():
    answers = []

    async def there(future):
        answers.append(await waking.result(future))

    futures = [Future() for _ in range(2 * THREADS)]
    # Two loops in each thread, one after the other.
    threads = [
        in_a_thread(lambda pair=futures[start::THREADS]: [asyncio.run(there(future)) for future in pair])
        for start in range(THREADS)
    ]
    for number, future in enumerate(futures):
        future.set_result(number)
    for thread in threads:
        thread.join(SECONDS)
    assert sorted(answers) == list(range(2 * THREADS))


async def test_whoever_stops_waiting_cancels_what_has_not_begun():
    future, other = Future(), Future()
    task, patient = await asleep(future), await asleep(other)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert future.cancelled()
    other.set_result("award")
    assert await asyncio.wait_for(patient, SECONDS) == "award"


async def test_what_has_begun_goes_on_without_whoever_waited():
    future = Future()
    future.set_running_or_notify_cancel()
    task = await asleep(future)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    future.set_result("award")
    assert future.result() == "award"
    assert await all_of([future]) == ["award"]


def test_an_end_after_the_loops_own_hurts_nobody():
    """A server that was stopped: the writer's thread must go on to the next answer."""
    future = Future()
    future.set_running_or_notify_cancel()

    async def impatient():
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(waking.result(future), 0.01)

    asyncio.run(impatient())
    future.set_result("award")
    assert future.result() == "award"
