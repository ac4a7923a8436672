"""issuer logo, achievement preview: pictures that an issuer brings along."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.reading import read_bytes
from app.cli.setup import achievement_app, issuer_app, opened
from app.errors import InvalidFieldsError
from app.routers.pictures import SHAPES
from app.schemas.pictures import PictureFor
from app.services import logos
from app.services.actors import TERMINAL
from app.services.pictures import Shape, Uploaded, read_picture
from app.settings import load_settings


def register(app: typer.Typer) -> None:
    _ = app  # commands of `laurel issuer` and `laurel achievement`, which stand already
    issuer_app.command("logo")(issuer_logo)
    achievement_app.command("preview")(achievement_preview)


def issuer_logo(
    slug: Annotated[str, typer.Argument(help="Of the issuer.")],
    file: Annotated[Path | None, typer.Argument(help="A PNG or SVG; - for standard input.")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Have no logo any more.")] = False,
) -> None:
    """Set the logo that its pages and certificates show, and print its address; or remove it."""
    if (file is None) != remove:
        raise InvalidFieldsError.one("", "Name a file, or give --remove.")
    uploaded = _read(file, Shape.LOGO) if file else None
    with opened() as laurel, laurel.database.transaction() as session:
        site, now = laurel.instance.site, laurel.clock()
        if uploaded is None:
            logos.remove_logo(session, slug, actor=TERMINAL, now=now)
            return
        logos.set_logo(session, slug, uploaded.image, site=site, actor=TERMINAL, now=now)
        print(site.issuer_logo(slug))


def achievement_preview(
    file: Annotated[Path, typer.Argument(help="A PNG or SVG; - for standard input.")],
    wanted: Annotated[PictureFor, typer.Option("--for", help="What it is to be.")] = "achievement",
    out: Annotated[Path | None, typer.Option(help="Where to write the picture as it would be shown, a PNG.")] = None,
) -> None:
    """Look at a picture before it is set: what would be kept of it, and what you may want to mend. Stores nothing."""
    uploaded = _read(file, SHAPES[wanted])
    image = uploaded.image
    print(f"{image.media_type}, {image.width} x {image.height} pixels, {len(image.content)} bytes")
    for warning in uploaded.warnings:
        print(f"warning: {warning}")
    if out is not None:
        out.write_bytes(uploaded.png)


def _read(file: Path, shape: Shape) -> Uploaded:
    return read_picture(read_bytes(file), max_bytes=load_settings().limits.image_bytes, shape=shape)
