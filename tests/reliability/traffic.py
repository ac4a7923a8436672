"""Fifty requests a second of every kind, to whichever processes serve at the moment, as a load balancer sends them."""

from __future__ import annotations

import threading
import time
from collections import Counter
from contextlib import ExitStack
from itertools import count, cycle

from app.openbadges import decode_bitstring, entry_value
from tests.reliability.posting import CLIENTS, WAIT_SECONDS, client_for, in_background, in_threads, make_completion

RATE = 50  # requests a second, of all clients
BASE = "http://localhost:8000"
LONGEST_PAUSE = 1.0  # of those that Retry-After asks for
ACTIONS = ("award", "award", "award", "award", "page", "page", "look", "list", "revoke", "verify")


class Traffic:
    """Runs between `with` and the end of the block, which raises what went wrong for a client.

    Whatever is answered must be right; 503 only with Retry-After, and then the same request is sent again.
    """

    def __init__(self, token):
        self._token = token
        self._numbers, self._turns = count(), count()
        self._over = threading.Event()
        self._changed = threading.Condition()
        self._served = []  # servers that take requests
        self._under_way: Counter = Counter()  # by address of the server
        self._free: list[str] = []  # badges that nobody is about to revoke
        self._entries: dict[str, dict] = {}
        self.told: dict[str, str] = {}  # external id -> address of the badge
        self.revoked: list[str] = []
        self.asked: Counter = Counter()  # by kind, as answered
        self.by_server: Counter = Counter()
        self.later = 0  # answers that said to come again
        self.slowest = 0.0  # seconds
        self.lasted = 0.0  # seconds

    def __enter__(self):
        self._begun = time.monotonic()
        self._finish = in_background(lambda: in_threads([self._work] * CLIENTS))
        return self

    def __exit__(self, kind, *_):
        self._over.set()
        if kind is None:  # else the block has failed, and servers ended under the clients because of that
            self._finish()

    def stop(self):
        """Returns when all is answered; for whoever ends the servers before the block."""
        self._over.set()
        self._finish()
        self.lasted = time.monotonic() - self._begun

    def send_to(self, *servers):
        """From now on to these; returns when none of the others has anything left to answer."""
        with self._changed:
            self._served = list(servers)
            urls = {server.url for server in servers}
            gone = self._changed.wait_for(
                lambda: not sum(number for url, number in self._under_way.items() if url not in urls), WAIT_SECONDS
            )
        assert gone, self._under_way

    def run(self, seconds):
        """Lets it go on, and raises what has gone wrong for a client."""
        end = time.monotonic() + seconds
        before = sum(self.asked.values())
        while time.monotonic() < end:
            assert not self._over.is_set(), self._finish()
            time.sleep(0.05)
        assert sum(self.asked.values()) > before, "nothing was answered"

    def _work(self):
        with ExitStack() as opened:
            clients = {}

            def client(server):
                if server.url not in clients:
                    clients[server.url] = opened.enter_context(client_for(server.url, self._token, connections=1))
                return clients[server.url]

            try:
                for kind in cycle(ACTIONS):
                    due = self._begun + next(self._turns) / RATE
                    if self._over.wait(max(due - time.monotonic(), 0)):
                        return
                    getattr(self, f"_{kind}")(client)
            finally:
                self._over.set()  # nobody goes on alone

    def _send(self, kind, client, method, path, **options):
        """The answer, after as many tries as it takes."""
        end = time.monotonic() + WAIT_SECONDS
        while True:
            begun = time.monotonic()
            answer = self._to_one(client, method, path, **options)
            with self._changed:
                self.slowest = max(self.slowest, time.monotonic() - begun)
                self.asked[kind] += answer.status_code != 503
                self.later += answer.status_code == 503
            if answer.status_code != 503:
                assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
                return answer
            assert time.monotonic() < end, answer.text
            time.sleep(min(float(answer.headers["retry-after"]), LONGEST_PAUSE))

    def _to_one(self, client, method, path, **options):
        with self._changed:
            assert self._changed.wait_for(lambda: self._served, WAIT_SECONDS)
            server = self._served[next(self._numbers) % len(self._served)]
            self._under_way[server.url] += 1
        try:
            return client(server).request(method, path, **options)
        finally:
            with self._changed:
                self._under_way[server.url] -= 1
                self.by_server[server.url] += 1
                self._changed.notify_all()

    def _award(self, client):
        body = make_completion(next(self._numbers))
        answer = self._send("award", client, "POST", "/v1/completions", json=body)
        issued = answer.json()
        with self._changed:
            self.told[body["externalId"]] = issued["id"]
            self._entries[issued["id"]] = issued["credential"]["credentialStatus"]
            self._free.append(issued["id"])

    def _page(self, client):
        if badge := self._one():
            page = self._send("page", client, "GET", path_of(badge), headers={"Accept": "text/html"}).text
            assert "Differentiated" in page

    def _look(self, client):
        if badge := self._one():
            path = f"/v1/credentials/{uuid_of(badge)}"
            assert self._send("look", client, "GET", path).json()["status"] == "active"

    def _list(self, client):
        self._send("list", client, "GET", "/v1/credentials?limit=5")

    def _verify(self, client):
        if badge := self._one():
            answer = self._send("verify", client, "POST", "/v1/verify", json={"url": badge})
            assert answer.json()["verdict"] == "valid", answer.text

    def _revoke(self, client):
        """Answered, it is seen in the list by the next request, whoever takes that."""
        with self._changed:
            if len(self._free) < CLIENTS:
                return
            badge = self._free.pop(0)  # nobody looks at the oldest any more
        path = f"/v1/credentials/{uuid_of(badge)}"
        self._send("revoke", client, "POST", f"{path}:revoke", json={"reason": "a mistake"})
        assert self._send("look", client, "GET", path).json()["status"] == "revoked"
        entry = self._entries[badge]
        where = path_of(entry["statusListCredential"])
        found = self._send("list of bits", client, "GET", where, headers={"Accept": "application/vc"}).json()
        bits = decode_bitstring(found["credentialSubject"]["encodedList"])
        assert entry_value(bits, int(entry["statusListIndex"])) == 1
        with self._changed:
            self.revoked.append(badge)

    def _one(self):
        """The newest, which is not revoked for a while."""
        with self._changed:
            return self._free[-1] if len(self._free) > 2 * CLIENTS else None


def path_of(address):
    return address.removeprefix(BASE)


def uuid_of(address):
    return address.rpartition("/")[2]
