"""PNGs by hand, so that a test can break exactly one thing in them."""

from __future__ import annotations

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def header(width: int = 4, height: int = 4) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))


def pixels(width: int = 4, height: int = 4) -> bytes:
    return chunk(b"IDAT", zlib.compress((b"\0" + b"\x20\x60\xa0" * width) * height))


def png(*extra: bytes, width: int = 4, height: int = 4) -> bytes:
    """An honest RGB image with `extra` chunks before its end."""
    return b"".join((SIGNATURE, header(width, height), pixels(width, height), *extra, chunk(b"IEND")))


def itxt(text: bytes, *, keyword: bytes = b"openbadgecredential", flags: bytes = b"\0\0") -> bytes:
    return chunk(b"iTXt", keyword + b"\0" + flags + b"\0\0" + text)
