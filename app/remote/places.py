"""How many fetches run side by side: in all, and from one host."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Places:
    """Waits for a place of the host before one of all, so that those who wait for a slow host hold up nobody else."""

    def __init__(self, at_once: int, at_once_per_host: int) -> None:
        self._all = asyncio.Semaphore(at_once)
        self._per_host = at_once_per_host
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def taken(self, name: str) -> AsyncIterator[None]:
        host = self._hosts.setdefault(name, _Host(self._per_host))
        host.wanted += 1
        try:
            async with host.places, self._all:
                yield
        finally:
            host.wanted -= 1
            if not host.wanted:
                del self._hosts[name]


class _Host:
    def __init__(self, places: int) -> None:
        self.places = asyncio.Semaphore(places)
        self.wanted = 0
