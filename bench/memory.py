"""What processes hold of the memory, as Linux counts it (proc(5)). One MB is a million bytes."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Final

_MB_PER_KB: Final = 1_024 / 1_000_000
_PAUSE: Final = 0.05  # seconds between two looks at the children
_RESET_PEAK: Final = "5"


def resident(pid: int) -> float:
    """What the process holds now, in MB."""
    return _field(Path(f"/proc/{pid}/status"), "VmRSS")


def peak(pid: int) -> float:
    """The most that it has held since `forget_peak`, in MB."""
    return _field(Path(f"/proc/{pid}/status"), "VmHWM")


def forget_peak(pid: int) -> None:
    Path(f"/proc/{pid}/clear_refs").write_text(_RESET_PEAK)


class Watched:
    """The most memory while a block ran, in MB: `own` of the process, `children` of all that it has started.

    Pages that children share with their parent are counted with each by its part, so nothing is counted twice.
    """

    own = 0.0
    children = 0.0


@contextmanager
def watched(pid: int) -> Iterator[Watched]:
    found, ended = Watched(), Event()
    forget_peak(pid)

    def look() -> None:
        while not ended.wait(_PAUSE):
            found.children = max(found.children, sum(map(_proportional, descendants(pid))))

    looking = Thread(target=look)
    looking.start()
    try:
        yield found
    finally:
        ended.set()
        looking.join()
        found.own = peak(pid)


def descendants(pid: int) -> list[int]:
    """The processes that it started, those that they started, and so on."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:  # it has ended
        return []
    return [*children, *(below for child in children for below in descendants(child))]


def settled(pid: int, *, seconds: float = 1.0) -> float:
    """What it holds once it has had a moment to give back, in MB."""
    time.sleep(seconds)
    return resident(pid)


def _proportional(pid: int) -> float:
    return _field(Path(f"/proc/{pid}/smaps_rollup"), "Pss")


def _field(file: Path, name: str) -> float:
    """0 when the process has ended."""
    try:
        found = re.search(rf"^{name}:\s+(\d+) kB", file.read_text(), re.MULTILINE)
    except OSError:
        return 0.0
    return int(found[1]) * _MB_PER_KB if found else 0.0
