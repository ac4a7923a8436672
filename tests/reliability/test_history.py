"""Issuing, revoking, verifying and reading through two processes that are killed: the answers fit together."""

from __future__ import annotations

import random
import secrets
import threading
import time
from collections import Counter
from contextlib import ExitStack
from itertools import count

import httpx
import pytest

from app.openbadges import decode_bitstring, entry_value
from tests.reliability.figures import found_whole
from tests.reliability.history import Event, Said, violations
from tests.reliability.ledger import assert_there, assert_whole
from tests.reliability.posting import Posted, in_background, in_threads, make_completion, send
from tests.reliability.scale import scale

CLIENTS = 6
KILLS = scale("HISTORY_KILLS", short=5, long=100)
PAUSE = (0.2, 0.7)  # seconds between two kills
AGAIN_SECONDS = 0.05
ISSUE, REVOKE = 0.1, 0.1  # of what clients do; the rest is reading
BASE = "http://localhost:8000"


def event(asked, begun, ended, said, credential="a"):
    return Event(credential, asked, begun, ended, said)


RIGHT = {
    "read, revoked, read": [
        event("get", 0, 1, Said.ACTIVE),
        event("revoke", 2, 3, Said.REVOKED),
        event("get", 4, 5, Said.REVOKED),
    ],
    "a read that began before the revocation was known": [
        event("revoke", 0, 3, Said.REVOKED),
        event("get", 2, 5, Said.ACTIVE),
    ],
    "a revocation without an answer that happened": [
        event("revoke", 0, 1, Said.NOTHING),
        event("get", 2, 3, Said.REVOKED),
    ],
    "a revocation without an answer that did not happen": [
        event("revoke", 0, 1, Said.NOTHING),
        event("get", 2, 3, Said.ACTIVE),
    ],
    "another credential": [
        event("revoke", 0, 1, Said.REVOKED),
        event("get", 2, 3, Said.ACTIVE, credential="b"),
    ],
}
WRONG = {
    "valid after it was acknowledged": [
        event("revoke", 0, 1, Said.REVOKED),
        event("get", 2, 3, Said.ACTIVE),
    ],
    "valid after somebody saw it revoked": [
        event("revoke", 0, 1, Said.NOTHING),
        event("list", 2, 3, Said.REVOKED),
        event("verify", 4, 5, Said.ACTIVE),
    ],
    "revoked though nobody asked for it": [event("get", 0, 1, Said.REVOKED)],
    "revoked before anybody asked for it": [
        event("get", 0, 1, Said.REVOKED),
        event("revoke", 2, 3, Said.REVOKED),
    ],
    "issued and gone": [event("get", 0, 1, Said.ABSENT)],
}


@pytest.mark.parametrize("history", RIGHT.values(), ids=RIGHT)
def test_the_model_accepts(history):
    assert violations(history) == []


@pytest.mark.parametrize("history", WRONG.values(), ids=WRONG)
def test_the_model_refuses(history):
    assert len(violations(history)) == 1


def test_answers_fit_together_while_processes_are_killed(place):
    seed = secrets.randbits(32)
    print(f"seed {seed}")  # noqa: T201 - shown when the test fails
    chance = random.Random(seed)
    servers = [place.server(f"server-{number}") for number in range(2)]
    club = Club(servers, place.token)
    with servers[0], servers[1]:
        finish = in_background(lambda: in_threads([club.member(chance.random()) for _ in range(CLIENTS)]))
        try:
            for number in range(KILLS):
                time.sleep(chance.uniform(*PAUSE))
                servers[number % 2].kill()
                servers[number % 2].start()
            time.sleep(PAUSE[1])
        finally:
            club.over.set()
        finish()
    assert violations(club.events) == []
    assert_there(assert_whole(place.url), club.issued)
    said = Counter((event.asked, event.said) for event in club.events)
    looked = {(way, heard) for way in WAYS for heard in (Said.ACTIVE, Said.REVOKED)}
    assert {*looked, ("revoke", Said.REVOKED)} <= said.keys(), said
    found_whole(
        "history of issuing, revoking and reading",
        place.dialect,
        KILLS,
        "kills",
        events=len(club.events),
        revocations=said["revoke", Said.REVOKED],
        unanswered=sum(event.said is Said.NOTHING for event in club.events),
    )


class Club:
    """Clients of the same processes that write down what they ask, and what they hear, and when."""

    def __init__(self, servers, token):
        self._servers, self._token = servers, token
        self._numbers = count()
        self._lock = threading.Lock()
        self.over = threading.Event()
        self.events: list[Event] = []
        self.issued: dict[str, str] = {}  # external id -> address
        self._entries: dict[str, dict] = {}  # address -> its status entry
        self._credentials: list[str] = []

    def member(self, seed):
        return lambda: self._work(random.Random(seed))

    def _work(self, chance):
        with ExitStack() as opened:
            clients = [opened.enter_context(member_client(server, self._token)) for server in self._servers]
            while not self.over.is_set():
                client, luck = chance.choice(clients), chance.random()
                if luck < ISSUE or not self._credentials:
                    self._issue(client)
                else:
                    way = "revoke" if luck < ISSUE + REVOKE else chance.choice(list(WAYS))
                    self._ask(client, way, chance.choice(self._credentials))

    def _issue(self, client):
        posted = Posted(make_completion(next(self._numbers)))
        try:
            answer = send(client, posted)
        except httpx.TransportError:
            return
        assert answer.status_code in (201, 503), answer.text
        if answer.status_code == 201:
            body = answer.json()
            with self._lock:
                self.issued[posted.name] = body["id"]
                self._entries[body["id"]] = body["credential"]["credentialStatus"]
                self._credentials.append(body["id"])

    def _ask(self, client, way, credential):
        ask = revoke if way == "revoke" else WAYS[way]
        begun = time.monotonic()
        try:
            said = ask(client, credential, self._entries[credential])
        except httpx.TransportError:
            said = Said.NOTHING
        event = Event(credential, way, begun, time.monotonic(), said)
        with self._lock:
            self.events.append(event)
        if said is Said.NOTHING:
            time.sleep(AGAIN_SECONDS)


def member_client(server, token):
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.Client(base_url=server.url, headers=headers, timeout=30, trust_env=False)


def revoke(client, credential, _entry):
    answer = client.post(f"/v1/credentials/{uuid_of(credential)}:revoke", json={"reason": "a mistake"})
    return said(answer, lambda body: body["status"] == "revoked")


def get(client, credential, _entry):
    """As the issuer sees it."""
    return said(client.get(f"/v1/credentials/{uuid_of(credential)}"), lambda body: body["status"] == "revoked")


def verify(client, credential, _entry):
    """As an employer does. The badge is good, so that only a revocation makes it invalid."""
    answer = client.post("/v1/verify", json={"url": credential})
    return said(answer, lambda body: {"valid": False, "invalid": True}[body["verdict"]])


def look_up(client, _credential, entry):
    """As every other verifier does: the bit in the published list. Who sends no key may be answered from memory."""
    path = entry["statusListCredential"].removeprefix(BASE)
    request = client.build_request("GET", path, headers={"Accept": "application/vc"})
    del request.headers["Authorization"]
    return said(client.send(request), lambda body: bool(bit_of(body, entry)))


def bit_of(status_list, entry):
    bits = decode_bitstring(status_list["credentialSubject"]["encodedList"])
    return entry_value(bits, int(entry["statusListIndex"]))


WAYS = {"get": get, "verify": verify, "look up": look_up}


def said(answer, is_revoked):
    if answer.status_code == 404:
        return Said.ABSENT
    if answer.status_code == 503:
        return Said.NOTHING
    assert answer.status_code == 200, answer.text
    return Said.REVOKED if is_revoked(answer.json()) else Said.ACTIVE


def uuid_of(credential):
    return credential.rpartition("/")[2]
