"""Pictures that issuers upload, an achievement's or their own logo: checked, kept once by content, served in two forms.

uploaded = read_picture(raw, max_bytes=…, shape=Shape.LOGO)     # before a transaction: an SVG is drawn meanwhile
sha256 = keep_picture(session, uploaded.image, now=now)
png = picture(session, sha256, "png")
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from app.rendering import CheckedImage, Shape, check_image, to_png, to_svg
from app.storage import Session, images

__all__ = ["ImageForm", "Shape", "Uploaded", "keep_picture", "picture", "read_picture"]

ImageForm = Literal["png", "svg"]

_SMALL: Final = {Shape.BADGE: 400, Shape.LOGO: 200}  # pixels of the longer side, below which a picture is blurred
_SQUARE: Final = 0.02  # of the longer side; as the preflight has it
_MEASURES: Final = slice(16, 24)  # of a PNG's first chunk

_converted: dict[tuple[bytes, ImageForm], bytes] = {}
_MAX_CONVERTED: Final = 256


@dataclass(frozen=True, slots=True)
class Uploaded:
    """An upload as it would be kept, the same as PNG, and what people should know about it before."""

    image: CheckedImage
    png: bytes
    warnings: tuple[str, ...]


def read_picture(raw: bytes, *, max_bytes: int, shape: Shape) -> Uploaded:
    """An upload, checked, re-encoded and drawn once, so that whatever is kept can be shown.

    Takes about 0.2 s for an SVG. Raises MalformedImageError, TooLargeError, UnsupportedMediaTypeError.
    """
    image = check_image(raw, max_bytes=max_bytes, shape=shape)
    return Uploaded(image, to_png(image), tuple(_warnings(raw, image, shape)))


def _warnings(raw: bytes, image: CheckedImage, shape: Shape) -> Iterator[str]:
    if image.media_type == "image/png":
        yield from _of_pixels(raw, image, shape)
    elif b"<text" in image.content:
        yield "The SVG holds text, which looks different where its font is missing. Export text as paths."
    if shape is Shape.BADGE and abs(image.width - image.height) > _SQUARE * max(image.width, image.height):
        yield "The picture is not quite square; wallets show a square and cut off the rest."


def _of_pixels(raw: bytes, image: CheckedImage, shape: Shape) -> Iterator[str]:
    sent = struct.unpack(">II", raw[_MEASURES])  # a PNG, as was checked
    if sent != (image.width, image.height):
        yield f"The picture of {sent[0]} x {sent[1]} pixels is made smaller: {image.width} x {image.height}."
    if max(image.width, image.height) < _SMALL[shape]:
        yield f"On today's screens it is blurred; send at least {_SMALL[shape]} pixels, or an SVG."


def keep_picture(session: Session, image: CheckedImage, *, now: datetime) -> bytes:
    """The digest that the picture is kept under."""
    sha256 = hashlib.sha256(image.content).digest()
    images.add_image(
        session,
        sha256=sha256,
        media_type=image.media_type,
        content=image.content,
        width=image.width,
        height=image.height,
        now=now,
    )
    return sha256


def picture(session: Session, sha256: bytes, form: ImageForm) -> bytes:
    """What is kept under that digest, in the wanted form. Named by its digest, so a kept conversion is never stale."""
    return _converted.get((sha256, form)) or _convert(session, sha256, form)


def _convert(session: Session, sha256: bytes, form: ImageForm) -> bytes:
    row = images.get_image(session, sha256)
    image = CheckedImage(
        "image/png" if row.media_type == "image/png" else "image/svg+xml", row.content, row.width, row.height
    )
    raw = to_png(image) if form == "png" else to_svg(image)
    while len(_converted) >= _MAX_CONVERTED:
        _converted.pop(next(iter(_converted)), None)
    _converted[sha256, form] = raw
    return raw
