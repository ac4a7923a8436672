"""Images by the SHA-256 of their content; the same bytes are kept once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from app.errors import NotFoundError
from app.models import Image

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def add_image(
    session: Session,
    *,
    sha256: bytes,
    media_type: str,
    content: bytes,
    width: int,
    height: int,
    now: datetime,
) -> None:
    """Keeps the image; nothing happens when it is here already, not even when two bring it at once."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {
        "sha256": sha256,
        "media_type": media_type,
        "content": content,
        "width": width,
        "height": height,
        "created_at": now,
    }
    session.execute(insert(Image).values(values).on_conflict_do_nothing(index_elements=["sha256"]))


def find_image(session: Session, sha256: bytes) -> Image | None:
    return session.scalar(select(Image).where(Image.sha256 == sha256))


def get_measures(session: Session, sha256: bytes) -> tuple[str, int, int]:
    """Media type, width and height in pixels, without reading the content. Raises NotFoundError."""
    row = session.execute(
        select(Image.media_type, Image.width, Image.height).where(Image.sha256 == sha256)
    ).one_or_none()
    if row is None:
        raise NotFoundError("There is no such image.")
    return row.media_type, row.width, row.height


def get_image(session: Session, sha256: bytes) -> Image:
    image = find_image(session, sha256)
    if image is None:
        raise NotFoundError("There is no such image.")
    return image
