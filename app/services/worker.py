"""The inside of a process that does one kind of work and can be killed; started, fed and killed by `workers.py`.

On its standard input and output go frames: what it is (one letter), the length, and that many bytes. It opens no
file, socket or process of its own, and ends with its parent: when its input ends, or by its own alarm if it happens
to be working.
"""

from __future__ import annotations

import gc
import json
import resource
import signal
import struct
import sys
import traceback
from collections.abc import Callable
from typing import IO, Final

from app.errors import AppError

READY: Final = b"R"  # to the parent, once: empty
TASK: Final = b"T"  # to the worker: what its work is done on
DONE: Final = b"D"  # to the parent: what came of it
REFUSED: Final = b"E"  # to the parent: {"code", "message", ...}, the error that the work raises on purpose, as JSON
FAULT: Final = b"F"  # to the parent: a traceback; a mistake of ours, not of what was sent

_HEADER: Final = struct.Struct(">cI")
_GRACE_SECONDS: Final = 1.0  # the parent kills in time; the alarm is for when there is no parent any more


def write_frame(stream: IO[bytes], kind: bytes, body: bytes) -> None:
    """Raises OSError when nobody is there to read."""
    stream.write(_HEADER.pack(kind, len(body)))
    stream.write(body)
    stream.flush()


def read_frame(stream: IO[bytes], *, max_bytes: int) -> tuple[bytes, bytes] | None:
    """Kind and body; None when the other side is gone or says more than it may."""
    header = stream.read(_HEADER.size)
    if len(header) < _HEADER.size:
        return None
    kind, length = _HEADER.unpack(header)
    if length > max_bytes:
        return None
    body = stream.read(length)
    return (kind, body) if len(body) == length else None


def work(do: Callable[[bytes], bytes], *, refusals: type[AppError], memory: int) -> None:
    """Does what is asked until nobody asks any more. Imports, and what else wants rights, come before.

    `refusals` go back to whoever asked; `memory` is the bytes of address space for all of it. How many seconds one
    task may take is the only argument of the process.
    """
    # A terminal's Ctrl-C and a service manager's SIGTERM go to the whole group. The parent still answers requests
    # then, and this process ends when it does.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    gc.collect()
    gc.freeze()
    _give_up_rights(memory)
    tasks, answers, seconds = sys.stdin.buffer, sys.stdout.buffer, float(sys.argv[1])
    write_frame(answers, READY, b"")
    while (frame := read_frame(tasks, max_bytes=memory)) is not None:
        signal.setitimer(signal.ITIMER_REAL, seconds + _GRACE_SECONDS)  # no handler: it ends the process
        kind, body = _answered(do, frame[1], refusals)
        signal.setitimer(signal.ITIMER_REAL, 0)
        write_frame(answers, kind, body)


def _give_up_rights(memory: int) -> None:
    """After the last import: memory is bounded, and nothing can be opened, written to disk or started."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    for nothing in (resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC, resource.RLIMIT_CORE):
        resource.setrlimit(nothing, (0, 0))


def _answered(do: Callable[[bytes], bytes], task: bytes, refusals: type[AppError]) -> tuple[bytes, bytes]:
    try:
        return DONE, do(task)
    except refusals as error:
        return REFUSED, json.dumps({"code": error.code, **vars(error)}).encode()
    except MemoryError:
        raise  # and end: what is half done in some library's caches must not meet the next task
    except Exception:  # noqa: BLE001 - the parent raises it again
        return FAULT, traceback.format_exc().encode()
