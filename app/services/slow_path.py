"""The slow path of canonicalisation in processes that can be killed (docs/decisions/0015).

What the compiled walk does not cover is read by PyLD, whose time and memory nobody can vouch for. Here that happens in
long-lived workers, one document at a time each. A worker that takes too long is killed, and the next document gets a
new one. Nothing that a document does to a worker reaches the service.
"""

from __future__ import annotations

import json
import subprocess
import sys
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path
from queue import Empty, LifoQueue
from threading import Timer
from typing import Any, Final

import structlog

from app.errors import DocumentError, OverloadedError, TooComplexError, UnknownContextError, UnsafeDocumentError
from app.jsonld import Limits
from app.services.slow_path_worker import CANONICAL, DOCUMENT, READY, REFUSED, read_frame, write_frame

__all__ = ["SlowPath"]

_START_SECONDS: Final = 15.0  # a hundred times what it takes; not the document's fault, so not part of its time
_MAX_ANSWER_BYTES: Final = 32 * 1024 * 1024
_ROOT: Final = Path(__file__).parents[2]  # where `app` is
_log = structlog.get_logger("laurel.slow_path")


class SlowPath:
    """An `app.jsonld.limits.SlowPath`. Thread-safe; a call waits its turn for `seconds` and has as many to be read.

    Workers are started when they are first needed, in 0.15 s, and take some 40 MB each.
    """

    def __init__(self, *, workers: int = 1, seconds: float = 2.0) -> None:
        self._seconds = seconds
        # A place for each worker: the worker, or None where none runs. Last in, first out: warm ones are preferred.
        self._idle: LifoQueue[_Worker | None] = LifoQueue()
        for _ in range(workers):
            self._idle.put(None)

    def __call__(self, document: Mapping[str, Any], limits: Limits, /) -> bytes:
        """The canonical N-Quads of `document`, which is JSON, under the bundled contexts.

        Raises what `canonicalize` raises, TooComplexError for a document that took too long or too much memory, and
        OverloadedError for one whose turn did not come in time, or for whose worker there was no room.
        """
        request = self._written(document, limits)
        worker = self._place()
        try:
            if worker is None or not worker.alive:
                worker = _Worker()
            return _unwrapped(*worker.ask(request, self._seconds))
        finally:
            self._idle.put(worker if worker is not None and worker.alive else None)

    def close(self) -> None:
        """Ends the workers that wait. One that is reading ends with this process, if not before."""
        waiting: list[_Worker | None] = []
        with suppress(Empty):
            while True:
                waiting.append(self._idle.get_nowait())
        for worker in waiting:
            if worker is not None:
                worker.end()
            self._idle.put(None)

    def _written(self, document: Mapping[str, Any], limits: Limits) -> bytes:
        # Not orjson: it writes NaN as null, and what the worker has to refuse must reach it.
        described = asdict(replace(limits, slow_path=None))
        try:
            return json.dumps({"document": dict(document), "limits": described, "seconds": self._seconds}).encode()
        except RecursionError as error:
            raise TooComplexError(f"The document is nested deeper than {limits.depth} levels.") from error
        except (TypeError, ValueError) as error:
            raise UnsafeDocumentError("The document holds something that is not a JSON value.") from error

    def _place(self) -> _Worker | None:
        try:
            return self._idle.get(timeout=self._seconds)
        except Empty:
            _log.warning("a document was not read: every worker of the slow path is busy", seconds=self._seconds)
            raise OverloadedError("The document needs time to read that others are using now.") from None


class _Worker:
    """One process, ready for documents. Whoever asks it owns it until it has answered."""

    def __init__(self) -> None:
        """Raises OverloadedError when the machine has no room for it: the document stays unread, nothing else fails."""
        try:
            self._process = _started()
        except OSError as error:
            raise _not_started(str(error)) from error
        assert self._process.stdin is not None and self._process.stdout is not None  # noqa: S101, PT018 - pipes
        self._input, self._output = self._process.stdin, self._process.stdout
        self.end = weakref.finalize(self, _end, self._process)
        self._expired = False
        with self._killed_after(_START_SECONDS):
            ready = read_frame(self._output, max_bytes=0)
        if ready != (READY, b""):
            self.end()
            raise _not_started(f"exit status {self._process.returncode}")

    @property
    def alive(self) -> bool:
        return self.end.alive and self._process.poll() is None

    def ask(self, request: bytes, seconds: float) -> tuple[bytes, bytes]:
        """The kind and body of its answer. Raises TooComplexError when there is none; the worker is gone then."""
        with self._killed_after(seconds):
            answer = None
            with suppress(OSError):
                write_frame(self._input, DOCUMENT, request)
                answer = read_frame(self._output, max_bytes=_MAX_ANSWER_BYTES)
        if answer is None or self._expired:
            self.end()
        if answer is None:
            raise self._given_up(seconds)
        return answer

    def _given_up(self, seconds: float) -> TooComplexError:
        if self._expired:
            _log.warning("a document was given up: it took too long", seconds=seconds)
            return TooComplexError(f"The document took longer than {seconds:g} s to read.")
        _log.warning("a document was given up: its worker ended", status=self._process.returncode)
        return TooComplexError("The document took more memory to read than is allowed.")

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
            timer.join()  # or it might kill the worker in the middle of the next document

    def _expire(self) -> None:
        self._expired = True
        self._process.kill()


def _started() -> subprocess.Popen[bytes]:
    """A new process: nothing of this one's memory or open files (PEP 446), and nothing of its environment."""
    return subprocess.Popen(
        [sys.executable, "-P", "-s", "-m", "app.services.slow_path_worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": str(_ROOT)},
    )


def _not_started(reason: str) -> OverloadedError:
    _log.error("a worker of the slow path did not start", reason=reason)
    return OverloadedError("The document cannot be read at the moment.")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        with suppress(OSError):  # what was not read any more
            if stream is not None:
                stream.close()


def _unwrapped(kind: bytes, body: bytes) -> bytes:
    if kind == CANONICAL:
        return body
    if kind == REFUSED:
        raise _refusal(**json.loads(body))
    raise RuntimeError(f"The slow path failed in its process.\n{body.decode()}")


def _refusal(code: str, message: str, pointer: str, url: str = "") -> DocumentError:
    if code == UnknownContextError.code:
        return UnknownContextError(url, pointer)
    kind = TooComplexError if code == TooComplexError.code else UnsafeDocumentError
    return kind(message, pointer)
