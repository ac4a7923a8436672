"""QR codes that cameras read: dark on white always, with the quiet zone that the standard asks for (ISO/IEC 18004)."""

from __future__ import annotations

import io
from typing import Final
from xml.sax.saxutils import escape

import segno

from app.errors import TooLargeError

_QUIET: Final = 4  # modules on each side
_MASK: Final = 2
"""One of eight patterns that break up even areas. Weighing all takes 4 of 5 ms, and addresses are random enough."""

_INK: Final = "#000"
_GROUND: Final = "#fff"


def qr_svg(text: str, *, title: str | None = None) -> bytes:
    """`text` as an SVG without a size of its own; `title` is what it is called for those who cannot see it.

    Every dark run of a row is a rectangle of one path: no seams, whatever the scale. Raises TooLargeError for more
    text than a code holds (some 2,300 bytes).
    """
    rows = [bytes(row) for row in _code(text).matrix_iter(border=_QUIET)]
    path = "".join(_row(row, y) for y, row in enumerate(rows))
    side = len(rows)
    named = f"<title>{escape(title)}</title>" if title else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">{named}'
        f'<path fill="{_GROUND}" d="M0 0h{side}v{side}H0z"/><path fill="{_INK}" d="{path}"/></svg>'
    ).encode()


def qr_png(text: str, *, pixels: int = 600) -> bytes:
    """`text` as PNG of about `pixels` a side, never more: each module is the same whole number of pixels."""
    code = _code(text)
    out = io.BytesIO()
    scale = max(1, pixels // code.symbol_size(border=_QUIET)[0])
    code.save(out, kind="png", scale=scale, border=_QUIET, dark=_INK, light=_GROUND)
    return out.getvalue()


def _code(text: str) -> segno.QRCode:
    try:
        # Level M survives a crease or a thumb, and an address of ours then fits a code that reads from a screen.
        return segno.make_qr(text, error="m", mask=_MASK)
    except segno.DataOverflowError as error:
        raise TooLargeError("This is more text than a QR code holds.") from error


def _row(row: bytes, y: int) -> str:
    path, x = "", 0
    while (start := row.find(1, x)) >= 0:
        end = row.find(0, start)
        x = end if end >= 0 else len(row)
        path += f"M{start} {y}h{x - start}v1h-{x - start}z"
    return path
