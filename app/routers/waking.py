"""Waiting on the event loop for what another thread ends: what ends together wakes the loop once.

`asyncio.wrap_future` wakes it for each, through a chain of callbacks in both threads.
"""

from __future__ import annotations

import asyncio
from collections import deque
from threading import local
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

Result = TypeVar("Result")


async def result(future: Future[Result]) -> Result:
    """The result of `future`, or what it raised. Whoever stops waiting cancels it, if it has not begun."""
    sleepers = _sleepers()
    sleeper = sleepers.loop.create_future()
    future.add_done_callback(lambda _: sleepers.wake(sleeper))
    try:
        await sleeper
    except asyncio.CancelledError:
        future.cancel()
        raise
    return future.result()


class _Sleepers:
    """Those on one loop whose futures have ended and who do not know yet."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._ended: deque[asyncio.Future[None]] = deque()
        self._called = False

    def wake(self, sleeper: asyncio.Future[None]) -> None:
        """From any thread. At the worst the loop is called twice: the flag is read after the place is taken."""
        if sleeper.cancelled():  # and its loop may be gone
            return
        self._ended.append(sleeper)
        if not self._called:
            self._called = True
            self.loop.call_soon_threadsafe(self._wake_all)

    def _wake_all(self) -> None:
        self._called = False
        while self._ended:
            sleeper = self._ended.popleft()
            if not sleeper.done():
                sleeper.set_result(None)


_here = local()


def _sleepers() -> _Sleepers:
    """Those of the loop that runs in this thread."""
    loop = asyncio.get_running_loop()
    found: _Sleepers | None = getattr(_here, "sleepers", None)
    if found is None or found.loop is not loop:
        found = _here.sleepers = _Sleepers(loop)
    return found
