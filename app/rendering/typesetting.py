"""Typst, held so that many threads can draw at once.

Values reach a template as `sys.inputs.data`, one JSON text that the template parses: a title is never pasted into
source. A typst compiler serves one thread at a time ("Already borrowed") and is worth keeping, since it remembers
fonts and templates; so drawing has two threads of its own, each with its compilers, and callers wait for them.
Drawing in forty callers' threads took no less time and twice the memory. Compiling releases the interpreter's lock.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

from app.errors import MalformedImageError

_HERE: Final = Path(__file__).parent
_TEMPLATES: Final = _HERE / "templates"
_STANDARDS: Final = ["a-3a", "ua-1"]  # for archives, with files attached, every letter named; and for screen readers
_of_this_thread: Final = threading.local()
_drawers: Final = ThreadPoolExecutor(max_workers=2, thread_name_prefix="typst")


def draw_svg(template: str, data: Mapping[str, Any]) -> bytes:
    """The only page of `template` as SVG, letters as outlines."""
    return _compile(template, data, format="svg")


def draw_png(template: str, data: Mapping[str, Any]) -> bytes:
    """The only page of `template` as PNG, a pixel for a point. For templates without gradients (see `rasterise`).

    Raises MalformedImageError when one of the pictures in it cannot be drawn.
    """
    try:
        return _compile(template, data, format="png", ppi=72)
    except typst.TypstError as error:
        raise MalformedImageError("One of the pictures in the picture cannot be drawn.") from error


def rasterise(svg: bytes, *, width: int, height: int) -> bytes:
    """`svg`, which must come from this room or have passed its checks, as PNG. Raises `typst.TypstError`.

    Also the way to draw our own templates: their gradients take 200 ms in typst's PNG and 30 ms by way of
    SVG.
    """
    data = {"svg": svg.decode(), "width": width, "height": height}
    return _compile("picture.typ", data, format="png", ppi=72)


def typeset(template: str, data: Mapping[str, Any], *, seconds: int) -> bytes:
    """`template` as a tagged PDF made `seconds` after the epoch: PDF/A-3a and PDF/UA-1, or a plain one.

    Plain when the standards cannot be met, for one if a character is in none of the fonts. Raises MalformedImageError
    when it cannot be drawn at all: the templates can always be, so it is one of the pictures.
    """
    options = {"format": "pdf", "timestamp": seconds}
    try:
        return _compile(template, data, pdf_standards=_STANDARDS, **options)
    except typst.TypstError:
        pass
    try:
        return _compile(template, data, pdf_standards=[], **options)
    except typst.TypstError as error:
        raise MalformedImageError("One of the pictures on the page cannot be drawn.") from error


def _compile(template: str, data: Mapping[str, Any], **options: Any) -> bytes:
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    return _drawers.submit(_compile_here, template, inputs, options).result()


def _compile_here(template: str, inputs: dict[str, str], options: Mapping[str, Any]) -> bytes:
    result = _compiler(template).compile(sys_inputs=inputs, **options)
    if not isinstance(result, bytes):
        raise TypeError(f"The template {template} made more or less than one file.")
    return result


def _compiler(template: str) -> typst.Compiler:
    compilers: dict[str, typst.Compiler] = _of_this_thread.__dict__
    if template not in compilers:
        compilers[template] = typst.Compiler(
            _TEMPLATES / template, root=_TEMPLATES, font_paths=_fonts(), ignore_system_fonts=True
        )
    return compilers[template]


@cache
def _fonts() -> typst.Fonts:
    """Only the fonts of this folder: the same drawing on every machine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[_HERE / "fonts"])
