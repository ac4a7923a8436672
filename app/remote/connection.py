"""A connection to an address that was judged, proved to be the site that was asked for.

The name is used for two things only, the Host header and the certificate: it is not looked up again.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import anyio
import httpcore
from anyio.abc import ByteStream
from anyio.lowlevel import checkpoint
from anyio.streams.tls import TLSStream

from app.remote.reasons import BROKEN_OFF, NO_SECURE_CONNECTION, NOT_REACHED, NOT_TRUSTED, TOO_LARGE, NoAnswerError
from app.remote.target import Target

_MAX_TRIES: Final = 4
_CONNECT_SECONDS: Final = 3.0
# At a time, after which everybody else has a turn: a hundred tiny pieces in them take two milliseconds to read.
_READ_BYTES: Final = 2 * 1024


def trust(ca_file: Path | None) -> ssl.SSLContext:
    """Certificates of the system's authorities, or of those in `ca_file`, for the name that was asked for."""
    context = ssl.create_default_context(cafile=ca_file)
    context.set_alpn_protocols(["http/1.1"])
    return context


class Wire(httpcore.AsyncNetworkStream):
    """The stream below HTTP, which stops after `allowance` bytes, whatever they are: headers, chunks or filling."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self.allowance = 0

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002, ASYNC109 - httpcore's
        if self.allowance <= 0:
            raise NoAnswerError(TOO_LARGE)
        await checkpoint()  # what was decrypted already is received without waiting
        try:
            received = await self._stream.receive(min(max_bytes, _READ_BYTES))
        except anyio.EndOfStream:
            return b""
        except (anyio.BrokenResourceError, OSError):  # an SSLError is an OSError
            raise NoAnswerError(BROKEN_OFF) from None
        self.allowance -= len(received)
        return received

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002, ASYNC109 - httpcore's
        try:
            await self._stream.send(buffer)
        except (anyio.BrokenResourceError, OSError):
            raise NoAnswerError(BROKEN_OFF) from None

    async def aclose(self) -> None:
        await anyio.aclose_forcefully(self._stream)

    def get_extra_info(self, info: str) -> Any:  # noqa: ARG002 - httpcore asks about idle connections; none is kept
        return None


@asynccontextmanager
async def connected(
    target: Target, addresses: Sequence[tuple[str, int]], context: ssl.SSLContext
) -> AsyncIterator[Wire]:
    """A stream to one of `addresses`, encrypted and proved to be `target`'s host if that asks for https.

    Raises NoAnswerError.
    """
    stream = await _dial_in_turn(addresses)
    try:
        if target.scheme == "https":
            stream = await _encrypted(stream, target.host, context)
        yield Wire(stream)
    finally:
        await anyio.aclose_forcefully(stream)


async def dial(address: str, port: int) -> ByteStream:
    """The only place that connects. Raises OSError."""
    return await anyio.connect_tcp(address, port)


async def _dial_in_turn(addresses: Sequence[tuple[str, int]]) -> ByteStream:
    tries = addresses[:_MAX_TRIES]
    for left, (address, port) in zip(range(len(tries), 0, -1), tries, strict=True):
        # What is left is shared by the addresses still to try and the answer itself.
        remaining = anyio.current_effective_deadline() - anyio.current_time()
        with anyio.move_on_after(min(_CONNECT_SECONDS, remaining / (left + 1))):
            try:
                return await dial(address, port)
            except OSError:
                continue
    raise NoAnswerError(NOT_REACHED)


async def _encrypted(stream: ByteStream, host: str, context: ssl.SSLContext) -> TLSStream:
    try:
        # Not `standard_compatible`: half the web's servers hang up without saying so first.
        return await TLSStream.wrap(
            stream, server_side=False, hostname=host, ssl_context=context, standard_compatible=False
        )
    except ssl.SSLCertVerificationError:
        raise NoAnswerError(NOT_TRUSTED) from None
    except (ssl.SSLError, anyio.BrokenResourceError, anyio.EndOfStream, OSError):
        raise NoAnswerError(NO_SECURE_CONNECTION) from None
