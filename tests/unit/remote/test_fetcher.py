"""Errands: one deadline, so many fetches, so many at once, and nobody waits for a stranger's slow host."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from collections import Counter

import anyio
import pytest

from app.remote import Fetcher, FetchLimits, Rules, reasons
from app.verification.evidence import Found, Missing, Need, NeedKind
from tests import standin

pytestmark = pytest.mark.anyio

URL = "https://school.example/"


def linked(url=URL):
    return Need(NeedKind.LINKED, url)


async def side_by_side(errand, *needs):
    """The answers, in the order in which they came."""
    answers = []

    async def ask(need):
        answers.append((need, await errand.answer(need)))

    async with anyio.create_task_group() as group:
        for need in needs:
            group.start_soon(ask, need)
    return answers


class Gauge:
    """A page that takes a while, and knows how many are served at once, by host."""

    def __init__(self, seconds=0.05):
        self._seconds = seconds
        self._lock = threading.Lock()
        self.now, self.most = Counter(), Counter()

    def __call__(self, question):
        with self._lock:
            for name in (question.host, "all"):
                self.now[name] += 1
                self.most[name] = max(self.most[name], self.now[name])
        time.sleep(self._seconds)
        with self._lock:
            self.now.subtract([question.host, "all"])
        return b"here"


def telling(event, page, *, at=1):
    """`page`, which sets `event` of the running loop when it is asked for the `at`-th time."""
    loop = asyncio.get_running_loop()
    asked = itertools.count(1)

    def answer(question):
        if next(asked) == at:
            loop.call_soon_threadsafe(event.set)
        return page(question)

    return answer


@pytest.mark.parametrize(
    ("kind", "url", "at"),
    [
        (NeedKind.DID_DOCUMENT, "did:web:school.example", "https://school.example/.well-known/did.json"),
        (NeedKind.DID_DOCUMENT, "did:web:school.example:issuers:a", "https://school.example/issuers/a/did.json"),
        (NeedKind.CONTROLLER, "https://school.example/issuers/a", "https://school.example/issuers/a"),
        (NeedKind.KEY, "https://school.example/keys/1#key", "https://school.example/keys/1"),
        (NeedKind.STATUS_LIST, "https://school.example/list?v=1", "https://school.example/list?v=1"),
        (NeedKind.SCHEMA, "https://SCHOOL.example:443/schema", "https://school.example/schema"),
    ],
)
async def test_a_need_is_answered_from_its_address(web, fetch, kind, url, at):
    web[at] = (200, {"Content-Type": "Application/JSON; charset=utf-8"}, b"{}")
    assert await fetch(url, kind) == Found(b"{}", "application/json", at)


async def test_an_address_that_was_passed_on_is_told(web, fetch):
    web[URL] = standin.redirect("//other.example/there#part")
    web["https://other.example/there"] = (200, {}, b"here")
    assert await fetch(URL) == Found(b"here", "", "https://other.example/there")


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, ""),
        ({"Date": "Sun, 10 May 2026 12:00:00 GMT"}, "Sun, 10 May 2026 12:00:00 GMT"),
        ({"Date": "x" * 500}, "x" * 64),
    ],
    ids=["no date", "a date", "a long one"],
)
async def test_the_clock_of_the_server_is_told_as_it_was_written(web, fetch, sent, told):
    web[URL] = (200, sent, b"here")
    assert (await fetch(URL)).date == told


@pytest.mark.parametrize("host", ["bücher.example", "BÜCHER.example.", "xn--bcher-kva.example"])
async def test_a_name_beyond_ascii_is_found_and_proved(web, fetch, host):
    web["https://xn--bcher-kva.example/ü".replace("ü", "%C3%BC")] = b"here"
    assert (await fetch(f"https://{host}/ü")).content == b"here"


async def test_a_name_with_an_underscore_is_found_and_proved(web, fetch):
    web["https://user_pages.example/"] = b"here"
    assert (await fetch("https://user_pages.example/")).content == b"here"


async def test_a_port_that_is_not_the_usual_one_is_told_to_the_server(web, fetch):
    url = f"https://school.example:{web.port}/"
    web[url] = b"here"
    assert (await fetch(url)).content == b"here"
    assert web.questions[0].headers["host"] == f"school.example:{web.port}"


async def test_nothing_goes_along_that_a_site_could_know_us_by(web, fetch):
    cookies = {"Set-Cookie": "id=1; Path=/", "WWW-Authenticate": "Basic", "Location": "/there"}
    web[URL] = (302, cookies, b"")
    web["https://school.example/there"] = (200, {"Set-Cookie": "id=2"}, b"here")
    await fetch(URL)
    await fetch(URL)
    sent = {"host", "user-agent", "accept", "accept-encoding", "connection"}
    assert [set(question.headers) for question in web.questions] == [sent] * 4
    assert {question.headers["user-agent"] for question in web.questions} == {"Laurel (verifies Open Badges)"}


async def test_an_errand_has_so_many_fetches(web, make_fetcher):
    web[URL] = b"here"
    fetcher = make_fetcher(fetches=3)
    async with fetcher.errand() as errand:
        answers = [await errand.answer(linked(f"{URL}?{number}")) for number in range(4)]
    assert answers[3] == Missing(reasons.TOO_MANY_FETCHES)
    assert len(web.asked) == 3
    async with fetcher.errand(most=1) as errand:
        answers = [await errand.answer(linked()) for _ in range(2)]
    assert answers == [Found(b"here", "application/octet-stream", URL), Missing(reasons.TOO_MANY_FETCHES)]


async def test_an_errand_has_one_deadline_for_all_its_fetches(web, make_fetcher):
    paths = [f"{URL}{number}" for number in range(3)]
    for path in paths:
        web[path] = Gauge(0.3)
    started = time.monotonic()
    async with make_fetcher(seconds=0.5).errand() as errand:
        answers = [await errand.answer(linked(path)) for path in paths]
    assert answers[1:] == [Missing(reasons.OUT_OF_TIME)] * 2
    assert 0.5 <= time.monotonic() - started < 1.5


async def test_a_fetch_has_a_deadline_of_its_own_whoever_goes_on_waiting(web, make_fetcher):
    web[URL] = standin.hang
    fetcher = make_fetcher(seconds=0.2)
    with anyio.fail_after(3):
        assert await fetcher.answer(linked()) == Missing(reasons.OUT_OF_TIME)


async def test_a_switched_off_fetcher_opens_nothing(web, fetch):
    web[URL] = b"here"
    rules = {"enabled": False, "stand_ins": web.stand_ins}
    assert await fetch(URL, rules=rules) == Missing("This server does not fetch from other sites.")
    assert web.connections == 0


async def test_four_at_once_ask_a_host(web, make_fetcher):
    gauge = Gauge(0.2)
    needs = [linked(f"https://{host}.example/{number}") for number in range(10) for host in ("one", "two")]
    for need in needs:
        web[need.url] = gauge
    async with make_fetcher().errand(most=20) as errand:
        answers = await side_by_side(errand, *needs)
    assert {type(answer) for _, answer in answers} == {Found}
    assert gauge.most["one.example"] == gauge.most["two.example"] == 4
    assert gauge.most["all"] > 4


async def test_so_many_at_once_are_fetched_in_all(web, make_fetcher):
    gauge = Gauge(0.2)
    needs = [linked(f"https://host-{number}.example/") for number in range(12)]
    for need in needs:
        web[need.url] = gauge
    async with make_fetcher(at_once=3).errand(most=12) as errand:
        await side_by_side(errand, *needs)
    assert gauge.most["all"] == 3
    assert len(web.asked) == 12


async def test_waiting_for_a_turn_counts(web, make_fetcher):
    needs = [linked(f"{URL}{number}") for number in range(6)]
    for need in needs:
        web[need.url] = standin.hang
    async with make_fetcher(seconds=1).errand() as errand:
        answers = await side_by_side(errand, *needs)
    assert [answer for _, answer in answers] == [Missing(reasons.OUT_OF_TIME)] * 6
    assert web.connections == 4


async def test_slow_hosts_do_not_hold_up_a_fast_one(web, make_fetcher):
    """Each of eight slow hosts is asked for more than it gets places; those who wait for it take none from others."""
    slow = [linked(f"https://slow-{host}.example/{number}") for host in range(8) for number in range(8)]
    all_places_taken = anyio.Event()
    page = telling(all_places_taken, standin.hang, at=32)
    for need in slow:
        web[need.url] = page
    web[URL] = b"here"
    fetcher = make_fetcher(at_once=33)
    async with fetcher.errand(most=100) as errand, anyio.create_task_group() as group:
        for need in slow:
            group.start_soon(errand.answer, need)
        await all_places_taken.wait()
        started = time.monotonic()
        assert (await errand.answer(linked())).content == b"here"
        assert time.monotonic() - started < 2
        group.cancel_scope.cancel()


async def test_names_that_hang_leave_a_thread_to_others(make_fetcher):
    hanging = threading.Event()

    def look_up(host):
        if host.startswith("slow"):
            hanging.wait(10)
        return []

    fetcher = make_fetcher(at_once=6, seconds=60, look_up=look_up)
    async with anyio.create_task_group() as group:
        for number in range(5):
            group.start_soon(fetcher.answer, linked(f"https://slow-{number}.example.org/"))
        await anyio.wait_all_tasks_blocked()
        with anyio.fail_after(3):
            assert await fetcher.answer(linked("https://fast.example.org/")) == Missing(reasons.NO_SUCH_SITE)
        group.cancel_scope.cancel()
    hanging.set()
    await fetcher.aclose()
    for thread in fetcher._resolver._threads:
        thread.join(5)
        assert not thread.is_alive()


async def test_equal_needs_at_once_are_one_fetch(web, make_fetcher):
    web[URL] = Gauge()
    fetcher = make_fetcher(cache=0)
    async with fetcher.errand(most=20) as errand:
        answers = await side_by_side(errand, *[linked()] * 20)
    assert {answer.content for _, answer in answers} == {b"here"}
    assert len(web.asked) == 1
    assert fetcher._flights == {}


async def test_one_who_gives_up_does_not_take_the_answer_from_others(web, make_fetcher):
    web[URL] = Gauge(0.2)
    fetcher = make_fetcher()
    answers = []

    async def patient():
        answers.append(await fetcher.answer(linked()))

    async with anyio.create_task_group() as group:
        group.start_soon(patient)
        with anyio.move_on_after(0.05):
            await fetcher.answer(linked())
    assert answers == [Found(b"here", "application/octet-stream", URL)]
    assert len(web.asked) == 1


async def test_a_fetch_that_nobody_waits_for_is_broken_off(web, make_fetcher):
    asked, hung_up = anyio.Event(), threading.Event()

    def page(question):
        standin.hang(question)
        hung_up.set()

    web[URL] = telling(asked, page)
    fetcher = make_fetcher()
    async with anyio.create_task_group() as group:
        group.start_soon(fetcher.answer, linked())
        await asked.wait()
        group.cancel_scope.cancel()
    assert await anyio.to_thread.run_sync(hung_up.wait, 3)
    await anyio.wait_all_tasks_blocked()  # what is to be done after a task has ended is done a turn later
    assert fetcher._flights == {}
    assert fetcher._tasks == set()


async def test_closing_breaks_off_what_is_under_way(web, make_fetcher):
    asked = anyio.Event()
    web[URL] = telling(asked, standin.hang)
    fetcher = make_fetcher(seconds=60)
    answers = []

    async def ask():
        answers.append(await fetcher.answer(linked()))

    async with anyio.create_task_group() as group:
        group.start_soon(ask)
        await asked.wait()
        with anyio.fail_after(3):
            await fetcher.aclose()
        assert fetcher._tasks == set()
    assert answers == [Missing(reasons.OUT_OF_TIME)]
    assert fetcher._tasks == set()


async def test_the_next_one_is_fetched_after_a_failure(web, make_fetcher):
    web[URL] = standin.in_turn(500, b"here")
    fetcher = make_fetcher()
    assert await fetcher.answer(linked()) == Missing(reasons.AT_FAULT)
    assert (await fetcher.answer(linked())).content == b"here"


async def test_a_mistake_of_our_own_is_no_answer(web, make_fetcher, monkeypatch):
    def fault(url, rules):
        raise ZeroDivisionError

    monkeypatch.setattr("app.remote.journey.read_target", fault)
    with pytest.raises(ZeroDivisionError):
        await make_fetcher().answer(linked())


def test_making_one_opens_nothing_and_needs_no_loop():
    before = threading.active_count()
    Fetcher(Rules(), FetchLimits())
    assert threading.active_count() == before
