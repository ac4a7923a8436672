"""Clients that insist: each asks for one badge after another, and for each again and again until it has an answer.

What a client is told stands on disk, synced, before it goes on, as it would with a learning platform. Afterwards that
is compared with what the service has.
"""

from __future__ import annotations

import json
import math
import os
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import httpx

from tests.reliability.posting import CLIENTS, Posted, client_for, make_completion, send

AGAIN_SECONDS = 0.1
ANSWER_SECONDS = 90.0  # without any, while nothing is killed
REPEATED = 0.05  # of the answered requests are sent once more, as by somebody who lost the answer
LATER = frozenset({409, 503, 507})


class AckLog:
    """What one client was told: a line for each badge, durable when `write` returns."""

    def __init__(self, file: Path):
        self._file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, name, id_):
        os.write(self._file, json.dumps([name, id_]).encode() + b"\n")
        os.fsync(self._file)

    def close(self):
        os.close(self._file)


class Crowd:
    """Runs between `with` and `stop`, or the end of the block."""

    def __init__(self, url, token, folder, *, seed=0):
        self._url, self._token, self._seed = url, token, seed
        self._folder = folder / "acknowledged"
        self._folder.mkdir()
        self._numbers = count()
        self._over = threading.Event()
        self._last_call = math.inf  # as long as services are killed nobody gives up
        self._changed = threading.Condition()
        self.acknowledged = 0
        self.answers: Counter = Counter()  # by status; "cut" for a broken connection, "refused" where nobody listened

    def __enter__(self):
        self._pool = ThreadPoolExecutor(CLIENTS)
        self._running = [self._pool.submit(self._work, number) for number in range(CLIENTS)]
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Begins nothing new, waits for the answers to what was begun; raises what went wrong for a client."""
        self._last_call = time.monotonic() + ANSWER_SECONDS
        self._over.set()
        self._pool.shutdown()
        for client in self._running:
            client.result()

    def until(self, count_):
        """Waits for so many acknowledged badges in all. Raises what went wrong for a client."""
        known, end = -1, 0.0
        while self.acknowledged < count_:
            if self.acknowledged > known:
                known, end = self.acknowledged, time.monotonic() + ANSWER_SECONDS
            assert time.monotonic() < end, f"no badge in {ANSWER_SECONDS} s: {self.acknowledged}, {self.answers}"
            self._raise_of_those_who_ended()
            with self._changed:
                self._changed.wait(0.5)

    def _raise_of_those_who_ended(self):
        for client in self._running:
            if client.done():
                client.result()

    def told(self):
        """From the logs: external id -> address of its badge. Fails when a client was told of two for one."""
        told = {}
        for file in sorted(self._folder.iterdir()):
            for line in file.read_bytes().splitlines():
                name, id_ = json.loads(line)
                assert told.setdefault(name, id_) == id_, f"{name} was {told[name]} and became {id_}"
        return told

    def _work(self, number):
        chance = random.Random(f"{self._seed}/{number}")
        log = AckLog(self._folder / str(number))
        try:
            with client_for(self._url, self._token, connections=1) as client:
                while not self._over.is_set():
                    body = make_completion(next(self._numbers))
                    posted = Posted(body, f"key-of-{body['externalId']}")
                    self._insist(client, posted, log)
                    if chance.random() < REPEATED:
                        self._insist(client, posted, log, fresh=False)
        finally:
            log.close()

    def _insist(self, client, posted, log, *, fresh=True):
        while (answer := self._try(client, posted)) is None:
            assert time.monotonic() < self._last_call, f"{posted.name} had no answer: {self.answers}"
            time.sleep(AGAIN_SECONDS)
        assert fresh or answer.status_code == 200, f"{posted.name} had been acknowledged and was issued again"
        log.write(posted.name, answer.json()["id"])
        with self._changed:
            self.acknowledged += fresh
            self._changed.notify_all()

    def _try(self, client, posted):
        """The answer with the badge; None when there was no answer, or one that says to come again."""
        try:
            answer = send(client, posted)
        except httpx.ConnectError:
            self._count("refused")
            return None
        except httpx.TransportError:
            self._count("cut")
            return None
        self._count(answer.status_code)
        assert answer.status_code in {200, 201} | LATER, f"{posted.name}: {answer.status_code} {answer.text}"
        return None if answer.status_code in LATER else answer

    def _count(self, what):
        with self._changed:
            self.answers[what] += 1
