"""Work whose time and memory nobody can vouch for, in processes that can be killed (docs/decisions/0015).

Each kind of work has long-lived workers of its own, which do one task at a time each. A worker that takes too long is
killed, and the next task gets a new one. Nothing that a task does to a worker reaches the service.
"""

from __future__ import annotations

import json
import subprocess
import sys
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, LifoQueue
from threading import Timer
from typing import Final

import structlog

from app.errors import AppError, OverloadedError
from app.services.worker import DONE, READY, REFUSED, TASK, read_frame, write_frame

__all__ = ["Kind", "Workers"]

_START_SECONDS: Final = 15.0  # a hundred times what it takes; not the task's fault, so not part of its time
_MAX_ANSWER_BYTES: Final = 32 * 1024 * 1024
_ROOT: Final = Path(__file__).parents[2]  # where `app` is
_log = structlog.get_logger("laurel.workers")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of work: the module that does it, what it is done on in a word, and how its failures are told.

    `given_up` makes the error for a task that took too much out of a sentence, `refused` the one that the worker raised
    out of its code, its message and its other attributes.
    """

    module: str
    what: str
    given_up: Callable[[str], AppError]
    refused: Callable[..., AppError]


class Workers:
    """Thread-safe; a task waits its turn for `seconds` and has as many to be done.

    Workers are started when they are first needed, in 0.15 s, and take some 40 MB each.
    """

    def __init__(self, kind: Kind, *, workers: int, seconds: float) -> None:
        self._kind = kind
        self._seconds = seconds
        # A place for each worker: the worker, or None where none runs. Last in, first out: warm ones are preferred.
        self._idle: LifoQueue[_Worker | None] = LifoQueue()
        for _ in range(workers):
            self._idle.put(None)

    def ask(self, task: bytes) -> bytes:
        """What came of `task`. Raises what the work raises on purpose, what the kind makes of a task that took too long
        or too much memory, and OverloadedError for one whose turn did not come, or for whose worker there was no room.
        """
        worker = self._place()
        try:
            if worker is None or not worker.alive:
                worker = _Worker(self._kind, self._seconds)
            return self._unwrapped(*worker.ask(task))
        finally:
            self._idle.put(worker if worker is not None and worker.alive else None)

    def close(self) -> None:
        """Ends the workers that wait. One that is working ends with this process, if not before."""
        waiting: list[_Worker | None] = []
        with suppress(Empty):
            while True:
                waiting.append(self._idle.get_nowait())
        for worker in waiting:
            if worker is not None:
                worker.end()
            self._idle.put(None)

    def _place(self) -> _Worker | None:
        try:
            return self._idle.get(timeout=self._seconds)
        except Empty:
            what = self._kind.what
            _log.warning("not read: every worker is busy", what=what, seconds=self._seconds)
            raise OverloadedError(f"The {what} needs time to read that others are using now.") from None

    def _unwrapped(self, kind: bytes, body: bytes) -> bytes:
        if kind == DONE:
            return body
        if kind == REFUSED:
            raise self._kind.refused(**json.loads(body))
        raise RuntimeError(f"{self._kind.module} failed in its process.\n{body.decode()}")


class _Worker:
    """One process, ready for tasks. Whoever asks it owns it until it has answered."""

    def __init__(self, kind: Kind, seconds: float) -> None:
        """Raises OverloadedError when the machine has no room for it: the task stays undone, nothing else fails."""
        self._kind = kind
        self._seconds = seconds
        try:
            self._process = _started(kind.module, seconds)
        except OSError as error:
            raise _not_started(kind.what, str(error)) from error
        assert self._process.stdin is not None and self._process.stdout is not None  # noqa: S101, PT018 - pipes
        self._input, self._output = self._process.stdin, self._process.stdout
        self.end = weakref.finalize(self, _end, self._process)
        self._expired = False
        with self._killed_after(_START_SECONDS):
            ready = read_frame(self._output, max_bytes=0)
        if ready != (READY, b""):
            self.end()
            raise _not_started(kind.what, f"exit status {self._process.returncode}")

    @property
    def alive(self) -> bool:
        return self.end.alive and self._process.poll() is None

    def ask(self, task: bytes) -> tuple[bytes, bytes]:
        """The kind and body of its answer. Raises what the kind makes of there being none; the worker is gone then."""
        with self._killed_after(self._seconds):
            answer = None
            with suppress(OSError):
                write_frame(self._input, TASK, task)
                answer = read_frame(self._output, max_bytes=_MAX_ANSWER_BYTES)
        if answer is None or self._expired:
            self.end()
        if answer is None:
            raise self._given_up()
        return answer

    def _given_up(self) -> AppError:
        what = self._kind.what
        if self._expired:
            _log.warning("given up: it took too long to read", what=what, seconds=self._seconds)
            return self._kind.given_up(f"The {what} took longer than {self._seconds:g} s to read.")
        _log.warning("given up: its worker ended", what=what, status=self._process.returncode)
        return self._kind.given_up(f"The {what} took more memory to read than is allowed.")

    @contextmanager
    def _killed_after(self, seconds: float) -> Iterator[None]:
        """Writing and reading inside need no deadline of their own: they end when the other side does."""
        timer = Timer(seconds, self._expire)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()  # or it might kill the worker in the middle of the next task

    def _expire(self) -> None:
        self._expired = True
        self._process.kill()


def _started(module: str, seconds: float) -> subprocess.Popen[bytes]:
    """A new process: nothing of this one's memory or open files (PEP 446), and nothing of its environment."""
    return subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-P", "-s", "-m", module, str(seconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": str(_ROOT)},
    )


def _not_started(what: str, reason: str) -> OverloadedError:
    _log.error("a worker did not start", what=what, reason=reason)
    return OverloadedError(f"The {what} cannot be read at the moment.")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        with suppress(OSError):  # what was not read any more
            if stream is not None:
                stream.close()
