"""Long lists in pages: newest first, and a cursor that stays right while rows are added."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import literal, tuple_

from app.models import UTCDateTime

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import InstrumentedAttribute, Session

Row = TypeVar("Row")
MAX_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page."""

    at: datetime
    id: UUID

    def encode(self) -> str:
        """The cursor as text for a URL; opaque to whoever carries it."""
        return base64.urlsafe_b64encode(f"{self.at.isoformat()} {self.id.hex}".encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> Cursor:
        """Raises ValueError, whose message can be shown, for a text that `encode` did not make."""
        try:
            at, _, id_ = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().partition(" ")
            cursor = cls(datetime.fromisoformat(at), UUID(id_))
        except (ValueError, binascii.Error):
            cursor = None
        if cursor is None or cursor.at.tzinfo is None:
            raise ValueError("is not a cursor that an earlier page gave")
        return cursor


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    items: tuple[Row, ...]
    next: Cursor | None  # None on the last page


def later_than(
    at: InstrumentedAttribute[datetime], id_: InstrumentedAttribute[UUID], cursor: Cursor
) -> ColumnElement[bool]:
    """That a row comes after the cursor in a list that begins with the newest."""
    return tuple_(at, id_) < tuple_(literal(cursor.at, UTCDateTime), literal(cursor.id))


def read_page(
    session: Session,
    query: Select[Row],
    *,
    at: InstrumentedAttribute[datetime],
    id_: InstrumentedAttribute[UUID],
    after: Cursor | None,
    limit: int,
    values: Mapping[str, Any] | None = None,
) -> Page[Row]:
    """At most `limit` rows of `query`, newest first, that come after the cursor. `values` are its parameters."""
    limit = max(1, min(limit, MAX_PAGE))
    if after is not None:
        query = query.where(later_than(at, id_, after))
    rows: list[Any] = list(session.scalars(query.order_by(at.desc(), id_.desc()).limit(limit + 1), values or {}))
    items = tuple(rows[:limit])
    more = len(rows) > limit
    return Page(items, Cursor(getattr(items[-1], at.key), getattr(items[-1], id_.key)) if more else None)
