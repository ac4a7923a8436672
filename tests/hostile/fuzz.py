"""Fuzzes one target after the other for so many seconds each: `python -m tests.hostile.fuzz --seconds 600 [TARGET …]`.

The same changes to the same seeds as in `test_fuzz`, but drawn by a plain generator of numbers: of a fast parser it
tries a hundred times as many inputs in the same time, since hypothesis takes three milliseconds to draw one. What
breaks a rule (see `fuzzing`) is made smaller and kept. Exit status 1 when anything was found. For a search that
follows what the code does with its input, see `atheris_run`.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from dataclasses import dataclass
from random import Random

from tests.hostile.fuzzing import Inputs, keep, try_out
from tests.hostile.targets import TARGETS

MOST_SHRINKING = 30.0


@dataclass
class Tally:
    """What one target went through."""

    inputs: int = 0
    slowest: float = 0.0
    found: str = ""


def fuzz(name: str, seconds: float, start: int = 0) -> Tally:
    """Tries inputs until the time is over or a rule is broken. `start` is the number of the first."""
    tally, ends, draw = Tally(), time.monotonic() + seconds, Inputs(name)
    while time.monotonic() < ends and not tally.found:
        raw = draw(Random(start + tally.inputs))
        tally.inputs += 1
        began = time.thread_time()
        fault = fault_of(name, raw)
        tally.slowest = max(tally.slowest, time.thread_time() - began)
        if fault is not None:
            tally.found = f"{fault!r:.200} -> {keep(name, smaller(name, raw, type(fault)))}"
    return tally


def fault_of(name: str, raw: bytes) -> Exception | None:
    try:
        try_out(name, raw)
    except Exception as error:  # noqa: BLE001 - any is what we are looking for
        return error
    return None


def smaller(name: str, raw: bytes, kind: type[Exception]) -> bytes:
    """`raw` without what the fault does not need, as far as cutting pieces out finds it."""
    ends, size = time.monotonic() + MOST_SHRINKING, len(raw) // 2
    while size and time.monotonic() < ends:
        at = 0
        while at < len(raw) and time.monotonic() < ends:
            less = raw[:at] + raw[at + size :]
            if isinstance(fault_of(name, less), kind):
                raw = less
            else:
                at += size
        size //= 2
    return raw


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--start", type=int, default=0, help="number of the first input; another one, other inputs")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    asked = parser.parse_args()
    broken = False
    for name in asked.targets or TARGETS:
        tally = fuzz(name, asked.seconds, asked.start)
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1_024
        figures = f"{tally.inputs:9} inputs, slowest {tally.slowest * 1_000:6.0f} ms, {most} MiB"
        print(f"{name:14} {figures}  {tally.found or 'nothing found'}", flush=True)  # noqa: T201 - a command
        broken = broken or bool(tally.found)
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())
