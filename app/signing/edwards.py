"""Which 32 bytes are an Ed25519 public key worth believing.

OpenSSL accepts points of low order, for which one signature fits every message, and points written in two
ways. Both are refused when a key is read (decoding: RFC 8032 section 5.1.3).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from app.errors import InvalidKeyError

KEY_BYTES = 32
_P: Final = 2**255 - 19
_D: Final = -121665 * pow(121666, -1, _P) % _P
_Y_OF_ORDER_8: Final = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
# The eight points of order 1, 2, 4 and 8 have these y coordinates, with either sign of x.
_LOW_ORDER_Y: Final = frozenset({0, 1, _P - 1, _Y_OF_ORDER_8, _P - _Y_OF_ORDER_8})


@lru_cache(maxsize=1_024)  # the square test costs more than a signature; an issuer's key is read again and again
def require_point(raw: bytes) -> None:
    """Raises InvalidKeyError unless `raw` is the one encoding of a point of the curve, not of low order."""
    if len(raw) != KEY_BYTES:
        raise InvalidKeyError(f"An Ed25519 public key has {KEY_BYTES} bytes, not {len(raw)}.")
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    if y >= _P:
        raise InvalidKeyError("An Ed25519 public key is not in its canonical encoding.")
    if y in _LOW_ORDER_Y:
        raise InvalidKeyError("An Ed25519 public key is a point of low order: anybody can sign for it.")
    if not _is_on_curve(y):
        raise InvalidKeyError("An Ed25519 public key is not a point of the curve.")


def _is_on_curve(y: int) -> bool:
    """Whether x² = (y² - 1) / (dy² + 1) has a solution: Euler's criterion, on their product."""
    square = y * y % _P
    return pow((square - 1) * (_D * square + 1) % _P, (_P - 1) // 2, _P) == 1
