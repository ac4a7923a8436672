"""Pictures on their way into a template: bytes cannot travel in `sys.inputs`; inside an SVG they can."""

from __future__ import annotations

import base64
import struct

from app.openbadges.png import PNG_SIGNATURE

_SIZE_AT = 16  # of width and height in the IHDR chunk


def as_svg(picture: bytes, *, width: int | None = None, height: int | None = None) -> str:
    """An SVG as it is; a PNG wrapped in one, `width` by `height` units or pixel for unit."""
    if not picture.startswith(PNG_SIGNATURE):
        return picture.decode()
    across, down = struct.unpack_from(">II", picture, _SIZE_AT)
    width, height = width or across, height or down
    data = base64.b64encode(picture).decode()
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" xlink:href="data:image/png;base64,{data}"/></svg>'
    )
