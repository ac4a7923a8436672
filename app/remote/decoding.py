"""Content as it arrives, unpacked and measured.

The limit holds for what comes out: a kilobyte of gzip can say a megabyte. One layer is unpacked, and no further than
the limit; what is packed twice was made to mislead.
"""

from __future__ import annotations

import zlib
from typing import Final

from app.remote.reasons import GARBLED, ODD_ENCODING, TOO_LARGE, NoAnswerError

OFFERED: Final = "gzip, deflate"

_GZIP: Final = 16 + zlib.MAX_WBITS
_ZLIB: Final = zlib.MAX_WBITS
_RAW: Final = -zlib.MAX_WBITS
_DEFLATE_METHOD: Final = 8


class Body:
    """Collects content of at most `most` bytes. `encoding` is the value of Content-Encoding.

    Raises NoAnswerError for encodings that were not offered.
    """

    def __init__(self, encoding: str, *, most: int) -> None:
        layers = [layer.strip().lower() for layer in encoding.split(",")]
        self._layer = layers[0].removeprefix("x-")
        if len(layers) > 1 or self._layer not in {"", "identity", "gzip", "deflate"}:
            raise NoAnswerError(ODD_ENCODING)
        self._most = most
        self._content = bytearray()
        self._unpacking: zlib._Decompress | None = None

    def add(self, piece: bytes) -> None:
        """Raises NoAnswerError when there is more than the limit, or what cannot be unpacked."""
        if not piece:
            return
        self._content += piece if self._layer in {"", "identity"} else self._unpacked(piece)
        if len(self._content) > self._most:
            raise NoAnswerError(TOO_LARGE)

    def whole(self) -> bytes:
        """All of it. Raises NoAnswerError when the packed end is missing: zlib has not seen its check sum then."""
        if self._unpacking is not None and not self._unpacking.eof:
            raise NoAnswerError(GARBLED)
        return bytes(self._content)

    def _unpacked(self, piece: bytes) -> bytes:
        if self._unpacking is None:
            self._unpacking = zlib.decompressobj(self._window(piece[0]))
        try:
            found = self._unpacking.decompress(piece, self._most + 1 - len(self._content))
        except zlib.error:
            raise NoAnswerError(GARBLED) from None
        if self._unpacking.unused_data:  # something behind the end
            raise NoAnswerError(GARBLED)
        return found

    def _window(self, first: int) -> int:
        """Of zlib: `deflate` is its own format (RFC 9110 section 8.4.1.2), and on some servers the bare one."""
        if self._layer == "gzip":
            return _GZIP
        return _ZLIB if first & 0x0F == _DEFLATE_METHOD else _RAW
