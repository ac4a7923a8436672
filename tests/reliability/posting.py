"""Clients that post completions from many threads and write down what they were told."""

from __future__ import annotations

import queue
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import httpx

CLIENTS = 8
WAIT_SECONDS = 60.0
ACHIEVEMENT = "differentiated-teaching"
SOURCE = "reliability"


def make_completion(number, **changes):
    return {
        "achievement": ACHIEVEMENT,
        "source": SOURCE,
        "externalId": f"completion-{number}",
        "learner": {"name": f"Learner {number} · 学习者", "email": f"learner-{number}@riverside.example"},
        "completedAt": "2024-05-04T10:00:00Z",
        **changes,
    }


@dataclass(frozen=True)
class Posted:
    """A completion and the Idempotency-Key that goes with it, if any: a retry sends the same again."""

    body: dict
    key: str | None = None

    @property
    def name(self):
        return self.body["externalId"]


def some_with_keys(count, *, first=0):
    """Every third with an Idempotency-Key besides its natural key."""
    return [
        Posted(make_completion(number), f"key-of-completion-{number}" if number % 3 == 0 else None)
        for number in range(first, first + count)
    ]


@dataclass
class Journal:
    """What clients were told: which badge stands for which completion, and everything that must not happen."""

    acknowledged: dict[str, str] = field(default_factory=dict)
    statuses: Counter = field(default_factory=Counter)
    unanswered: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _enough: threading.Event = field(default_factory=threading.Event)
    _wanted: int | None = None

    def await_new(self, count):
        """Sets the bell for `count` more new badges; returns the function that waits for it."""
        with self._lock:
            self._enough.clear()
            self._wanted = self.statuses[201] + count
        return lambda: self._enough.wait(WAIT_SECONDS)

    def answered(self, posted, response):
        with self._lock:
            self.statuses[response.status_code] += 1
            if response.status_code in (200, 201):
                self._acknowledge(posted, response)
            if self._wanted is not None and self.statuses[201] >= self._wanted:
                self._enough.set()

    def _acknowledge(self, posted, response):
        id_ = response.json()["id"]
        known = self.acknowledged.setdefault(posted.name, id_)
        if known != id_:
            self.wrong.append(f"{posted.name} was {known} and became {id_}")

    def dropped(self, posted, error):
        with self._lock:
            self.unanswered.append(f"{posted.name}: {type(error).__name__}")


def client_for(url, token, *, connections=CLIENTS, **options):
    return httpx.Client(
        base_url=url,
        headers={"Authorization": f"Bearer {token}"},
        timeout=WAIT_SECONDS,
        trust_env=False,
        limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
        **options,
    )


def send(client, posted):
    headers = {"Idempotency-Key": posted.key} if posted.key else {}
    return client.post("/v1/completions", json=posted.body, headers=headers)


def post_all(client, posts, journal, *, clients=CLIENTS):
    """All of them once, from several threads. A client whose connection breaks stops, as does one of a dead server."""
    waiting = queue.SimpleQueue()
    for posted in posts:
        waiting.put(posted)

    def work():
        while True:
            try:
                posted = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                journal.answered(posted, send(client, posted))
            except httpx.TransportError as error:
                journal.dropped(posted, error)
                return

    in_threads([work] * clients)


def at_once(client, posts):
    """Every one from a thread of its own, let go at the same moment; the answers in order."""
    gate = threading.Barrier(len(posts))
    answers = [None] * len(posts)

    def work(number):
        gate.wait(WAIT_SECONDS)
        answers[number] = send(client, posts[number])

    in_threads([lambda number=number: work(number) for number in range(len(posts))])
    return answers


def in_threads(functions):
    """Runs them all side by side to their end; raises what one of them raised."""
    with ThreadPoolExecutor(len(functions)) as pool:
        running = [pool.submit(function) for function in functions]
    for future in running:
        future.result()


def in_background(function):
    """Starts it; returns the function that waits for its end and raises what it raised."""
    pool = ThreadPoolExecutor(1)
    future = pool.submit(function)
    pool.shutdown(wait=False)
    return lambda: future.result(WAIT_SECONDS)
