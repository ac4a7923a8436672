"""A stretch of network between the service and its database that can be slow, silent or broken."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from contextlib import contextmanager, suppress

CHUNK = 64 * 1024
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Proxy:
    """Forwards TCP connections to a port of this machine. What it does to them may be changed at any time."""

    def __init__(self, target):
        self._target = target
        self._latency = 0.0
        self._writers: set[asyncio.StreamWriter] = set()

    def slow(self, seconds):
        """Every chunk, in both directions, takes so much longer."""
        self._latency = seconds

    def silent(self):
        """What is sent arrives nowhere, and nobody is told: connections stay open, new ones are taken."""
        self._loop.call_soon_threadsafe(self._open.clear)

    def well(self):
        self._latency = 0.0
        self._loop.call_soon_threadsafe(self._open.set)

    def reset(self):
        """Ends every connection at once, by RST."""
        self._loop.call_soon_threadsafe(self._reset)

    def _reset(self):
        for writer in self._writers:
            if writer.transport.is_closing():  # its socket may be closed already
                continue
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            writer.transport.abort()

    async def serve(self, started):
        self._loop = asyncio.get_running_loop()
        self._open, self._end = asyncio.Event(), asyncio.Event()
        self._open.set()
        server = await asyncio.start_server(self._connected, "127.0.0.1")
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        await self._end.wait()
        server.close()
        self._reset()

    async def _connected(self, reader, writer):
        with suppress(OSError, asyncio.CancelledError):  # cancelled when the proxy stops
            await self._open.wait()
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
            both = (writer, back)
            self._writers.update(both)
            try:
                await asyncio.gather(self._pump(reader, back), self._pump(there, writer))
            finally:
                self._writers.difference_update(both)
                for one in both:
                    one.close()

    async def _pump(self, reader, writer):
        while chunk := await reader.read(CHUNK):
            await asyncio.sleep(self._latency)
            await self._open.wait()
            writer.write(chunk)
            await writer.drain()
        writer.close()

    def stop(self):
        self._loop.call_soon_threadsafe(self._end.set)


@contextmanager
def proxy_to(port):
    """A running proxy, on `proxy.port`."""
    proxy, started = Proxy(port), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(proxy.serve(started)), name="proxy")
    thread.start()
    started.wait(10)
    try:
        yield proxy
    finally:
        proxy.stop()
        thread.join()
