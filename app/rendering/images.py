"""Images that issuers upload: checked, freed of everything but the picture, and turned into the forms that we serve."""

from __future__ import annotations

import io
import json
import re
import struct
import subprocess
import sys
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final, Literal

from lxml import etree
from PIL import Image, ImageDraw, ImageFont, UnidentifiedImageError

from app.errors import MalformedImageError, TooLargeError, UnsupportedMediaTypeError
from app.openbadges.png import MAX_IMAGE_BYTES, PNG_SIGNATURE, Chunk, read_png_chunks
from app.openbadges.sniff import sniff
from app.rendering.pictures import as_svg
from app.rendering.sanitise import sanitise_svg

MAX_SIDE: Final = 4_096
MAX_PIXELS: Final = 4_000_000
_KEPT_SIDE: Final = 1_024
"""A larger PNG is made smaller: even pure noise then stays below what a baked file may weigh."""

_MAX_UNITS: Final = 100_000  # of an SVG's own coordinates
_KEPT_CHUNKS: Final = frozenset((b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"))
_BAND_TEXT: Final = "TEST"
_BAND_COLOUR: Final = (178, 34, 34, 255)
_BAND_SHARE: Final = 0.17  # of the picture's height
_BAND_PLACE: Final = 0.86  # of the way down
_LETTER_SHARE: Final = 0.78  # of the band's height
_BAND_FONT: Final = Path(__file__).with_name("fonts") / "NotoSans-Bold.ttf"
_LENGTH: Final = re.compile(r"\s*([0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?)\s*(?:px|pt|mm|cm|in|pc)?\s*")
_WORKER: Final = Path(__file__).with_name("worker.py")
_WORKER_SECONDS: Final = 10  # of the clock; its own limit is one second of computing


class Shape(Enum):
    """What a picture is for. The value: by how much of the longer side the shorter may fall short, and the rule."""

    BADGE = 0.1, "a badge image is about square"
    LOGO = 0.75, "one side of a logo is at most four times the other"


@dataclass(frozen=True, slots=True)
class CheckedImage:
    """A picture that is safe to store and serve: pixels or shapes, without metadata."""

    media_type: Literal["image/png", "image/svg+xml"]
    content: bytes
    width: int
    height: int


def check_image(raw: bytes, *, max_bytes: int = MAX_IMAGE_BYTES, shape: Shape = Shape.BADGE) -> CheckedImage:
    """`raw`, an upload, as a picture to keep: PNG encoded anew (at most 1,024 pixels a side), SVG built anew.

    Raises UnsupportedMediaTypeError for anything but PNG and SVG, TooLargeError past a limit,
    MalformedImageError for what is damaged, animated, not of that shape, or holds more than a picture.
    """
    if len(raw) > max_bytes:
        raise TooLargeError(f"The image has {len(raw)} bytes; the limit is {max_bytes}.")
    match sniff(raw):
        case "png":
            return _check_png(raw, max_bytes, shape)
        case "svg":
            return _check_svg(raw, max_bytes, shape)
    raise UnsupportedMediaTypeError("An image is a PNG or a (not compressed) SVG file in UTF-8.")


def to_png(image: CheckedImage, *, pixels: int = 600) -> bytes:
    """`image` as PNG whose longer side is `pixels`; a PNG that is smaller already stays as it is.

    An SVG is drawn in a process of its own and takes about 0.2 s: keep the result. Raises
    MalformedImageError when it cannot be drawn or takes too long.
    """
    if image.media_type == "image/svg+xml":
        longer = max(image.width, image.height)
        width, height = round(pixels * image.width / longer), round(pixels * image.height / longer)
        return _rasterise_elsewhere(image.content, width, height)
    if max(image.width, image.height) <= pixels:
        return image.content
    return _encoded(_opened(image.content), pixels)


def to_svg(image: CheckedImage) -> bytes:
    """`image` as SVG; a PNG is wrapped in one, at most 600 pixels a side."""
    if image.media_type == "image/svg+xml":
        return image.content
    return as_svg(to_png(image), width=image.width, height=image.height).encode()


def marked_as_test(png: bytes) -> CheckedImage:
    """A picture of ours with a band across it that says TEST: whoever sees no more than the picture is told too."""
    picture = _opened(png).convert("RGBA")
    width, height = picture.size
    band = Image.new("RGBA", (width, max(1, round(height * _BAND_SHARE))), _BAND_COLOUR)
    letters = ImageFont.truetype(str(_BAND_FONT), max(1, round(band.height * _LETTER_SHARE)))
    middle = (band.width / 2, band.height / 2)
    ImageDraw.Draw(band).text(middle, _BAND_TEXT, font=letters, fill="white", anchor="mm")
    picture.paste(band, (0, round((height - band.height) * _BAND_PLACE)))
    return CheckedImage("image/png", _encoded(picture, _KEPT_SIDE), width, height)


def _check_png(raw: bytes, max_bytes: int, shape: Shape) -> CheckedImage:
    chunks = read_png_chunks(raw, max_bytes=max_bytes)
    if any(chunk.kind == b"acTL" for chunk in chunks):
        raise MalformedImageError("The PNG is animated; send a still image.")
    width, height = struct.unpack_from(">II", chunks[0].data)
    _check_pixels(width, height, shape)
    picture = _opened(_bare(chunks))
    content = _encoded(picture, _KEPT_SIDE)
    width, height = struct.unpack_from(">II", content, 16)
    return CheckedImage("image/png", content, width, height)


def _check_pixels(width: int, height: int, shape: Shape) -> None:
    if not 0 < width <= MAX_SIDE or not 0 < height <= MAX_SIDE or width * height > MAX_PIXELS:
        raise TooLargeError(
            f"The PNG measures {width} x {height} pixels; the limit is {MAX_PIXELS // 1_000_000} megapixels, "
            f"{MAX_SIDE} a side."
        )
    _check_shape(width, height, shape)


def _check_shape(width: float, height: float, shape: Shape) -> None:
    slack, rule = shape.value
    if abs(width - height) > slack * max(width, height):
        raise MalformedImageError(f"The image measures {width:g} x {height:g}; {rule}.")


def _bare(chunks: tuple[Chunk, ...]) -> bytes:
    """The PNG without anything but pixels: compressed texts and colour profiles are never even opened."""
    return PNG_SIGNATURE + b"".join(chunk.whole for chunk in chunks if chunk.kind in _KEPT_CHUNKS)


def _opened(png: bytes) -> Image.Image:
    # Pillow's own guard against large images is a warning, and warnings belong to the whole process, not to a
    # thread; the stricter check above has been passed already.
    try:
        picture = Image.open(io.BytesIO(png), formats=("PNG",))
        picture.load()
    except (OSError, SyntaxError, ValueError, struct.error, UnidentifiedImageError) as error:
        raise MalformedImageError("The PNG's pixels are damaged.") from error
    if picture.mode.startswith("I"):  # 16-bit grey; Pillow's own conversion would cut off, not scale
        return picture.point(lambda value: value / 256).convert("L")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _encoded(picture: Image.Image, side: int) -> bytes:
    if max(picture.size) > side:
        picture = picture.copy()
        picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=6)
    return out.getvalue()


def _check_svg(raw: bytes, max_bytes: int, shape: Shape) -> CheckedImage:
    root = sanitise_svg(raw, max_bytes=max_bytes)
    x, y, width, height = _view(root)
    if not 0 < width <= _MAX_UNITS or not 0 < height <= _MAX_UNITS or max(abs(x), abs(y)) > _MAX_UNITS:
        raise TooLargeError(f"The SVG measures {width:g} x {height:g}; the limit is {_MAX_UNITS} units a side.")
    _check_shape(width, height, shape)
    longer = max(width, height)
    pixels = round(600 * width / longer), round(600 * height / longer)
    root.set("viewBox", f"{x:g} {y:g} {width:g} {height:g}")
    root.set("width", str(pixels[0]))
    root.set("height", str(pixels[1]))
    return CheckedImage("image/svg+xml", etree.tostring(root, encoding="utf-8"), *pixels)


def _view(root: etree._Element) -> tuple[float, float, float, float]:
    """The part of the plane that the drawing shows: `viewBox`, else `width` and `height`."""
    numbers = re.split(r"[\s,]+", str(root.get("viewBox", "")).strip())
    try:
        if len(numbers) == len("xywh"):
            x, y, width, height = map(float, numbers)
            return x, y, width, height
    except ValueError:
        pass
    sides = [_LENGTH.fullmatch(str(root.get(name, ""))) for name in ("width", "height")]
    if None in sides:
        raise MalformedImageError("The SVG has neither a viewBox nor a width and height.")
    width, height = (float(side[1]) for side in sides if side)
    return 0, 0, width, height


def _rasterise_elsewhere(svg: bytes, width: int, height: int) -> bytes:
    """In another process, since a drawing can take any time and a thread cannot be stopped."""
    order = json.dumps({"svg": svg.decode(), "width": width, "height": height}).encode()
    command = [sys.executable, "-I", str(_WORKER)]
    try:
        done = subprocess.run(  # noqa: S603  nothing from outside is on the command line
            command, input=order, capture_output=True, timeout=_WORKER_SECONDS, check=False, env={}
        )
    except subprocess.TimeoutExpired as error:
        raise MalformedImageError("The SVG takes too long to draw.") from error
    if done.returncode != 0 or not done.stdout.startswith(PNG_SIGNATURE):
        raise MalformedImageError("The SVG cannot be drawn, or not in a second; simplify it or use a PNG.")
    return done.stdout
