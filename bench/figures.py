"""Figures of several rounds, as a table for people or JSON for programs; and the raw limits of this machine."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, redirect_stderr
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from operator import truediv
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from bars import AGAINST, BARS, COMMIT, PYLD, SIGN, VERIFY
from canonicalize import pyld_normalize

from app.jsonld import canonicalize
from app.routers.observability import configure_logging
from app.signing import Algorithm, PrivateKey

RESULTS: Final = Path(__file__).with_name("results")  # git ignores it
_ROW_BYTES: Final = 6_000  # a signed credential and what stands beside it
_HASHES: Final = bytes(64)  # what eddsa-rdfc-2022 signs
_BUSY: Final = 0.9  # of a core; then it is the client that is measured
_PACKAGES: Final = ("cryptography", "fastapi", "pyld", "sqlalchemy", "uvicorn", "uvloop")


@dataclass(frozen=True, slots=True)
class Programme:
    """What was asked for on the command line, and the figures so far."""

    folder: Path
    rounds: int
    seconds: float
    figures: Figures
    pin: bool = False

    @property
    def server_cpu(self) -> int | None:
        return 0 if self.pin else None

    @property
    def client_cpu(self) -> int | None:
        return 1 if self.pin else None


class Figures:
    """What was measured, by name, one value a round."""

    def __init__(self) -> None:
        self._values: dict[str, tuple[str, list[float]]] = {}
        self._notes: dict[str, str] = {}
        self._machine = machine()  # now, since the load before matters

    def add(self, name: str, value: float, unit: str, *, client: float = 0.0) -> None:
        """`client` is the share of a core that the client used meanwhile; a note is made when it had no more."""
        self._values.setdefault(name, (unit, []))[1].append(value)
        if client > _BUSY:
            self._notes[name] = f"the client was the limit ({client:.0%} of a core)"

    def rows(self) -> Iterator[dict[str, Any]]:
        for name, (unit, values) in self._values.items():
            middle = statistics.median(values)
            row = {"name": name, "unit": unit, "min": min(values), "median": middle, "max": max(values)}
            yield row | {"rounds": len(values)} | self._compared(name) | self._judged(name)

    def _compared(self, name: str) -> dict[str, Any]:
        """The ratio to the other row: the median of the ratios of each round, which share the noise of their moment."""
        other = AGAINST.get(name)
        if other not in self._values:
            return {}
        own, others = self._values[name][1], self._values[other][1]
        if len(own) != len(others):
            return {"against": other, "ratio": statistics.median(own) / statistics.median(others)}
        return {"against": other, "ratio": statistics.median(map(truediv, own, others))}

    def _judged(self, name: str) -> dict[str, Any]:
        found = {"note": self._notes[name]} if name in self._notes else {}
        bar = BARS.get(name)
        compared = self._compared(name)
        if bar is None or (bar.of == "ratio" and not compared):
            return found
        value = compared["ratio"] if bar.of == "ratio" else statistics.median(self._values[name][1])
        return found | {"bar": f"{bar.words} {bar.value:,g}{' x' * (bar.of == 'ratio')}", "reached": bar.reached(value)}

    def print(self, *, as_json: bool) -> None:
        if as_json:
            print(json.dumps(self.report(), indent=2))
            return
        print("{at}, {processor}, {cores} cores, load before {load:.1f}, Python {python}".format(**self._machine))
        print(f"{'':48}{'min':>10}{'median':>10}{'max':>10}")
        for row in self.rows():
            figures = "".join(f"{_written(row[of]):>10}" for of in ("min", "median", "max"))
            print(f"{row['name']:48}{figures}  {row['unit']:8}{_remarks(row)}".rstrip())

    def write(self, file: Path) -> None:
        """The rows and the machine that they are of, as JSON."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(self.report(), indent=2) + "\n")

    def report(self) -> dict[str, Any]:
        return {"machine": self._machine, "rows": list(self.rows())}


def machine() -> dict[str, Any]:
    """Where and when the figures were taken, as far as that explains them."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{name: version(name) for name in _PACKAGES},
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _remarks(row: dict[str, Any]) -> str:
    parts = []
    if "ratio" in row:
        parts.append(f"{row['ratio']:.3g} x {row['against']}")
    if "bar" in row:
        parts.append(f"{row['bar']}: {'reached' if row['reached'] else 'NOT REACHED'}")
    return "; ".join([*parts, *([row["note"]] if "note" in row else [])])


def _written(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.1f}" if value >= 10 else f"{value:,.2f}"


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
    add_limits(figures, folder, seconds)
    figures.add(PYLD, rate(lambda: pyld_normalize(document), seconds), "/s")
    figures.add("canonicalise: walk", rate(lambda: canonicalize(document, fallback=False), seconds), "/s")


def add_limits(figures: Figures, folder: Path, seconds: float) -> None:
    """One round of what no server of this kind can pass."""
    key = PrivateKey.generate(Algorithm.EDDSA)
    signature = key.sign(_HASHES)
    figures.add(SIGN, rate(lambda: key.sign(_HASHES), seconds), "/s")
    figures.add(VERIFY, rate(lambda: key.public_key.verify(signature, _HASHES), seconds), "/s")
    figures.add(COMMIT, _commits(folder / "raw.sqlite3", seconds), "/s")


def _commits(file: Path, seconds: float) -> float:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}").close()
        connection.execute("CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, document BLOB)")
        row = (bytes(_ROW_BYTES),)
        # One statement outside a transaction is a transaction of its own.
        return rate(lambda: connection.execute("INSERT INTO rows (document) VALUES (?)", row), seconds)


def arguments(name: str) -> argparse.ArgumentParser:
    """The options that the programs share."""
    parser = argparse.ArgumentParser(prog=name)
    parser.add_argument("--rounds", type=int, default=3, help="how often everything is measured (3)")
    parser.add_argument("--seconds", type=float, default=4.0, help="how long each figure is measured (4)")
    parser.add_argument("--folder", help="where the database is written; by default where temporary files are")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--pin", action="store_true", help="the server on the first core, the client on the second")
    return parser


@contextmanager
def programme(name: str) -> Iterator[Programme]:
    """The command line that the programs share, and a folder on the disk that is measured."""
    asked = arguments(name).parse_args()
    with measuring(asked) as found:
        yield found
    found.figures.print(as_json=asked.json)


@contextmanager
def measuring(asked: argparse.Namespace) -> Iterator[Programme]:
    with TemporaryDirectory(prefix="laurel-bench-", dir=asked.folder) as folder:
        found = Programme(Path(folder), asked.rounds, asked.seconds, Figures(), asked.pin)
        with (found.folder / "programme.log").open("w") as log, redirect_stderr(log):
            configure_logging("json", "info")  # as `laurel serve` does
            yield found
