"""Nothing that a stranger writes, resolves or redirects to makes a connection to where it must not go.

Witnesses: sockets that listen on loopback, and an audit hook of the interpreter, which sees every connect().
"""

from __future__ import annotations

import socket
import sys
from itertools import cycle

import anyio
import pytest

from app.remote import Fetcher, FetchLimits, Rules, connection, resolver
from app.remote.reasons import NOT_PUBLIC, NOT_REACHED, OUT_OF_TIME, TOO_MANY_REDIRECTS
from app.verification.evidence import Found, Missing, Need, NeedKind
from tests import standin
from tests.unit.remote.forbidden import ANSWERS, DIDS, URLS

pytestmark = pytest.mark.anyio

_witnesses = []


def _audit(event, arguments):
    if event == "socket.connect":
        for seen in _witnesses:
            seen.append(arguments[1][:2])


sys.addaudithook(_audit)  # stays for good, as hooks do


@pytest.fixture
def connects():
    """The address of every connect() in this process while the test runs."""
    seen = []
    _witnesses.append(seen)
    yield seen
    _witnesses.remove(seen)


@pytest.fixture(scope="module")
def listeners():
    """Sockets at one port of both loopbacks."""
    v4 = socket.create_server(("127.0.0.1", 0))
    v6 = socket.create_server(("::1", v4.getsockname()[1]), family=socket.AF_INET6)
    with v4, v6:
        v4.setblocking(False)
        v6.setblocking(False)
        yield v4, v6


@pytest.fixture
def port(listeners):
    return listeners[0].getsockname()[1]


def look_up(name):
    name = name.removesuffix(".")
    return ANSWERS[name] if name in ANSWERS else resolver.look_up(name)


@pytest.fixture
async def asking(web, port):
    """A function from needs to what is answered, in one errand, under rules that allow the port of the listeners."""
    fetcher = Fetcher(
        Rules(
            ports=frozenset({443, 8443, port}),
            stand_ins=web.stand_ins | {"a.example": ("127.0.0.1", web.port)},
            ca_file=web.ca_file,
        ),
        FetchLimits(seconds=60, cache=0),
        look_up=look_up,
    )

    async def ask(*needs):
        async with fetcher.errand(most=len(needs)) as errand:
            answers = [await errand.answer(need) for need in needs]
        assert Missing(OUT_OF_TIME) not in answers, "then nothing would be shown"
        return answers

    yield ask
    await fetcher.aclose()


def accepted(listeners):
    count = 0
    for listener in listeners:
        try:
            while True:
                listener.accept()[0].close()
                count += 1
        except BlockingIOError:
            pass
    return count


def test_the_table_is_long_enough():
    assert len(set(URLS)) == len(URLS)
    assert len(URLS) + len(DIDS) > 250


async def test_no_address_of_the_table_is_connected_to(asking, port, listeners, connects):
    needs = [Need(NeedKind.LINKED, url.format(port=port)) for url in URLS]
    needs += [Need(NeedKind.DID_DOCUMENT, did.format(port=port)) for did in DIDS]
    answers = await asking(*needs)
    assert [need for need, answer in zip(needs, answers, strict=True) if not isinstance(answer, Missing)] == []
    assert {answer.reason for answer in answers} >= {NOT_PUBLIC}
    assert [answer.reason for answer in answers if answer.reason == NOT_REACHED] == []
    assert connects == []
    assert accepted(listeners) == 0


async def test_no_redirect_leads_there(asking, web, port, listeners, connects):
    urls = [url.format(port=port) for url in URLS if url.isascii() and url.isprintable()]
    for number, (url, status) in enumerate(zip(urls, cycle([301, 302, 303, 307, 308]), strict=False)):
        web[f"https://a.example/{number}"] = standin.redirect(url, status)
    answers = await asking(*(Need(NeedKind.LINKED, f"https://a.example/{number}") for number in range(len(urls))))
    assert [url for url, answer in zip(urls, answers, strict=True) if isinstance(answer, Found)] == []
    assert len(web.asked) >= len(urls)  # what reads as a path leads to the same harmless host again
    assert {question.host for question in web.questions} == {"a.example"}
    assert set(connects) == {("127.0.0.1", web.port)}
    assert accepted(listeners) == 0


async def test_no_link_of_a_page_leads_there(asking, web, port, listeners, connects):
    urls = [url.format(port=port) for url in URLS if url.isascii() and url.isprintable()]
    for number, url in enumerate(urls):
        web[f"https://a.example/{number}"] = f'<link rel="alternate" type="application/ld+json" href="{url}">'
    await asking(*(Need(NeedKind.CREDENTIAL, f"https://a.example/{number}") for number in range(len(urls))))
    assert set(connects) == {("127.0.0.1", web.port)}
    assert accepted(listeners) == 0


async def test_without_the_rule_the_witnesses_would_see_it(asking, port, listeners, connects, monkeypatch):
    """So that silence above means something."""
    monkeypatch.setattr(resolver, "is_public", lambda address: True)
    for host in ("2130706433", "[::1]", "127.0.0.1.nip.attacker.org"):
        with anyio.move_on_after(0.2):  # nobody there speaks TLS
            await asking(Need(NeedKind.LINKED, f"https://{host}:{port}/"))
    assert connects == [("127.0.0.1", port), ("::1", port), ("127.0.0.1", port)]
    assert accepted(listeners) == 3


async def test_a_name_that_answers_differently_each_time_is_connected_to_only_at_what_was_judged(monkeypatch):
    """10,000 rounds of rebinding. Public answers are dialled, once and as they were given; all others never."""
    rounds = 10_000
    texts = "93.184.216.34 | 127.0.0.1 | 93.184.216.34 10.0.0.1 | ::1 | 2606:4700::1 | 169.254.169.254 | "
    texts += "127.0.0.1 93.184.216.34 | 93.184.216.34 2606:4700::1 | ::ffff:127.0.0.1 | 64:ff9b::7f00:1"
    answers = cycle(text.split() for text in texts.split("|"))
    given, dialled = [], []

    def rebinding(name):
        given.append(next(answers))
        return given[-1]

    async def dial(address, port):
        dialled.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(connection, "dial", dial)
    fetcher = Fetcher(Rules(), FetchLimits(cache=0), look_up=rebinding)
    expected = []
    for number in range(rounds):
        answer = await fetcher.answer(Need(NeedKind.LINKED, f"https://rebind.attacker.org/{number}"))
        assert len(given) == number + 1, "looked up more than once"
        public = all(address in {"93.184.216.34", "2606:4700::1"} for address in given[-1])
        expected += given[-1] if public else []
        assert answer == Missing(NOT_REACHED if public else NOT_PUBLIC)
    assert dialled == expected
    assert len(dialled) == rounds * 4 // 10
    await fetcher.aclose()


async def test_a_name_is_judged_again_after_each_redirect(web, connects):
    """The host passes on to itself, and points elsewhere by then."""
    looked_up = []

    def look_up(name):
        looked_up.append(name)
        return ["93.184.216.34"] if name == "first.attacker.org." else ["127.0.0.1"]

    web["https://a.example/"] = standin.redirect(f"https://second.attacker.org:{web.port}/")
    rules = Rules(
        ports=frozenset({443, web.port}), stand_ins={"a.example": ("127.0.0.1", web.port)}, ca_file=web.ca_file
    )
    fetcher = Fetcher(rules, FetchLimits(), look_up=look_up)
    assert await fetcher.answer(Need(NeedKind.LINKED, "https://a.example/")) == Missing(NOT_PUBLIC)
    await fetcher.aclose()
    assert looked_up == ["second.attacker.org."]
    assert connects == [("127.0.0.1", web.port)]


async def test_redirects_end_after_the_third(asking, web):
    for number in range(6):
        web[f"https://a.example/{number}"] = standin.redirect(f"/{number + 1}")
    web["https://a.example/6"] = b"here"
    web["https://a.example/round"] = standin.redirect("/round")
    three, four, round_and_round = await asking(
        Need(NeedKind.LINKED, "https://a.example/3"),
        Need(NeedKind.LINKED, "https://a.example/2"),
        Need(NeedKind.LINKED, "https://a.example/round"),
    )
    assert three == Found(b"here", "application/octet-stream", "https://a.example/6")
    assert four == round_and_round == Missing(TOO_MANY_REDIRECTS)
    assert len(web.asked) == 4 + 4 + 4


async def test_our_own_address_is_fetched_in_development_from_loopback_only(connects):
    answers = {"localhost": ["127.0.0.1", "::1"], "elsewhere.internal": ["10.0.0.1"], "laurel.internal": ["127.0.0.1"]}

    async def ask(origin):
        fetcher = Fetcher(Rules(own_origin=origin), FetchLimits(), look_up=answers.__getitem__)
        answer = await fetcher.answer(Need(NeedKind.LINKED, origin + "/"))
        await fetcher.aclose()
        return answer.reason

    assert await ask("http://localhost:1") == NOT_REACHED
    assert connects == [("127.0.0.1", 1), ("::1", 1)]
    assert await ask("http://laurel.internal:1") == NOT_REACHED
    assert await ask("http://elsewhere.internal:1") == NOT_PUBLIC
    assert len(connects) == 3


async def test_proxies_of_the_environment_are_not_used(asking, web, port, listeners, connects, monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "HTTP_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
    web["https://a.example/"] = b"here"
    [found] = await asking(Need(NeedKind.LINKED, "https://a.example/"))
    assert found.content == b"here"
    assert connects == [("127.0.0.1", web.port)]
    assert accepted(listeners) == 0
