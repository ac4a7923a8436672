"""Errands: what one verification may have fetched, within one deadline."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import anyio

from app.remote.cache import Cache, Kept, validators
from app.remote.exchange import NOT_MODIFIED
from app.remote.journey import Arrival, Traveller
from app.remote.reasons import OUT_OF_TIME, SWITCHED_OFF, TOO_MANY_FETCHES, NoAnswerError
from app.remote.resolver import LookUp, Resolver, look_up
from app.remote.rules import FetchLimits, Rules
from app.remote.wanted import WANTED
from app.verification.evidence import Found, Missing, Need


class Fetcher:
    """Lives as long as the process, in one event loop. Opens nothing before it is asked."""

    def __init__(
        self,
        rules: Rules,
        limits: FetchLimits,
        *,
        look_up: LookUp = look_up,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._enabled = rules.enabled
        self._limits = limits
        self._clock = clock
        # One thread for each fetch: a name server that hangs takes a thread from others only when all fetches hang.
        self._resolver = Resolver(limits.at_once, look_up)
        self._traveller = Traveller(rules, limits, self._resolver)
        self._cache = Cache(limits.cache)
        self._flights: dict[Need, _Flight] = {}
        self._tasks: set[asyncio.Task[Found | Missing]] = set()

    @asynccontextmanager
    async def errand(self, most: int | None = None) -> AsyncIterator[Errand]:
        """What one verification may have fetched: `most` documents, in the seconds of the limits from now on."""
        deadline = anyio.current_time() + self._limits.seconds
        yield Errand(self, deadline, self._limits.fetches if most is None else most)

    async def aclose(self) -> None:
        """Breaks off what is under way: whoever waits for it has waited in vain."""
        for flight in self._flights.values():
            flight.scope.cancel()
        await asyncio.gather(*self._tasks)
        self._resolver.close()

    async def answer(self, need: Need) -> Found | Missing:
        """The answer to `need`: remembered, or from its server. Those who ask for the same at once share one fetch."""
        if not self._enabled:
            return Missing(SWITCHED_OFF)
        kept = self._cache.find(need, now=self._clock())
        if kept is not None and self._clock() < kept.fresh_until:
            return kept.found
        flight = self._flights.get(need)
        if flight is None:
            flight = self._flights[need] = self._started(need, kept)
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            if not flight.waiting:  # it has ended, or nobody wants it any more
                flight.scope.cancel()
                del self._flights[need]

    def _started(self, need: Need, kept: Kept | None) -> _Flight:
        scope = anyio.CancelScope(deadline=anyio.current_time() + self._limits.seconds)
        task = asyncio.create_task(self._fetched(need, kept, scope))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return _Flight(task, scope)

    async def _fetched(self, need: Need, kept: Kept | None, scope: anyio.CancelScope) -> Found | Missing:
        with scope:
            try:
                return self._remembered(need, kept, await self._traveller.fetch(need, kept))
            except NoAnswerError as error:
                return Missing(error.reason, gone=error.gone, absent=error.absent)
        return Missing(OUT_OF_TIME)

    def _remembered(self, need: Need, kept: Kept | None, arrival: Arrival) -> Found:
        lifetime = arrival.lifetime or 0.0
        fresh_until = self._clock() + lifetime
        if kept is not None and arrival.response.status == NOT_MODIFIED:
            new = replace(kept, lifetime=lifetime, fresh_until=fresh_until)
        else:
            new = Kept(arrival.found, lifetime, fresh_until, *validators(arrival.response))
        if WANTED[need.kind].remembered and arrival.lifetime is not None and (arrival.lifetime or new.confirmable):
            self._cache.keep(need, new)
        else:
            self._cache.forget(need)
        return new.found


class Errand:
    """One verification's way out."""

    def __init__(self, fetcher: Fetcher, deadline: float, most: int) -> None:
        self._fetcher = fetcher
        self._deadline = deadline
        self._left = most

    async def answer(self, need: Need) -> Found | Missing:
        """What the address in `need` answers, or why there is nothing. Several may be asked side by side.

        Raises nothing that a stranger can cause.
        """
        if self._left <= 0:
            return Missing(TOO_MANY_FETCHES)
        self._left -= 1
        with anyio.CancelScope(deadline=self._deadline):
            return await self._fetcher.answer(need)
        return Missing(OUT_OF_TIME)


@dataclass(slots=True)
class _Flight:
    """A fetch under way, and how many wait for it."""

    task: asyncio.Task[Found | Missing]
    scope: anyio.CancelScope
    waiting: int = 0
