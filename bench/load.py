"""The client: requests over connections that stay open, from a process of its own, at little cost.

    python bench/load.py < plan.json

The plan names the port, how many connections, for how many seconds, and a request with bodies that take turns;
`@@@@@@@@@@` in a body becomes a number that is never used again. Prints what came of it as JSON. Answers of the first
tenth of the time do not count.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from typing import Any, Final

import uvloop

_WARM_UP: Final = 0.1  # of the time
_NUMBER: Final = b"@" * 10


class Load:
    """One run of the plan."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self._port: int = plan["port"]
        self._clients: int = plan["clients"]
        self._seconds: float = plan["seconds"]
        self._number: int = plan["first_number"]
        self._bodies: list[bytes] = [body.encode() for body in plan["bodies"]]
        self._heads = [_head(plan, len(body)) for body in self._bodies]
        self._counted: list[float] = []
        self._statuses: Counter[int] = Counter()

    async def run(self) -> dict[str, Any]:
        start = time.perf_counter()
        self._count_from = start + self._seconds * _WARM_UP
        self._end = start + self._seconds
        await asyncio.gather(*(self._client() for _ in range(self._clients)))
        milliseconds = sorted(seconds * 1_000 for seconds in self._counted)
        return {
            "rate": len(milliseconds) / (self._end - self._count_from),
            "p50": milliseconds[len(milliseconds) // 2],
            "p99": milliseconds[len(milliseconds) * 99 // 100],
            "statuses": dict(self._statuses),
            "next_number": self._number,
        }

    async def _client(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        while (sent := time.perf_counter()) < self._end:
            writer.write(self._request())
            self._statuses[await _answer(reader)] += 1
            ended = time.perf_counter()
            if self._count_from <= ended <= self._end:
                self._counted.append(ended - sent)
        writer.close()

    def _request(self) -> bytes:
        self._number += 1
        turn = self._number % len(self._bodies)
        return self._heads[turn] + self._bodies[turn].replace(_NUMBER, b"%010d" % self._number)


def _head(plan: dict[str, Any], length: int) -> bytes:
    headers = {"Host": f"localhost:{plan['port']}", "Content-Length": str(length), **plan["headers"]}
    lines = [f"{plan['method']} {plan['path']} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


async def _answer(reader: asyncio.StreamReader) -> int:
    """Reads one answer whole; its status."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0])
    await reader.readexactly(length)
    return int(head[9:12])


if __name__ == "__main__":
    print(json.dumps(uvloop.run(Load(json.load(sys.stdin)).run())))
