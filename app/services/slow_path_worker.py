"""Reads strange documents by way of PyLD in a process of its own; started, fed and killed by `slow_path.py`.

On its standard input and output go frames: what it is (one letter), the length, and that many bytes. It opens no
file, socket or process of its own, and ends with its parent: when its input ends, or by its own alarm if it happens
to be reading.
"""

from __future__ import annotations

import gc
import json
import resource
import signal
import struct
import sys
import traceback
from typing import IO, Any, Final

from app.errors import DocumentError, UnknownContextError
from app.jsonld import BUNDLED_CONTEXTS, DEFAULT_LIMITS, Limits
from app.jsonld.canonical import canonicalize_slowly

READY: Final = b"R"  # to the parent, once: empty
DOCUMENT: Final = b"D"  # to the worker: {"document", "limits", "seconds"} as JSON
CANONICAL: Final = b"C"  # to the parent: canonical N-Quads
REFUSED: Final = b"E"  # to the parent: {"code", "message", "pointer", "url"?}, a DocumentError as JSON
FAULT: Final = b"F"  # to the parent: a traceback; a mistake of ours, not of the document's

MEMORY_BYTES: Final = 512 * 1024 * 1024
_HEADER: Final = struct.Struct(">cI")
_GRACE_SECONDS: Final = 1.0  # the parent kills in time; the alarm is for when there is no parent any more
_WARM_UP: Final = {
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "name": {"@value": "warm", "@language": "en"},
}


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


def main() -> None:
    # A terminal's Ctrl-C and a service manager's SIGTERM go to the whole group. The parent still answers requests
    # then, and this process ends when it does.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    canonicalize_slowly(_WARM_UP, BUNDLED_CONTEXTS, DEFAULT_LIMITS)
    gc.collect()
    gc.freeze()
    _give_up_rights()
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    write_frame(answers, READY, b"")
    while (frame := read_frame(requests, max_bytes=MEMORY_BYTES)) is not None:
        write_frame(answers, *_answered_in_time(frame[1]))


def _give_up_rights() -> None:
    """After the last import: memory is bounded, and nothing can be opened, written to disk or started."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    for nothing in (resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC, resource.RLIMIT_CORE):
        resource.setrlimit(nothing, (0, 0))


def _answered_in_time(request: bytes) -> tuple[bytes, bytes]:
    asked = json.loads(request)
    signal.setitimer(signal.ITIMER_REAL, asked["seconds"] + _GRACE_SECONDS)  # no handler: it ends the process
    answer = _answer(asked["document"], Limits(**asked["limits"]))
    signal.setitimer(signal.ITIMER_REAL, 0)
    return answer


def _answer(document: dict[str, Any], limits: Limits) -> tuple[bytes, bytes]:
    try:
        return CANONICAL, canonicalize_slowly(document, BUNDLED_CONTEXTS, limits)
    except DocumentError as error:
        return REFUSED, json.dumps(_described(error)).encode()
    except MemoryError:
        raise  # and end: what is half done in PyLD's caches must not meet the next document
    except Exception:  # noqa: BLE001 - the parent raises it again
        return FAULT, traceback.format_exc().encode()


def _described(error: DocumentError) -> dict[str, str]:
    described = {"code": error.code, "message": error.message, "pointer": error.pointer}
    return {**described, "url": error.url} if isinstance(error, UnknownContextError) else described


if __name__ == "__main__":
    main()
