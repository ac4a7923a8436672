"""Names to addresses, once for each connection, in threads of its own.

`getaddrinfo` cannot be told to hurry: whoever runs the name server of a domain can make it wait for half a minute. So
look-ups have their own few threads, which nothing else waits for, and whoever asks stops waiting at their deadline.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from ipaddress import ip_address
from itertools import chain, zip_longest
from queue import Queue
from threading import Thread
from typing import Any, Final

from app.remote.addresses import Address, is_public
from app.remote.reasons import NAME_NOT_RESOLVED, NO_SUCH_SITE, NOT_PUBLIC, NoAnswerError
from app.remote.rules import Rules
from app.remote.target import Target

LookUp = Callable[[str], Sequence[str]]

_MAX_ANSWERS: Final = 64
_UNKNOWN_NAME: Final = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}


def look_up(host: str) -> list[str]:
    """The addresses of `host` as the system knows them, in the order in which they should be tried. May block."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return [str(address[0]) for *_, address in found]


class Resolver:
    """Runs `look_up` in at most `workers` threads, which start when they are needed."""

    def __init__(self, workers: int, look_up: LookUp = look_up) -> None:
        self._look_up = look_up
        self._workers = workers
        self._threads: list[Thread] = []
        self._jobs: Queue[_Job | None] = Queue()

    async def resolve(self, host: str) -> list[Address]:
        """The addresses of `host`. Raises NoAnswerError; may wait for as long as the caller lets it."""
        job = _Job(host)
        self._jobs.put(job)
        if len(self._threads) < min(self._workers, self._jobs.unfinished_tasks):
            # A daemon: a look-up that hangs must not keep the process from ending.
            self._threads.append(Thread(target=self._work, name="laurel-resolver", daemon=True))
            self._threads[-1].start()
        try:
            found = await job.answer
        except socket.gaierror as error:
            raise NoAnswerError(NO_SUCH_SITE if error.errno in _UNKNOWN_NAME else NAME_NOT_RESOLVED) from None
        except OSError:
            raise NoAnswerError(NAME_NOT_RESOLVED) from None
        return [ip_address(text) for text in dict.fromkeys(found)]

    def close(self) -> None:
        """Lets the threads end, each after the look-up that it is at."""
        for _ in self._threads:
            self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job.do(self._look_up)
            self._jobs.task_done()


class _Job:
    """One look-up, and the loop that waits for it."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._loop = asyncio.get_running_loop()
        self.answer: asyncio.Future[Sequence[str]] = self._loop.create_future()

    def do(self, look_up: LookUp) -> None:
        if self.answer.done():  # whoever asked has given up while this was waiting
            return
        try:
            found = look_up(self._host)
        except Exception as error:  # noqa: BLE001 - it is raised where somebody waits for it
            self._tell(self._fail, error)
        else:
            self._tell(self._succeed, found)

    def _tell(self, what: Callable[[Any], None], value: object) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(what, value)

    def _succeed(self, found: Sequence[str]) -> None:
        if not self.answer.done():
            self.answer.set_result(found)

    def _fail(self, error: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)


async def route(target: Target, rules: Rules, resolver: Resolver) -> list[tuple[str, int]]:
    """Where to connect for `target`, in the order in which to try. Raises NoAnswerError.

    This is the only place where a name becomes an address: what is judged here is what is connected to. One address
    that is not public condemns the name, since honest sites have none.
    """
    stand_in = rules.stand_ins.get(target.host)
    if stand_in is not None:
        return [stand_in]
    own = bool(rules.own_origin) and target.origin == rules.own_origin
    # The dot at the end keeps the system from trying the name within its own domain as well.
    name = target.host if own else target.host + "."
    found = [target.address] if target.address else await resolver.resolve(name)
    if not found:
        raise NoAnswerError(NO_SUCH_SITE)
    permitted = _is_loopback if own else is_public
    if len(found) > _MAX_ANSWERS or not all(permitted(address) for address in found):
        raise NoAnswerError(NOT_PUBLIC)
    return [(str(address), target.port) for address in _alternating(found)]


def _is_loopback(address: Address) -> bool:
    return address.is_loopback


def _alternating(found: list[Address]) -> list[Address]:
    """The two versions of IP by turns, so that one that leads nowhere from here does not use up the time."""
    first = [address for address in found if address.version == found[0].version]
    other = [address for address in found if address.version != found[0].version]
    return [address for address in chain.from_iterable(zip_longest(first, other)) if address is not None]
