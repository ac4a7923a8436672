"""Hot reads with many askers at once: nobody gets an old answer, and a commit does not send all to the database."""

from __future__ import annotations

from contextlib import asynccontextmanager
from threading import Event

import anyio
import pytest

from app.routers.kept import Unchanged
from tests.unit.routers.hot_service import PATH, Service

pytestmark = pytest.mark.anyio

MANY = 12
SECONDS = 10


class Held:
    """A service whose answers, from now on, wait to be let go: the first, or all."""

    def __init__(self, service):
        self.service, self.answers = service, []
        self._first, self._all = Event(), Event()
        made = service.made
        service.during = lambda: (self._first if service.made == made + 1 else self._all).wait(SECONDS)

    def let_first_go(self):
        self._first.set()

    def let_all_go(self):
        self._first.set()
        self._all.set()

    async def until_made(self, count):
        with anyio.fail_after(SECONDS):
            while self.service.made < count:  # noqa: ASYNC110 - it is counted in another thread
                await anyio.sleep(0.001)
        await anyio.sleep(0.02)  # time for others to come as far as they can


@asynccontextmanager
async def many_ask(service, many=MANY):
    """They ask when the block begins, and their answers are there when it has ended."""
    held = Held(service)

    async def ask(client):
        held.answers.append(await client.get(PATH))

    async with service.client() as client, anyio.create_task_group() as group:
        for _ in range(many):
            group.start_soon(ask, client)
        yield held
        held.let_all_go()
    assert [answer.status_code for answer in held.answers] == [200] * many


async def stale():
    """A service with an entry that a commit has made stale."""
    service = Service(Unchanged())
    await service.get()
    service.stamp.number = 2
    return service


async def test_after_a_commit_one_asks_the_application_for_all():
    service = await stale()
    service.content = b"new"
    async with many_ask(service) as held:
        await held.until_made(2)
        assert service.made == 2
    assert service.made == 2
    assert {answer.content for answer in held.answers} == {b"new"}


async def test_whoever_waits_gets_no_answer_from_before_a_commit_that_came_while_waiting():
    service = await stale()
    async with many_ask(service) as held:
        await held.until_made(2)
        service.stamp.number, service.content = 3, b"newest"
    contents = [answer.content for answer in held.answers]
    assert contents == [b"newest"] * MANY  # the first one too: it reads its content after the commit
    assert service.made == 3  # once for the first, whose stamp is too old for the others, and once for those


async def test_nobody_queues_for_what_is_not_kept():
    """Otherwise the last of them would wait as long as all of them take together."""
    service = await stale()
    service.stamp.number = None
    async with many_ask(service, 4) as held:
        await held.until_made(2)
        assert service.made == 2
        held.let_first_go()
        await held.until_made(5)
    assert service.made == 5


async def test_the_first_answers_are_made_side_by_side():
    """Nobody knows yet whether the route will offer them."""
    service = Service(Unchanged())
    async with many_ask(service, 4) as held:
        await held.until_made(4)
    assert service.made == 4


async def test_whoever_waits_does_not_wait_for_a_slow_reader():
    service = await stale()
    reading = anyio.Event()

    async def slow(_message):
        reading.set()
        await anyio.sleep_forever()

    async def receive():
        return {"type": "http.disconnect"}

    scope = {
        "type": "http",
        "method": "GET",
        "path": PATH,
        "raw_path": PATH.encode(),
        "query_string": b"",
        "headers": [(b"accept", b"application/vc")],
    }
    async with anyio.create_task_group() as group:
        group.start_soon(service.front, scope, receive, slow)
        await reading.wait()
        with anyio.fail_after(SECONDS):
            assert (await service.get()).status_code == 200
        assert service.made == 2
        group.cancel_scope.cancel()


async def test_whoever_waits_goes_on_when_the_one_that_asks_is_gone():
    service = await stale()
    async with many_ask(service) as held:
        await held.until_made(2)
        [leader] = service.front._making.values()
        leader.set()  # as it is when the exchange of the first is cancelled
        service.front._making.clear()
        await held.until_made(1 + MANY)
    assert service.made == 1 + MANY


async def test_nothing_is_remembered_of_exchanges_that_are_over():
    service = Service(answer=lambda _request: 1 / 0)
    for path in (PATH, "/nowhere"):
        await service.get(path)
    assert service.front._making == {}


async def test_many_at_once_get_what_is_right_when_they_ask():
    """Each commit comes with new content; no answer that was asked for later has older content."""
    service = Service(Unchanged())
    asked = []

    async def ask(client):
        for _ in range(20):
            at_least = int(service.content or b"0")
            asked.append((at_least, int((await client.get(PATH)).content)))

    async def change():
        for number in range(1, 60):
            service.content = str(number).encode()
            service.stamp.number += 1
            await anyio.sleep(0.001)

    service.content = b"0"
    async with service.client() as client, anyio.create_task_group() as group:
        for _ in range(10):
            group.start_soon(ask, client)
        group.start_soon(change)
    assert len(asked) == 200
    assert [pair for pair in asked if pair[1] < pair[0]] == []
