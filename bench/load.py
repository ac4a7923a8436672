"""The client: requests over connections that stay open, from a process of its own, at little cost.

    python bench/load.py < plan.json

One request at a time is under way on each connection. The plan:

| member | meaning |
|---|---|
| `port`, `clients` | where, and over how many connections |
| `seconds` | how long; answers of the first tenth do not count |
| `requests` | how many requests instead: `seconds` is then the time to give up after, and every answer counts |
| `method`, `headers` | of every request |
| `path`, or `paths` that take turns | |
| `bodies` that take turns, or `body_lines` of a file that do, or a whole `body_file`, or none of them | |
| `first_number` | each request has a number, this one is the first; it stands in for `@@@@@@@@@@` |
| `count` | a text; how often it occurs in the bodies of the answers is `found` |
| `cpu` | the only core to run on |

Prints what came of it as JSON. `busy` is the share of one core that this process used: near 1 it is the client that
was measured and not the server. Status 0 is a connection that ended before its answer did.
"""

from __future__ import annotations

import asyncio
import gc
import json
import math
import os
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any, Final, cast

import uvloop

_WARM_UP: Final = 0.1  # of the time
_NUMBER: Final = b"@" * 10
_BODILESS: Final = (204, 304)


class Load:
    """One run of the plan, and its figures."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self._plan = plan
        self._number: int = plan.get("first_number", 0)
        # Split where the number goes, so that making a request is one join.
        self._requests = [request.split(_NUMBER) for request in _requests(plan)]
        self._limited = "requests" in plan
        self._left: float = plan.get("requests", math.inf)
        self._latencies: list[float] = []
        self._statuses: Counter[int] = Counter()
        self.text = plan.get("count", "").encode()
        self.found = 0

    async def run(self) -> dict[str, Any]:
        loop = asyncio.get_running_loop()
        begun, cpu = time.perf_counter(), time.process_time()
        self._end = begun + self._plan["seconds"]
        self._count_from = begun if self._limited else begun + self._plan["seconds"] * _WARM_UP
        clients = [Client(self) for _ in range(self._plan["clients"])]
        for client in clients:
            await loop.create_connection(lambda made=client: made, "127.0.0.1", self._plan["port"])  # type: ignore[misc]
        await asyncio.gather(*(client.ended for client in clients))
        ended, used = time.perf_counter(), time.process_time() - cpu
        counted_for = (ended if self._limited else self._end) - self._count_from
        return {**self._figures(counted_for), "loader_cpu": used, "busy": used / (ended - begun)}

    def next_request(self) -> bytes | None:
        """None when it is enough."""
        self._left -= 1
        if self._left < 0 or time.perf_counter() >= self._end:
            return None
        self._number += 1
        parts = self._requests[self._number % len(self._requests)]
        return parts[0] if len(parts) == 1 else (b"%010d" % self._number).join(parts)

    def answered(self, status: int, seconds: float) -> None:
        self._statuses[status] += 1
        if self._limited or self._count_from <= time.perf_counter() <= self._end:
            self._latencies.append(seconds)

    def _figures(self, seconds: float) -> dict[str, Any]:
        latencies = sorted(self._latencies) or [0.0]
        return {
            "rate": len(self._latencies) / seconds,
            "seconds": seconds,
            "p50": latencies[len(latencies) // 2] * 1_000,
            "p99": latencies[len(latencies) * 99 // 100] * 1_000,
            "statuses": dict(self._statuses),
            "next_number": self._number,
            "found": self.found,
        }


class Client(asyncio.Protocol):
    """Asks, reads the answer as far as it must to know its end, and asks again."""

    def __init__(self, load: Load) -> None:
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._load = load
        self._answer = Answer(load.text)
        self._sent = 0.0
        self._asking = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # of a socket it is one
        self._ask()

    def data_received(self, data: bytes) -> None:
        answer = self._answer
        if answer.take(data):
            self._load.answered(answer.status, time.perf_counter() - self._sent)
            answer.status = 0
            self._ask()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self._load.found += self._answer.found
        if self._asking:
            self._load.answered(0, time.perf_counter() - self._sent)
        self.ended.set_result(None)

    def _ask(self) -> None:
        request = self._load.next_request()
        self._asking = request is not None
        if request is None:
            self._transport.close()
            return
        self._sent = time.perf_counter()
        self._transport.write(request)


class Answer:
    """Finds the end of each answer (RFC 9112 section 6.3) and keeps no more of it than that takes.

    `status` is 0 until a head was read; whoever is done with an answer sets it back.
    """

    def __init__(self, text: bytes) -> None:
        self.status = 0
        self.found = 0
        self._text = text
        self._chunked = self._last = False
        self._left = 0  # of the body; of a chunk and the line end after it
        self._kept = b""  # the beginning of a head or of a chunk's size
        self._seen = b""  # the end of the body so far, in case the text was cut in two

    def take(self, data: bytes) -> bool:
        """Whether the answer is complete now."""
        if self._kept:
            data, self._kept = self._kept + data, b""
        at = 0
        if not self.status:
            at = self._head(data)
            if not at:
                return False
        if self._chunked:
            return self._chunks(data, at)
        self._left -= len(data) - at
        if self._text:
            self._count(data[at:])
        return self._left <= 0

    def _head(self, data: bytes) -> int:
        """Where the body begins; 0 when the head is not complete."""
        end = data.find(b"\r\n\r\n")
        if end < 0:
            self._kept = data
            return 0
        self.status = int(data[9:12])
        head = data[: end + 2].lower()
        self._chunked = b"\r\ntransfer-encoding: chunked\r\n" in head
        self._last, self._left, self._seen = False, 0, b""
        if not self._chunked and self.status not in _BODILESS:
            self._left = int(head.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0])
        return end + 4

    def _chunks(self, data: bytes, at: int) -> bool:
        while at < len(data):
            if not self._left:
                end = data.find(b"\r\n", at)
                if end < 0:
                    self._kept = data[at:]
                    return False
                size = int(data[at:end].partition(b";")[0], 16)
                self._left, self._last = size + 2, size == 0
                at = end + 2
            piece = data[at : at + self._left]
            at += len(piece)
            self._left -= len(piece)
            if self._text:
                line_end = max(0, 2 - self._left)
                self._count(piece[: len(piece) - line_end] if len(piece) > line_end else b"")
            if self._last and not self._left:
                return True
        return False

    def _count(self, piece: bytes) -> None:
        *before, rest = (self._seen + piece).split(self._text)
        self.found += len(before)
        self._seen = rest[max(0, len(rest) - len(self._text) + 1) :]


def _requests(plan: dict[str, Any]) -> list[bytes]:
    """As many as it takes for paths and bodies to have all taken their turns."""
    paths: list[str] = plan["paths"] if "paths" in plan else [plan["path"]]
    bodies = _bodies(plan)
    turns = range(math.lcm(len(paths), len(bodies)))
    return [_request(plan, paths[turn % len(paths)], bodies[turn % len(bodies)]) for turn in turns]


def _bodies(plan: dict[str, Any]) -> list[bytes | None]:
    if "body_file" in plan:
        return [Path(plan["body_file"]).read_bytes()]
    if "body_lines" in plan:
        return list(Path(plan["body_lines"]).read_bytes().splitlines())
    return [body.encode(errors="surrogateescape") for body in plan.get("bodies", [])] or [None]


def _request(plan: dict[str, Any], path: str, body: bytes | None) -> bytes:
    headers = {"Host": f"localhost:{plan['port']}", **plan.get("headers", {})}
    if body is not None:
        headers["Content-Length"] = str(len(body))
    lines = [f"{plan['method']} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + (body or b"")


def main() -> None:
    plan = json.load(sys.stdin)
    if plan.get("cpu") is not None:
        os.sched_setaffinity(0, {plan["cpu"]})
    load = Load(plan)
    gc.disable()  # nothing here is garbage in circles
    print(json.dumps(uvloop.run(load.run())))


if __name__ == "__main__":
    main()
