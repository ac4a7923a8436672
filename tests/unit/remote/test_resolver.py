"""Looking names up: once, in few threads, and without waiting for those who hang."""

from __future__ import annotations

import asyncio
import socket
import threading
import time

import anyio
import pytest

from app.remote import connection, reasons
from app.remote.reasons import NoAnswerError
from app.remote.resolver import Resolver, look_up, route
from app.remote.rules import Rules
from app.remote.target import read_target
from app.verification.evidence import Missing

pytestmark = pytest.mark.anyio

V4 = ["93.184.216.34", "93.184.216.35", "93.184.216.36", "93.184.216.37", "93.184.216.38"]
V6 = ["2606:4700::1", "2606:4700::2"]
TARGET = read_target("https://badges.example.org:8443/", Rules())


def answering(addresses):
    asked = []

    def look_up(host):
        asked.append(host)
        return addresses

    look_up.asked = asked
    return look_up


async def routed(addresses, target=TARGET, rules=None):
    resolver = Resolver(1, answering(addresses))
    try:
        return await route(target, rules or Rules(), resolver)
    finally:
        resolver.close()


async def test_every_address_is_tried_in_turn_the_versions_alternating():
    ports = [(address, 8443) for address in (V6[0], V4[0], V6[1], V4[1])]
    assert await routed([*V6, *V4[:2]]) == ports
    assert await routed([V4[0], V4[0], V4[1]]) == [(V4[0], 8443), (V4[1], 8443)]
    assert len(await routed([f"93.184.216.{number}" for number in range(64)])) == 64


@pytest.mark.parametrize(
    ("addresses", "reason"),
    [
        ([], reasons.NO_SUCH_SITE),
        (["127.0.0.1"], reasons.NOT_PUBLIC),
        ([*V4, *V6, "fe80::1%eth0"], reasons.NOT_PUBLIC),
        ([f"93.184.216.{number}" for number in range(65)], reasons.NOT_PUBLIC),
    ],
    ids=["none", "private", "one of many is private", "far too many"],
)
async def test_answers_are_refused(addresses, reason):
    with pytest.raises(NoAnswerError) as caught:
        await routed(addresses)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (socket.gaierror(socket.EAI_NONAME, "x"), reasons.NO_SUCH_SITE),
        (socket.gaierror(socket.EAI_AGAIN, "x"), reasons.NAME_NOT_RESOLVED),
        (socket.gaierror(socket.EAI_FAIL, "x"), reasons.NAME_NOT_RESOLVED),
        (OSError("no more files"), reasons.NAME_NOT_RESOLVED),
    ],
    ids=str,
)
async def test_a_name_that_is_not_found_has_its_reason(error, reason):
    def failing(host):
        raise error

    resolver = Resolver(1, failing)
    with pytest.raises(NoAnswerError) as caught:
        await resolver.resolve("badges.example.org.")
    resolver.close()
    assert caught.value.reason == reason


async def test_a_mistake_of_our_own_is_no_answer():
    def failing(host):
        raise ZeroDivisionError

    resolver = Resolver(1, failing)
    with pytest.raises(ZeroDivisionError):
        await resolver.resolve("badges.example.org.")
    resolver.close()


async def test_the_name_is_asked_for_as_it_is_without_the_local_domain():
    asking = answering(V4)
    resolver = Resolver(1, asking)
    await route(TARGET, Rules(), resolver)
    await route(read_target("https://93.184.216.34/", Rules()), Rules(), resolver)
    resolver.close()
    assert asking.asked == ["badges.example.org."]


async def test_a_stand_in_and_an_address_are_not_looked_up():
    asking = answering(V4)
    resolver = Resolver(1, asking)
    rules = Rules(stand_ins={"badges.example.org": ("127.0.0.1", 40123)})
    assert await route(TARGET, rules, resolver) == [("127.0.0.1", 40123)]
    assert await route(read_target("https://93.184.216.34/", rules), rules, resolver) == [("93.184.216.34", 443)]
    assert asking.asked == []


async def test_in_development_our_own_origin_alone_may_be_on_loopback():
    rules = Rules(own_origin="https://laurel.example.org:8443")
    own = read_target("https://laurel.example.org:8443/", rules)
    assert await routed(["127.0.0.1"], own, rules) == [("127.0.0.1", 8443)]
    for url in ("https://laurel.example.org/", "https://badges.example.org:8443/"):
        other = read_target(url, rules)
        assert await routed(V4[:1], other, rules) == [(V4[0], other.port)]
        with pytest.raises(NoAnswerError):
            await routed(["127.0.0.1"], other, rules)


class Names:
    """A resolver's look-up that hangs for names that begin with "slow", and tells which have begun."""

    def __init__(self):
        self.begun = []
        self._changed = threading.Condition()
        self.hanging = threading.Event()

    def __call__(self, host):
        with self._changed:
            self.begun.append(host)
            self._changed.notify_all()
        if host.startswith("slow"):
            self.hanging.wait(10)
        return V4

    async def has_begun(self, host):
        def wait():
            with self._changed:
                return self._changed.wait_for(lambda: host in self.begun, 5)

        assert await anyio.to_thread.run_sync(wait)


async def test_look_ups_that_hang_hold_their_threads_and_nothing_else():
    names = Names()
    resolver = Resolver(3, names)
    async with anyio.create_task_group() as group:
        for host in ("slow-1.", "slow-2."):
            group.start_soon(resolver.resolve, host)
            await names.has_begun(host)
        assert len(await resolver.resolve("fast.")) == len(V4)
        group.start_soon(resolver.resolve, "slow-3.")
        await names.has_begun("slow-3.")
        group.start_soon(resolver.resolve, "slow-4.")  # waits for a thread until its deadline
        await anyio.lowlevel.checkpoint()
        group.cancel_scope.cancel()
    assert [thread.daemon for thread in resolver._threads] == [True] * 3, "or the process could not end"
    names.hanging.set()
    assert len(await resolver.resolve("fast-2.")) == len(V4)
    assert names.begun == ["slow-1.", "slow-2.", "fast.", "slow-3.", "fast-2."], "who has given up is not looked up"
    resolver.close()
    for thread in resolver._threads:
        thread.join(5)
        assert not thread.is_alive()


async def test_a_look_up_that_fails_when_nobody_waits_any_more_disturbs_nobody():
    begun, hanging, disturbed = threading.Event(), threading.Event(), []

    def failing(host):
        begun.set()
        hanging.wait(5)
        raise OSError

    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: disturbed.append(context))
    resolver = Resolver(1, failing)
    asking = asyncio.create_task(resolver.resolve("slow."))
    assert await anyio.to_thread.run_sync(begun.wait, 5)
    asking.cancel()
    await asyncio.wait([asking])
    hanging.set()
    resolver.close()
    await anyio.to_thread.run_sync(resolver._threads[0].join, 5)
    await anyio.wait_all_tasks_blocked()
    assert disturbed == []


async def test_a_name_server_that_hangs_ends_at_the_deadline(make_fetcher, fetch):
    hanging = threading.Event()

    def look_up(host):
        hanging.wait(5)
        return V4

    started = time.monotonic()
    assert await fetch("https://badges.example.org/", seconds=0.2, look_up=look_up) == Missing(reasons.OUT_OF_TIME)
    assert time.monotonic() - started < 1.2
    hanging.set()


def test_the_system_is_asked():
    assert "127.0.0.1" in look_up("localhost")


async def dialled(monkeypatch, dial, seconds=2.0):
    """The addresses that were tried for a name with five, and what came of it."""
    tried = []

    async def recording(address, port):
        tried.append(address)
        return await dial(address)

    monkeypatch.setattr(connection, "dial", recording)
    with anyio.move_on_after(seconds), pytest.raises(NoAnswerError) as caught:
        async with connection.connected(TARGET, [(address, 8443) for address in V4], None):
            pass
    return tried, caught.value.reason


async def test_four_addresses_are_tried_and_no_more(monkeypatch):
    async def refused(address):
        raise ConnectionRefusedError

    assert await dialled(monkeypatch, refused) == (V4[:4], reasons.NOT_REACHED)


async def test_an_address_that_leads_nowhere_leaves_time_for_the_others(monkeypatch):
    async def nowhere(address):
        await anyio.sleep(60)

    assert await dialled(monkeypatch, nowhere) == (V4[:4], reasons.NOT_REACHED)


async def test_an_address_has_so_many_seconds_however_many_there_are(monkeypatch):
    async def nowhere(address):
        await anyio.sleep(60)

    monkeypatch.setattr(connection, "_CONNECT_SECONDS", 0.02)
    started = time.monotonic()
    assert await dialled(monkeypatch, nowhere, seconds=5) == (V4[:4], reasons.NOT_REACHED)
    assert time.monotonic() - started < 2
