"""Figures of several rounds, as a table for people or JSON for programs; and the raw limits of this machine."""

from __future__ import annotations

import argparse
import json
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, redirect_stderr
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from canonicalize import pyld_normalize

from app.jsonld import canonicalize
from app.routers.observability import configure_logging
from app.signing import Algorithm, PrivateKey

_ROW_BYTES: Final = 6_000  # a signed credential and what stands beside it
_HASHES: Final = bytes(64)  # what eddsa-rdfc-2022 signs


@dataclass(frozen=True, slots=True)
class Programme:
    """What was asked for on the command line, and the figures so far."""

    folder: Path
    rounds: int
    seconds: float
    figures: Figures


class Figures:
    """What was measured, by name, one value a round."""

    def __init__(self) -> None:
        self._values: dict[str, tuple[str, list[float]]] = {}

    def add(self, name: str, value: float, unit: str) -> None:
        self._values.setdefault(name, (unit, []))[1].append(value)

    def rows(self) -> Iterator[dict[str, Any]]:
        for name, (unit, values) in self._values.items():
            middle = statistics.median(values)
            yield {"name": name, "unit": unit, "min": min(values), "median": middle, "max": max(values)}

    def print(self, *, as_json: bool) -> None:
        if as_json:
            print(json.dumps(list(self.rows()), indent=2))
            return
        print(f"{'':58}{'min':>10}{'median':>10}{'max':>10}")
        for row in self.rows():
            figures = "".join(f"{_written(row[of]):>10}" for of in ("min", "median", "max"))
            print(f"{row['name']:58}{figures}  {row['unit']}")


def _written(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.1f}"


def rate(call: Callable[[], object], seconds: float) -> float:
    """Calls a second, over about `seconds`; the first call does not count."""
    call()
    count, start = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - start) < seconds:
        call()
        count += 1
    return count / elapsed


def add_raw_limits(figures: Figures, document: dict[str, Any], folder: Path, seconds: float) -> None:
    """One round of what no server of this kind can pass, and of PyLD, on the same `document`."""
    key = PrivateKey.generate(Algorithm.EDDSA)
    signature = key.sign(_HASHES)
    figures.add("raw: Ed25519 sign", rate(lambda: key.sign(_HASHES), seconds), "/s")
    figures.add("raw: Ed25519 verify", rate(lambda: key.public_key.verify(signature, _HASHES), seconds), "/s")
    figures.add("raw: SQLite commit (FULL, one row)", _commits(folder / "raw.sqlite3", seconds), "/s")
    figures.add("canonicalise: ours", rate(lambda: canonicalize(document, fallback=False), seconds), "/s")
    figures.add("canonicalise: PyLD normalize", rate(lambda: pyld_normalize(document), seconds), "/s")


def _commits(file: Path, seconds: float) -> float:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}").close()
        connection.execute("CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, document BLOB)")
        row = (bytes(_ROW_BYTES),)
        # One statement outside a transaction is a transaction of its own.
        return rate(lambda: connection.execute("INSERT INTO rows (document) VALUES (?)", row), seconds)


@contextmanager
def programme(name: str) -> Iterator[Programme]:
    """The command line that the programs share, and a folder on the disk that is measured."""
    parser = argparse.ArgumentParser(prog=name)
    parser.add_argument("--rounds", type=int, default=3, help="how often everything is measured (3)")
    parser.add_argument("--seconds", type=float, default=4.0, help="how long each figure is measured (4)")
    parser.add_argument("--folder", help="where the database is written; by default where temporary files are")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    asked = parser.parse_args()
    with TemporaryDirectory(prefix="laurel-bench-", dir=asked.folder) as folder:
        found = Programme(Path(folder), asked.rounds, asked.seconds, Figures())
        with (found.folder / "programme.log").open("w") as log, redirect_stderr(log):
            configure_logging("json", "info")  # as `laurel serve` does
            yield found
        found.figures.print(as_json=asked.json)
